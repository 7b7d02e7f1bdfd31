// The kernels of grid sampling of one element type. No include guard. Define
//   REAL  the type    NAME(x)  x with the type's prefix    FLOOR, NEAREST, REMAINDER  the functions of math.h

typedef REAL NAME(four) __attribute__((ext_vector_type(4)));
typedef NAME(four) NAME(any_four) __attribute__((aligned(sizeof(REAL)), may_alias));
typedef REAL NAME(eight) __attribute__((ext_vector_type(8)));
typedef NAME(eight) NAME(any_eight) __attribute__((aligned(sizeof(REAL)), may_alias));

#include "taps_template.h"

/// A block of points of one image.
typedef struct {
  int64_t image, first, count;
} NAME(part);

static inline NAME(part) NAME(part_of)(int64_t item, int64_t count) {
  const int64_t blocks = weft_grid_blocks(count), first = item % blocks * WEFT_GRID_BLOCK, left = count - first;
  return (NAME(part)){item / blocks, first, left < WEFT_GRID_BLOCK ? left : WEFT_GRID_BLOCK};
}

// MARK: - Pixels whose channels lie side by side

static inline void NAME(turn_four)(const REAL *from, int64_t from_step, REAL *to, int64_t to_step) {
#define ROW(i) (*(const NAME(any_four) *)(from + (i) * from_step))
  const NAME(four) a = ROW(0), b = ROW(1), c = ROW(2), d = ROW(3);
#undef ROW
  const NAME(four) ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ba = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const NAME(four) cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), dc = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(NAME(any_four) *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  *(NAME(any_four) *)(to + to_step) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  *(NAME(any_four) *)(to + 2 * to_step) = __builtin_shufflevector(ba, dc, 0, 1, 4, 5);
  *(NAME(any_four) *)(to + 3 * to_step) = __builtin_shufflevector(ba, dc, 2, 3, 6, 7);
}

static inline void NAME(turn_one_by_one)(int64_t rows, int64_t columns, const REAL *from, int64_t from_step, REAL *to,
                                         int64_t to_step) {
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t column = 0; column < columns; column++) to[column * to_step + row] = from[row * from_step + column];
  }
}

/// to[column][row] = from[row][column]. Lines that are far apart, often by a power of two, share few places in the
/// cache: those of four are read, or written, from end to end before others.
static void NAME(turn)(int64_t rows, int64_t columns, const REAL *from, int64_t from_step, REAL *to, int64_t to_step) {
  const int64_t whole_rows = rows / 4 * 4, whole_columns = columns / 4 * 4;
#define TURN(row, column) \
  NAME(turn_four)(from + (row) * from_step + (column), from_step, to + (column) * to_step + (row), to_step)
  if (from_step > to_step) {
    for (int64_t row = 0; row < whole_rows; row += 4) {
      for (int64_t column = 0; column < whole_columns; column += 4) TURN(row, column);
    }
  } else {
    for (int64_t first = 0; first < whole_rows; first += WEFT_GRID_BLOCK) {
      const int64_t end = whole_rows - first < WEFT_GRID_BLOCK ? whole_rows : first + WEFT_GRID_BLOCK;
      for (int64_t column = 0; column < whole_columns; column += 4) {
        for (int64_t row = first; row < end; row += 4) TURN(row, column);
      }
    }
  }
#undef TURN
  NAME(turn_one_by_one)(whole_rows, columns - whole_columns, from + whole_columns, from_step,
                        to + whole_columns * to_step, to_step);
  NAME(turn_one_by_one)(rows - whole_rows, columns, from + whole_rows * from_step, from_step, to + whole_rows, to_step);
}

static void NAME(lay_out)(const weft_grid_job *job, int64_t begin, int64_t end) {
  const weft_grid *g = job->grid;
  const int64_t pixels = weft_grid_pixels(g);
  for (int64_t item = begin; item < end; item++) {
    const NAME(part) part = NAME(part_of)(item, pixels);
    const REAL *from = (const REAL *)job->image + (job->first + part.image) * g->channels * pixels + part.first;
    REAL *to = (REAL *)job->laid_out + (part.image * pixels + part.first) * g->channels;
    NAME(turn)(g->channels, part.count, from, pixels, to, g->channels);
  }
}

