// Convolutions in all three directions: Winograd's tiles, products over unfolded patches, and oneDNN.
#include "check.h"

typedef weft_convolution_description description;

static int64_t elements(int32_t rank, const int64_t *sizes) {
  int64_t count = 1;
  for (int32_t i = 0; i < rank; i++) count *= sizes[i];
  return count;
}

static void strides_of(int32_t rank, const int64_t *sizes, bool channels_last, int64_t *strides) {
  dense_strides(rank, sizes, strides);
  if (!channels_last) return;
  int64_t step = sizes[1];
  strides[1] = 1;
  for (int32_t axis = rank - 1; axis >= 2; axis--) strides[axis] = step, step *= sizes[axis];
}

/// A convolution of equal axes; sizes of what it does not state follow.
static description make_description(int32_t spatial, int64_t batch, int64_t in, int64_t out, int64_t groups,
                                    int64_t size, int64_t kernel, int64_t stride, int64_t padding) {
  description d = {.spatial = spatial, .batch = batch, .in_channels = in, .out_channels = out, .groups = groups};
  for (int32_t i = 0; i < spatial; i++) {
    d.in_size[i] = size + i;
    d.kernel[i] = kernel;
    d.stride[i] = stride;
    d.dilation[i] = 1;
    d.padding_before[i] = d.padding_after[i] = padding;
    d.out_size[i] = (d.in_size[i] + 2 * padding - kernel) / stride + 1;
  }
  return d;
}

/// The same with both axes alike.
static description square(description d) {
  d.in_size[1] = d.in_size[0];
  d.out_size[1] = d.out_size[0];
  return d;
}

typedef struct {
  int64_t input[5], weight[5], output[5];  // sizes
  void *x, *w, *bias, *y;
} arrays;

static arrays make_arrays(description *d, bool channels_last) {
  arrays a = {.input = {d->batch, d->in_channels}, .weight = {d->out_channels, d->in_channels / d->groups},
              .output = {d->batch, d->out_channels}};
  for (int32_t i = 0; i < d->spatial; i++) {
    a.input[2 + i] = d->in_size[i];
    a.weight[2 + i] = d->kernel[i];
    a.output[2 + i] = d->out_size[i];
  }
  int32_t rank = 2 + d->spatial;
  strides_of(rank, a.input, channels_last, d->input_strides);
  strides_of(rank, a.weight, false, d->weight_strides);
  strides_of(rank, a.output, channels_last, d->output_strides);
  a.x = make_random(d->dtype, elements(rank, a.input));
  a.w = make_random(d->dtype, elements(rank, a.weight));
  a.bias = make_random(d->dtype, d->out_channels);
  a.y = make_random(d->dtype, elements(rank, a.output));
  return a;
}

static void free_arrays(arrays *a) { free(a->x), free(a->w), free(a->bias), free(a->y); }

typedef void (*meeting)(void *context, int64_t input, int64_t weight, int64_t output, int64_t channel);

/// Calls `meet` with the places in memory of everything that is multiplied.
static void visit(const description *d, const arrays *a, meeting meet, void *context) {
  int32_t rank = 2 + d->spatial;
  int64_t outputs = elements(rank, a->output), taps = elements(rank - 1, a->weight + 1);
  for (int64_t o = 0; o < outputs; o++) {
    int64_t index[5], rest = o, output = 0;
    for (int32_t axis = rank - 1; axis >= 0; axis--) {
      index[axis] = rest % a->output[axis];
      rest /= a->output[axis];
      output += index[axis] * d->output_strides[axis];
    }
    for (int64_t tap = 0; tap < taps; tap++) {
      int64_t left = tap, weight = index[1] * d->weight_strides[0], input = index[0] * d->input_strides[0];
      bool inside = true;
      for (int32_t axis = rank - 1; axis >= 2; axis--) {
        int64_t k = left % a->weight[axis], i = axis - 2;
        left /= a->weight[axis];
        int64_t at = index[axis] * d->stride[i] + k * d->dilation[i] - d->padding_before[i];
        inside = inside && at >= 0 && at < d->in_size[i];
        weight += k * d->weight_strides[axis];
        input += at * d->input_strides[axis];
      }
      int64_t group = index[1] / (d->out_channels / d->groups);
      weight += left * d->weight_strides[1];
      input += (group * a->weight[1] + left) * d->input_strides[1];
      if (inside) meet(context, input, weight, output, index[1]);
    }
  }
}

