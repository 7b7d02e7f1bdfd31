// Convolutions of single points: products of all positions with the weight.
#include "few_taps.h"

#include "../product/panel_product.h"

static weft_gemm product_of(const weft_convolution *c) {
  const weft_convolution_description *d = &c->shape;
  int64_t points = d->batch;
  for (int32_t i = 0; i < d->spatial; i++) points *= d->in_size[i];
  return (weft_gemm){
      .m = points, .n = d->out_channels, .k = d->in_channels,
      .a_m = d->in_channels, .a_k = 1, .b_k = d->weight_strides[1], .b_n = d->weight_strides[0],
      .c_m = d->out_channels, .c_n = 1, .a = c->input, .b = c->weight, .bias = c->bias, .c = c->output, .bias_n = 1,
      .dtype = d->dtype, .result_dtype = d->dtype,
  };
}

bool weft_pointwise_suits(const weft_convolution *c) {
  const weft_convolution_description *d = &c->shape;
  if (c->direction != WEFT_FORWARD || d->groups != 1 || d->wide) return false;
  for (int32_t i = 0; i < d->spatial; i++) {
    if (d->kernel[i] != 1 || d->stride[i] != 1 || d->padding_before[i] + d->padding_after[i] > 0) return false;
  }
  int64_t sizes[5];
  weft_input_sizes(d, sizes);
  if (!(weft_layout_of(d->spatial + 2, sizes, d->input_strides) & WEFT_LAYOUT_LAST)) return false;
  weft_output_sizes(d, sizes);
  if (!(weft_layout_of(d->spatial + 2, sizes, d->output_strides) & WEFT_LAYOUT_LAST)) return false;
  weft_gemm product = product_of(c);
  return weft_panel_product_suits(&product);
}

int32_t weft_pointwise(const weft_convolution *c, const weft_flat_pass *pass) {
  weft_gemm product = product_of(c);
  return weft_panel_product(&product, c->shape.weight_content, pass);
}
