// Winograd's kernels for one instruction set. Included once for each, with VECTOR_BYTES, TILE_ROWS and NAME(x) defined.
// No include guard.

#include "transforms_template.h"

// MARK: - Two dimensions

typedef void NAME(transform)(const V *from, int64_t step, V *to, int64_t to_step);

enum { NAME(most) = 9 };

// `from` x `from` values to `to` x `to`: all constants where this is inlined.
INLINE void NAME(both)(NAME(transform) *one, int from, int to, const V *values, V *results) {
  V t[NAME(most) * NAME(most)];
#pragma clang loop unroll(full)
  for (int x = 0; x < from; x++) one(values + x, from, t + x, from);
#pragma clang loop unroll(full)
  for (int y = 0; y < to; y++) one(t + from * y, 1, results + to * y, 1);
}

// Inputs or output gradients to values.
INLINE void NAME(spread)(NAME(transform) *one, int from, int to, const weft_winograd_source *source, int64_t channels,
                         const weft_winograd_target *target) {
  V squares[WEFT_WINOGRAD_CELLS] = {{0}};
  int side = weft_winograd_cells(from);
  for (int64_t c = 0; c < channels; c += NAME(lanes)) {
    V d[NAME(most) * NAME(most)], t[NAME(most) * NAME(most)];
    float *at = target->data + c / NAME(width) * target->panel + c % NAME(width);
#pragma clang loop unroll(full)
    for (int i = 0; i < from * from; i++) {
      __builtin_prefetch(source->next[i] + c);
      d[i] = NAME(load_some)(source->points[i] + c, channels - c);
      int y = weft_winograd_cell(from, i / from), x = weft_winograd_cell(from, i % from);
      squares[y < side && x < side ? y * side + x : WEFT_WINOGRAD_REST] += d[i] * d[i];
    }
    if (target->sums) {
      V sum = {0};
#pragma clang loop unroll(full)
      for (int i = 0; i < from * from; i++) sum += d[i];
      NAME(store)(at + to * to * target->plane, sum);
    }
    NAME(both)(one, from, to, d, t);
#pragma clang loop unroll(full)
    for (int i = 0; i < to * to; i++) NAME(store)(at + i * target->plane, t[i]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < side * side; i += NAME(lanes)) NAME(store)(target->squares + i, NAME(totals)(squares + i));
  target->squares[WEFT_WINOGRAD_REST] = from == 5 ? NAME(total)(squares[WEFT_WINOGRAD_REST]) : 0;
}

INLINE V NAME(cut)(V value, V low, V high) {
  value = value <= low ? low : value;
  return high < value ? high : value;
}

// Values to outputs or input gradients.
INLINE void NAME(gather)(NAME(transform) *one, int from, int to, const float *values, int64_t plane,
                         const weft_winograd_result *result) {
  const bool clamps = result->clamps;
  V low = (V){0} + result->low, high = (V){0} + result->high;
  for (int64_t c = 0; c < result->channels; c += NAME(lanes)) {
    V m[NAME(most) * NAME(most)], y[NAME(most) * NAME(most)], base = {0};
    int64_t count = result->channels - c;
    if (result->bias) base = NAME(load_some)(result->bias + c, count);
#pragma clang loop unroll(full)
    for (int i = 0; i < from * from; i++) m[i] = NAME(load)(values + i * plane + c);
    NAME(both)(one, from, to, m, y);
#pragma clang loop unroll(full)
    for (int i = 0; i < to * to; i++) {
      V sum = y[i] + base;
      if (clamps) sum = NAME(cut)(sum, low, high);
      if (result->points[i]) NAME(store_some)(result->points[i] + c, sum, count);
    }
  }
}

// One row of a panel: the weights between one channel on the side that is summed over and those of the panel on the
// other, tap by tap.
INLINE float NAME(prepare)(NAME(transform) *one, const float *from, float *to, int64_t plane) {
  V squares = {0};
  for (int64_t c = 0; c < NAME(width); c += NAME(lanes)) {
    V g[9], t[36];
#pragma clang loop unroll(full)
    for (int tap = 0; tap < 9; tap++) {
      g[tap] = NAME(load)(from + tap * NAME(width) + c);
      squares += g[tap] * g[tap];
    }
    NAME(both)(one, 3, 6, g, t);
#pragma clang loop unroll(full)
    for (int i = 0; i < 36; i++) NAME(store)(to + i * plane + c, t[i]);
  }
  return NAME(total)(squares);
}

// The same backward: sums of products to weight gradients.
INLINE void NAME(finish)(NAME(transform) *one, const weft_winograd_weight *w, const float *from, int64_t plane,
                         int64_t columns, float *to) {
  for (int64_t c = 0; c < columns; c += NAME(lanes)) {
    float taps[9][NAME(lanes)] __attribute__((aligned(64)));
    V m[36], g[9];
#pragma clang loop unroll(full)
    for (int i = 0; i < 36; i++) m[i] = NAME(load)(from + i * plane + c);
    NAME(both)(one, 6, 3, m, g);
#pragma clang loop unroll(full)
    for (int tap = 0; tap < 9; tap++) NAME(store)(taps[tap], g[tap]);
    for (int64_t i = 0; i < NAME(lanes) && c + i < columns; i++) {
      float *at = to + (c + i) * w->column;
#pragma clang loop unroll(full)
      for (int tap = 0; tap < 9; tap++) at[tap / 3 * w->y + tap % 3 * w->x] = taps[tap][i];
    }
  }
}

// MARK: - Products

// `rows` is a constant wherever this is inlined, and so is one of the strides of a.
INLINE void NAME(tile)(int rows, const weft_winograd_product *p, const float *a, int64_t a_row, int64_t a_step,
                       float *c) {
  V sums[TILE_ROWS][2];
  const float *b = p->b;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    sums[i][0] = p->add ? NAME(load)(c + i * p->c_row) : (V){0};
    sums[i][1] = p->add ? NAME(load)(c + i * p->c_row + NAME(lanes)) : (V){0};
  }
  for (int64_t k = 0; k < p->depth; k++) {
    V b0 = NAME(load)(b), b1 = NAME(load)(b + NAME(lanes));
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      sums[i][0] += b0 * a[i * a_row];
      sums[i][1] += b1 * a[i * a_row];
    }
    a += a_step;
    b += p->b_row;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    NAME(store)(c + i * p->c_row, sums[i][0]);
    NAME(store)(c + i * p->c_row + NAME(lanes), sums[i][1]);
  }
}

