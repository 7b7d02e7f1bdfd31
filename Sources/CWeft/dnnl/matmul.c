// Matrix products: chooses who computes them.
#include "matmul_dnnl.h"
#include "matmul_plan.h"
#include "status.h"

int32_t weft_matmul(const weft_matmul_description *description, const void *a, const void *b, const void *bias,
                    void *c) {
  weft_gemm product;
  weft_gemm_batch batch;
  bool empty;
  int32_t status = weft_matmul_plan(description, a, b, bias, c, &product, &batch, &empty);
  if (status != WEFT_OK || empty) return status;
  if (batch.rank == 0 && product.dtype == WEFT_FLOAT32 && weft_gemm_small(&product)) return WEFT_OK;
  if (weft_matmul_dnnl(&product, &batch, &status)) return status;
  return weft_gemm_run(&product, &batch);
}
