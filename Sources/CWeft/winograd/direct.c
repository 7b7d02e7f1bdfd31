// Direct sums for what Winograd's algorithm does not compute well: some outputs of some tiles, a few at a time, and the
// products of some tiles in the gradient of the weights.
#include <math.h>
#include <string.h>

#include "../common/scratch.h"
#include "winograd.h"

enum { WAITING = 16, TAPS = 9, GATHERED = 256 };

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// MARK: - Outputs

// Weights by tap and channel, a panel's columns side by side, filled up with zeros.
static void pack(const weft_winograd_direct *d, int64_t panel) {
  const weft_winograd_weight *w = d->weight;
  int64_t width = 2 * d->kernels->lanes, first = panel * width, channels = d->tiles->in_channels;
  int64_t columns = least(width, d->tiles->out_channels - first);
  float *to = d->weights;
  for (int tap = 0; tap < TAPS; tap++) {
    for (int64_t c = 0; c < channels; c++, to += width) {
      const float *from = w->data + c * w->row + first * w->column + tap / 3 * w->y + tap % 3 * w->x;
      for (int64_t i = 0; i < width; i++) to[i] = i < columns ? from[i * w->column] : 0;
    }
  }
}

static bool prepare(weft_winograd_direct *d, int64_t panel) {
  if (d->panel == panel) return true;
  int64_t depth = TAPS * d->tiles->in_channels;
  if (!d->weights) d->weights = weft_scratch_take(weft_bytes3(depth, 2 * d->kernels->lanes, 4));
  if (!d->rows) d->rows = weft_scratch_take(weft_bytes3(depth, WAITING, 4));
  if (!d->weights || !d->rows) return false;
  pack(d, panel);
  d->panel = panel;
  return true;
}

// The input of a tile that an output sees through a tap along an axis, or -1. Of an input gradient with stride 2 the
// even outputs see one through the middle weight, the odd ones two through the others.
static int seen(const weft_winograd_scheme *scheme, int output, int tap) {
  if (scheme->in != 5) return output * (scheme->in_step / scheme->out_step) + tap;
  return output % 2 == 0 ? (tap == 1 ? output / 2 : -1) : tap == 1 ? -1 : output / 2 + tap / 2;
}

static void gather(const weft_winograd_direct *d, int output, const float *const *points, float *to) {
  const weft_winograd_scheme *scheme = d->tiles->scheme;
  int64_t channels = d->tiles->in_channels;
  for (int tap = 0; tap < TAPS; tap++, to += channels) {
    int y = seen(scheme, output / scheme->out, tap / 3), x = seen(scheme, output % scheme->out, tap % 3);
    memcpy(to, y < 0 || x < 0 ? d->zeros : points[y * scheme->in + x], (size_t)channels * 4);
  }
}

static void put(float *to, const float *values, float otherwise, const weft_winograd_result *result) {
  for (int64_t c = 0; c < result->channels; c++) {
    to[c] = (values ? values[c] : otherwise) + (result->bias ? result->bias[c] : 0);
  }
}

void weft_winograd_direct_flush(weft_winograd_direct *d, const weft_winograd_result *result) {
  float sums[WAITING * 32];
  int64_t width = 2 * d->kernels->lanes, depth = TAPS * d->tiles->in_channels;
  weft_winograd_product p = {.a = d->rows, .b = d->weights, .c = sums, .rows = d->count, .depth = depth,
                             .a_row = depth, .b_row = width, .c_row = width};
  if (d->count > 0) d->kernels->multiply(&p);
  for (int32_t i = 0; i < d->count; i++) put(d->waiting[i], sums + i * width, 0, result);
  d->count = 0;
}