/// The sum of the four taps of a point that all have weight, for `count` channels from `first`.
static inline void NAME(sum_four)(const NAME(taps) *taps, int64_t point, const REAL *pixels, int64_t channels,
                                  int64_t count, REAL *sums) {
  const REAL *a = pixels + taps->places[0][point] * channels, *b = pixels + taps->places[1][point] * channels;
  const REAL *c = pixels + taps->places[2][point] * channels, *d = pixels + taps->places[3][point] * channels;
  const REAL s = taps->weights[0][point], t = taps->weights[1][point];
  const REAL u = taps->weights[2][point], v = taps->weights[3][point];
  int64_t i = 0;
#define AT(row) (*(const NAME(any_eight) *)(row + i))
  for (; i + 8 <= count; i += 8) *(NAME(any_eight) *)(sums + i) = ((AT(a) * s + AT(b) * t) + AT(c) * u) + AT(d) * v;
#undef AT
  for (; i < count; i++) sums[i] = ((a[i] * s + b[i] * t) + c[i] * u) + d[i] * v;
}

/// to += from·weight.
static inline void NAME(add_product)(const REAL *from, REAL weight, int64_t count, REAL *to) {
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    *(NAME(any_eight) *)(to + i) += *(const NAME(any_eight) *)(from + i) * weight;
  }
  for (; i < count; i++) to[i] += from[i] * weight;
}

/// The sum of a point's taps. A pixel without weight takes no part.
static inline void NAME(sum_taps)(const NAME(taps) *taps, int64_t point, const REAL *pixels, int64_t channels,
                                  int64_t count, REAL *sums) {
  if (taps->count == 4 && taps->full[point]) {
    NAME(sum_four)(taps, point, pixels, channels, count, sums);
    return;
  }
  if (taps->count == 1 && taps->full[point]) {  // the nearest pixel, as it is
    memcpy(sums, pixels + taps->places[0][point] * channels, (size_t)count * sizeof(REAL));
    return;
  }
  memset(sums, 0, (size_t)count * sizeof(REAL));
  for (int32_t tap = 0; tap < taps->count; tap++) {
    const REAL weight = taps->weights[tap][point];
    if (weight != 0) NAME(add_product)(pixels + taps->places[tap][point] * channels, weight, count, sums);
  }
}

static void NAME(sample_pixels)(const weft_grid_job *job, int64_t begin, int64_t end) {
  const weft_grid *g = job->grid;
  const int64_t channels = g->channels;
  NAME(taps) taps;
  REAL sums[WEFT_GRID_BLOCK * WEFT_GRID_CHANNELS];
  for (int64_t item = begin; item < end; item++) {
    const NAME(part) part = NAME(part_of)(item, g->points);
    const int64_t image = job->first + part.image;
    const REAL *pixels = (const REAL *)job->pixels + part.image * weft_grid_pixels(g) * channels;
    NAME(find_taps)(g, (const REAL *)job->positions + (image * g->points + part.first) * g->axes, part.count, &taps);
    for (int64_t channel = 0; channel < channels; channel += WEFT_GRID_CHANNELS) {
      const int64_t count = channels - channel < WEFT_GRID_CHANNELS ? channels - channel : WEFT_GRID_CHANNELS;
      for (int64_t point = 0; point < part.count; point++) {
        NAME(sum_taps)(&taps, point, pixels + channel, channels, count, sums + point * count);
      }
      REAL *to = (REAL *)job->output + (image * channels + channel) * g->points + part.first;
      NAME(turn)(part.count, count, sums, count, to, g->points);
    }
  }
}

/// Σ a·b, in eight sums side by side.
static inline REAL NAME(dot)(const REAL *a, const REAL *b, int64_t count) {
  NAME(four) s = 0, t = 0;
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    s += *(const NAME(any_four) *)(a + i) * *(const NAME(any_four) *)(b + i);
    t += *(const NAME(any_four) *)(a + i + 4) * *(const NAME(any_four) *)(b + i + 4);
  }
  REAL rest = 0;
  for (; i < count; i++) rest += a[i] * b[i];
  s += t;
  return ((s[0] + s[1]) + (s[2] + s[3])) + rest;
}

/// The same of a pixel without weight, whose numbers that are not finite take no part.
static REAL NAME(dot_of_finite)(const REAL *pixel, const REAL *b, int64_t count) {
  REAL sum = 0;
  for (int64_t i = 0; i < count; i++) sum += (pixel[i] - pixel[i] == 0 ? pixel[i] : 0) * b[i];
  return sum;
}

