// Copying strided arrays, converting between the floating types on the way.
#include <string.h>

#include "../common/half.h"
#include "convolution.h"
#include "../product/gemm.h"
#include "weft_parallel.h"

typedef struct {
  int32_t rank;
  int64_t sizes[8], from[8], to[8];
  void (*row)(const void *from, int64_t from_stride, void *to, int64_t to_stride, int64_t count);
  const char *source;
  char *target;
  int64_t from_size, to_size;
} job;

static inline float same_float(float value) { return value; }
static inline double same_double(double value) { return value; }
static inline uint16_t same_half(uint16_t value) { return value; }

#define DEFINE_ROW(name, SOURCE, TARGET, convert)                                                                    \
  static void name(const void *from, int64_t from_stride, void *to, int64_t to_stride, int64_t count) {              \
    const SOURCE *s = from;                                                                                          \
    TARGET *t = to;                                                                                                  \
    if (from_stride == 1 && to_stride == 1) {                                                                        \
      for (int64_t i = 0; i < count; i++) t[i] = convert(s[i]);                                                      \
    } else {                                                                                                         \
      for (int64_t i = 0; i < count; i++) t[i * to_stride] = convert(s[i * from_stride]);                            \
    }                                                                                                                \
  }

DEFINE_ROW(row_float32, float, float, same_float)
DEFINE_ROW(row_float64, double, double, same_double)
DEFINE_ROW(row_half, uint16_t, uint16_t, same_half)
DEFINE_ROW(row_from_float16, uint16_t, float, weft_from_float16)
DEFINE_ROW(row_from_bfloat16, uint16_t, float, weft_from_bfloat16)
DEFINE_ROW(row_to_float16, float, uint16_t, weft_to_float16)
DEFINE_ROW(row_to_bfloat16, float, uint16_t, weft_to_bfloat16)

static void run(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  int32_t last = work->rank - 1;
  for (int64_t row = begin; row < end; row++) {
    int64_t rest = row, at_from = 0, at_to = 0;
    for (int32_t axis = last - 1; axis >= 0; axis--) {
      int64_t i = rest % work->sizes[axis];
      rest /= work->sizes[axis];
      at_from += i * work->from[axis];
      at_to += i * work->to[axis];
    }
    work->row(work->source + at_from * work->from_size, work->from[last], work->target + at_to * work->to_size,
              work->to[last], work->sizes[last]);
  }
}

static int64_t length(int64_t stride) { return stride < 0 ? -stride : stride; }

// Axes in the target's order, so that writing runs forward.
static void order(job *work, int32_t rank, const int64_t *sizes, const int64_t *from, const int64_t *to) {
  work->rank = 0;
  for (int32_t axis = 0; axis < rank; axis++) {
    int32_t at = work->rank++;
    for (; at > 0 && length(work->to[at - 1]) < length(to[axis]); at--) {
      work->sizes[at] = work->sizes[at - 1];
      work->from[at] = work->from[at - 1];
      work->to[at] = work->to[at - 1];
    }
    work->sizes[at] = sizes[axis];
    work->from[at] = from[axis];
    work->to[at] = to[axis];
  }
}

static void merge(job *work) {
  for (int32_t axis = work->rank - 2; axis >= 0; axis--) {
    int64_t size = work->sizes[axis + 1];
    if (work->from[axis] != size * work->from[axis + 1] || work->to[axis] != size * work->to[axis + 1]) continue;
    work->sizes[axis] *= size;
    work->from[axis] = work->from[axis + 1];
    work->to[axis] = work->to[axis + 1];
    work->rank--;
    for (int32_t i = axis + 1; i < work->rank; i++) {
      work->sizes[i] = work->sizes[i + 1];
      work->from[i] = work->from[i + 1];
      work->to[i] = work->to[i + 1];
    }
  }
}

// One long row would leave the other threads idle.
static void split(job *work) {
  enum { PIECE = 1 << 14 };
  if (work->rank != 1 || work->sizes[0] <= PIECE || work->sizes[0] % PIECE != 0) return;
  work->rank = 2;
  work->sizes[1] = PIECE;
  work->from[1] = work->from[0];
  work->to[1] = work->to[0];
  work->sizes[0] /= PIECE;
  work->from[0] *= PIECE;
  work->to[0] *= PIECE;
}

void weft_copy_strided(int32_t rank, const int64_t *sizes, int32_t from_dtype, const void *from,
                       const int64_t *from_strides, int32_t to_dtype, void *to, const int64_t *to_strides) {
  job work = {.source = from, .target = to};
  for (int32_t axis = 0; axis < rank; axis++) {
    if (sizes[axis] == 0) return;
  }
  work.from_size = weft_gemm_element_size(from_dtype);
  work.to_size = weft_gemm_element_size(to_dtype);
  if (from_dtype == to_dtype) {
    work.row = work.to_size == 8 ? row_float64 : work.to_size == 4 ? row_float32 : row_half;
  } else if (to_dtype == WEFT_FLOAT32) {
    work.row = from_dtype == WEFT_FLOAT16 ? row_from_float16 : row_from_bfloat16;
  } else {
    work.row = to_dtype == WEFT_FLOAT16 ? row_to_float16 : row_to_bfloat16;
  }
  order(&work, rank, sizes, from_strides, to_strides);
  merge(&work);
  split(&work);
  int64_t rows = 1;
  for (int32_t axis = 0; axis < work.rank - 1; axis++) rows *= work.sizes[axis];
  weft_parallel_for(rows, 16384 / work.sizes[work.rank - 1] + 1, run, &work);
}
