// Where the points of Winograd's tiles lie, and whether the algorithm pays.
#include "winograd.h"

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
