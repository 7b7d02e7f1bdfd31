// Reducing a product to few axes: [B, T, K] x [K, N] is one product of B·T rows.
#include "matmul_plan.h"

#include "../common/status.h"

static bool valid(const weft_matmul_description *d) {
  if (d->rank < 2 || d->rank > WEFT_MAX_RANK) return false;
  int32_t row = d->rank - 2, column = d->rank - 1;
  for (int32_t axis = 0; axis < d->rank; axis++) {
    if (d->a_shape[axis] < 0 || d->b_shape[axis] < 0 || d->c_shape[axis] < 0) return false;
  }
  for (int32_t axis = 0; axis < row; axis++) {
    int64_t size = d->c_shape[axis];
    if (d->a_shape[axis] != size && d->a_shape[axis] != 1) return false;
    if (d->b_shape[axis] != size && d->b_shape[axis] != 1) return false;
  }
  return d->a_shape[row] == d->c_shape[row] && d->b_shape[column] == d->c_shape[column] &&
         d->a_shape[column] == d->b_shape[row];
}

static void remove_axis(weft_gemm_batch *batch, int32_t axis) {
  batch->rank--;
  for (; axis < batch->rank; axis++) {
    batch->size[axis] = batch->size[axis + 1];
    batch->a[axis] = batch->a[axis + 1];
    batch->b[axis] = batch->b[axis + 1];
    batch->c[axis] = batch->c[axis + 1];
  }
}

// An axis over which b repeats, and that continues the rows of a and c, is more rows. Likewise for columns.
static bool merge_into_rows(weft_gemm *p, const weft_gemm_batch *batch, int32_t axis) {
  if (batch->b[axis] != 0 || p->bias_m != 0) return false;
  if (p->m == 1) {
    p->a_m = batch->a[axis];
    p->c_m = batch->c[axis];
  } else if (batch->a[axis] != p->m * p->a_m || batch->c[axis] != p->m * p->c_m) {
    return false;
  }
  p->m *= batch->size[axis];
  return true;
}

static bool merge_into_columns(weft_gemm *p, const weft_gemm_batch *batch, int32_t axis) {
  if (batch->a[axis] != 0 || p->bias) return false;
  if (p->n == 1) {
    p->b_n = batch->b[axis];
    p->c_n = batch->c[axis];
  } else if (batch->b[axis] != p->n * p->b_n || batch->c[axis] != p->n * p->c_n) {
    return false;
  }
  p->n *= batch->size[axis];
  return true;
}

static void merge_neighbours(weft_gemm_batch *batch) {
  for (int32_t axis = batch->rank - 2; axis >= 0; axis--) {
    int64_t size = batch->size[axis + 1];
    if (batch->a[axis] != size * batch->a[axis + 1] || batch->b[axis] != size * batch->b[axis + 1] ||
        batch->c[axis] != size * batch->c[axis + 1]) {
      continue;
    }
    batch->size[axis + 1] *= batch->size[axis];
    remove_axis(batch, axis);
  }
}

int32_t weft_matmul_plan(const weft_matmul_description *d, const void *a, const void *b, const void *bias, void *c,
                         weft_gemm *product, weft_gemm_batch *batch, bool *empty) {
  if (!valid(d)) return WEFT_BAD_DESCRIPTION;
  if (weft_gemm_element_size(d->dtype) == 0) return WEFT_UNSUPPORTED_DTYPE;
  if (d->wide && d->dtype != WEFT_FLOAT16 && d->dtype != WEFT_BFLOAT16) return WEFT_UNSUPPORTED_DTYPE;
  int32_t row = d->rank - 2, column = d->rank - 1;
  *product = (weft_gemm){
      .m = d->c_shape[row], .n = d->c_shape[column], .k = d->a_shape[column],
      .a_m = d->a_strides[row], .a_k = d->a_strides[column],
      .b_k = d->b_strides[row], .b_n = d->b_strides[column],
      .c_m = d->c_strides[row], .c_n = d->c_strides[column],
      .a = a, .b = b, .bias = bias, .c = c, .bias_n = 1,
      .dtype = d->dtype, .result_dtype = d->wide ? WEFT_FLOAT32 : d->dtype,
      .accumulate = d->accumulate,
  };
  *empty = product->m == 0 || product->n == 0;
  batch->rank = 0;
  for (int32_t axis = 0; axis < row; axis++) {
    int64_t size = d->c_shape[axis];
    if (size == 0) *empty = true;
    if (size == 1) continue;
    int32_t to = batch->rank++;
    batch->size[to] = size;
    batch->a[to] = d->a_shape[axis] == 1 ? 0 : d->a_strides[axis];
    batch->b[to] = d->b_shape[axis] == 1 ? 0 : d->b_strides[axis];
    batch->c[to] = d->c_strides[axis];
  }
  if (*empty) return WEFT_OK;
  for (int32_t axis = batch->rank - 1; axis >= 0; axis--) {
    if (merge_into_rows(product, batch, axis) || merge_into_columns(product, batch, axis)) remove_axis(batch, axis);
  }
  merge_neighbours(batch);
  return WEFT_OK;
}

static void swap(int64_t *a, int64_t *b) {
  int64_t kept = *a;
  *a = *b;
  *b = kept;
}

void weft_gemm_transpose(weft_gemm *p, weft_gemm_batch *batch) {
  const void *a = p->a;
  p->a = p->b;
  p->b = a;
  swap(&p->m, &p->n);
  swap(&p->a_m, &p->b_n);
  swap(&p->a_k, &p->b_k);
  swap(&p->c_m, &p->c_n);
  swap(&p->bias_m, &p->bias_n);
  for (int32_t axis = 0; batch && axis < batch->rank; axis++) swap(&batch->a[axis], &batch->b[axis]);
}
