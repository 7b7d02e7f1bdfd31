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

/// Marks the lanes in which x is a NaN: what a comparison for the larger or smaller of two would drop.
#define WATCH(x) if (watches) odd |= (x) != (x)
#define WATCH_TWO(x, y) if (watches) odd |= ((x) != (x)) | ((y) != (y))
/// NaN of a floating-point type.
#define ODD_RESULT ((ELEMENT)LOWEST - (ELEMENT)LOWEST)

/// One row: four vectors side by side, so that an addition need not wait for the one before and rounding errors stay
/// near those of pairwise summation. Where it `watches`, f may drop a NaN, which is the result all the same.
INLINE ELEMENT NAMED(reduce_row)(size_t n, const ELEMENT *x, ELEMENT neutral, bool watches,
                                 VECTOR (*f)(VECTOR, VECTOR)) {
  enum { L = NAMED(lanes) };
  VECTOR s0 = (VECTOR)neutral, s1 = s0, s2 = s0, s3 = s0;
  __typeof__(s0 != s0) odd = s0 != s0;
  size_t i = 0;
  for (; i + 4 * L <= n; i += 4 * L) {
    VECTOR x0 = NAMED(read)(x + i), x1 = NAMED(read)(x + i + L);
    VECTOR x2 = NAMED(read)(x + i + 2 * L), x3 = NAMED(read)(x + i + 3 * L);
    s0 = f(s0, x0), s1 = f(s1, x1), s2 = f(s2, x2), s3 = f(s3, x3);
    WATCH_TWO(x0, x1);
    WATCH_TWO(x2, x3);
  }
  for (; i + L <= n; i += L) {
    VECTOR x0 = NAMED(read)(x + i);
    s0 = f(s0, x0);
    WATCH(x0);
  }
  if (i < n) {
    VECTOR x1 = NAMED(read_some)(x + i, n - i, (VECTOR)neutral);
    s1 = f(s1, x1);
    WATCH(x1);
  }
  ELEMENT result = NAMED(fold)(f(f(s0, s1), f(s2, s3)), f);
  return watches && __builtin_reduce_or(odd) ? ODD_RESULT : result;
}

/// Rows shorter than a vector: a vector of rows at a time, column by column, and so the rows that are left.
INLINE void NAMED(reduce_short_rows)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results,
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
  for (; row < rows; row++, x += columns) {
    VECTOR s = (VECTOR)x[0];
    for (size_t column = 1; column < columns; column++) s = f(s, (VECTOR)x[column]);
    results[row] = s[0];
  }
}

/// `keeps` is `f` but for a NaN, which it hands on.
INLINE void NAMED(reduce_rows)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results, ELEMENT neutral,
                               bool watches, VECTOR (*f)(VECTOR, VECTOR), VECTOR (*keeps)(VECTOR, VECTOR)) {
  if (columns > 0 && columns < NAMED(short_row)) {
    NAMED(reduce_short_rows)(rows, columns, x, results, keeps);
    return;
  }
  for (size_t row = 0; row < rows; row++) {
    results[row] = NAMED(reduce_row)(columns, x + row * columns, neutral, watches, f);
  }
}

