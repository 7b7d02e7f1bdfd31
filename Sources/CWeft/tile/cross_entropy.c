// The cross-entropy of rows along memory with one class each: what of a row it needs, in two walks over the row, and
// the gradient of the mean in one.
#include <string.h>

#include "row_map.h"
#include "tile.h"
#include "weft_parallel.h"

enum {
  /// Of an element, in units of about one addition.
  COST = 10,
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

void weft_cross_entropy_rows(const weft_cross_entropy *call) {
  if (call->columns == 0) return;
  weft_parallel_for(call->rows, WEFT_WORTH_A_THREAD / (call->columns * COST) + 1, find_rows, (void *)call);
}

static void find_gradients(void *context, int64_t begin, int64_t end) {
  const weft_cross_entropy_slope *call = context;
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
                                      call->logarithms[row], call->scale, (size_t)(is_class ? label : 0), result);
    if (is_class) result[label] = (share - 1) * call->scale;
  }
}

void weft_cross_entropy_gradient(const weft_cross_entropy_slope *call) {
  if (call->columns == 0) return;
  weft_parallel_for(call->rows, WEFT_WORTH_A_THREAD / (call->columns * COST) + 1, find_gradients, (void *)call);
}