/// The gradients of the positions of a block from those of its taps' weights.
static void NAME(turn_to_positions)(const weft_grid *g, const NAME(taps) *taps, int64_t count,
                                    REAL of_weights[][WEFT_GRID_BLOCK], REAL *to) {
  const int32_t axes = g->axes;
  for (int32_t a = 0; a < axes; a++) {
    for (int64_t i = 0; i < count; i++) to[i * axes + axes - 1 - a] = 0;
    for (int32_t tap = 0; tap < taps->count; tap++) {
      for (int64_t i = 0; i < count; i++) {
        REAL slope = taps->axes[a].slopes[tap >> (axes - 1 - a) & 1][i];
        for (int32_t b = 0; b < axes; b++) {
          if (b != a) slope *= taps->axes[b].weights[tap >> (axes - 1 - b) & 1][i];
        }
        // Where the slope is 0 the pixel does not matter, whatever is in it.
        to[i * axes + axes - 1 - a] += slope != 0 ? of_weights[tap][i] * slope : 0;
      }
    }
  }
}

static void NAME(positions_gradient_pixels)(const weft_grid_job *job, int64_t begin, int64_t end) {
  const weft_grid *g = job->grid;
  const int64_t channels = g->channels;
  NAME(taps) taps;
  REAL of_weights[WEFT_GRID_TAPS][WEFT_GRID_BLOCK], gradients[WEFT_GRID_BLOCK * WEFT_GRID_CHANNELS];
  for (int64_t item = begin; item < end; item++) {
    const NAME(part) part = NAME(part_of)(item, g->points);
    const int64_t image = job->first + part.image, start = (image * g->points + part.first) * g->axes;
    const REAL *pixels = (const REAL *)job->pixels + part.image * weft_grid_pixels(g) * channels;
    NAME(find_taps)(g, (const REAL *)job->positions + start, part.count, &taps);
    memset(of_weights, 0, sizeof of_weights);
    for (int64_t channel = 0; channel < channels; channel += WEFT_GRID_CHANNELS) {
      const int64_t count = channels - channel < WEFT_GRID_CHANNELS ? channels - channel : WEFT_GRID_CHANNELS;
      const REAL *from = (const REAL *)job->gradient + (image * channels + channel) * g->points + part.first;
      NAME(turn)(count, part.count, from, g->points, gradients, count);
      for (int64_t point = 0; point < part.count; point++) {
        for (int32_t tap = 0; tap < taps.count; tap++) {
          const REAL *pixel = pixels + taps.places[tap][point] * channels + channel;
          const REAL *gradient = gradients + point * count;
          of_weights[tap][point] += taps.weights[tap][point] != 0 ? NAME(dot)(pixel, gradient, count)
                                                                  : NAME(dot_of_finite)(pixel, gradient, count);
        }
      }
    }
    NAME(turn_to_positions)(g, &taps, part.count, of_weights, (REAL *)job->output + start);
  }
}

// Items are chunks of channels of an image, whose sums have the channels of each pixel side by side.
static void NAME(image_gradient_pixels)(const weft_grid_job *job, int64_t begin, int64_t end) {
  const weft_grid *g = job->grid;
  const int64_t pixels = weft_grid_pixels(g), chunks = (g->channels + job->chunk - 1) / job->chunk;
  NAME(taps) taps;
  REAL gradients[WEFT_GRID_BLOCK * WEFT_GRID_CHANNELS];
  weft_scratch_mark mark = weft_scratch_begin();
  REAL *sums = weft_scratch_take(weft_bytes3(pixels, job->chunk, sizeof(REAL)));
  if (!sums) weft_no_memory();
  for (int64_t item = begin; item < end; item++) {
    const int64_t image = item / chunks, first = item % chunks * job->chunk;
    const int64_t count = g->channels - first < job->chunk ? g->channels - first : job->chunk;
    const REAL *gradient = (const REAL *)job->gradient + (image * g->channels + first) * g->points;
    memset(sums, 0, (size_t)(pixels * count) * sizeof(REAL));
    for (int64_t block = 0; block < weft_grid_blocks(g->points); block++) {
      const NAME(part) part = NAME(part_of)(block, g->points);
      const REAL *positions = (const REAL *)job->positions + (image * g->points + part.first) * g->axes;
      NAME(find_taps)(g, positions, part.count, &taps);
      NAME(turn)(count, part.count, gradient + part.first, g->points, gradients, count);
      for (int64_t point = 0; point < part.count; point++) {
        for (int32_t tap = 0; tap < taps.count; tap++) {
          const REAL weight = taps.weights[tap][point];
          if (weight == 0) continue;
          NAME(add_product)(gradients + point * count, weight, count, sums + taps.places[tap][point] * count);
        }
      }
    }
    NAME(turn)(pixels, count, sums, count, (REAL *)job->output + (image * g->channels + first) * pixels, pixels);
  }
  weft_scratch_release(mark);
}

// MARK: - Planes: channel by channel

