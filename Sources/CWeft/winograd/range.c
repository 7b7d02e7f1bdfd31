// Which outputs of a tile the algorithm may compute, and which it would cost their digits.
//
// Rounding costs an output of a tile about eps · |tile| · |weights|, of direct sums eps · |window| · |weights|: |.| is
// the root of the sum of the squares, over all channels, of the inputs in the tile and of those that the output sees.
// So a tile is left to the algorithm where |tile| <= 32 |window| for all of its outputs: then their error is that of
// direct sums times 32 at the very most, and 2 for a tile whose inputs are alike. Outputs that see nothing but zeros
// are told apart, which are common, and cost nothing. Channels are not told apart, nor are their weights: where one
// channel is far greater than the others it is for all of them.
//
// That is first asked of cells, whose squares the transform of a tile adds up as it reads it: each output sees all of
// one of them at least, or of 2 x 2. What does not pass is looked at point by point, which also happens at borders.
//
// A weight's gradient sums products of inputs and output gradients over a tile, so its error is eps · |x| · |g|, where
// direct sums have eps · √(Σ x²g²) of the pairs that meet in the weight: in tiles alike a 6th, where above it was half.
// So 128 is allowed.
#include <string.h>

#include "winograd.h"

#define MOST_SQUARED 1024.0f            // 32²
#define MOST_PRODUCTS_SQUARED 16384.0f  // 128²
#define LEAST_SQUARES 1e-30f  // below, squares may have been lost
#define LARGE 1e15f           // the root of WEFT_WINOGRAD_LARGE

// MARK: - Cells

// How many different windows of cells the first `outputs` outputs see along an axis: the middle two of four see the
// same.
static int windows(const weft_winograd_scheme *scheme, int outputs) {
  return scheme->in == 9 ? outputs : scheme->in == 5 ? (outputs + 1) / 2 : (outputs + 2) / 2;
}

// Whether none of the first windows, of `size` x `size` cells, has much less than all cells together. Not if any is
// NaN.
static bool balanced(const float *squares, int side, int rows, int columns, int size) {
  float total = squares[WEFT_WINOGRAD_REST];
  for (int i = 0; i < side * side; i++) total += squares[i];
  float least = total;
  for (int y = 0; y < rows; y++) {
    for (int x = 0; x < columns; x++) {
      const float *at = squares + y * side + x;
      float sum = size == 1 ? at[0] : at[0] + at[1] + at[side] + at[side + 1];
      least = sum < least ? sum : least;
    }
  }
  return total <= WEFT_WINOGRAD_LARGE && total >= LEAST_SQUARES && least * MOST_SQUARED >= total;
}

bool weft_winograd_even(const weft_winograd_scheme *scheme, const int32_t extent[2], const float *squares) {
  if (extent[0] == 0 || extent[1] == 0) return true;
  int size = scheme->in == 6 ? 2 : 1;
  return balanced(squares, 4, windows(scheme, extent[0]), windows(scheme, extent[1]), size);
}

// A weight at the end of the kernel may meet nothing in a tile of one output: not to be told from cells.
bool weft_winograd_gradient_even(const weft_winograd_scheme *scheme, const int32_t extent[2], const float *input,
                                 const float *output) {
  if (extent[0] == 0 || extent[1] == 0) return true;
  return extent[0] > 1 && extent[1] > 1 && weft_winograd_even(scheme, extent, input) &&
         balanced(output, 2, (extent[0] + 1) / 2, (extent[1] + 1) / 2, 1);
}

// MARK: - Points

enum { INFINITE = 0x7f800000, SMALLEST = 0x00800000 };  // the bits of infinity and of the least number that is kept

// The greatest bits of a point's magnitudes, or those of a NaN.
static uint32_t greatest_bits(const float *point, int64_t channels) {
  uint32_t most = 0;
  for (int64_t c = 0; c < channels; c++) {
    uint32_t bits;
    memcpy(&bits, point + c, sizeof bits);
    bits &= 0x7fffffff;
    most = bits > most ? bits : most;
  }
  return most;
}

static float sum_of_squares(const float *point, int64_t channels, float scale) {
#pragma clang fp reassociate(on) contract(fast)
  float sum = 0;
  for (int64_t c = 0; c < channels; c++) sum += point[c] * scale * (point[c] * scale);
  return sum;
}

typedef struct {
  uint32_t bits[WEFT_WINOGRAD_MOST], most;
  float squares[WEFT_WINOGRAD_MOST], total;  // divided by the square of the greatest
  bool large;                                // or not finite: squares are not known
} magnitudes;

static void measure(const float *const *points, int count, int64_t channels, magnitudes *m) {
  m->most = 0;
  for (int i = 0; i < count; i++) {
    m->bits[i] = greatest_bits(points[i], channels);
    m->most = m->bits[i] > m->most ? m->bits[i] : m->most;
  }
  float greatest;
  memcpy(&greatest, &m->most, sizeof greatest);
  m->large = !(greatest <= LARGE);
  m->total = 0;
  if (m->large || m->most < SMALLEST) return;
  for (int i = 0; i < count; i++) {
    m->squares[i] = sum_of_squares(points[i], channels, 1 / greatest);
    m->total += m->squares[i];
  }
}

// The first and last input that an output sees, along an axis.
typedef struct {
  int first, last;
} window;

static window window_of(const weft_winograd_scheme *scheme, int output) {
  int first = output * scheme->in_step / scheme->out_step;
  return (window){first, scheme->in == 5 ? (output + 1) / 2 : first + 2};
}

