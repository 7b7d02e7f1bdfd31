// Which pixels each point of a block is made of, in one element type; template.h says what to define. No include guard.

/// The pixels of one axis around each position of a block, their weights, and how these change with the position.
typedef struct {
  int32_t places[2][WEFT_GRID_BLOCK];
  REAL weights[2][WEFT_GRID_BLOCK], slopes[2][WEFT_GRID_BLOCK];
} NAME(axis);

/// The taps of a block of points, all combinations of the axes', the last axis' innermost.
typedef struct {
  int32_t count, places[WEFT_GRID_TAPS][WEFT_GRID_BLOCK];
  REAL weights[WEFT_GRID_TAPS][WEFT_GRID_BLOCK];
  uint8_t full[WEFT_GRID_BLOCK];  // whether every tap of the point has weight
  NAME(axis) axes[3];
} NAME(taps);

// MARK: - Taps

/// A pixel's position brought into the image as the padding says; `slope` becomes the change of the result.
static inline __attribute__((always_inline)) REAL NAME(padded)(const weft_grid *g, weft_grid_padding padding, REAL pixel,
                                                               REAL size, REAL *slope) {
  // Far positions are moved to where no tap meets the image.
  if (padding == WEFT_GRID_ZEROS) return ((pixel < -4) | (pixel > size + 4)) ? -4 : pixel;
  if (padding == WEFT_GRID_REFLECTION) {
    const REAL low = g->align_corners ? 0 : (REAL)-0.5, span = g->align_corners ? size - 1 : size;
    if (!(span > 0)) {
      *slope = 0;
      return 0;
    }
    const REAL from = pixel - low, distance = from < 0 ? -from : from, rest = REMAINDER(distance, span);
    const bool is_odd = REMAINDER(FLOOR(distance / span), 2) > 0;
    pixel = (is_odd ? span - rest : rest) + low;
    *slope *= (REAL)((from > 0) - (from < 0)) * (is_odd ? -1 : 1);
  }
  // The slope at the borders is 0; what is no number counts as 0, with a slope that is none.
  const bool is_inside = (pixel > 0) & (pixel < size - 1);
  *slope = is_inside ? *slope : pixel != pixel ? pixel : 0;
  return is_inside ? pixel : pixel > 0 ? size - 1 : 0;
}

static inline __attribute__((always_inline)) void NAME(find_axis)(const weft_grid *g, weft_grid_padding padding,
                                                                  bool linear, int32_t axis, const REAL *positions,
                                                                  int64_t count, NAME(axis) *restrict found) {
  const weft_grid grid = *g;
  const int32_t length = (int32_t)grid.size[axis];
  const REAL size = (REAL)length, scale = (grid.align_corners ? size - 1 : size) / 2;
  const REAL shift = grid.align_corners ? 0 : (REAL)0.5, most = size < 0x1p30f ? size + 8 : 0x1p30f;
  REAL shares[WEFT_GRID_BLOCK], slopes[WEFT_GRID_BLOCK];
  int32_t firsts[WEFT_GRID_BLOCK];
  for (int64_t i = 0; i < count; i++) shares[i] = positions[i * grid.axes];
  for (int64_t i = 0; i < count; i++) {
    slopes[i] = scale;
    const REAL pixel = NAME(padded)(&grid, padding, (shares[i] + 1) * scale - shift, size, &slopes[i]);
    const REAL first = linear ? FLOOR(pixel) : NEAREST(pixel);
    // What is no number lies outside.
    const REAL near = first >= -8 ? first : -8;
    firsts[i] = (int32_t)(near < most ? near : most);
    shares[i] = pixel - first;
  }
  for (int32_t tap = 0; tap < 1 + linear; tap++) {
    for (int64_t i = 0; i < count; i++) {
      const int32_t place = firsts[i] + tap;
      const bool is_inside = (place >= 0) & (place < length);
      const REAL weight = !linear ? 1 : tap ? shares[i] : 1 - shares[i];
      found->places[tap][i] = is_inside ? place : 0;
      found->weights[tap][i] = is_inside ? weight : weight * 0;  // NaN stays NaN
      found->slopes[tap][i] = is_inside ? (tap ? slopes[i] : -slopes[i]) : (shares[i] + slopes[i]) * 0;
    }
  }
}

static void NAME(find_axes)(const weft_grid *g, const REAL *positions, int64_t count, NAME(axis) *found) {
  for (int32_t a = 0; a < g->axes; a++) {
    const int32_t axis = 3 - g->axes + a;
    const REAL *at = positions + g->axes - 1 - a;
    if (g->padding == WEFT_GRID_REFLECTION) {
      NAME(find_axis)(g, WEFT_GRID_REFLECTION, g->linear, axis, at, count, found + a);
    } else if (g->padding == WEFT_GRID_BORDER) {
      NAME(find_axis)(g, WEFT_GRID_BORDER, g->linear, axis, at, count, found + a);
    } else if (g->linear) {
      NAME(find_axis)(g, WEFT_GRID_ZEROS, true, axis, at, count, found + a);
    } else {
      NAME(find_axis)(g, WEFT_GRID_ZEROS, false, axis, at, count, found + a);
    }
  }
}

static void NAME(find_taps)(const weft_grid *g, const REAL *positions, int64_t count, NAME(taps) *taps) {
  taps->count = g->linear ? 1 << g->axes : 1;
  NAME(find_axes)(g, positions, count, taps->axes);
  uint8_t *restrict full = taps->full;
  memset(full, 1, sizeof taps->full);
  for (int32_t tap = 0; tap < taps->count; tap++) {
    int32_t *restrict places = taps->places[tap];
    REAL *restrict weights = taps->weights[tap];
    for (int32_t a = 0; a < g->axes; a++) {
      const NAME(axis) *axis = &taps->axes[a];
      const int32_t side = tap >> (g->axes - 1 - a) & 1, size = (int32_t)g->size[3 - g->axes + a];
      if (a == 0) {
        memcpy(places, axis->places[side], sizeof axis->places[side]);
        memcpy(weights, axis->weights[side], sizeof axis->weights[side]);
        continue;
      }
      for (int64_t i = 0; i < count; i++) places[i] = places[i] * size + axis->places[side][i];
      for (int64_t i = 0; i < count; i++) weights[i] *= axis->weights[side][i];
    }
    for (int64_t i = 0; i < count; i++) full[i] &= weights[i] != 0;
  }
}
