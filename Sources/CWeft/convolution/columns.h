// Convolution as products over unfolded patches (private).
#ifndef WEFT_COLUMNS_H
#define WEFT_COLUMNS_H

#include "../layout/convolution.h"

/// Runs by products over unfolded patches: float32 or float64, channels-first, weights row-major.
int32_t weft_convolution_columns(const weft_convolution *convolution);

#endif
