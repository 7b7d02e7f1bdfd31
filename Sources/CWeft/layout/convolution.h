// The parts of the convolution (private).
#ifndef WEFT_CONVOLUTION_H
#define WEFT_CONVOLUTION_H

#include "../onednn/onednn.h"
#include "../product/last_pass.h"
#include "weft_dnnl.h"

/// A convolution with its data. In the backward directions the gradient takes the place of what it belongs to:
/// `output` always has the output's shape.
typedef struct {
  weft_convolution_description shape;
  weft_direction direction;
  void *input, *weight, *bias, *output;
  const void *weight_at;  // where the caller has the weight
  const weft_flat_pass *pass;  // a formula for results whose channels come last, or NULL
  bool is_finished;            // whether it was applied
} weft_convolution;

typedef enum { WEFT_LAYOUT_OTHER = 0, WEFT_LAYOUT_FIRST = 1, WEFT_LAYOUT_LAST = 2, WEFT_LAYOUT_BOTH = 3 } weft_layout;

/// Whether [N, C, spatial...] lies densely with channels first, last, or (sizes of 1 allowing) both.
weft_layout weft_layout_of(int32_t rank, const int64_t *sizes, const int64_t *strides);
void weft_layout_strides(weft_layout layout, int32_t rank, const int64_t *sizes, int64_t *strides);
/// Whether the elements fill one piece of memory, each its own place.
bool weft_layout_dense(int32_t rank, const int64_t *sizes, const int64_t *strides);

void weft_input_sizes(const weft_convolution_description *shape, int64_t *sizes);
void weft_output_sizes(const weft_convolution_description *shape, int64_t *sizes);
void weft_weight_sizes(const weft_convolution_description *shape, int64_t *sizes);

/// Runs through oneDNN: float32 or bfloat16, activations channels-first or -last, weights dense.
int32_t weft_convolution_dnnl(const weft_convolution *convolution);

/// Copies between strided arrays of the same shape, converting the floating types.
void weft_copy_strided(int32_t rank, const int64_t *sizes, int32_t from_dtype, const void *from,
                       const int64_t *from_strides, int32_t to_dtype, void *to, const int64_t *to_strides);

#endif