INLINE void NAME(rows)(int64_t rows, const weft_winograd_product *p, const float *a, int64_t a_row, int64_t a_step,
                       float *c) {
  switch (rows) {
    case 1: NAME(tile)(1, p, a, a_row, a_step, c); break;
    case 2: NAME(tile)(2, p, a, a_row, a_step, c); break;
    case 3: NAME(tile)(3, p, a, a_row, a_step, c); break;
#if TILE_ROWS > 4
    case 4: NAME(tile)(4, p, a, a_row, a_step, c); break;
    case 5: NAME(tile)(5, p, a, a_row, a_step, c); break;
#endif
#if TILE_ROWS > 6
    case 6: NAME(tile)(6, p, a, a_row, a_step, c); break;
    case 7: NAME(tile)(7, p, a, a_row, a_step, c); break;
#endif
    default: NAME(tile)(TILE_ROWS, p, a, a_row, a_step, c); break;
  }
}

// Tiles of about as many rows each: one row by itself would wait for each product.
static void NAME(multiply)(const weft_winograd_product *p) {
  int64_t tiles = (p->rows + TILE_ROWS - 1) / TILE_ROWS;
  for (int64_t t = 0; t < tiles; t++) {
    int64_t row = p->rows * t / tiles, next = p->rows * (t + 1) / tiles;
    NAME(rows)(next - row, p, p->a + row * p->a_row, p->a_row, 1, p->c + row * p->c_row);
  }
}

static void NAME(multiply_transposed)(const weft_winograd_product *p) {
  for (int64_t row = 0; row < p->rows; row += TILE_ROWS) {
    NAME(rows)(p->rows - row, p, p->a + row, 1, p->a_row, p->c + row * p->c_row);
  }
}

// MARK: - Products of few tiles

#if VECTOR_BYTES == 64
// What `g` makes of three weights at one place of its result.
INLINE V NAME(g_at)(int place, V w0, V w1, V w2) {
  V even_a = NORM_A * w0 + (NORM_A * A2) * w2, odd_a = (NORM_A * POINT_A) * w1;
  V even_b = NORM_B * w0 + (NORM_B * B2) * w2, odd_b = (NORM_B * POINT_B) * w1;
  switch (place) {
    case 0: return NORM_0 * w0;
    case 1: return even_a + odd_a;
    case 2: return even_a - odd_a;
    case 3: return even_b + odd_b;
    case 4: return even_b - odd_b;
    default: return w2;
  }
}

// Row y of the values, for one vector of columns: the taps' columns are transformed, then that row.
INLINE V NAME(few_row)(const int tiles, const int y, const weft_winograd_few *p, int half, V squares) {
  V sums[6 * WEFT_WINOGRAD_FEW];
  const float *taps = p->taps + half * NAME(lanes), *values = p->values + y * p->step;
  float *c = p->c + half * NAME(lanes) + 6 * y * p->c_plane;
#pragma clang loop unroll(full)
  for (int i = 0; i < 6 * tiles; i++) {
    sums[i] = p->add ? NAME(load)(c + i / tiles * p->c_plane + i % tiles * p->c_row) : (V){0};
  }
  for (int64_t k = 0; k < p->depth; k++, taps += 9 * NAME(width), values += NAME(width)) {
    V t[3], v[6];
    if (p->next) __builtin_prefetch(p->next + ((half * 6 + y) * p->depth + k) * (9 * NAME(width) / 12), 0, 2);
#pragma clang loop unroll(full)
    for (int x = 0; x < 3; x++) {
      V w0 = NAME(load)(taps + x * NAME(width)), w1 = NAME(load)(taps + (3 + x) * NAME(width));
      V w2 = NAME(load)(taps + (6 + x) * NAME(width));
      if (y == 0) squares += w0 * w0 + w1 * w1 + w2 * w2;
      t[x] = NAME(g_at)(y, w0, w1, w2);
    }
    NAME(g)(t, 1, v, 1);
#pragma clang loop unroll(full)
    for (int i = 0; i < 6 * tiles; i++) sums[i] += v[i / tiles] * values[i];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 6 * tiles; i++) NAME(store)(c + i / tiles * p->c_plane + i % tiles * p->c_row, sums[i]);
  return squares;
}

