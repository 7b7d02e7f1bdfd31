// Winograd's transforms and products for one instruction set. Included once for each, with VECTOR_BYTES, TILE_ROWS and
// NAME(x) defined. No include guard.
//
// The points are 0, ±a, ±b and infinity. Each transform is applied to the columns and then to the rows of a tile, for a
// vector of channels at a time. The names: B turns 6 inputs into 6 values, A 6 values into 4 outputs, G 3 weights into
// 6 values; a T marks the transpose of what the forward convolution uses, which is what gradients use.

typedef float NAME(vector) __attribute__((vector_size(VECTOR_BYTES)));
typedef float NAME(memory) __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef int32_t NAME(mask) __attribute__((vector_size(VECTOR_BYTES)));

#define V NAME(vector)
#define INLINE static inline __attribute__((always_inline))
enum { NAME(lanes) = VECTOR_BYTES / 4, NAME(width) = 2 * NAME(lanes) };

INLINE V NAME(load)(const float *from) { return *(const NAME(memory) *)from; }
INLINE void NAME(store)(float *to, V value) { *(NAME(memory) *)to = value; }

// The last channels may be fewer than a vector.
INLINE V NAME(load_some)(const float *from, int64_t count) {
  V value = {0};
  if (count >= NAME(lanes)) return NAME(load)(from);
  memcpy(&value, from, (size_t)count * 4);
  return value;
}

INLINE void NAME(store_some)(float *to, V value, int64_t count) {
  if (count >= NAME(lanes)) {
    NAME(store)(to, value);
  } else {
    memcpy(to, &value, (size_t)count * 4);
  }
}

// MARK: - One dimension

INLINE void NAME(b)(const V *d, int64_t step, V *t, int64_t t_step) {
  V d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step];
  V even_a = d4 - B2 * d2, odd_a = d3 - B2 * d1, even_b = d4 - A2 * d2, odd_b = d3 - A2 * d1;
  t[0] = d4 - (A2 + B2) * d2 + A2 * B2 * d[0];
  t[t_step] = even_a + POINT_A * odd_a;
  t[2 * t_step] = even_a - POINT_A * odd_a;
  t[3 * t_step] = even_b + POINT_B * odd_b;
  t[4 * t_step] = even_b - POINT_B * odd_b;
  t[5 * t_step] = d[5 * step] - (A2 + B2) * d3 + A2 * B2 * d1;
}

INLINE void NAME(a)(const V *m, int64_t step, V *y, int64_t y_step) {
  V sum_a = m[step] + m[2 * step], difference_a = m[step] - m[2 * step];
  V sum_b = m[3 * step] + m[4 * step], difference_b = m[3 * step] - m[4 * step];
  y[0] = m[0] + sum_a + sum_b;
  y[y_step] = POINT_A * difference_a + POINT_B * difference_b;
  y[2 * y_step] = A2 * sum_a + B2 * sum_b;
  y[3 * y_step] = POINT_A * A2 * difference_a + POINT_B * B2 * difference_b + m[5 * step];
}

INLINE void NAME(a_t)(const V *y, int64_t step, V *t, int64_t t_step) {
  V y0 = y[0], y1 = y[step], y2 = y[2 * step], y3 = y[3 * step];
  V even_a = y0 + A2 * y2, odd_a = POINT_A * (y1 + A2 * y3), even_b = y0 + B2 * y2, odd_b = POINT_B * (y1 + B2 * y3);
  t[0] = y0;
  t[t_step] = even_a + odd_a;
  t[2 * t_step] = even_a - odd_a;
  t[3 * t_step] = even_b + odd_b;
  t[4 * t_step] = even_b - odd_b;
  t[5 * t_step] = y3;
}

