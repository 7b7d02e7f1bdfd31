// The softmax down the columns of an array and its logarithm, x - log Σ e^x, for rows that lie across memory: three walks
// down a few columns, which stay in the cache, and one exponential for each element. The result may take x's place.

/// Rows whose exponentials are added up before they join a sum in double, which keeps the errors of long sums small.
#define ROWS_TOGETHER 64

/// `count` vectors side by side, rows `stride` elements apart in x and `to_stride` in y.
INLINE void softmax_block(size_t length, size_t stride, size_t to_stride, const float *x, float *y, int count,
                          bool logarithm) {
  enum { L = f32_lanes };
  f64w sums[4];
  f32v largest[4], sum[4];
  for (int k = 0; k < count; k++) largest[k] = f32_read(x + k * L), sums[k] = (f64w)0.0;
  for (size_t row = 1; row < length; row++) {
    for (int k = 0; k < count; k++) largest[k] = f32_maximum_vectors(largest[k], f32_read(x + row * stride + k * L));
  }
  for (size_t first = 0; first < length; first += ROWS_TOGETHER) {
    size_t end = length - first < ROWS_TOGETHER ? length : first + ROWS_TOGETHER;
    f32v part[4];
    for (int k = 0; k < count; k++) part[k] = (f32v)0.0f;
    for (size_t row = first; row < end; row++) {
      for (int k = 0; k < count; k++) {
        f32v power = f32_exp_vector(f32_read(x + row * stride + k * L) - largest[k]);
        part[k] += power;
        if (!logarithm) f32_write(y + row * to_stride + (size_t)k * L, power);
      }
    }
    for (int k = 0; k < count; k++) sums[k] += __builtin_convertvector(part[k], f64w);
  }
  for (int k = 0; k < count; k++) {
    sum[k] = __builtin_convertvector(sums[k], f32v);
    sum[k] = logarithm ? f32_log_vector(sum[k]) : 1.0f / sum[k];
  }
  for (size_t row = 0; row < length; row++) {
    for (int k = 0; k < count; k++) {
      float *to = y + row * to_stride + (size_t)k * L;
      const float *from = x + row * stride + (size_t)k * L;
      f32_write(to, logarithm ? f32_read(from) - largest[k] - sum[k] : f32_read(to) * sum[k]);
    }
  }
}

#define SOFTMAX_COLUMNS(name, logarithm)                                                                         \
  static void f32_##name##_columns(size_t length, size_t stride, size_t to_stride, size_t width, const float *x, \
                                   float *y) {                                                                   \
    enum { L = f32_lanes };                                                                                      \
    size_t column = 0;                                                                                           \
    for (; column + 4 * L <= width; column += 4 * L) {                                                           \
      softmax_block(length, stride, to_stride, x + column, y + column, 4, logarithm);                            \
    }                                                                                                            \
    for (; column + L <= width; column += L) {                                                                   \
      softmax_block(length, stride, to_stride, x + column, y + column, 1, logarithm);                            \
    }                                                                                                            \
  }
SOFTMAX_COLUMNS(softmax, false)
SOFTMAX_COLUMNS(log_softmax, true)
#undef SOFTMAX_COLUMNS

/// The gradient in `count` vectors side by side: y(g - Σg·y), or of the logarithm g - e^y·Σg.
INLINE void softmax_gradient_block(size_t length, size_t stride, const float *g, const float *y, float *result,
                                   int count, bool logarithm) {
  enum { L = f32_lanes };
  f64w sums[4];
  f32v sum[4];
  for (int k = 0; k < count; k++) sums[k] = (f64w)0.0;
  for (size_t first = 0; first < length; first += ROWS_TOGETHER) {
    size_t end = length - first < ROWS_TOGETHER ? length : first + ROWS_TOGETHER;
    f32v part[4];
    for (int k = 0; k < count; k++) part[k] = (f32v)0.0f;
    for (size_t at = first * stride; at < end * stride; at += stride) {
      for (int k = 0; k < count; k++) {
        f32v slope = f32_read(g + at + (size_t)k * L);
        part[k] += logarithm ? slope : slope * f32_read(y + at + (size_t)k * L);
      }
    }
    for (int k = 0; k < count; k++) sums[k] += __builtin_convertvector(part[k], f64w);
  }
  for (int k = 0; k < count; k++) sum[k] = __builtin_convertvector(sums[k], f32v);
  for (size_t at = 0; at < length * stride; at += stride) {
    for (int k = 0; k < count; k++) {
      f32v slope = f32_read(g + at + (size_t)k * L), value = f32_read(y + at + (size_t)k * L);
      f32_write(result + at + (size_t)k * L,
                logarithm ? slope - f32_exp_vector(value) * sum[k] : value * (slope - sum[k]));
    }
  }
}

#define SOFTMAX_GRADIENT(name, logarithm)                                                                           \
  static void f32_##name##_gradient_columns(size_t length, size_t stride, size_t width, const float *g,             \
                                            const float *y, float *result) {                                        \
    enum { L = f32_lanes };                                                                                         \
    size_t at = 0;                                                                                                  \
    for (; at + 4 * L <= width; at += 4 * L) {                                                                      \
      softmax_gradient_block(length, stride, g + at, y + at, result + at, 4, logarithm);                            \
    }                                                                                                               \
    for (; at + L <= width; at += L) {                                                                              \
      softmax_gradient_block(length, stride, g + at, y + at, result + at, 1, logarithm);                            \
    }                                                                                                               \
  }
SOFTMAX_GRADIENT(softmax, false)
SOFTMAX_GRADIENT(log_softmax, true)
#undef SOFTMAX_GRADIENT
#undef ROWS_TOGETHER
