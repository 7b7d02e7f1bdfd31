// Convolutions that need no oneDNN: of single points, which are products, and of each channel by itself (private).
// Input and output have their channels last. A formula may follow the results block by block.
#ifndef WEFT_FEW_TAPS_H
#define WEFT_FEW_TAPS_H

#include "../layout/convolution.h"
#include "../product/last_pass.h"

/// Whether the windows are single points of all channels.
bool weft_pointwise_suits(const weft_convolution *convolution);
int32_t weft_pointwise(const weft_convolution *convolution, const weft_flat_pass *pass);

/// Whether each channel has one filter, over 1 or 2 axes. What is padding takes no part.
bool weft_depthwise_suits(const weft_convolution *convolution);
int32_t weft_depthwise(const weft_convolution *convolution, const weft_flat_pass *pass);

#endif
