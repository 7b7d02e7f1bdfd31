// Where the points of Winograd's tiles lie, and when the algorithm is used.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../dnnl/status.h"
#include "../team.h"
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
enum { LEAST_CHANNELS = 32, LEAST_TILES = 12 };

bool weft_winograd_suits(const weft_convolution_description *d) {
  if (d->spatial != 2 || d->groups != 1 || d->dtype != WEFT_FLOAT32 || d->activation > WEFT_ACTIVATION_RELU) {
    return false;
  }
  for (int i = 0; i < 2; i++) {
    if (d->kernel[i] != 3 || d->stride[i] != 1 || d->dilation[i] != 1 || d->padding_before[i] > 1 ||
        d->padding_after[i] > 1) {
      return false;
    }
  }
  if (d->in_channels < LEAST_CHANNELS || d->out_channels < LEAST_CHANNELS) return false;
  int64_t tiles = weft_winograd_cut(d, false).tiles, points = d->batch * d->out_size[0] * d->out_size[1];
  return tiles >= LEAST_TILES && points >= tiles * 8 && weft_winograd_enabled();
}

int32_t weft_winograd_run(const weft_convolution *c) {
  weft_team_prepare();
  return c->direction == WEFT_BACKWARD_WEIGHT ? weft_winograd_weight_gradient(c) : weft_winograd_forward(c);
}

// MARK: - Tiles

weft_winograd_tiles weft_winograd_cut(const weft_convolution_description *d, bool backward) {
  weft_winograd_tiles t = {.in_channels = backward ? d->out_channels : d->in_channels,
                           .out_channels = backward ? d->in_channels : d->out_channels, .tiles = d->batch};
  for (int i = 0; i < 2; i++) {
    t.in[i] = backward ? d->out_size[i] : d->in_size[i];
    t.out[i] = backward ? d->in_size[i] : d->out_size[i];
    t.before[i] = backward ? 2 - d->padding_before[i] : d->padding_before[i];
    t.across[i] = (t.out[i] + 3) / 4;
    t.tiles *= t.across[i];
  }
  return t;
}

typedef struct {
  int64_t image, y, x;
} place;

static place locate(const weft_winograd_tiles *t, int64_t tile) {
  int64_t row = tile / t->across[1];
  return (place){row / t->across[0], row % t->across[0] * 4, tile % t->across[1] * 4};
}

static inline bool within(int64_t i, int64_t size) { return i >= 0 && i < size; }

void weft_winograd_input_points(const weft_winograd_tiles *t, int64_t tile, const float *input, const float *zeros,
                                const float **points) {
  place at = locate(t, tile);
  for (int64_t i = 0; i < 6; i++) {
    int64_t y = at.y + i - t->before[0], x = at.x - t->before[1];
    const float *row = input + ((at.image * t->in[0] + y) * t->in[1] + x) * t->in_channels;
    bool inside = within(y, t->in[0]);
    for (int64_t j = 0; j < 6; j++) {
      points[6 * i + j] = inside && within(x + j, t->in[1]) ? row + j * t->in_channels : zeros;
    }
  }
}

void weft_winograd_output_points(const weft_winograd_tiles *t, int64_t tile, const float *output,
                                 const float *missing, const float **points) {
  place at = locate(t, tile);
  for (int64_t i = 0; i < 4; i++) {
    const float *row = output + ((at.image * t->out[0] + at.y + i) * t->out[1] + at.x) * t->out_channels;
    bool inside = at.y + i < t->out[0];
    for (int64_t j = 0; j < 4; j++) {
      points[4 * i + j] = inside && at.x + j < t->out[1] ? row + j * t->out_channels : missing;
    }
  }
}
