// x - log Σ e^x down the columns of an array, for rows that lie across memory: three walks down a few columns, which stay
// in the cache, and one exponential for each element.

/// Rows whose exponentials are added up before they join the sum, which keeps the errors of long sums small.
#define ROWS_TOGETHER 64

/// `count` vectors side by side, rows `stride` elements apart.
INLINE void log_softmax_block(size_t length, size_t stride, const float *x, float *y, int count) {
  enum { L = f32_lanes };
  f32v largest[4], sum[4];
  for (int k = 0; k < count; k++) largest[k] = f32_read(x + k * L), sum[k] = (f32v)0.0f;
  for (size_t row = 1; row < length; row++) {
    for (int k = 0; k < count; k++) largest[k] = f32_maximum_vectors(largest[k], f32_read(x + row * stride + k * L));
  }
  for (size_t first = 0; first < length; first += ROWS_TOGETHER) {
    size_t end = length - first < ROWS_TOGETHER ? length : first + ROWS_TOGETHER;
    f32v part[4];
    for (int k = 0; k < count; k++) part[k] = (f32v)0.0f;
    for (size_t row = first; row < end; row++) {
      for (int k = 0; k < count; k++) part[k] += f32_exp_vector(f32_read(x + row * stride + k * L) - largest[k]);
    }
    for (int k = 0; k < count; k++) sum[k] += part[k];
  }
  for (int k = 0; k < count; k++) sum[k] = f32_log_vector(sum[k]);
  for (size_t row = 0; row < length; row++) {
    for (int k = 0; k < count; k++) {
      size_t at = row * stride + (size_t)k * L;
      f32_write(y + at, f32_read(x + at) - largest[k] - sum[k]);
    }
  }
}

/// `width` columns, a multiple of the lanes of a vector.
static void f32_log_softmax_columns(size_t length, size_t stride, size_t width, const float *x, float *y) {
  enum { L = f32_lanes };
  size_t column = 0;
  for (; column + 4 * L <= width; column += 4 * L) log_softmax_block(length, stride, x + column, y + column, 4);
  for (; column + L <= width; column += L) log_softmax_block(length, stride, x + column, y + column, 1);
}
#undef ROWS_TOGETHER