typedef struct {
  int32_t dtype;
  const arrays *a;
  double *forward, *input_gradient, *weight_gradient;
} sums;

static void add(void *context, int64_t input, int64_t weight, int64_t output, int64_t channel) {
  sums *s = context;
  (void)channel;
  double x = real_at(s->dtype, s->a->x, input), w = real_at(s->dtype, s->a->w, weight);
  double y = real_at(s->dtype, s->a->y, output);
  s->forward[output] += x * w;
  s->input_gradient[input] += y * w;
  s->weight_gradient[weight] += x * y;
}

static void compare(int32_t dtype, const void *found, const double *expected, int64_t count, double terms,
                    const char *what, const description *d) {
  // Winograd's transforms lose some digits; sums grow with their number of terms.
  double inner = dtype == WEFT_FLOAT64 ? 0x1p-49 : 0x1p-18;
  for (int64_t i = 0; i < count; i++) {
    double tolerance = inner * (4 + sqrt(terms)) + precision(dtype) * fabs(expected[i]);
    expect_near(real_at(dtype, found, i), expected[i], tolerance,
                "%s of %s, %dd, %d to %d channels in %d groups, kernel %d, stride %d", what, dtype_names[dtype],
                d->spatial, (int)d->in_channels, (int)d->out_channels, (int)d->groups, (int)d->kernel[0], (int)d->stride[0]);
  }
}

static void check_convolution(description d, int32_t dtype, bool channels_last) {
  d.dtype = dtype;
  arrays a = make_arrays(&d, channels_last);
  int32_t rank = 2 + d.spatial;
  int64_t inputs = elements(rank, a.input), weights = elements(rank, a.weight), outputs = elements(rank, a.output);
  sums s = {dtype, &a, make(WEFT_FLOAT64, outputs), make(WEFT_FLOAT64, inputs), make(WEFT_FLOAT64, weights)};
  visit(&d, &a, add, &s);
  double *bias_gradient = make(WEFT_FLOAT64, d.out_channels);
  for (int64_t i = 0; i < outputs; i++) {
    int64_t channel = channels_last ? i % d.out_channels : i / d.output_strides[1] % d.out_channels;
    s.forward[i] += real_at(dtype, a.bias, channel);
    bias_gradient[channel] += real_at(dtype, a.y, i);
  }
  void *y = make(dtype, outputs), *dx = make(dtype, inputs), *dw = make(dtype, weights);
  void *db = make(dtype, d.out_channels);
  expect(weft_convolution_forward(&d, a.x, a.w, a.bias, y) == 0, "a convolution does not run");
  expect(weft_convolution_backward_input(&d, a.y, a.w, dx) == 0, "an input's gradient does not run");
  expect(weft_convolution_backward_weight(&d, a.x, a.y, dw, db) == 0, "a weight's gradient does not run");
  double taps = (double)elements(rank - 1, a.weight + 1), places = (double)outputs / (double)d.out_channels;
  compare(dtype, y, s.forward, outputs, taps, "output", &d);
  double back_taps = taps * (double)d.out_channels / (double)d.in_channels;
  compare(dtype, dx, s.input_gradient, inputs, back_taps, "input gradient", &d);
  compare(dtype, dw, s.weight_gradient, weights, places, "weight gradient", &d);
  compare(dtype, db, bias_gradient, d.out_channels, places, "bias gradient", &d);
  free(s.forward), free(s.input_gradient), free(s.weight_gradient), free(bias_gradient);
  free(y), free(dx), free(dw), free(db);
  free_arrays(&a);
}

