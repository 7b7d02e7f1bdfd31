// Convolutions of images of few channels: products of their windows, read where they are, with the weight (private).
#ifndef WEFT_WINDOWS_H
#define WEFT_WINDOWS_H

#include "../layout/convolution.h"
#include "../product/last_pass.h"

/// Whether the kernels take this convolution, and are faster than others. What is padding takes no part.
bool weft_windows_suits(const weft_convolution *convolution);
/// Each result is one sum in the same order on any number of threads. `pass` may be NULL.
int32_t weft_windows(const weft_convolution *convolution, const weft_flat_pass *pass);

#endif