// By the tile, if it does not cost the output its digits.
static uint8_t kind_of(const magnitudes *m, int side, window y, window x) {
  uint32_t most = 0;
  float squares = 0;
  for (int i = y.first; i <= y.last; i++) {
    for (int j = x.first; j <= x.last; j++) {
      most = m->bits[i * side + j] > most ? m->bits[i * side + j] : most;
      if (!m->large) squares += m->squares[i * side + j];
    }
  }
  if (most > INFINITE) return WEFT_WINOGRAD_NAN;
  if (most < SMALLEST) return WEFT_WINOGRAD_ZERO;
  return m->large || !(squares * MOST_SQUARED >= m->total) ? WEFT_WINOGRAD_DIRECT : WEFT_WINOGRAD_BY_TILE;
}

// Where one output is to be found directly all are: those that see a great number through a small weight need it as
// well.
static void spread(uint8_t *kinds) {
  for (int i = 0; i < WEFT_WINOGRAD_OUTPUTS; i++) {
    if (kinds[i] == WEFT_WINOGRAD_BY_TILE) kinds[i] = WEFT_WINOGRAD_DIRECT;
  }
}

bool weft_winograd_inspect(const weft_winograd_tiles *t, const int32_t extent[2], const float *const *points,
                           uint8_t *kinds) {
  const weft_winograd_scheme *scheme = t->scheme;
  magnitudes m;
  measure(points, scheme->in * scheme->in, t->in_channels, &m);
  memset(kinds, WEFT_WINOGRAD_MISSING, WEFT_WINOGRAD_OUTPUTS);
  if (m.most < SMALLEST) return false;  // all zeros are kept as they are
  bool any = false, direct = false;
  for (int y = 0; y < extent[0]; y++) {
    for (int x = 0; x < extent[1]; x++) {
      uint8_t kind = kind_of(&m, scheme->in, window_of(scheme, y), window_of(scheme, x));
      kinds[y * scheme->out + x] = kind;
      any = any || kind != WEFT_WINOGRAD_BY_TILE;
      direct = direct || kind == WEFT_WINOGRAD_DIRECT;
    }
  }
  if (direct) spread(kinds);
  return any;
}

// The sum of the squares of the products that a weight sees.
static float meeting(const magnitudes *input, const magnitudes *output, const weft_winograd_scheme *scheme, int ky,
                     int kx) {
  int step = scheme->in_step / scheme->out_step;
  float sum = 0;
  for (int y = 0; y < scheme->out; y++) {
    for (int x = 0; x < scheme->out; x++) {
      sum += output->squares[y * scheme->out + x] * input->squares[(y * step + ky) * scheme->in + x * step + kx];
    }
  }
  return sum;
}

bool weft_winograd_gradient_inspect(const weft_winograd_tiles *t, const float *const *input,
                                    const float *const *output) {
  const weft_winograd_scheme *scheme = t->scheme;
  magnitudes x, g;
  measure(input, scheme->in * scheme->in, t->in_channels, &x);
  measure(output, scheme->out * scheme->out, t->out_channels, &g);
  if (x.large || g.large) return true;
  if (x.most < SMALLEST || g.most < SMALLEST) return false;
  float wanted = x.total * g.total / MOST_PRODUCTS_SQUARED;
  for (int tap = 0; tap < 9; tap++) {
    if (!(meeting(&x, &g, scheme, tap / 3, tap % 3) >= wanted)) return true;
  }
  return false;
}

// MARK: - Signs

enum { POSITIVE = 1, NEGATIVE = 2, BOTH = 3 };

static int signs_among(const float *values, int64_t count) {
  int signs = 0;
  for (int64_t i = 0; i < count && signs != BOTH; i++) {
    signs |= values[i] > 0 ? POSITIVE : values[i] < 0 ? NEGATIVE : 0;
  }
  return signs;
}

static bool one_sign(const float *values, int64_t count) {
  int signs = signs_among(values, count);
  return signs == POSITIVE || signs == NEGATIVE;
}

static int signs_of_column(const weft_winograd_weight *w, int64_t column, int64_t rows) {
  int signs = 0;
  for (int64_t row = 0; row < rows && signs != BOTH; row++) {
    for (int tap = 0; tap < 9; tap++) {
      signs |= signs_among(w->data + row * w->row + column * w->column + tap / 3 * w->y + tap % 3 * w->x, 1);
    }
  }
  return signs;
}

// Mostly a few weights of each channel are looked at, for random ones have both signs.
bool weft_winograd_weights_have_one_sign(const weft_convolution *c) {
  const weft_convolution_description *d = &c->shape;
  bool backward = c->direction == WEFT_BACKWARD_INPUT, found = false;
  weft_winograd_weight weight = weft_winograd_weights_of(c);
  int64_t rows = backward ? d->out_channels : d->in_channels, columns = backward ? d->in_channels : d->out_channels;
  for (int64_t column = 0; column < columns && !found; column++) {
    int signs = signs_of_column(&weight, column, rows);
    found = signs == POSITIVE || signs == NEGATIVE;
  }
  return found;
}

static int64_t input_count(const weft_convolution_description *d) {
  return d->batch * d->in_channels * d->in_size[0] * d->in_size[1];
}

static int64_t output_count(const weft_convolution_description *d) {
  return d->batch * d->out_channels * d->out_size[0] * d->out_size[1];
}

bool weft_winograd_inputs_have_one_sign(const weft_convolution *c) {
  bool backward = c->direction == WEFT_BACKWARD_INPUT;
  return backward ? one_sign(c->output, output_count(&c->shape)) : one_sign(c->input, input_count(&c->shape));
}

bool weft_winograd_gradients_have_one_sign(const weft_convolution *c) {
  return one_sign(c->output, output_count(&c->shape)) && one_sign(c->input, input_count(&c->shape));
}