static void NAME(sample_planes)(const weft_grid_job *job, int64_t begin, int64_t end) {
  const weft_grid *g = job->grid;
  const int64_t pixels = weft_grid_pixels(g);
  NAME(taps) taps;
  for (int64_t item = begin; item < end; item++) {
    const NAME(part) part = NAME(part_of)(item, g->points);
    NAME(find_taps)(g, (const REAL *)job->positions + (part.image * g->points + part.first) * g->axes, part.count,
                    &taps);
    for (int64_t channel = 0; channel < g->channels; channel++) {
      const REAL *plane = (const REAL *)job->image + (part.image * g->channels + channel) * pixels;
      REAL *restrict to = (REAL *)job->output + (part.image * g->channels + channel) * g->points + part.first;
      if (!g->linear) {
        for (int64_t i = 0; i < part.count; i++) to[i] = taps.full[i] ? plane[taps.places[0][i]] : 0;
        continue;
      }
      for (int32_t tap = 0; tap < taps.count; tap++) {
        for (int64_t point = 0; point < part.count; point++) {
          const REAL weight = taps.weights[tap][point], value = plane[taps.places[tap][point]];
          const REAL share = (weight != 0 ? value : 0) * weight;
          to[point] = tap == 0 ? share : to[point] + share;
        }
      }
    }
  }
}

static void NAME(image_gradient_planes)(const weft_grid_job *job, int64_t begin, int64_t end) {
  const weft_grid *g = job->grid;
  const int64_t pixels = weft_grid_pixels(g), chunks = (g->channels + job->chunk - 1) / job->chunk;
  NAME(taps) taps;
  for (int64_t item = begin; item < end; item++) {
    const int64_t image = item / chunks, first = item % chunks * job->chunk;
    const int64_t last = g->channels - first < job->chunk ? g->channels : first + job->chunk;
    REAL *planes = (REAL *)job->output + image * g->channels * pixels;
    memset(planes + first * pixels, 0, (size_t)((last - first) * pixels) * sizeof(REAL));
    for (int64_t block = 0; block < weft_grid_blocks(g->points); block++) {
      const NAME(part) part = NAME(part_of)(block, g->points);
      const REAL *positions = (const REAL *)job->positions + (image * g->points + part.first) * g->axes;
      NAME(find_taps)(g, positions, part.count, &taps);
      for (int64_t channel = first; channel < last; channel++) {
        const REAL *from = (const REAL *)job->gradient + (image * g->channels + channel) * g->points + part.first;
        REAL *plane = planes + channel * pixels;
        if (!g->linear) {
          for (int64_t point = 0; point < part.count; point++) {
            if (taps.full[point]) plane[taps.places[0][point]] += from[point];
          }
          continue;
        }
        for (int64_t point = 0; point < part.count; point++) {
          for (int32_t tap = 0; tap < taps.count; tap++) {
            const REAL weight = taps.weights[tap][point];
            if (weight != 0) plane[taps.places[tap][point]] += from[point] * weight;
          }
        }
      }
    }
  }
}

static void NAME(positions_gradient_planes)(const weft_grid_job *job, int64_t begin, int64_t end) {
  const weft_grid *g = job->grid;
  const int64_t pixels = weft_grid_pixels(g);
  NAME(taps) taps;
  REAL of_weights[WEFT_GRID_TAPS][WEFT_GRID_BLOCK];
  for (int64_t item = begin; item < end; item++) {
    const NAME(part) part = NAME(part_of)(item, g->points);
    const int64_t start = (part.image * g->points + part.first) * g->axes;
    NAME(find_taps)(g, (const REAL *)job->positions + start, part.count, &taps);
    memset(of_weights, 0, sizeof of_weights);
    for (int64_t channel = 0; channel < g->channels; channel++) {
      const int64_t plane = part.image * g->channels + channel;
      const REAL *values = (const REAL *)job->image + plane * pixels;
      const REAL *from = (const REAL *)job->gradient + plane * g->points + part.first;
      for (int32_t tap = 0; tap < taps.count; tap++) {
        for (int64_t point = 0; point < part.count; point++) {
          const REAL value = values[taps.places[tap][point]];
          // One that is not finite counts where it has weight.
          const bool counts = (taps.weights[tap][point] != 0) | (value - value == 0);
          of_weights[tap][point] += (counts ? value : 0) * from[point];
        }
      }
    }
    NAME(turn_to_positions)(g, &taps, part.count, of_weights, (REAL *)job->output + start);
  }
}

#undef REAL
#undef NAME
#undef FLOOR
#undef NEAREST
#undef REMAINDER
