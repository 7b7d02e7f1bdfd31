// Reductions of dense [rows, columns] blocks along either axis, in one element type. Included once per type, with
//   ACCUMULATOR  what partial results are gathered in across blocks     WRAPPING  the type to add and multiply it in
//   LOWEST, HIGHEST  the neutral elements of maximum and minimum        KEEPS_ERRORS  if it sums on its own

enum { NAMED(short_row) = WEFT_VECTOR_BYTES / ELEMENT_BYTES };

/// `v` with every lane replaced by the one `shift` (a power of two) after it, cyclically.
#if WEFT_VECTOR_BYTES / ELEMENT_BYTES == 16
#define ROTATED(v, shift)                                                                                    \
  __builtin_shufflevector(v, v, (0 + shift) % 16, (1 + shift) % 16, (2 + shift) % 16, (3 + shift) % 16,       \
                          (4 + shift) % 16, (5 + shift) % 16, (6 + shift) % 16, (7 + shift) % 16,             \
                          (8 + shift) % 16, (9 + shift) % 16, (10 + shift) % 16, (11 + shift) % 16,           \
                          (12 + shift) % 16, (13 + shift) % 16, (14 + shift) % 16, (15 + shift) % 16)
#elif WEFT_VECTOR_BYTES / ELEMENT_BYTES == 8
#define ROTATED(v, shift)                                                                                    \
  __builtin_shufflevector(v, v, (0 + shift) % 8, (1 + shift) % 8, (2 + shift) % 8, (3 + shift) % 8,           \
                          (4 + shift) % 8, (5 + shift) % 8, (6 + shift) % 8, (7 + shift) % 8)
#elif WEFT_VECTOR_BYTES / ELEMENT_BYTES == 4
#define ROTATED(v, shift) \
  __builtin_shufflevector(v, v, (0 + shift) % 4, (1 + shift) % 4, (2 + shift) % 4, (3 + shift) % 4)
#else
#define ROTATED(v, shift) __builtin_shufflevector(v, v, (0 + shift) % 2, (1 + shift) % 2)
#endif

/// Combines all lanes of `v`, halving: lane i with lane i + half.
INLINE ELEMENT NAMED(fold)(VECTOR v, VECTOR (*f)(VECTOR, VECTOR)) {
  if (NAMED(lanes) > 8) v = f(v, ROTATED(v, 8));
  if (NAMED(lanes) > 4) v = f(v, ROTATED(v, 4));
  if (NAMED(lanes) > 2) v = f(v, ROTATED(v, 2));
  return f(v, ROTATED(v, 1))[0];
}
#undef ROTATED

/// One row: four vectors side by side, so that an addition need not wait for the one before and rounding errors stay
/// near those of pairwise summation.
INLINE ELEMENT NAMED(reduce_row)(size_t n, const ELEMENT *x, ELEMENT neutral, VECTOR (*f)(VECTOR, VECTOR)) {
  enum { L = NAMED(lanes) };
  VECTOR s0 = (VECTOR)neutral, s1 = s0, s2 = s0, s3 = s0;
  size_t i = 0;
  for (; i + 4 * L <= n; i += 4 * L) {
    s0 = f(s0, NAMED(read)(x + i));
    s1 = f(s1, NAMED(read)(x + i + L));
    s2 = f(s2, NAMED(read)(x + i + 2 * L));
    s3 = f(s3, NAMED(read)(x + i + 3 * L));
  }
  for (; i + L <= n; i += L) s0 = f(s0, NAMED(read)(x + i));
  if (i < n) {
    ELEMENT few[L];
    NAMED(write)(few, (VECTOR)neutral);
    for (size_t k = 0; i + k < n; k++) few[k] = x[i + k];
    s1 = f(s1, NAMED(read)(few));
  }
  return NAMED(fold)(f(f(s0, s1), f(s2, s3)), f);
}

/// Rows shorter than a vector: a vector of rows at a time, column by column.
INLINE size_t NAMED(reduce_short_rows)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results,
                                       VECTOR (*f)(VECTOR, VECTOR)) {
  size_t row = 0;
  for (; row + NAMED(lanes) <= rows; row += NAMED(lanes), x += NAMED(lanes) * columns) {
    VECTOR s;
    for (size_t i = 0; i < NAMED(lanes); i++) s[i] = x[i * columns];
    for (size_t column = 1; column < columns; column++) {
      VECTOR v;
      for (size_t i = 0; i < NAMED(lanes); i++) v[i] = x[i * columns + column];
      s = f(s, v);
    }
    NAMED(write)(results + row, s);
  }
  return row;
}

INLINE void NAMED(reduce_rows)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results, ELEMENT neutral,
                               VECTOR (*f)(VECTOR, VECTOR)) {
  size_t row = columns < NAMED(short_row) ? NAMED(reduce_short_rows)(rows, columns, x, results, f) : 0;
  for (; row < rows; row++) results[row] = NAMED(reduce_row)(columns, x + row * columns, neutral, f);
}

