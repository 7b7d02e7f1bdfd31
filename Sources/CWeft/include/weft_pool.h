// Pooling over 1 to 3 spatial axes, forward and backward, for float32, float64, float16 and bfloat16.
#ifndef WEFT_POOL_H
#define WEFT_POOL_H

#include "weft_types.h"

/// Logical shapes are [N, C, spatial...]; strides say how each lies in memory (channels-last runs vectorized over C).
typedef struct {
  int32_t spatial;
  int64_t batch, channels;
  int64_t in_size[3], out_size[3], kernel[3], stride[3], dilation[3], padding[3];
  int64_t input_strides[5], output_strides[5];
  int32_t dtype;
  bool count_padding;  // average only: divide by the whole window instead of by the elements inside the input
  int64_t divisor;     // average only: > 0 divides by this instead
  // average and maximum: window i covers floor(i*in/out) ..< ceil((i+1)*in/out), other fields ignored
  bool adaptive;
} weft_pool_description;

/// Writes each window's maximum, and in `indices` (int32, laid out as the output) its position in the flattened spatial
/// axes of the input. NaN wins, the last of several; of equal values the first.
void weft_max_pool(const weft_pool_description *description, const void *input, void *output, int32_t *indices);
/// Whether `weft_max_pool_scatter` sums what an element gets before it rounds; else it rounds at each addition.
bool weft_max_pool_sums_at_once(const weft_pool_description *description);
/// input_gradient = 0, then input_gradient[indices] += output_gradient. Each index lies in its window; one that is no
/// position of the input is left out.
void weft_max_pool_scatter(const weft_pool_description *description, const void *output_gradient,
                           const int32_t *indices, void *input_gradient);
/// output = input[indices]: the derivative of the scatter; 0 where an index is no position of the input.
void weft_max_pool_gather(const weft_pool_description *description, const void *input, const int32_t *indices,
                          void *output);
void weft_average_pool(const weft_pool_description *description, const void *input, void *output);
void weft_average_pool_backward(const weft_pool_description *description, const void *output_gradient,
                                void *input_gradient);

#endif
