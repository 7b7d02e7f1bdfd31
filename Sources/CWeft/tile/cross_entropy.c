// The cross-entropy of rows with one class each: what of a row it needs, in two walks over the row, and the gradient of
// the mean in one. Rows that lie across memory are computed side by side.
#include <string.h>

#include "launches.h"
#include "row_map.h"
#include "tile.h"
#include "weft_parallel.h"

enum {
  /// Of an element, in units of about one addition.
  COST = 10,
  /// Rows side by side, and the fewest.
  WIDTH = 64,
  LEAST = WEFT_CROSS_ENTROPY_COLUMNS,
};

static int64_t class_at(const void *classes, int32_t dtype, int64_t row) {
  int64_t label;
  const char *at = (const char *)classes + row * weft_dtype_bytes(dtype);
  weft_kernels_current()->load[1][WEFT_COMPUTE_INT64][dtype](1, &label, at);
  return label;
}

static void find_rows(void *context, int64_t begin, int64_t end) {
  const weft_cross_entropy *call = context;
  const weft_kernels *kernels = weft_kernels_current();
  for (int64_t row = begin; row < end; row++) {
    const float *x = call->logits + row * call->columns;
    int64_t label = class_at(call->classes, call->class_dtype, row);
    kernels->row_exponentials((size_t)call->columns, x, &call->largest[row], &call->sums[row]);
    call->chosen[row] = label >= 0 && label < call->columns ? x[label] - call->largest[row] : 0;
  }
}

// MARK: - Rows across memory

/// How many columns are computed at a time, and how often that fits.
static int64_t width_of(int64_t inner) { return inner < WIDTH ? LEAST : WIDTH; }
static int64_t blocks_of(int64_t inner) { return inner / width_of(inner); }

/// Calls `find` for columns from `at` on of the items' groups, in blocks; those left over are begun earlier, so that some
/// of the same thread's are found once more.
static void walk_blocks(const void *call, int64_t inner, int64_t begin, int64_t end,
                        void (*find)(const void *call, int64_t group, int64_t at, int64_t count)) {
  const int64_t width = width_of(inner), blocks = blocks_of(inner);
  for (int64_t item = begin; item < end; item++) {
    const int64_t group = item / blocks, block = item % blocks, left = inner % width;
    find(call, group, block * width, width);
    if (block < blocks - 1 || left == 0) continue;
    const int64_t again = (left + LEAST - 1) / LEAST * LEAST;
    find(call, group, inner - again, again);
  }
}

static void classes_at(const void *classes, int32_t dtype, int64_t row, int64_t count, int64_t *labels) {
  const char *at = (const char *)classes + row * weft_dtype_bytes(dtype);
  weft_kernels_current()->load[1][WEFT_COMPUTE_INT64][dtype]((size_t)count, labels, at);
}

static void find_block(const void *context, int64_t group, int64_t at, int64_t count) {
  const weft_cross_entropy *call = context;
  const float *x = call->logits + group * call->columns * call->inner + at;
  const int64_t row = group * call->inner + at;
  int64_t labels[WIDTH];
  weft_kernels_current()->column_exponentials((size_t)call->columns, (size_t)call->inner, (size_t)count, x,
                                              call->largest + row, call->sums + row);
  classes_at(call->classes, call->class_dtype, row, count, labels);
  for (int64_t i = 0; i < count; i++) {
    const bool is_class = labels[i] >= 0 && labels[i] < call->columns;
    call->chosen[row + i] = is_class ? x[labels[i] * call->inner + i] - call->largest[row + i] : 0;
  }
}

static void find_columns(void *context, int64_t begin, int64_t end) {
  const weft_cross_entropy *call = context;
  walk_blocks(call, call->inner, begin, end, find_block);
}

void weft_cross_entropy_rows(const weft_cross_entropy *call) {
  WEFT_NOTED(weft_note_cross_entropy(notes, call));
  if (call->columns == 0 || call->inner == 0) return;
  if (call->inner > 1) {
    const int64_t work = call->columns * width_of(call->inner) * COST;
    weft_parallel_for(call->rows / call->inner * blocks_of(call->inner), WEFT_WORTH_A_THREAD / work + 1, find_columns,
                      (void *)call);
    return;
  }
  weft_parallel_for(call->rows, WEFT_WORTH_A_THREAD / (call->columns * COST) + 1, find_rows, (void *)call);
}

static float scale_of(const weft_cross_entropy_slope *call) { return *call->gradient / *call->count; }

static void find_gradients(void *context, int64_t begin, int64_t end) {
  const weft_cross_entropy_slope *call = context;
  const float scale = scale_of(call);
  const weft_kernels *kernels = weft_kernels_current();
  for (int64_t row = begin; row < end; row++) {
    float *result = call->result + row * call->columns;
    int64_t label = class_at(call->classes, call->class_dtype, row);
    if ((float)label == (float)call->ignored) {  // as the formulas of the other derivatives have it
      memset(result, 0, (size_t)call->columns * sizeof *result);
      continue;
    }
    bool is_class = label >= 0 && label < call->columns;
    float share = kernels->row_shares((size_t)call->columns, call->logits + row * call->columns, call->largest[row],
                                      call->logarithms[row], scale, (size_t)(is_class ? label : 0), result);
    if (is_class) result[label] = (share - 1) * scale;
  }
}

static void find_gradient_block(const void *context, int64_t group, int64_t at, int64_t count) {
  const weft_cross_entropy_slope *call = context;
  const int64_t first = group * call->columns * call->inner + at, row = group * call->inner + at;
  const float *x = call->logits + first;
  float *result = call->result + first;
  const float scale = scale_of(call);
  int64_t labels[WIDTH];
  int32_t kept[WIDTH];
  classes_at(call->classes, call->class_dtype, row, count, labels);
  for (int64_t i = 0; i < count; i++) kept[i] = (float)labels[i] == (float)call->ignored ? 0 : -1;
  weft_kernels_current()->column_shares((size_t)call->columns, (size_t)call->inner, (size_t)count, x,
                                        call->largest + row, call->logarithms + row, kept, scale, result);
  for (int64_t i = 0; i < count; i++) {
    if (kept[i] && labels[i] >= 0 && labels[i] < call->columns) result[labels[i] * call->inner + i] -= scale;
  }
}

static void find_gradient_columns(void *context, int64_t begin, int64_t end) {
  const weft_cross_entropy_slope *call = context;
  walk_blocks(call, call->inner, begin, end, find_gradient_block);
}

void weft_cross_entropy_gradient(const weft_cross_entropy_slope *call) {
  WEFT_NOTED(weft_note_cross_entropy_gradient(notes, call));
  if (call->columns == 0 || call->inner == 0) return;
  if (call->inner > 1) {
    const int64_t work = call->columns * width_of(call->inner) * COST;
    weft_parallel_for(call->rows / call->inner * blocks_of(call->inner), WEFT_WORTH_A_THREAD / work + 1,
                      find_gradient_columns, (void *)call);
    return;
  }
  weft_parallel_for(call->rows, WEFT_WORTH_A_THREAD / (call->columns * COST) + 1, find_gradients, (void *)call);
}
