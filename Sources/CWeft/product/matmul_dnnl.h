// Matrix products through oneDNN (private).
#ifndef WEFT_MATMUL_DNNL_H
#define WEFT_MATMUL_DNNL_H

#include "gemm.h"

/// Computes the product if oneDNN takes its type and layout and is the better choice; false if nothing was done.
bool weft_matmul_dnnl(const weft_gemm *product, const weft_gemm_batch *batch, int32_t *status);

/// Cuts the product into blocks that do not depend on the number of threads, each computed on one.
int32_t weft_matmul_pieces(const weft_gemm *product, const weft_gemm_batch *batch);
/// Computes a block by one call of oneDNN, or the general way where it has nothing good.
int32_t weft_matmul_piece_run(const weft_gemm *product, const weft_gemm_batch *batch);

#endif
