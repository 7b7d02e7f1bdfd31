// The softmax down the columns of an array and its logarithm, x - log Σ e^x, for rows that lie across memory: three
// walks down a few columns, which stay in the cache, and one exponential for each element. The result may take x's place.
// Included once per floating-point type, with SUMS, a vector of doubles, and WIDENED(x), a vector as such.

/// Rows whose exponentials are added up before they join a sum in double, which keeps the errors of long sums small.
#define ROWS_TOGETHER 64

/// `count` vectors side by side, rows `stride` elements apart in x and `to_stride` in y.
INLINE void NAMED(softmax_block)(size_t length, size_t stride, size_t to_stride, const ELEMENT *x, ELEMENT *y,
                                 int count, bool logarithm) {
  enum { L = NAMED(lanes) };
  SUMS sums[4];
  VECTOR largest[4], sum[4];
  for (int k = 0; k < count; k++) largest[k] = NAMED(read)(x + k * L), sums[k] = (SUMS){0};
  for (size_t row = 1; row < length; row++) {
    for (int k = 0; k < count; k++) {
      largest[k] = NAMED(maximum_vectors)(largest[k], NAMED(read)(x + row * stride + (size_t)k * L));
    }
  }
  for (size_t first = 0; first < length; first += ROWS_TOGETHER) {
    size_t end = length - first < ROWS_TOGETHER ? length : first + ROWS_TOGETHER;
    VECTOR part[4];
    for (int k = 0; k < count; k++) part[k] = (VECTOR)0;
    for (size_t row = first; row < end; row++) {
      for (int k = 0; k < count; k++) {
        VECTOR power = NAMED(exp_vector)(NAMED(read)(x + row * stride + k * L) - largest[k]);
        part[k] += power;
        if (!logarithm) NAMED(write)(y + row * to_stride + (size_t)k * L, power);
      }
    }
    for (int k = 0; k < count; k++) sums[k] += WIDENED(part[k]);
  }
  for (int k = 0; k < count; k++) {
    sum[k] = __builtin_convertvector(sums[k], VECTOR);
    sum[k] = logarithm ? NAMED(log_vector)(sum[k]) : 1 / sum[k];
  }
  for (size_t row = 0; row < length; row++) {
    for (int k = 0; k < count; k++) {
      ELEMENT *to = y + row * to_stride + (size_t)k * L;
      const ELEMENT *from = x + row * stride + (size_t)k * L;
      NAMED(write)(to, logarithm ? NAMED(read)(from) - largest[k] - sum[k] : NAMED(read)(to) * sum[k]);
    }
  }
}

#define SOFTMAX_COLUMNS(name, logarithm)                                                                          \
  static void NAMED(name##_columns)(size_t length, size_t stride, size_t to_stride, size_t width, const void *from, \
                                    void *to) {                                                                   \
    enum { L = NAMED(lanes) };                                                                                    \
    const ELEMENT *x = from;                                                                                      \
    ELEMENT *y = to;                                                                                              \
    size_t column = 0;                                                                                            \
    for (; column + 4 * L <= width; column += 4 * L) {                                                            \
      NAMED(softmax_block)(length, stride, to_stride, x + column, y + column, 4, logarithm);                      \
    }                                                                                                             \
    for (; column + L <= width; column += L) {                                                                    \
      NAMED(softmax_block)(length, stride, to_stride, x + column, y + column, 1, logarithm);                      \
    }                                                                                                             \
  }
SOFTMAX_COLUMNS(softmax, false)
SOFTMAX_COLUMNS(log_softmax, true)
#undef SOFTMAX_COLUMNS

/// The gradient in `count` vectors side by side: y(g - Σg·y), or of the logarithm g - e^y·Σg.
INLINE void NAMED(softmax_gradient_block)(size_t length, size_t stride, const ELEMENT *g, const ELEMENT *y,
                                          ELEMENT *result, int count, bool logarithm) {
  enum { L = NAMED(lanes) };
  SUMS sums[4];
  VECTOR sum[4];
  for (int k = 0; k < count; k++) sums[k] = (SUMS){0};
  for (size_t first = 0; first < length; first += ROWS_TOGETHER) {
    size_t end = length - first < ROWS_TOGETHER ? length : first + ROWS_TOGETHER;
    VECTOR part[4];
    for (int k = 0; k < count; k++) part[k] = (VECTOR)0;
    for (size_t at = first * stride; at < end * stride; at += stride) {
      for (int k = 0; k < count; k++) {
        VECTOR slope = NAMED(read)(g + at + (size_t)k * L);
        part[k] += logarithm ? slope : slope * NAMED(read)(y + at + (size_t)k * L);
      }
    }
    for (int k = 0; k < count; k++) sums[k] += WIDENED(part[k]);
  }
  for (int k = 0; k < count; k++) sum[k] = __builtin_convertvector(sums[k], VECTOR);
  for (size_t at = 0; at < length * stride; at += stride) {
    for (int k = 0; k < count; k++) {
      VECTOR slope = NAMED(read)(g + at + (size_t)k * L), value = NAMED(read)(y + at + (size_t)k * L);
      NAMED(write)(result + at + (size_t)k * L,
                   logarithm ? slope - NAMED(exp_vector)(value) * sum[k] : value * (slope - sum[k]));
    }
  }
}

#define SOFTMAX_GRADIENT(name, logarithm)                                                                         \
  static void NAMED(name##_gradient_columns)(size_t length, size_t stride, size_t width, const void *gradient,     \
                                             const void *output, void *to) {                                      \
    enum { L = NAMED(lanes) };                                                                                    \
    const ELEMENT *g = gradient, *y = output;                                                                     \
    ELEMENT *result = to;                                                                                         \
    size_t at = 0;                                                                                                \
    for (; at + 4 * L <= width; at += 4 * L) {                                                                    \
      NAMED(softmax_gradient_block)(length, stride, g + at, y + at, result + at, 4, logarithm);                   \
    }                                                                                                             \
    for (; at + L <= width; at += L) {                                                                            \
      NAMED(softmax_gradient_block)(length, stride, g + at, y + at, result + at, 1, logarithm);                   \
    }                                                                                                             \
  }
SOFTMAX_GRADIENT(softmax, false)
SOFTMAX_GRADIENT(log_softmax, true)
#undef SOFTMAX_GRADIENT
#undef ROWS_TOGETHER