bool weft_winograd_direct_tile(weft_winograd_direct *d, int64_t panel, const uint8_t *kinds,
                               const float *const *points, const weft_winograd_result *result) {
  int outputs = d->tiles->scheme->out * d->tiles->scheme->out;
  for (int i = 0; i < outputs; i++) {
    if (kinds[i] == WEFT_WINOGRAD_ZERO) put(result->points[i], NULL, 0, result);
    if (kinds[i] == WEFT_WINOGRAD_NAN) put(result->points[i], NULL, NAN, result);
    if (kinds[i] != WEFT_WINOGRAD_DIRECT) continue;
    if (!prepare(d, panel)) return false;
    gather(d, i, points, d->rows + d->count * TAPS * d->tiles->in_channels);
    d->waiting[d->count++] = result->points[i];
    if (d->count == WAITING) weft_winograd_direct_flush(d, result);
  }
  return true;
}

// MARK: - The gradient of the weights

// A block of the gradient on its way: rows of inputs and of output gradients that meet in one tap.
typedef struct {
  const weft_convolution *c;
  const weft_winograd_tiles *tiles;
  const float *zeros;
  int64_t width, row, column, rows, columns;
  float *inputs, *outputs, *sums;
  int64_t count;
  bool begun;
} block;

static void add_products(block *b) {
  weft_winograd_product p = {.a = b->inputs, .b = b->outputs, .c = b->sums, .rows = b->rows, .depth = b->count,
                             .a_row = b->width, .b_row = b->width, .c_row = b->width, .add = b->begun};
  if (b->count > 0) weft_winograd_kernels_current()->multiply_transposed(&p);
  b->begun = b->begun || b->count > 0;
  b->count = 0;
}

// What lies in the padding meets nothing, not even a NaN.
static void gather_tile(block *b, int64_t tile, int tap) {
  const weft_winograd_scheme *scheme = b->tiles->scheme;
  const float *in[WEFT_WINOGRAD_MOST], *out[WEFT_WINOGRAD_MOST];
  weft_winograd_input_points(b->tiles, tile, b->c->input, b->zeros, in);
  weft_winograd_output_points(b->tiles, tile, b->c->output, b->zeros, out);
  for (int i = 0; i < scheme->out * scheme->out; i++) {
    int y = seen(scheme, i / scheme->out, tap / 3), x = seen(scheme, i % scheme->out, tap % 3);
    const float *input = in[y * scheme->in + x];
    if (input == b->zeros || out[i] == b->zeros) continue;
    if (b->count == GATHERED) add_products(b);
    memcpy(b->inputs + b->count * b->width, input + b->row, (size_t)b->rows * 4);
    memcpy(b->outputs + b->count++ * b->width, out[i] + b->column, (size_t)b->columns * 4);
  }
}

static void add_to_weight(const block *b, int tap) {
  const int64_t *s = b->c->shape.weight_strides;
  float *to = (float *)b->c->weight + b->row * s[1] + b->column * s[0] + tap / 3 * s[2] + tap % 3 * s[3];
  for (int64_t i = 0; i < b->rows; i++) {
    for (int64_t j = 0; j < b->columns; j++) to[i * s[1] + j * s[0]] += b->sums[i * b->width + j];
  }
}

bool weft_winograd_direct_gradient(const weft_convolution *c, const weft_winograd_tiles *t, const float *zeros,
                                   const uint8_t *uneven, int64_t row, int64_t column) {
  int64_t width = 2 * weft_winograd_kernels_current()->lanes, size = GATHERED * width * 4;
  weft_scratch_mark mark = weft_scratch_begin();
  block b = {.c = c, .tiles = t, .zeros = zeros, .width = width, .row = row, .column = column,
             .rows = least(width, t->in_channels - row), .columns = least(width, t->out_channels - column),
             .inputs = weft_scratch_take((size_t)size), .outputs = weft_scratch_take((size_t)size),
             .sums = weft_scratch_take((size_t)(width * width * 4))};
  bool ok = b.inputs && b.outputs && b.sums;
  if (ok) memset(b.outputs, 0, (size_t)size);  // channels beyond the last stay zero
  for (int tap = 0; ok && tap < TAPS; tap++) {
    b.begun = false;
    for (int64_t tile = 0; tile < t->tiles; tile++) {
      if (uneven[tile]) gather_tile(&b, tile, tap);
    }
    add_products(&b);
    if (b.begun) add_to_weight(&b, tap);
  }
  weft_scratch_release(mark);
  return ok;
}
