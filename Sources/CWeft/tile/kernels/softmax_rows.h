// The softmax along a row and its logarithm: as down columns (softmax.h), three walks over the row, with one exponential
// for each element. The result may take x's place. Included behind softmax.h and reductions.h.

/// Each 1,024 exponentials are added up in four vectors side by side, and these in double.
INLINE void NAMED(softmax_row)(size_t n, const ELEMENT *x, ELEMENT *y, bool logarithm) {
  enum { L = NAMED(lanes), BLOCK = 1024 };
  ELEMENT top, few[L];
  NAMED(maximum_rows)(1, n, x, &top);
  SUMS total = {0};
  size_t i = 0;
  while (i + L <= n) {
    VECTOR s[4] = {{0}, {0}, {0}, {0}};
    size_t end = n - i < BLOCK ? n : i + BLOCK;
    for (size_t k = 0; i + L <= end; i += L, k = (k + 1) % 4) {
      VECTOR power = NAMED(exp_vector)(NAMED(read)(x + i) - top);
      s[k] += power;
      if (!logarithm) NAMED(write)(y + i, power);
    }
    total += WIDENED((s[0] + s[1]) + (s[2] + s[3]));
  }
  const size_t left = n - i;
  for (size_t k = 0; k < L; k++) few[k] = k < left ? x[i + k] : LOWEST;
  VECTOR last = NAMED(read)(few);
  VECTOR power = NAMED(exp_vector)(last - top);
  if (left > 0) total += WIDENED(power);
  double all = 0;
  for (size_t k = 0; k < L; k++) all += total[k];
  const VECTOR sum = (VECTOR)(ELEMENT)all, factor = logarithm ? NAMED(log_vector)(sum) : 1 / sum;
  for (size_t k = 0; k + L <= n; k += L) {
    NAMED(write)(y + k, logarithm ? NAMED(read)(x + k) - top - factor : NAMED(read)(y + k) * factor);
  }
  if (left > 0) NAMED(write_few)(y + i, logarithm ? last - top - factor : power * factor, left);
}

#define SOFTMAX_ROWS(name, logarithm)                                                                             \
  static void NAMED(name##_rows)(size_t rows, size_t columns, const void *from, void *to) {                       \
    for (size_t row = 0; row < rows; row++) {                                                                     \
      NAMED(softmax_row)(columns, (const ELEMENT *)from + row * columns, (ELEMENT *)to + row * columns, logarithm); \
    }                                                                                                             \
  }
SOFTMAX_ROWS(softmax, false)
SOFTMAX_ROWS(log_softmax, true)
#undef SOFTMAX_ROWS
