// The softmax and its logarithm: along rows, and along an axis that lies across memory.
#include <string.h>

#include "../common/scratch.h"
#include "launches.h"
#include "row_map.h"
#include "tile.h"
#include "weft_parallel.h"

enum {
  /// Columns that are computed side by side: a few vectors of every instruction set.
  WIDTH = WEFT_SOFTMAX_COLUMNS,
  /// Of the widest vector, in float32.
  LANES = 16,
  /// Of an element, in units of about one addition.
  COST = 16,
};

typedef struct {
  int32_t dtype;
  bool logarithm;
  int64_t length, inner, blocks;
  const char *input;
  char *output;
} softmax_job;

/// What the kernels compute in.
static int32_t compute_of(int32_t dtype) {
  return dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32;
}
static int64_t computed_bytes(int32_t dtype) { return dtype == WEFT_FLOAT64 ? 8 : 4; }
static bool is_half(int32_t dtype) { return dtype != WEFT_FLOAT32 && dtype != WEFT_FLOAT64; }

// MARK: - Rows

static void find_rows(void *context, int64_t begin, int64_t end) {
  const softmax_job *job = context;
  const weft_kernels *kernels = weft_kernels_current();
  const weft_reduce_kernel find = kernels->softmax_rows[compute_of(job->dtype)][job->logarithm];
  const size_t length = (size_t)job->length;
  const int64_t bytes = job->length * weft_dtype_bytes(job->dtype);
  if (!is_half(job->dtype)) {
    find((size_t)(end - begin), length, job->input + begin * bytes, job->output + begin * bytes);
    return;
  }
  weft_scratch_mark mark = weft_scratch_begin();
  float *wide = weft_scratch_take(weft_bytes3(job->length, 1, 4));
  if (!wide) weft_no_memory();
  for (int64_t row = begin; row < end; row++) {
    kernels->load[0][WEFT_COMPUTE_FLOAT32][job->dtype](length, wide, job->input + row * bytes);
    find(1, length, wide, wide);
    kernels->store[0][WEFT_COMPUTE_FLOAT32][job->dtype](length, job->output + row * bytes, wide);
  }
  weft_scratch_release(mark);
}

// MARK: - Columns

/// A block of columns from element `at` on; `wide` has room for it where they are fewer, or of half precision.
static void find_block(const softmax_job *job, int64_t at, char *wide) {
  const weft_kernels *kernels = weft_kernels_current();
  const int32_t compute = compute_of(job->dtype);
  const int64_t line = WIDTH * computed_bytes(job->dtype);
  weft_softmax_kernel find = kernels->softmax_columns[compute][job->logarithm];
  const size_t length = (size_t)job->length, inner = (size_t)job->inner;
  const int64_t bytes = weft_dtype_bytes(job->dtype), count = job->inner < WIDTH ? job->inner : WIDTH;
  const char *from = job->input + at * bytes;
  char *to = job->output + at * bytes;
  if (!wide) {
    find(length, inner, inner, WIDTH, from, to);
    return;
  }
  for (int64_t row = 0; row < job->length; row++) {
    kernels->load[0][compute][job->dtype]((size_t)count, wide + row * line, from + row * job->inner * bytes);
  }
  find(length, WIDTH, WIDTH, (size_t)(count + LANES - 1) / LANES * LANES, wide, wide);
  for (int64_t row = 0; row < job->length; row++) {
    kernels->store[0][compute][job->dtype]((size_t)count, to + row * job->inner * bytes, wide + row * line);
  }
}

static void find_blocks(void *context, int64_t begin, int64_t end) {
  const softmax_job *job = context;
  weft_scratch_mark mark = weft_scratch_begin();
  char *wide = NULL;
  if (is_half(job->dtype) || job->inner < WIDTH) {
    const int64_t bytes = computed_bytes(job->dtype);
    wide = weft_scratch_take(weft_bytes3(job->length, WIDTH, bytes));
    if (!wide) weft_no_memory();
    // The columns that are none are computed too.
    if (job->inner < WIDTH) memset(wide, 0, (size_t)(job->length * WIDTH * bytes));
  }
  for (int64_t item = begin; item < end; item++) {
    int64_t block = item % job->blocks, start = item / job->blocks * job->length * job->inner;
    find_block(job, start + block * WIDTH, wide);
    if (block < job->blocks - 1 || job->inner < WIDTH || job->inner % WIDTH == 0) continue;
    // The columns left over, in a block that begins earlier and finds some of this thread's once more.
    find_block(job, start + job->inner - WIDTH, wide);
  }
  weft_scratch_release(mark);
}

void weft_softmax_along(int32_t dtype, bool logarithm, int64_t outer, int64_t length, int64_t inner, const void *input,
                  void *output) {
  WEFT_NOTED(weft_note_softmax(notes, dtype, logarithm, outer, length, inner, input, output));
  if (length == 0 || inner == 0) return;
  const int64_t blocks = inner < WIDTH ? 1 : inner / WIDTH;
  softmax_job job = {dtype, logarithm, length, inner, blocks, input, output};
  if (inner == 1) {
    weft_parallel_for(outer, WEFT_WORTH_A_THREAD / (length * COST) + 1, find_rows, &job);
    return;
  }
  weft_parallel_for(outer * blocks, WEFT_WORTH_A_THREAD / (length * WIDTH * COST) + 1, find_blocks, &job);
}

// MARK: - The gradient

typedef struct {
  int32_t dtype;
  bool logarithm;
  int64_t length, inner, blocks;
  const char *gradient, *output;
  char *result;
} gradient_job;

static void find_gradients(void *context, int64_t begin, int64_t end) {
  const gradient_job *job = context;
  const size_t length = (size_t)job->length, inner = (size_t)job->inner;
  const int64_t bytes = computed_bytes(job->dtype);
  weft_softmax_gradient_kernel find =
      weft_kernels_current()->softmax_gradient_columns[compute_of(job->dtype)][job->logarithm];
  for (int64_t item = begin; item < end; item++) {
    int64_t block = item % job->blocks;
    int64_t at = (item / job->blocks * job->length * job->inner + block * WIDTH) * bytes;
    find(length, inner, WIDTH, job->gradient + at, job->output + at, job->result + at);
    if (block < job->blocks - 1 || job->inner % WIDTH == 0) continue;
    at += job->inner % WIDTH * bytes;  // the columns left over, with some of these once more
    find(length, inner, WIDTH, job->gradient + at, job->output + at, job->result + at);
  }
}

void weft_column_softmax_gradient(int32_t dtype, bool logarithm, int64_t outer, int64_t length, int64_t inner,
                                  const void *gradient, const void *output, void *result) {
  WEFT_NOTED(weft_note_softmax_gradient(notes, dtype, logarithm, outer, length, inner, gradient, output, result));
  if (length == 0 || inner < WIDTH) return;
  const int64_t blocks = inner / WIDTH;
  gradient_job job = {dtype, logarithm, length, inner, blocks, gradient, output, result};
  weft_parallel_for(outer * blocks, WEFT_WORTH_A_THREAD / (length * WIDTH * COST) + 1, find_gradients, &job);
}
