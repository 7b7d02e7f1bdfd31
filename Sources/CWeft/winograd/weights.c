// Weights on their way to the transform, and what is kept of them from run to run: their taps, panel by panel of output
// channels, so that a row of a panel is one piece of memory. The transformed values would be four times as much, which
// memory hands over more slowly than the transform makes them.
#include "winograd.h"

#include <string.h>

#include "../common/team.h"
#include "../product/panels.h"

enum { TAPS = 9, LEAST_WORK = 1 << 16 };

// In front of the panels that are kept: what looking through the weights found.
typedef struct {
  _Alignas(64) bool has_one_sign;
} head;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t panels_of(const weft_winograd_weights *w) { return (w->columns + w->width - 1) / w->width; }

// Taps of rows [begin, end) of a panel, the columns of one beside each other and filled up with zeros.
static void turn(const weft_winograd_weights *w, int64_t panel, int64_t begin, int64_t end, float *to) {
  const weft_winograd_weight *given = &w->given;
  int64_t first = panel * w->width, columns = least(w->width, w->columns - first);
  const float *from = given->data + first * given->column + begin * given->row;
  if (given->row == TAPS && given->y == 3 && given->x == 1 && w->width == weft_panel_columns()) {
    weft_panel_turn(from, given->column, columns, (end - begin) * TAPS, to);
    return;
  }
  for (int64_t row = begin; row < end; row++, from += given->row) {
    for (int tap = 0; tap < TAPS; tap++, to += w->width) {
      const float *at = from + tap / 3 * given->y + tap % 3 * given->x;
      for (int64_t i = 0; i < w->width; i++) to[i] = i < columns ? at[i * given->column] : 0;
    }
  }
}

static void turn_panels(void *context, int64_t begin, int64_t end) {
  const weft_winograd_weights *w = context;
  float *packed = (float *)w->packed;
  for (int64_t i = begin; i < end; i++) turn(w, i, 0, w->rows, packed + i * w->rows * TAPS * w->width);
}

// Two numbers of 32 bits, either of which may be negative.
static int64_t both(int64_t high, int64_t low) { return (int64_t)((uint64_t)high << 32 | (uint32_t)low); }

static weft_prepared *prepare(const weft_convolution *c, const weft_winograd_weights *w, bool *fill) {
  const int64_t *strides = c->shape.weight_strides;
  int64_t panel = w->rows * TAPS * w->width * (int64_t)sizeof(float);
  // A weight that was copied first is not told by its content and place. Other kernels' forms begin with other numbers.
  if (c->direction != WEFT_FORWARD || c->weight != c->weight_at) return NULL;
  weft_prepared_key key = {c->shape.weight_content, c->weight, 0,
                           {INT64_MIN + w->width, both(w->rows, w->columns), strides[0], strides[1],
                            both(strides[2], strides[3])}};
  return weft_prepared_acquire(&key, sizeof(head) + (size_t)(panels_of(w) * panel), fill);
}

void weft_winograd_weights_find(const weft_convolution *c, int64_t width, weft_winograd_weights *w) {
  const weft_convolution_description *d = &c->shape;
  bool backward = c->direction == WEFT_BACKWARD_INPUT, fill = false;
  *w = (weft_winograd_weights){.given = weft_winograd_weights_of(c), .width = width,
                               .rows = backward ? d->out_channels : d->in_channels,
                               .columns = backward ? d->in_channels : d->out_channels};
  w->kept = prepare(c, w, &fill);
  if (!w->kept) {
    w->has_one_sign = weft_winograd_weights_have_one_sign(c);
    return;
  }
  head *known = weft_prepared_data(w->kept);
  w->packed = (const float *)(known + 1);
  w->fills = fill;
  if (fill) {
    known->has_one_sign = weft_winograd_weights_have_one_sign(c);
    weft_parallel_for(panels_of(w), 1 + LEAST_WORK / (w->rows * TAPS * width), turn_panels, w);
  }
  w->has_one_sign = known->has_one_sign;
}

void weft_winograd_weights_release(const weft_winograd_weights *w) {
  if (w->kept) weft_prepared_release(w->kept, w->fills);
}

const float *weft_winograd_weights_taps(const weft_winograd_weights *w, int64_t panel, int64_t begin, int64_t end,
                                        float *turned) {
  if (w->packed) return weft_winograd_weights_ahead(w, panel, begin);
  turn(w, panel, begin, end, turned);
  return turned;
}

bool weft_winograd_weights_transform(const weft_winograd_weights *w, const weft_winograd_scheme *scheme, int64_t panel,
                                     int64_t begin, int64_t end, float *turned, float *to, int64_t plane) {
  const float *from = weft_winograd_weights_taps(w, panel, begin, end, turned);
  bool is_finite = true;
  for (int64_t row = begin; row < end; row++, from += TAPS * w->width, to += w->width) {
    is_finite = scheme->weight(from, to, plane) <= WEFT_WINOGRAD_LARGE && is_finite;
  }
  return is_finite;
}

const float *weft_winograd_weights_ahead(const weft_winograd_weights *w, int64_t panel, int64_t row) {
  int64_t place = panel * w->rows + row;
  return w->packed && place < panels_of(w) * w->rows ? w->packed + place * TAPS * w->width : NULL;
}