INLINE void NAME(g)(const V *w, int64_t step, V *t, int64_t t_step) {
  V w0 = w[0], w1 = w[step], w2 = w[2 * step];
  V even_a = NORM_A * w0 + (NORM_A * A2) * w2, odd_a = (NORM_A * POINT_A) * w1;
  V even_b = NORM_B * w0 + (NORM_B * B2) * w2, odd_b = (NORM_B * POINT_B) * w1;
  t[0] = NORM_0 * w0;
  t[t_step] = even_a + odd_a;
  t[2 * t_step] = even_a - odd_a;
  t[3 * t_step] = even_b + odd_b;
  t[4 * t_step] = even_b - odd_b;
  t[5 * t_step] = w2;
}

INLINE void NAME(g_t)(const V *m, int64_t step, V *w, int64_t w_step) {
  V sum_a = NORM_A * (m[step] + m[2 * step]), difference_a = m[step] - m[2 * step];
  V sum_b = NORM_B * (m[3 * step] + m[4 * step]), difference_b = m[3 * step] - m[4 * step];
  w[0] = NORM_0 * m[0] + sum_a + sum_b;
  w[w_step] = (NORM_A * POINT_A) * difference_a + (NORM_B * POINT_B) * difference_b;
  w[2 * w_step] = A2 * sum_a + B2 * sum_b + m[5 * step];
}

// MARK: - Two dimensions

static void NAME(input)(const float *const *points, const float *const *next, int64_t channels,
                        const weft_winograd_target *target) {
  int64_t plane = target->plane;
  for (int64_t c = 0; c < channels; c += NAME(lanes)) {
    V d[36], t[36];
    float *to = target->data + c / NAME(width) * target->panel + c % NAME(width);
#pragma clang loop unroll(full)
    for (int i = 0; i < 36; i++) __builtin_prefetch(next[i] + c);
#pragma clang loop unroll(full)
    for (int i = 0; i < 36; i++) d[i] = NAME(load_some)(points[i] + c, channels - c);
#pragma clang loop unroll(full)
    for (int x = 0; x < 6; x++) NAME(b)(d + x, 6, t + x, 6);
#pragma clang loop unroll(full)
    for (int y = 0; y < 6; y++) {
      V row[6];
      NAME(b)(t + 6 * y, 1, row, 1);
#pragma clang loop unroll(full)
      for (int x = 0; x < 6; x++) NAME(store)(to + (6 * y + x) * plane, row[x]);
    }
  }
}

static void NAME(output)(const float *from, int64_t plane, int64_t channels, const float *bias, bool relu,
                         float *const *points) {
  for (int64_t c = 0; c < channels; c += NAME(lanes)) {
    V t[24], base = {0};
    if (bias) base = NAME(load_some)(bias + c, channels - c);
#pragma clang loop unroll(full)
    for (int x = 0; x < 6; x++) {
      V m[6];
#pragma clang loop unroll(full)
      for (int y = 0; y < 6; y++) m[y] = NAME(load)(from + (6 * y + x) * plane + c);
      NAME(a)(m, 1, t + x, 6);
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 4; y++) {
      V row[4];
      NAME(a)(t + 6 * y, 1, row, 1);
#pragma clang loop unroll(full)
      for (int x = 0; x < 4; x++) {
        V value = row[x] + base;
        if (relu) value = (V)((NAME(mask))value & ~(value < 0));
        if (points[4 * y + x]) NAME(store_some)(points[4 * y + x] + c, value, channels - c);
      }
    }
  }
}

static void NAME(output_gradient)(const float *const *points, const float *const *next, int64_t channels,
                                  const weft_winograd_target *target, bool sums) {
  int64_t plane = target->plane;
  for (int64_t c = 0; c < channels; c += NAME(lanes)) {
    V d[16], t[24];
    float *to = target->data + c / NAME(width) * target->panel + c % NAME(width);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) __builtin_prefetch(next[i] + c);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) d[i] = NAME(load_some)(points[i] + c, channels - c);
    if (sums) {
      V sum = {0};
#pragma clang loop unroll(full)
      for (int i = 0; i < 16; i++) sum += d[i];
      NAME(store)(to + 36 * plane, sum);
    }