/// Columns from `begin`, a vector of them at a time, down all rows.
INLINE size_t NAMED(reduce_wide_columns)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results, bool watches,
                                         VECTOR (*f)(VECTOR, VECTOR), VECTOR (*keeps)(VECTOR, VECTOR)) {
  enum { L = NAMED(lanes) };
  size_t column = 0;
  for (; column + 4 * L <= columns; column += 4 * L) {
    const ELEMENT *p = x + column;
    VECTOR s0 = NAMED(read)(p), s1 = NAMED(read)(p + L), s2 = NAMED(read)(p + 2 * L), s3 = NAMED(read)(p + 3 * L);
    __typeof__(s0 != s0) odd = s0 != s0;
    WATCH(s1);
    WATCH_TWO(s2, s3);
    for (size_t row = 1; row < rows; row++) {
      p += columns;
      VECTOR x0 = NAMED(read)(p), x1 = NAMED(read)(p + L), x2 = NAMED(read)(p + 2 * L), x3 = NAMED(read)(p + 3 * L);
      s0 = f(s0, x0), s1 = f(s1, x1), s2 = f(s2, x2), s3 = f(s3, x3);
      WATCH_TWO(x0, x1);
      WATCH_TWO(x2, x3);
    }
    // One of these columns, or of another vector's, holds a NaN: they are gone through again.
    if (watches && __builtin_expect(__builtin_reduce_or(odd) != 0, 0)) {
      for (size_t part = 0; part < 4 * L; part += L) {
        VECTOR s = NAMED(read)(x + column + part);
        for (size_t row = 1; row < rows; row++) s = keeps(s, NAMED(read)(x + row * columns + column + part));
        NAMED(write)(results + column + part, s);
      }
      continue;
    }
    NAMED(write)(results + column, s0);
    NAMED(write)(results + column + L, s1);
    NAMED(write)(results + column + 2 * L, s2);
    NAMED(write)(results + column + 3 * L, s3);
  }
  for (; column + L <= columns; column += L) {
    VECTOR s = NAMED(read)(x + column);
    for (size_t row = 1; row < rows; row++) s = keeps(s, NAMED(read)(x + row * columns + column));
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
INLINE void NAMED(reduce_down)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results, bool watches,
                               VECTOR (*f)(VECTOR, VECTOR), VECTOR (*keeps)(VECTOR, VECTOR)) {
  size_t column = NAMED(reduce_wide_columns)(rows, columns, x, results, watches, f, keeps);
  for (; column < columns; column++) NAMED(reduce_one_column)(rows, columns, column, x, results, keeps);
}

/// Few columns are reduced as if 64 bytes or more of rows in a row were one wide row, whose parts are combined at the
/// end: [rows, 3] as [rows / 32, 96].
INLINE void NAMED(reduce_columns)(size_t rows, size_t columns, const ELEMENT *x, ELEMENT *results, bool watches,
                                  VECTOR (*f)(VECTOR, VECTOR), VECTOR (*keeps)(VECTOR, VECTOR)) {
  enum { L = NAMED(lanes), WIDE = 8 * L };
  size_t joined = columns < 4 * L ? WIDE / columns : 1;
  if (joined > 1 && rows >= 2 * joined) {
    ELEMENT partial[WIDE];
    size_t whole = rows / joined * joined;
    NAMED(reduce_down)(whole / joined, joined * columns, x, partial, watches, f, keeps);
    for (size_t column = 0; column < columns; column++) {
      VECTOR s = (VECTOR)partial[column];
      for (size_t k = 1; k < joined; k++) s = keeps(s, (VECTOR)partial[k * columns + column]);
      for (size_t row = whole; row < rows; row++) s = keeps(s, (VECTOR)x[row * columns + column]);
      results[column] = s[0];
    }
    return;
  }
  NAMED(reduce_down)(rows, columns, x, results, watches, f, keeps);
}

// Of numbers, NaN apart.
INLINE VECTOR NAMED(larger_vectors)(VECTOR a, VECTOR b) { return b > a ? b : a; }
INLINE VECTOR NAMED(smaller_vectors)(VECTOR a, VECTOR b) { return b < a ? b : a; }

#define REDUCTION(name, neutral, watches, f, keeps)                                                      \
  static void NAMED(name##_rows)(size_t rows, size_t columns, const void *x, void *results) {            \
    NAMED(reduce_rows)(rows, columns, x, results, neutral, watches, NAMED(f), NAMED(keeps));             \
  }                                                                                                      \
  static void NAMED(name##_columns)(size_t rows, size_t columns, const void *x, void *results) {         \
    NAMED(reduce_columns)(rows, columns, x, results, watches, NAMED(f), NAMED(keeps));                   \
  }                                                                                                      \
  static void NAMED(name##_down)(size_t rows, size_t columns, const void *x, void *results) {            \
    NAMED(reduce_down)(rows, columns, x, results, watches, NAMED(f), NAMED(keeps));                      \
  }
REDUCTION(sum, 0, false, add_vectors, add_vectors)
REDUCTION(product, 1, false, multiply_vectors, multiply_vectors)
REDUCTION(maximum, LOWEST, true, larger_vectors, maximum_vectors)
REDUCTION(minimum, HIGHEST, true, smaller_vectors, minimum_vectors)
#undef WATCH
#undef WATCH_TWO
#undef ODD_RESULT
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