/// Columns from `begin`, a vector of them at a time, down all rows.
INLINE size_t NAMED(reduce_wide_columns)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results,
                                         VECTOR (*f)(VECTOR, VECTOR)) {
  enum { L = NAMED(lanes) };
  size_t column = 0;
  for (; column + 4 * L <= columns; column += 4 * L) {
    const ELEMENT *p = x + column;
    VECTOR s0 = NAMED(read)(p), s1 = NAMED(read)(p + L), s2 = NAMED(read)(p + 2 * L), s3 = NAMED(read)(p + 3 * L);
    for (size_t row = 1; row < rows; row++) {
      p += columns;
      s0 = f(s0, NAMED(read)(p));
      s1 = f(s1, NAMED(read)(p + L));
      s2 = f(s2, NAMED(read)(p + 2 * L));
      s3 = f(s3, NAMED(read)(p + 3 * L));
    }
    NAMED(write)(results + column, s0);
    NAMED(write)(results + column + L, s1);
    NAMED(write)(results + column + 2 * L, s2);
    NAMED(write)(results + column + 3 * L, s3);
  }
  for (; column + L <= columns; column += L) {
    VECTOR s = NAMED(read)(x + column);
    for (size_t row = 1; row < rows; row++) s = f(s, NAMED(read)(x + row * columns + column));
    NAMED(write)(results + column, s);
  }
  return column;
}

INLINE void NAMED(reduce_one_column)(size_t rows, size_t columns, size_t column, const ELEMENT *x, ELEMENT *results,
                                     VECTOR (*f)(VECTOR, VECTOR)) {
  VECTOR s = (VECTOR)x[column];
  for (size_t row = 1; row < rows; row++) s = f(s, (VECTOR)x[row * columns + column]);
  results[column] = s[0];
}

/// Each column in the order of its rows, whatever stands beside it.
INLINE void NAMED(reduce_down)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results,
                               VECTOR (*f)(VECTOR, VECTOR)) {
  size_t column = NAMED(reduce_wide_columns)(rows, columns, x, results, f);
  for (; column < columns; column++) NAMED(reduce_one_column)(rows, columns, column, x, results, f);
}

/// Few columns are reduced as if 64 bytes or more of rows in a row were one wide row, whose parts are combined at the
/// end: [rows, 3] as [rows / 32, 96].
INLINE void NAMED(reduce_columns)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results,
                                  VECTOR (*f)(VECTOR, VECTOR)) {
  enum { L = NAMED(lanes), WIDE = 8 * L };
  size_t joined = columns < 4 * L ? WIDE / columns : 1;
  if (joined > 1 && rows >= 2 * joined) {
    ELEMENT partial[WIDE];
    size_t whole = rows / joined * joined;
    size_t done = NAMED(reduce_wide_columns)(whole / joined, joined * columns, x, partial, f);
    for (; done < joined * columns; done++) {
      NAMED(reduce_one_column)(whole / joined, joined * columns, done, x, partial, f);
    }
    for (size_t column = 0; column < columns; column++) {
      VECTOR s = (VECTOR)partial[column];
      for (size_t k = 1; k < joined; k++) s = f(s, (VECTOR)partial[k * columns + column]);
      for (size_t row = whole; row < rows; row++) s = f(s, (VECTOR)x[row * columns + column]);
      results[column] = s[0];
    }
    return;
  }
  NAMED(reduce_down)(rows, columns, x, results, f);
}

#define REDUCTION(name, neutral, function)                                                               \
  static void NAMED(name##_rows)(size_t rows, size_t columns, const void *x, void *results) {            \
    NAMED(reduce_rows)(rows, columns, x, results, neutral, NAMED(function));                             \
  }                                                                                                      \
  static void NAMED(name##_columns)(size_t rows, size_t columns, const void *x, void *results) {         \
    NAMED(reduce_columns)(rows, columns, x, results, NAMED(function));                                   \
  }                                                                                                      \
  static void NAMED(name##_down)(size_t rows, size_t columns, const void *x, void *results) {            \
    NAMED(reduce_down)(rows, columns, x, results, NAMED(function));                                      \
  }
REDUCTION(sum, 0, add_vectors)
REDUCTION(product, 1, multiply_vectors)
REDUCTION(maximum, LOWEST, maximum_vectors)
REDUCTION(minimum, HIGHEST, minimum_vectors)
#undef REDUCTION

#define ACCUMULATE(name, combined)                                                                       \
  static void NAMED(accumulate_##name)(size_t n, void *accumulator, double *low, const void *source) {   \
    ACCUMULATOR *restrict s = accumulator;                                                               \
    const ELEMENT *restrict x = source;                                                                  \
    (void)low;                                                                                           \
    for (size_t i = 0; i < n; i++) s[i] = combined;                                                      \
  }
ACCUMULATE(product, (ACCUMULATOR)((WRAPPING)s[i] * (WRAPPING)x[i]))
ACCUMULATE(maximum, ((s[i] > x[i]) | (s[i] != s[i])) ? s[i] : (ACCUMULATOR)x[i])
ACCUMULATE(minimum, ((s[i] < x[i]) | (s[i] != s[i])) ? s[i] : (ACCUMULATOR)x[i])
#if !defined(KEEPS_ERRORS)
ACCUMULATE(sum, (ACCUMULATOR)((WRAPPING)s[i] + (WRAPPING)x[i]))
#endif
#undef ACCUMULATE