/// More channels than a block of tiles is made for, beside direct sums, which round otherwise by less than 0.05.
static void check_many_channels(void) {
  description d = make_description(2, 1, 39000, 32, 1, 7, 3, 1, 1);
  arrays a = make_arrays(&d, true);
  int64_t outputs = elements(4, a.output);
  float *y = make(WEFT_FLOAT32, outputs), *direct = make(WEFT_FLOAT32, outputs);
  expect(weft_convolution_forward(&d, a.x, a.w, a.bias, y) == 0, "a convolution does not run");
  weft_winograd_enable(false);
  expect(weft_convolution_forward(&d, a.x, a.w, a.bias, direct) == 0, "a convolution does not run");
  weft_winograd_enable(true);
  for (int64_t i = 0; i < outputs; i++) expect_near(y[i], direct[i], 0.05, "39000 channels at %d", (int)i);
  free(y), free(direct);
  free_arrays(&a);
}

void check_convolutions(void) {
  begin("winograd");
  bool enabled = weft_winograd_enabled();
  weft_winograd_enable(true);
  for (int layout = 0; layout < 2; layout++) {
    check_convolution(make_description(2, 2, 32, 36, 1, 19, 3, 1, 1), WEFT_FLOAT32, layout);
    check_convolution(make_description(2, 2, 33, 32, 1, 25, 3, 2, 1), WEFT_FLOAT32, layout);
    check_convolution(make_description(2, 2, 40, 32, 1, 17, 3, 1, 0), WEFT_FLOAT32, layout);
    check_convolution(make_description(2, 1, 150, 40, 1, 7, 3, 1, 1), WEFT_FLOAT32, layout);  // few tiles
    check_convolution(square(make_description(2, 3, 128, 36, 1, 4, 3, 1, 1)), WEFT_FLOAT32, layout);
  }
  check_many_channels();
  begin("convolutions");
  weft_winograd_enable(false);
  check_convolution(make_description(2, 2, 32, 36, 1, 19, 3, 1, 1), WEFT_FLOAT32, false);
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_BFLOAT16; dtype++) {
    for (int layout = 0; layout < 2; layout++) {
      check_convolution(make_description(2, 2, 3, 8, 1, 11, 5, 2, 2), dtype, layout);
      check_convolution(make_description(2, 1, 8, 12, 4, 9, 3, 1, 1), dtype, layout);
      check_convolution(make_description(2, 2, 16, 8, 1, 6, 1, 1, 0), dtype, layout);
      check_convolution(make_description(1, 3, 4, 6, 1, 20, 4, 3, 1), dtype, layout);
      check_convolution(make_description(3, 1, 2, 4, 2, 5, 2, 1, 1), dtype, layout);
      // Each channel by itself.
      check_convolution(make_description(2, 2, 70, 70, 70, 12, 3, 1, 1), dtype, layout);
      check_convolution(make_description(2, 1, 35, 35, 35, 7, 5, 1, 2), dtype, layout);
      check_convolution(make_description(1, 2, 20, 20, 20, 30, 4, 1, 3), dtype, layout);
      check_convolution(make_description(2, 2, 16, 16, 16, 3, 3, 1, 3), dtype, layout);
      check_convolution(make_description(2, 2, 33, 33, 33, 12, 3, 2, 1), dtype, layout);
      check_convolution(make_description(2, 1, 65, 65, 65, 15, 5, 2, 2), dtype, layout);
      // Windows of few channels.
      check_convolution(make_description(2, 2, 1, 40, 1, 9, 3, 1, 1), dtype, layout);
      check_convolution(make_description(2, 1, 4, 33, 1, 5, 7, 3, 3), dtype, layout);
      check_convolution(make_description(2, 1, 3, 70, 1, 13, 4, 5, 0), dtype, layout);
      check_convolution(make_description(1, 2, 2, 5, 1, 6, 5, 1, 4), dtype, layout);
      check_convolution(make_description(2, 1, 2, 3, 1, 2, 3, 1, 3), dtype, layout);
    }
  }
  weft_winograd_enable(enabled);
}