INLINE float NAME(few_tiles)(const int tiles, const weft_winograd_few *p) {
  V squares = {0};
  for (int half = 0; half < 2; half++) {
#pragma clang loop unroll(full)
    for (int y = 0; y < 6; y++) squares = NAME(few_row)(tiles, y, p, half, squares);
  }
  return NAME(total)(squares);
}

static float NAME(multiply_few)(const weft_winograd_few *p) {
  return p->tiles == 3 ? NAME(few_tiles)(3, p) : NAME(few_tiles)(4, p);
}
#endif

// MARK: - Behind the products

static void NAME(finish_points)(const weft_winograd_finish *f) {
  const bool adds = f->others != NULL, clamps = f->clamps;
  V low = (V){0} + f->low, high = (V){0} + f->high;
  for (int64_t i = 0; i < f->count; i++) {
    if (!f->points[i]) continue;
    for (int64_t c = 0; c < f->channels; c += NAME(lanes)) {
      V sum = NAME(load_some)(f->points[i] + c, f->channels - c);
      if (adds) sum += NAME(load_some)(f->others[i] + c, f->channels - c);
      if (clamps) sum = NAME(cut)(sum, low, high);
      NAME(store_some)(f->points[i] + c, sum, f->channels - c);
    }
  }
}

// MARK: - The kernels

#define SPREAD(name, one, from, to)                                                                            \
  static void NAME(name)(const weft_winograd_source *source, int64_t channels,                                 \
                         const weft_winograd_target *target) {                                                 \
    NAME(spread)(NAME(one), from, to, source, channels, target);                                               \
  }
#define GATHER(name, one, from, to)                                                                            \
  static void NAME(name)(const float *values, int64_t plane, const weft_winograd_result *result) {             \
    NAME(gather)(NAME(one), from, to, values, plane, result);                                                  \
  }
#define PREPARE(name, one)                                                                                     \
  static float NAME(name)(const float *from, float *to, int64_t plane) {                                       \
    return NAME(prepare)(NAME(one), from, to, plane);                                                          \
  }
#define FINISH(name, one)                                                                                      \
  static void NAME(name)(const weft_winograd_weight *w, const float *from, int64_t plane, int64_t columns,     \
                         float *to) {                                                                          \
    NAME(finish)(NAME(one), w, from, plane, columns, to);                                                      \
  }

SPREAD(input, b, 6, 6)
SPREAD(output_gradient, a_t, 4, 6)
SPREAD(strided_input, b_strided, 9, 9)
SPREAD(strided_output_gradient, a_strided_t, 4, 9)
SPREAD(strided_gradient, b_gradient, 5, 9)
GATHER(output, a, 6, 4)
GATHER(strided_output, a_strided, 9, 4)
GATHER(strided_input_gradient, a_gradient, 9, 8)
PREPARE(weight, g)
PREPARE(strided_weight, g_strided)
FINISH(weight_gradient, g_t)
FINISH(strided_weight_gradient, g_strided_t)

static const weft_winograd_kernels NAME(kernels) = {
    .lanes = NAME(lanes), .tile_rows = TILE_ROWS, .multiply = NAME(multiply),
    .multiply_transposed = NAME(multiply_transposed), .finish = NAME(finish_points),
#if VECTOR_BYTES == 64
    .multiply_few = NAME(multiply_few),
#endif
    .plain = {.in = 6, .side = 6, .out = 4, .in_step = 4, .out_step = 4, .input = NAME(input), .output = NAME(output),
              .output_gradient = NAME(output_gradient), .weight = NAME(weight),
              .weight_gradient = NAME(weight_gradient)},
    .strided = {.in = 9, .side = 9, .out = 4, .in_step = 8, .out_step = 4, .input = NAME(strided_input),
                .output = NAME(strided_output), .output_gradient = NAME(strided_output_gradient),
                .weight = NAME(strided_weight), .weight_gradient = NAME(strided_weight_gradient)},
    .strided_back = {.in = 5, .side = 9, .out = 8, .in_step = 4, .out_step = 8, .input = NAME(strided_gradient),
                     .output = NAME(strided_input_gradient), .weight = NAME(strided_weight)},
};

#undef V
#undef EVEN
#undef ODD
#undef INLINE
#undef NAME
#undef SPREAD
#undef GATHER
#undef PREPARE
#undef FINISH