#pragma clang loop unroll(full)
    for (int x = 0; x < 4; x++) NAME(a_t)(d + x, 4, t + x, 4);
#pragma clang loop unroll(full)
    for (int y = 0; y < 6; y++) {
      V row[6];
      NAME(a_t)(t + 4 * y, 1, row, 1);
#pragma clang loop unroll(full)
      for (int x = 0; x < 6; x++) NAME(store)(to + (6 * y + x) * plane, row[x]);
    }
  }
}

// One row of a panel: the weights between one channel on the side that is summed over and `columns` on the other.
static void NAME(weight)(const weft_winograd_weight *w, const float *from, int64_t columns, float *to, int64_t plane) {
  for (int64_t c = 0; c < NAME(width); c += NAME(lanes)) {
    float taps[9][NAME(lanes)] __attribute__((aligned(64)));
    V g[9], t[18];
    int64_t count = columns - c < NAME(lanes) ? columns - c : NAME(lanes);
    if (count < NAME(lanes)) memset(taps, 0, sizeof taps);
    for (int64_t i = 0; i < count; i++) {
      const float *at = from + (c + i) * w->column;
#pragma clang loop unroll(full)
      for (int tap = 0; tap < 9; tap++) taps[tap][i] = at[tap / 3 * w->y + tap % 3 * w->x];
    }
#pragma clang loop unroll(full)
    for (int tap = 0; tap < 9; tap++) g[tap] = NAME(load)(taps[tap]);
#pragma clang loop unroll(full)
    for (int x = 0; x < 3; x++) NAME(g)(g + x, 3, t + x, 3);
#pragma clang loop unroll(full)
    for (int y = 0; y < 6; y++) {
      V row[6];
      NAME(g)(t + 3 * y, 1, row, 1);
#pragma clang loop unroll(full)
      for (int x = 0; x < 6; x++) NAME(store)(to + (6 * y + x) * plane + c, row[x]);
    }
  }
}

static void NAME(weight_gradient)(const weft_winograd_weight *w, const float *from, int64_t plane, int64_t columns,
                                  float *to) {
  for (int64_t c = 0; c < columns; c += NAME(lanes)) {
    float taps[9][NAME(lanes)] __attribute__((aligned(64)));
    V t[18];
#pragma clang loop unroll(full)
    for (int x = 0; x < 6; x++) {
      V m[6];
#pragma clang loop unroll(full)
      for (int y = 0; y < 6; y++) m[y] = NAME(load)(from + (6 * y + x) * plane + c);
      NAME(g_t)(m, 1, t + x, 6);
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 3; y++) {
      V row[3];
      NAME(g_t)(t + 6 * y, 1, row, 1);
#pragma clang loop unroll(full)
      for (int x = 0; x < 3; x++) NAME(store)(taps[3 * y + x], row[x]);
    }
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

static void NAME(multiply)(const weft_winograd_product *p) {
  for (int64_t row = 0; row < p->rows; row += TILE_ROWS) {
    NAME(rows)(p->rows - row, p, p->a + row * p->a_row, p->a_row, 1, p->c + row * p->c_row);
  }
}

static void NAME(multiply_transposed)(const weft_winograd_product *p) {
  for (int64_t row = 0; row < p->rows; row += TILE_ROWS) {
    NAME(rows)(p->rows - row, p, p->a + row, 1, p->a_row, p->c + row * p->c_row);
  }
}

static const weft_winograd_kernels NAME(kernels) = {
    .lanes = NAME(lanes), .tile_rows = TILE_ROWS, .input = NAME(input), .output = NAME(output),
    .output_gradient = NAME(output_gradient), .weight = NAME(weight), .weight_gradient = NAME(weight_gradient),
    .multiply = NAME(multiply), .multiply_transposed = NAME(multiply_transposed),
};

#undef V
#undef INLINE
#undef NAME
