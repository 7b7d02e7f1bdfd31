// The softmax of short rows, its logarithm, and their gradients: a block of rows is turned round in the cache and
// computed side by side, as columns are. Alone, a short row's maximum and sum cost more than its exponentials.
#include <string.h>

#include "../common/scratch.h"
#include "../common/square.h"
#include "launches.h"
#include "row_map.h"
#include "tile.h"
#include "weft_parallel.h"

enum {
  /// Rows that are computed side by side.
  WIDTH = WEFT_SOFTMAX_COLUMNS,
  /// Of the widest vector, in float32.
  LANES = 16,
  /// Of an element, in units of about one addition.
  COST = 16,
};

/// to[column][row] = from[row][column].
static void turn(int64_t rows, int64_t columns, const float *from, int64_t from_step, float *to, int64_t to_step) {
  const int64_t whole_rows = rows / 4 * 4, whole_columns = columns / 4 * 4;
  for (int64_t row = 0; row < whole_rows; row += 4) {
    for (int64_t column = 0; column < whole_columns; column += 4) {
      weft_turn_square(from + row * from_step + column, from_step, to + column * to_step + row, to_step);
    }
  }
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t column = row < whole_rows ? whole_columns : 0; column < columns; column++) {
      to[column * to_step + row] = from[row * from_step + column];
    }
  }
}

typedef struct {
  int32_t dtype;
  bool logarithm;
  int64_t rows, length;
  const char *input, *y;  // y: of a gradient, whose input is that of the result
  char *output;
} rows_job;

/// Brings in `count` rows from element `at` on as columns.
static void bring(const rows_job *job, const char *from, int64_t at, int64_t count, float *flat, float *wide) {
  const float *values = (const float *)from + at;
  if (job->dtype != WEFT_FLOAT32) {
    weft_kernels_current()->load[0][WEFT_COMPUTE_FLOAT32][job->dtype]((size_t)(count * job->length), flat,
                                                                      from + at * weft_dtype_bytes(job->dtype));
    values = flat;
  }
  turn(count, job->length, values, job->length, wide, WIDTH);
}

static void hand_out(const rows_job *job, int64_t at, int64_t count, float *flat, const float *wide) {
  float *values = job->dtype == WEFT_FLOAT32 ? (float *)job->output + at : flat;
  turn(job->length, count, wide, WIDTH, values, job->length);
  if (job->dtype == WEFT_FLOAT32) return;
  weft_kernels_current()->store[0][WEFT_COMPUTE_FLOAT32][job->dtype](
      (size_t)(count * job->length), job->output + at * weft_dtype_bytes(job->dtype), flat);
}

static void find_blocks(void *context, int64_t begin, int64_t end) {
  const rows_job *job = context;
  const weft_kernels *kernels = weft_kernels_current();
  const size_t length = (size_t)job->length, block = length * WIDTH;
  weft_scratch_mark mark = weft_scratch_begin();
  float *wide = weft_scratch_take(weft_bytes3(3 * job->length, WIDTH, sizeof(float)));
  if (!wide) weft_no_memory();
  float *y = wide + block, *flat = y + block;
  // The columns that are none are computed too.
  memset(wide, 0, 2 * block * sizeof(float));
  for (int64_t item = begin; item < end; item++) {
    const int64_t first = item * WIDTH, left = job->rows - first, count = left < WIDTH ? left : WIDTH;
    const size_t width = (size_t)(count + LANES - 1) / LANES * LANES;
    bring(job, job->input, first * job->length, count, flat, wide);
    if (job->y) {
      bring(job, job->y, first * job->length, count, flat, y);
      kernels->softmax_gradient_columns[WEFT_COMPUTE_FLOAT32][job->logarithm](length, WIDTH, width, wide, y, wide);
    } else {
      kernels->softmax_columns[WEFT_COMPUTE_FLOAT32][job->logarithm](length, WIDTH, WIDTH, width, wide, wide);
    }
    hand_out(job, first * job->length, count, flat, wide);
  }
  weft_scratch_release(mark);
}

static void run(rows_job *job) {
  if (job->rows == 0 || job->length == 0) return;
  const int64_t blocks = (job->rows + WIDTH - 1) / WIDTH;
  weft_parallel_for(blocks, WEFT_WORTH_A_THREAD / (job->length * WIDTH * COST) + 1, find_blocks, job);
}

void weft_row_softmax(int32_t dtype, bool logarithm, int64_t rows, int64_t length, const void *input, void *output) {
  WEFT_NOTED(weft_note_softmax(notes, dtype, logarithm, rows, length, 0, input, output));
  rows_job job = {dtype, logarithm, rows, length, input, NULL, output};
  run(&job);
}

void weft_row_softmax_gradient(int32_t dtype, bool logarithm, int64_t rows, int64_t length, const void *gradient,
                               const void *y, void *result) {
  WEFT_NOTED(weft_note_softmax_gradient(notes, dtype, logarithm, rows, length, 0, gradient, y, result));
  rows_job job = {dtype, logarithm, rows, length, gradient, y, result};
  run(&job);
}
