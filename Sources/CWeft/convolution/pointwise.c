// Convolutions of single points: products of all positions with the weight. Positions that are apart are copied beside
// each other before.
#include "few_taps.h"

#include <string.h>

#include "../common/scratch.h"
#include "../common/status.h"
#include "../product/panel_product.h"
#include "weft_parallel.h"

static weft_gemm product_of(const weft_convolution *c) {
  const weft_convolution_description *d = &c->shape;
  int64_t points = d->batch;
  for (int32_t i = 0; i < d->spatial; i++) points *= d->out_size[i];
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
    if (d->kernel[i] != 1 || d->padding_before[i] + d->padding_after[i] > 0) return false;
  }
  int64_t sizes[5];
  weft_input_sizes(d, sizes);
  if (!(weft_layout_of(d->spatial + 2, sizes, d->input_strides) & WEFT_LAYOUT_LAST)) return false;
  weft_output_sizes(d, sizes);
  if (!(weft_layout_of(d->spatial + 2, sizes, d->output_strides) & WEFT_LAYOUT_LAST)) return false;
  weft_gemm product = product_of(c);
  return weft_panel_product_suits(&product);
}

static bool is_apart(const weft_convolution_description *d) {
  for (int32_t i = 0; i < d->spatial; i++) {
    if (d->stride[i] != 1) return true;
  }
  return false;
}

typedef struct {
  const weft_convolution_description *shape;
  const float *input;
  float *points;
} gathering;

static void gather(void *context, int64_t begin, int64_t end) {
  const gathering *work = context;
  const weft_convolution_description *d = work->shape;
  size_t bytes = (size_t)d->in_channels * sizeof(float);
  for (int64_t point = begin; point < end; point++) {
    int64_t from = 0, step = 1, place = point;
    for (int32_t i = d->spatial - 1; i >= 0; i--, step *= d->in_size[i + 1]) {
      from += place % d->out_size[i] * d->stride[i] * step;
      place /= d->out_size[i];
    }
    from += place * step;  // of the image
    memcpy(work->points + point * d->in_channels, work->input + from * d->in_channels, bytes);
  }
}

enum { GATHER_GRAIN = 1 << 15 };  // elements worth handing to another thread

int32_t weft_pointwise(const weft_convolution *c, const weft_flat_pass *pass) {
  weft_gemm product = product_of(c);
  if (!is_apart(&c->shape)) return weft_panel_product(&product, c->shape.weight_content, pass);
  weft_scratch_mark mark = weft_scratch_begin();
  gathering work = {&c->shape, c->input, weft_scratch_take(weft_bytes3(product.m, product.k, sizeof(float)))};
  int32_t status = WEFT_OUT_OF_MEMORY;
  if (work.points) {
    weft_parallel_for(product.m, 1 + GATHER_GRAIN / product.k, gather, &work);
    product.a = work.points;
    status = weft_panel_product(&product, c->shape.weight_content, pass);
  }
  weft_scratch_release(mark);
  return status;
}
