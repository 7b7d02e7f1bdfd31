// What the cross-entropy takes of rows that lie along memory. Included behind reductions.h.

/// The last few elements, the others such that their exponential is 0.
INLINE f32v rows_read_few(const float *x, size_t n) {
  return f32_read_some(x, n, (f32v)-__builtin_inff());
}

/// Each 1,024 exponentials are added up in float32, in four vectors side by side, and these in double.
static void f32_row_exponentials(size_t n, const float *x, float *largest, float *sum) {
  enum { L = f32_lanes, BLOCK = 1024 };
  float top;
  f32_maximum_rows(1, n, x, &top);
  f64w total = {0};
  size_t i = 0;
  while (i + L <= n) {
    f32v s[4] = {{0}, {0}, {0}, {0}};
    size_t end = n - i < BLOCK ? n : i + BLOCK;
    for (; i + 4 * L <= end; i += 4 * L) {
      for (size_t k = 0; k < 4; k++) s[k] += f32_exp_vector(f32_read(x + i + k * L) - top);
    }
    for (; i + L <= end; i += L) s[0] += f32_exp_vector(f32_read(x + i) - top);
    total += __builtin_convertvector((s[0] + s[1]) + (s[2] + s[3]), f64w);
  }
  if (i < n) total += __builtin_convertvector(f32_exp_vector(rows_read_few(x + i, n - i) - top), f64w);
  double all = 0;
  for (int k = 0; k < L; k++) all += total[k];
  *largest = top, *sum = (float)all;
}

INLINE f32v rows_share(f32v x, float largest, float logarithm) { return f32_exp_vector(x - largest - logarithm); }

static float f32_row_shares(size_t n, const float *x, float largest, float logarithm, float scale, size_t place,
                            float *result) {
  enum { L = f32_lanes };
  size_t i = 0;
  for (; i + L <= n; i += L) f32_write(result + i, rows_share(f32_read(x + i), largest, logarithm) * scale);
  if (i < n) f32_write_few(result + i, rows_share(rows_read_few(x + i, n - i), largest, logarithm) * scale, n - i);
  return rows_share((f32v)x[place], largest, logarithm)[0];
}
