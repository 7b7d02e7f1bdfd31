// Winograd's transforms in one dimension for one instruction set. Included by winograd_template.h.
//
// Each transform is applied to the columns and then to the rows of a tile, for a vector of channels at a time. The
// names: B turns inputs into values, A values into outputs, G 3 weights into 6 values; a T marks the transpose of what
// the forward convolution uses, which is what gradients use. With stride 1 the points are 0, ±a, ±b and infinity.

typedef float NAME(vector) __attribute__((ext_vector_type(VECTOR_BYTES / 4)));
typedef float NAME(memory) __attribute__((ext_vector_type(VECTOR_BYTES / 4), aligned(4), may_alias));

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

#if VECTOR_BYTES == 64
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#elif VECTOR_BYTES == 32
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ODD 1, 3, 5, 7, 9, 11, 13, 15
#else
#define EVEN 0, 2, 4, 6
#define ODD 1, 3, 5, 7
#endif

// The sum of each of as many vectors as a vector has lanes: neighbours are added until one vector is left.
INLINE V NAME(totals)(const V *vectors) {
  V sums[NAME(lanes)];
#pragma clang loop unroll(full)
  for (int i = 0; i < NAME(lanes); i++) sums[i] = vectors[i];
#pragma clang loop unroll(full)
  for (int count = NAME(lanes) / 2; count > 0; count /= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) {
      V a = sums[2 * i], b = sums[2 * i + 1];
      sums[i] = __builtin_shufflevector(a, b, EVEN) + __builtin_shufflevector(a, b, ODD);
    }
  }
  return sums[0];
}

INLINE float NAME(total)(V value) {
  V all[NAME(lanes)] = {value};
  return NAME(totals)(all)[0];
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

// MARK: - One dimension of stride 2

// Outputs 0 to 3 read inputs 0 to 8: the even ones through the weights 0 and 2, a convolution of stride 1 with points
// ±c, ±d and infinity, the odd ones through weight 1, a mere product. Of 9 values 5 belong to the former.

INLINE void NAME(b_even)(const V *d, int64_t step, V *t, int64_t t_step) {
  V d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step];
  V even_c = d3 - D2 * d1, odd_c = d2 - D2 * d0, even_d = d3 - C2 * d1, odd_d = d2 - C2 * d0;
  t[0] = even_c + POINT_C * odd_c;
  t[t_step] = even_c - POINT_C * odd_c;
  t[2 * t_step] = even_d + POINT_D * odd_d;
  t[3 * t_step] = even_d - POINT_D * odd_d;
  t[4 * t_step] = d[4 * step] - (C2 + D2) * d2 + C2 * D2 * d0;
}

INLINE void NAME(b_strided)(const V *d, int64_t step, V *t, int64_t t_step) {
  NAME(b_even)(d, 2 * step, t, t_step);
  for (int i = 0; i < 4; i++) t[(5 + i) * t_step] = d[(2 * i + 1) * step];
}

// For the input gradient: 5 output gradients, of which the first 4 go through weight 1 as well.
INLINE void NAME(b_gradient)(const V *d, int64_t step, V *t, int64_t t_step) {
  NAME(b_even)(d, step, t, t_step);
  for (int i = 0; i < 4; i++) t[(5 + i) * t_step] = d[i * step];
}

INLINE void NAME(a_even)(const V *m, int64_t step, V *y, int64_t y_step) {
  V sum_c = m[0] + m[step], difference_c = m[0] - m[step];
  V sum_d = m[2 * step] + m[3 * step], difference_d = m[2 * step] - m[3 * step];
  y[0] = sum_c + sum_d;
  y[y_step] = POINT_C * difference_c + POINT_D * difference_d;
  y[2 * y_step] = C2 * sum_c + D2 * sum_d;
  y[3 * y_step] = POINT_C * C2 * difference_c + POINT_D * D2 * difference_d + m[4 * step];
}

INLINE void NAME(a_strided)(const V *m, int64_t step, V *y, int64_t y_step) {
  NAME(a_even)(m, step, y, y_step);
  for (int i = 0; i < 4; i++) y[i * y_step] += m[(5 + i) * step];
}

// The 8 inputs whose gradient this is: the first of them met weight 1.
INLINE void NAME(a_gradient)(const V *m, int64_t step, V *x, int64_t x_step) {
  NAME(a_even)(m, step, x + x_step, 2 * x_step);
  for (int i = 0; i < 4; i++) x[2 * i * x_step] = m[(5 + i) * step];
}

INLINE void NAME(a_strided_t)(const V *y, int64_t step, V *t, int64_t t_step) {
  V y0 = y[0], y1 = y[step], y2 = y[2 * step], y3 = y[3 * step];
  V even_c = y0 + C2 * y2, odd_c = POINT_C * (y1 + C2 * y3), even_d = y0 + D2 * y2, odd_d = POINT_D * (y1 + D2 * y3);
  t[0] = even_c + odd_c;
  t[t_step] = even_c - odd_c;
  t[2 * t_step] = even_d + odd_d;
  t[3 * t_step] = even_d - odd_d;
  t[4 * t_step] = y3;
  for (int i = 0; i < 4; i++) t[(5 + i) * t_step] = y[i * step];
}

INLINE void NAME(g_strided)(const V *w, int64_t step, V *t, int64_t t_step) {
  V w0 = w[0], w2 = w[2 * step];
  t[0] = NORM_C * w0 + (NORM_C * POINT_C) * w2;
  t[t_step] = (NORM_C * POINT_C) * w2 - NORM_C * w0;
  t[2 * t_step] = NORM_D * w0 + (NORM_D * POINT_D) * w2;
  t[3 * t_step] = (NORM_D * POINT_D) * w2 - NORM_D * w0;
  t[4 * t_step] = w2;
  t[5 * t_step] = w[step];
}

INLINE void NAME(g_strided_t)(const V *m, int64_t step, V *w, int64_t w_step) {
  V sum_c = m[0] + m[step], difference_c = m[0] - m[step];
  V sum_d = m[2 * step] + m[3 * step], difference_d = m[2 * step] - m[3 * step];
  w[0] = NORM_C * difference_c + NORM_D * difference_d;
  w[w_step] = m[5 * step];
  w[2 * w_step] = (NORM_C * POINT_C) * sum_c + (NORM_D * POINT_D) * sum_d + m[4 * step];
}
