// Products with a matrix that is packed once and kept, cut into blocks (private).
#ifndef WEFT_PANEL_PRODUCT_H
#define WEFT_PANEL_PRODUCT_H

#include "gemm.h"
#include "last_pass.h"

/// Whether the kernels take this product: float32, the elements of rows adjacent in a and c.
bool weft_panel_product_suits(const weft_gemm *product);

/// Computes it. `content` stands for what b's memory holds, 0 where nothing is kept; `pass` may be NULL. Each result is
/// one sum in the order of k: it has the same bits whatever else is computed beside it, on any number of threads.
int32_t weft_panel_product(const weft_gemm *product, uint64_t content, const weft_flat_pass *pass);

#endif
