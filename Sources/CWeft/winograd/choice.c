// Where the points of Winograd's tiles lie, and when the algorithm is used.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../common/status.h"
#include "../common/team.h"
#include "winograd.h"

// MARK: - The switch

static _Atomic int enabled = -1;

void weft_winograd_enable(bool on) { atomic_store(&enabled, on); }

bool weft_winograd_enabled(void) {
  int known = atomic_load_explicit(&enabled, memory_order_relaxed);
  if (known >= 0) return known;
  const char *text = getenv("WEFT_WINOGRAD");
  int unset = -1;
  atomic_compare_exchange_strong(&enabled, &unset, !(text && strcmp(text, "0") == 0));
  return atomic_load(&enabled);
}

// MARK: - The choice

// Few channels leave transforms too little to save, few tiles do not make up for transforming the weights.
enum { LEAST_CHANNELS = 32, LEAST_TILES = 12, LEAST_FEW = 3, FEW_CHANNELS = 128 };

static bool fits(const weft_convolution_description *d) {
  if (d->spatial != 2 || d->groups != 1 || d->dtype != WEFT_FLOAT32) return false;
  for (int i = 0; i < 2; i++) {
    bool plain = d->stride[i] == 1 && d->padding_before[i] <= 2 * d->dilation[i];
    bool strided = d->stride[i] == 2 && d->padding_before[i] == 1 && d->dilation[i] == 1;
    if (d->kernel[i] != 3 || d->dilation[i] > d->in_size[i] || !(plain || strided)) return false;
  }
  return d->stride[0] == d->stride[1];
}

bool weft_winograd_takes_few(const weft_winograd_tiles *t) {
  return t->tiles >= LEAST_FEW && t->tiles <= WEFT_WINOGRAD_FEW && weft_winograd_kernels_current()->multiply_few;
}

// Results of few tiles, nearly all of which are there: kernels of direct sums leave the padding out.
static bool suits_few(const weft_convolution *c, const weft_winograd_tiles *tiles, int64_t points) {
  return c->direction == WEFT_FORWARD && c->shape.stride[0] == 1 && c->shape.in_channels >= FEW_CHANNELS &&
         weft_winograd_takes_few(tiles) && points >= 12 * tiles->tiles;
}

bool weft_winograd_suits(const weft_convolution *c) {
  const weft_convolution_description *d = &c->shape;
  if (!fits(d) || d->in_channels < LEAST_CHANNELS || d->out_channels < LEAST_CHANNELS) return false;
  weft_winograd_tiles tiles = weft_winograd_cut(d, false);
  int64_t points = d->batch * d->out_size[0] * d->out_size[1];
  int64_t least = d->stride[0] == 1 ? LEAST_TILES : 2 * LEAST_TILES;
  bool suits = (tiles.tiles >= least && points >= tiles.tiles * 8 * d->stride[0]) || suits_few(c, &tiles, points);
  return suits && weft_winograd_enabled();
}

int32_t weft_winograd_run(weft_convolution *c) {
  weft_team_prepare();
  if (c->direction != WEFT_BACKWARD_WEIGHT) return weft_winograd_forward(c);
  return weft_winograd_gradients_have_one_sign(c) ? WEFT_NO_PRIMITIVE : weft_winograd_weight_gradient(c);
}

// MARK: - Tiles

static const weft_winograd_scheme *scheme_of(int64_t stride, bool backward) {
  const weft_winograd_kernels *kernels = weft_winograd_kernels_current();
  return stride == 1 ? &kernels->plain : backward ? &kernels->strided_back : &kernels->strided;
}

weft_winograd_tiles weft_winograd_cut(const weft_convolution_description *d, bool backward) {
  weft_winograd_tiles t = {.scheme = scheme_of(d->stride[0], backward), .tiles = d->batch,
                           .in_channels = backward ? d->out_channels : d->in_channels,
                           .out_channels = backward ? d->in_channels : d->out_channels};
  for (int i = 0; i < 2; i++) {
    t.in[i] = backward ? d->out_size[i] : d->in_size[i];
    t.out[i] = backward ? d->in_size[i] : d->out_size[i];
    t.spread[i] = d->dilation[i];
    // The input gradient with stride 2 starts where the padding of 1 has taken the first weight away.
    t.before[i] = !backward              ? d->padding_before[i]
                  : d->stride[i] == 1    ? 2 * d->dilation[i] - d->padding_before[i]
                                         : 0;
    int64_t one = t.scheme->out_step * t.spread[i];  // as far as interleaved tiles reach
    t.across[i] = (t.out[i] + one - 1) / one * t.spread[i];
    t.tiles *= t.across[i];
  }
  return t;
}

typedef struct {
  int64_t image, tile[2];
} place;

static place locate(const weft_winograd_tiles *t, int64_t tile) {
  int64_t row = tile / t->across[1];
  return (place){row / t->across[0], {row % t->across[0], tile % t->across[1]}};
}

// The first point of a tile along an axis. With dilation as many tiles are interleaved as points lie apart.
static int64_t first(const weft_winograd_tiles *t, const place *at, int axis, int64_t step) {
  if (t->spread[axis] == 1) return at->tile[axis] * step;
  return at->tile[axis] / t->spread[axis] * step * t->spread[axis] + at->tile[axis] % t->spread[axis];
}

void weft_winograd_extent(const weft_winograd_tiles *t, int64_t tile, int32_t extent[2]) {
  place at = locate(t, tile);
  for (int i = 0; i < 2; i++) {
    int64_t left = t->out[i] - first(t, &at, i, t->scheme->out_step);
    int64_t count = t->spread[i] == 1 ? left : (left + t->spread[i] - 1) / t->spread[i];
    extent[i] = (int32_t)(count < t->scheme->out ? count > 0 ? count : 0 : t->scheme->out);
  }
}

static inline bool within(int64_t i, int64_t size) { return i >= 0 && i < size; }

void weft_winograd_input_points(const weft_winograd_tiles *t, int64_t tile, const float *input, const float *zeros,
                                const float **points) {
  place at = locate(t, tile);
  int64_t y = first(t, &at, 0, t->scheme->in_step) - t->before[0];
  int64_t left = first(t, &at, 1, t->scheme->in_step) - t->before[1];
  for (int i = 0; i < t->scheme->in; i++, y += t->spread[0]) {
    const float *row = input + (at.image * t->in[0] + y) * t->in[1] * t->in_channels;
    bool inside = within(y, t->in[0]);
    for (int64_t j = 0, x = left; j < t->scheme->in; j++, x += t->spread[1]) {
      *points++ = inside && within(x, t->in[1]) ? row + x * t->in_channels : zeros;
    }
  }
}

void weft_winograd_output_points(const weft_winograd_tiles *t, int64_t tile, const float *output,
                                 const float *missing, const float **points) {
  place at = locate(t, tile);
  int64_t y = first(t, &at, 0, t->scheme->out_step), left = first(t, &at, 1, t->scheme->out_step);
  for (int i = 0; i < t->scheme->out; i++, y += t->spread[0]) {
    const float *row = output + (at.image * t->out[0] + y) * t->out[1] * t->out_channels;
    for (int64_t j = 0, x = left; j < t->scheme->out; j++, x += t->spread[1]) {
      *points++ = y < t->out[0] && x < t->out[1] ? row + x * t->out_channels : missing;
    }
  }
}
