// Pooling: maxima and averages, forward and back, in both layouts.
#include "check.h"

enum { BATCH = 2, MOST_WINDOW = 400 };

typedef weft_pool_description description;

static description make_description(int32_t dtype, int64_t channels, int64_t kernel, int64_t stride, int64_t padding,
                                    int64_t dilation, bool adaptive, bool last) {
  description d = {.spatial = 2, .batch = BATCH, .channels = channels, .dtype = dtype, .adaptive = adaptive,
                   .count_padding = dilation == 1};
  for (int i = 0; i < 2; i++) {
    d.in_size[i] = 13 + 5 * i;
    d.kernel[i] = kernel;
    d.stride[i] = stride;
    d.padding[i] = padding;
    d.dilation[i] = dilation;
    d.out_size[i] = adaptive ? 4 + i : (d.in_size[i] + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }
  int64_t in[] = {BATCH, channels, d.in_size[0], d.in_size[1]}, out[] = {BATCH, channels, d.out_size[0], d.out_size[1]};
  dense_strides(4, in, d.input_strides);
  dense_strides(4, out, d.output_strides);
  if (!last) return d;
  int64_t input[] = {d.input_strides[0], 1, channels * in[3], channels};
  int64_t output[] = {d.output_strides[0], 1, channels * out[3], channels};
  memcpy(d.input_strides, input, sizeof input);
  memcpy(d.output_strides, output, sizeof output);
  return d;
}

/// The same adaptive pool with an output of another size.
static description make_sized(description d, int64_t rows, int64_t columns, bool last) {
  d.out_size[0] = rows, d.out_size[1] = columns;
  int64_t out[] = {BATCH, d.channels, rows, columns};
  dense_strides(4, out, d.output_strides);
  if (!last) return d;
  int64_t output[] = {d.output_strides[0], 1, d.channels * columns, d.channels};
  memcpy(d.output_strides, output, sizeof output);
  return d;
}

/// The positions of one axis that a window covers; `padded` counts those in the padding too.
static int axis_window(const description *d, int axis, int64_t index, int64_t *positions, int64_t *padded) {
  int64_t size = d->in_size[axis], count = 0;
  if (d->adaptive) {
    int64_t out = d->out_size[axis], end = ((index + 1) * size + out - 1) / out;
    for (int64_t at = index * size / out; at < end; at++) positions[count++] = at;
    *padded = count;
    return (int)count;
  }
  *padded = 0;
  for (int64_t k = 0; k < d->kernel[axis]; k++) {
    int64_t at = index * d->stride[axis] - d->padding[axis] + k * d->dilation[axis];
    if (at < size + d->padding[axis]) ++*padded;
    if (at >= 0 && at < size) positions[count++] = at;
  }
  return (int)count;
}

typedef struct {
  int count;
  int64_t places[MOST_WINDOW], positions[MOST_WINDOW];  // in memory; in the flattened spatial axes
  int64_t output;
  double divisor;
} window;

static window window_at(const description *d, int64_t n, int64_t c, int64_t y, int64_t x) {
  int64_t rows[MOST_WINDOW], columns[MOST_WINDOW], padded_rows, padded_columns;
  int high = axis_window(d, 0, y, rows, &padded_rows), wide = axis_window(d, 1, x, columns, &padded_columns);
  window w = {.output = n * d->output_strides[0] + c * d->output_strides[1] + y * d->output_strides[2] +
                        x * d->output_strides[3]};
  for (int i = 0; i < high; i++) {
    for (int j = 0; j < wide; j++) {
      w.positions[w.count] = rows[i] * d->in_size[1] + columns[j];
      w.places[w.count++] = n * d->input_strides[0] + c * d->input_strides[1] + rows[i] * d->input_strides[2] +
                            columns[j] * d->input_strides[3];
    }
  }
  w.divisor = d->count_padding && !d->adaptive ? (double)(padded_rows * padded_columns) : w.count;
  return w;
}

static void check_pool(description d) {
  int32_t dtype = d.dtype;
  int64_t inputs = BATCH * d.channels * d.in_size[0] * d.in_size[1];
  int64_t outputs = BATCH * d.channels * d.out_size[0] * d.out_size[1];
  void *x = make_random(dtype, inputs), *g = make_random(dtype, outputs), *largest = make(dtype, outputs);
  void *average = make(dtype, outputs), *scattered = make(dtype, inputs), *shared = make(dtype, inputs);
  void *gathered = make(dtype, outputs);
  int32_t *indices = make(WEFT_INT32, outputs);
  double *expected_scattered = make(WEFT_FLOAT64, inputs), *expected_shared = make(WEFT_FLOAT64, inputs);
  weft_max_pool(&d, x, largest, indices);
  weft_average_pool(&d, x, average);
  weft_max_pool_scatter(&d, g, indices, scattered);
  weft_max_pool_gather(&d, x, indices, gathered);
  weft_average_pool_backward(&d, g, shared);
  double unit = 8 * precision(dtype);
  for (int64_t i = 0; i < outputs; i++) {
    int64_t column = i % d.out_size[1], row = i / d.out_size[1] % d.out_size[0];
    int64_t channel = i / (d.out_size[0] * d.out_size[1]) % d.channels;
    window w = window_at(&d, i / (outputs / BATCH), channel, row, column);
    int best = 0;
    double sum = 0;
    for (int k = 0; k < w.count; k++) {
      if (real_at(dtype, x, w.places[k]) > real_at(dtype, x, w.places[best])) best = k;
      sum += real_at(dtype, x, w.places[k]);
      expected_shared[w.places[k]] += real_at(dtype, g, w.output) / w.divisor;
    }
    expected_scattered[w.places[best]] += real_at(dtype, g, w.output);
    double maximum = real_at(dtype, x, w.places[best]);
    expect_near(real_at(dtype, largest, w.output), maximum, 0, "a maximum of %s", dtype_names[dtype]);
    expect(indices[w.output] == w.positions[best], "a maximum's place, of %s", dtype_names[dtype]);
    expect_near(real_at(dtype, gathered, w.output), maximum, 0, "what is gathered of %s", dtype_names[dtype]);
    expect_near(real_at(dtype, average, w.output), sum / w.divisor, unit, "an average of %s", dtype_names[dtype]);
  }
  for (int64_t i = 0; i < inputs; i++) {
    expect_near(real_at(dtype, scattered, i), expected_scattered[i], 4 * unit, "a maximum's gradient, of %s",
                dtype_names[dtype]);
    expect_near(real_at(dtype, shared, i), expected_shared[i], 4 * unit, "an average's gradient, of %s",
                dtype_names[dtype]);
  }
  free(x), free(g), free(largest), free(average), free(scattered), free(shared), free(gathered), free(indices);
  free(expected_scattered), free(expected_shared);
}

void check_pools(void) {
  begin("pools");
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_BFLOAT16; dtype++) {
    for (int last = 0; last < 2; last++) {
      check_pool(make_description(dtype, 19, 2, 2, 0, 1, false, last));
      check_pool(make_description(dtype, 3, 3, 1, 1, 1, false, last));
      check_pool(make_description(dtype, 17, 3, 2, 1, 2, false, last));
      check_pool(make_description(dtype, 5, 1, 1, 0, 1, true, last));
      check_pool(make_sized(make_description(dtype, 5, 1, 1, 0, 1, true, last), 1, 1, last));
      check_pool(make_sized(make_description(dtype, 5, 1, 1, 0, 1, true, last), 3, 1, last));
      check_pool(make_sized(make_description(dtype, 5, 1, 1, 0, 1, true, last), 13, 7, last));
    }
  }
}
