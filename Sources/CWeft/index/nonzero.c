// The positions of elements other than zero: counted part by part, then written from where each part's begin.
#include "../common/isa.h"
#include "element.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum { WEFT_NONZERO_BLOCK = 128 };  // so many fit in a byte

typedef struct {
  const weft_index_walk *walk;
  int64_t part_size;
  int64_t *counts;     // of each part; the first position's place in `positions` when writing
  int64_t *positions;
  weft_index_walk_row row;
} weft_nonzero_job;

typedef struct {
  int64_t count;
  int64_t *positions;  // NULL when counting
} weft_nonzero_part;

// `mask` leaves out the sign of a floating type: -0 is zero. Comparing bits keeps denormals. Positions are
// picked without a branch into a block, as the last of them may lie beyond the part's own. `step` is a number the
// compiler knows where elements are neighbours, as nearly always.
#define WEFT_NONZERO_COUNT(name, T, mask)                                                                       \
  WEFT_FOR_AVX2 static int64_t weft_nonzero_count_avx2_##name(const char *from, int64_t count) {                \
    WEFT_NONZERO_COUNT_BODY(T, mask)                                                                            \
  }                                                                                                             \
  static int64_t weft_nonzero_count_##name(const char *from, int64_t count) { WEFT_NONZERO_COUNT_BODY(T, mask) }
#define WEFT_NONZERO_COUNT_BODY(T, mask)                                                                        \
  int64_t found = 0;                                                                                            \
  while (count > 0) {                                                                                           \
    const int64_t part = count < WEFT_NONZERO_BLOCK ? count : WEFT_NONZERO_BLOCK;                               \
    T here = 0;                                                                                                 \
    for (int64_t i = 0; i < part; i++) here += (T)((((const T *)from)[i] & (T)(mask)) != 0);                    \
    found += (int64_t)here;                                                                                     \
    from += part * (int64_t)sizeof(T), count -= part;                                                           \
  }                                                                                                             \
  return found;
#define WEFT_NONZERO_PICK(T, mask, step)                                                                        \
  for (int64_t first = 0; first < count; first += WEFT_NONZERO_BLOCK) {                                         \
    int64_t picked[WEFT_NONZERO_BLOCK], found = 0;                                                              \
    const int64_t last = count - first < WEFT_NONZERO_BLOCK ? count - first : WEFT_NONZERO_BLOCK;               \
    const char *here = from + first * (step);                                                                   \
    for (int64_t i = 0; i < last; i++) {                                                                        \
      picked[found] = position + first + i;                                                                     \
      found += (*(const T *)(here + i * (step)) & (T)(mask)) != 0;                                              \
    }                                                                                                           \
    memcpy(part->positions + part->count, picked, (size_t)found * sizeof *picked);                              \
    part->count += found;                                                                                       \
  }
#define WEFT_NONZERO_ROW(name, T, mask)                                                                         \
  WEFT_NONZERO_COUNT(name, T, mask)                                                                             \
  static void weft_nonzero_row_##name(void *context, char *const *data, const int64_t *strides, int64_t count,  \
                                      int64_t position) {                                                       \
    weft_nonzero_part *part = context;                                                                          \
    const char *from = data[0];                                                                                 \
    const int64_t step = strides[0];                                                                            \
    if (part->positions == NULL && step == (int64_t)sizeof(T)) {                                                \
      part->count += weft_uses_avx2() ? weft_nonzero_count_avx2_##name(from, count)                             \
                                      : weft_nonzero_count_##name(from, count);                                 \
    } else if (part->positions == NULL) {                                                                       \
      for (int64_t i = 0; i < count; i++) part->count += (*(const T *)(from + i * step) & (T)(mask)) != 0;      \
    } else if (step == (int64_t)sizeof(T)) {                                                                    \
      WEFT_NONZERO_PICK(T, mask, (int64_t)sizeof(T))                                                            \
    } else {                                                                                                    \
      WEFT_NONZERO_PICK(T, mask, step)                                                                          \
    }                                                                                                           \
  }

