// Matrix products through oneDNN (private).
#ifndef WEFT_MATMUL_DNNL_H
#define WEFT_MATMUL_DNNL_H

#include "gemm.h"

/// Computes the product if oneDNN takes its type and layout and is the better choice; false if nothing was done.
bool weft_matmul_dnnl(const weft_gemm *product, const weft_gemm_batch *batch, int32_t *status);

#endif
