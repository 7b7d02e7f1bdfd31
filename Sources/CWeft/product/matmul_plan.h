// A described product with as few axes as its strides allow (private).
#ifndef WEFT_MATMUL_PLAN_H
#define WEFT_MATMUL_PLAN_H

#include "gemm.h"

/// Checks the description and merges batch axes into m, n or each other. `empty` is set where c has no elements.
int32_t weft_matmul_plan(const weft_matmul_description *description, const void *a, const void *b, const void *bias,
                         void *c, weft_gemm *product, weft_gemm_batch *batch, bool *empty);
/// The same product seen as cᵀ = bᵀ · aᵀ.
void weft_gemm_transpose(weft_gemm *product, weft_gemm_batch *batch);

#endif