WEFT_NONZERO_ROW(8, uint8_t, UINT8_MAX)
WEFT_NONZERO_ROW(16, uint16_t, UINT16_MAX)
WEFT_NONZERO_ROW(32, uint32_t, UINT32_MAX)
WEFT_NONZERO_ROW(64, uint64_t, UINT64_MAX)
WEFT_NONZERO_ROW(float16, uint16_t, INT16_MAX)
WEFT_NONZERO_ROW(float32, uint32_t, INT32_MAX)
WEFT_NONZERO_ROW(float64, uint64_t, INT64_MAX)

static weft_index_walk_row weft_nonzero_row_of(int32_t dtype) {
  static const weft_index_walk_row rows[] = {
      [WEFT_FLOAT32] = weft_nonzero_row_float32, [WEFT_FLOAT64] = weft_nonzero_row_float64,
      [WEFT_FLOAT16] = weft_nonzero_row_float16, [WEFT_BFLOAT16] = weft_nonzero_row_float16,
      [WEFT_INT8] = weft_nonzero_row_8,          [WEFT_UINT8] = weft_nonzero_row_8,
      [WEFT_INT32] = weft_nonzero_row_32,        [WEFT_INT64] = weft_nonzero_row_64,
      [WEFT_BOOL] = weft_nonzero_row_8,          [WEFT_INT16] = weft_nonzero_row_16,
      [WEFT_UINT16] = weft_nonzero_row_16,       [WEFT_UINT32] = weft_nonzero_row_32,
      [WEFT_UINT64] = weft_nonzero_row_64,
  };
  return rows[dtype];
}

static void weft_nonzero_body(void *context, int64_t begin, int64_t end) {
  const weft_nonzero_job *job = context;
  for (int64_t at = begin; at < end; at++) {
    int64_t first = at * job->part_size, last = first + job->part_size;
    last = last < job->walk->count ? last : job->walk->count;
    weft_nonzero_part part = {0, NULL};
    if (job->positions != NULL) {
      part.positions = job->positions + job->counts[at];
    }
    weft_index_walk_run(job->walk, first, last, job->row, &part);
    if (job->positions == NULL) {
      job->counts[at] = part.count;
    }
  }
}

int64_t weft_nonzero(int32_t rank, const int64_t *shape, const weft_operand *mask, int64_t *positions) {
  weft_launch_refuse();
  weft_index_walk walk;
  weft_index_walk_start(&walk, rank, shape, -1);
  weft_index_walk_add(&walk, mask, weft_element_size(mask->dtype), -1);
  weft_index_walk_merge(&walk);
  if (walk.count == 0) {
    return 0;
  }
  int64_t counts[WEFT_INDEX_WALK_PARTS], total = 0;
  weft_nonzero_job job = {&walk, weft_index_walk_part_size(walk.count), counts, NULL, weft_nonzero_row_of(mask->dtype)};
  int64_t parts = (walk.count + job.part_size - 1) / job.part_size;
  weft_parallel_for(parts, 1, weft_nonzero_body, &job);
  for (int64_t at = 0; at < parts; at++) {
    int64_t count = counts[at];
    counts[at] = total;
    total += count;
  }
  if (positions != NULL && total > 0) {
    job.positions = positions;
    weft_parallel_for(parts, 1, weft_nonzero_body, &job);
  }
  return total;
}

void weft_coordinates(int64_t count, const int64_t *positions, int32_t rank, const int64_t *shape, int64_t *indices) {
  weft_launch_refuse();
  const int64_t last = rank > 0 ? shape[rank - 1] : 1;
  int64_t line = -1, start = 0;  // the line of the last axis that the position before was in
  int64_t at[WEFT_MAX_RANK] = {0};
  for (int64_t i = 0; i < count; i++, indices += rank) {
    if (line < 0 || positions[i] - start >= last) {
      line = positions[i] / last;
      start = line * last;
      int64_t rest = line;
      for (int32_t axis = rank - 2; axis >= 0; axis--) at[axis] = rest % shape[axis], rest /= shape[axis];
    }
    for (int32_t axis = 0; axis < rank - 1; axis++) indices[axis] = at[axis];
    if (rank > 0) indices[rank - 1] = positions[i] - start;
  }
}
