// Matrix products: chooses who computes them.
#include "matmul_dnnl.h"
#include "matmul_plan.h"
#include "../common/status.h"
#include "weft_parallel.h"

enum { TINY = 1 << 14 };  // multiply-adds

typedef struct {
  const weft_gemm *product;
  const weft_gemm_batch *batch;
} job;

static void run_tiny(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  const weft_gemm_batch *batch = work->batch;
  for (int64_t item = begin; item < end; item++) {
    weft_gemm p = *work->product;
    int64_t rest = item;
    for (int32_t axis = batch->rank - 1; axis >= 0; axis--) {
      int64_t i = rest % batch->size[axis];
      rest /= batch->size[axis];
      p.a = (const float *)p.a + i * batch->a[axis];
      p.b = (const float *)p.b + i * batch->b[axis];
      p.c = (float *)p.c + i * batch->c[axis];
    }
    weft_gemm_small(&p);
  }
}

// Many products, each too small to pack.
static bool run_each_tiny(const weft_gemm *product, const weft_gemm_batch *batch) {
  double work = (double)product->m * (double)product->n * (double)product->k;
  if (work > TINY || !weft_gemm_small_suits(product)) return false;
  int64_t count = 1;
  for (int32_t axis = 0; axis < batch->rank; axis++) count *= batch->size[axis];
  job all = {product, batch};
  weft_parallel_for(count, (int64_t)(4 * TINY / (work + 512)) + 1, run_tiny, &all);
  return true;
}

int32_t weft_matmul(const weft_matmul_description *description, const void *a, const void *b, const void *bias,
                    void *c) {
  weft_gemm product;
  weft_gemm_batch batch;
  bool empty;
  int32_t status = weft_matmul_plan(description, a, b, bias, c, &product, &batch, &empty);
  if (status != WEFT_OK || empty) return status;
  if (product.dtype == WEFT_FLOAT32) {
    if (batch.rank == 0 ? weft_gemm_small(&product) : run_each_tiny(&product, &batch)) return WEFT_OK;
  }
  if (weft_matmul_dnnl(&product, &batch, &status)) return status;
  return weft_gemm_run(&product, &batch);
}
