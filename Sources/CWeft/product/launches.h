// How calls of products and convolutions are noted (private).
#ifndef WEFT_PRODUCT_LAUNCHES_H
#define WEFT_PRODUCT_LAUNCHES_H

#include "../common/launch.h"
#include "weft_dnnl.h"

void weft_note_matmul(weft_launch_list *notes, const weft_matmul_description *description, const void *a, const void *b,
                      const void *bias, void *c);

typedef int32_t (*weft_convolution_kernel)(const weft_convolution_description *description, const void *a,
                                           const void *b, const void *c, void *result);

/// `kernel` makes the call again, with two or three operands and one or two results.
void weft_note_convolution(weft_launch_list *notes, weft_convolution_kernel kernel,
                           const weft_convolution_description *description, const void *a, const void *b, const void *c,
                           void *result);

#endif
