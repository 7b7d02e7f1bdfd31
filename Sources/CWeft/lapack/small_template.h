// Factorizations and solutions of small matrices of one element type: LAPACK's elimination with the same exchanges of
// rows. Before inclusion: REAL, ROOT (its square root) and NAME(name).

/// The row of the largest number from row `k` on; a NaN counts as the largest.
INLINE int64_t NAME(pivot_row)(int64_t n, const REAL *column, int64_t k) {
  int64_t found = k;
  REAL largest = column[k] < 0 ? -column[k] : column[k];
  for (int64_t i = k + 1; i < n; i++) {
    REAL size = column[i] < 0 ? -column[i] : column[i];
    if (largest == largest && !(size <= largest)) found = i, largest = size;
  }
  return found;
}

/// Exchanges two rows of `columns` columns, n apart.
INLINE void NAME(exchange)(int64_t n, REAL *a, int64_t columns, int64_t row, int64_t other) {
  for (int64_t j = 0; j < columns; j++) {
    REAL kept = a[j * n + row];
    a[j * n + row] = a[j * n + other];
    a[j * n + other] = kept;
  }
}

/// P·a = L·U of n x n; returns the first step without a pivot, from 1, or 0.
INLINE int32_t NAME(lu_small)(const int64_t n, REAL *a, int32_t *pivots) {
  int32_t missing = 0;
  for (int64_t k = 0; k < n; k++) {
    REAL *column = a + k * n;
    int64_t row = NAME(pivot_row)(n, column, k);
    pivots[k] = (int32_t)row + 1;
    if (column[row] == 0) {
      if (!missing) missing = (int32_t)k + 1;
      continue;
    }
    if (row != k) NAME(exchange)(n, a, n, k, row);
    const REAL pivot = column[k];
    for (int64_t i = k + 1; i < n; i++) column[i] /= pivot;
    for (int64_t j = k + 1; j < n; j++) {
      const REAL factor = a[j * n + k];
      for (int64_t i = k + 1; i < n; i++) a[j * n + i] -= column[i] * factor;
    }
  }
  return missing;
}

/// The product of U's diagonal, with the sign of the exchanges.
INLINE double NAME(diagonal_product)(int64_t n, const REAL *a, const int32_t *pivots) {
  double product = 1;
  for (int64_t k = 0; k < n; k++) product *= pivots[k] == k + 1 ? (double)a[k * (n + 1)] : -(double)a[k * (n + 1)];
  return product;
}

/// b, of `right` columns, becomes tri(a)⁻¹·b; rows of a lie `row` elements apart, columns `column`.
INLINE void NAME(substitute)(const int64_t n, const REAL *a, int64_t row, int64_t column, bool upper,
                             bool unit, REAL *b, int64_t right) {
  for (int64_t j = 0; j < right; j++, b += n) {
    for (int64_t step = 0; step < n; step++) {
      const int64_t k = upper ? n - 1 - step : step;
      const REAL x = unit ? b[k] : b[k] / a[k * (row + column)];
      b[k] = x;
      for (int64_t i = upper ? 0 : k + 1; i < (upper ? k : n); i++) b[i] -= a[i * row + k * column] * x;
    }
  }
}

INLINE int32_t NAME(solve_small)(const int64_t n, REAL *a, REAL *b, int64_t right) {
  int32_t pivots[WEFT_LAPACK_SMALL], missing = NAME(lu_small)(n, a, pivots);
  if (missing) return missing;
  for (int64_t k = 0; k < n; k++) {
    if (pivots[k] != k + 1) NAME(exchange)(n, b, right, k, pivots[k] - 1);
  }
  NAME(substitute)(n, a, 1, n, false, true, b, right);
  NAME(substitute)(n, a, 1, n, true, false, b, right);
  return 0;
}

/// The lower triangle of a becomes L with L·Lᵀ = a; returns the first step whose diagonal is not positive, from 1, or 0.
INLINE int32_t NAME(cholesky_small)(const int64_t n, REAL *a) {
  for (int64_t k = 0; k < n; k++) {
    REAL *column = a + k * n;
    if (!(column[k] > 0)) return (int32_t)k + 1;
    const REAL root = ROOT(column[k]);
    column[k] = root;
    for (int64_t i = k + 1; i < n; i++) column[i] /= root;
    for (int64_t j = k + 1; j < n; j++) {
      const REAL factor = column[j];
      for (int64_t i = j; i < n; i++) a[j * n + i] -= column[i] * factor;
    }
  }
  return 0;
}

INLINE int32_t NAME(triangular_small)(const int64_t n, const weft_lapack_job *job, const REAL *a, REAL *b) {
  for (int64_t k = 0; k < n && !job->unit; k++) {
    if (a[k * (n + 1)] == 0) return (int32_t)k + 1;
  }
  const int64_t row = job->turned ? n : 1, column = job->turned ? 1 : n;
  NAME(substitute)(n, a, row, column, job->upper, job->unit, b, job->right);
  return 0;
}

INLINE REAL NAME(determinant_small)(const int64_t n, REAL *a) {
  int32_t pivots[WEFT_LAPACK_SMALL];
  NAME(lu_small)(n, a, pivots);
  return (REAL)NAME(diagonal_product)(n, a, pivots);
}

// MARK: - Batches

/// Runs `statement`, which may name n, i and the matrix a, for each; n is a constant where matrices are smallest, which
/// unrolls the loops.
#define EACH(statement)                                               \
  const weft_lapack_job *job = context;                               \
  switch (job->rows) {                                                \
    case 2: EACH_OF(2, statement) break;                              \
    case 3: EACH_OF(3, statement) break;                              \
    case 4: EACH_OF(4, statement) break;                              \
    default: EACH_OF(job->rows, statement)                            \
  }
#define EACH_OF(size, statement)                                      \
  for (int64_t i = begin; i < end; i++) {                             \
    const int64_t n = size;                                           \
    REAL *a = (REAL *)job->a + i * n * n;                             \
    statement;                                                        \
  }

void NAME(lu)(void *context, int64_t begin, int64_t end) {
  EACH(job->info[i] = NAME(lu_small)(n, a, job->pivots + i * n))
}
void NAME(determinant)(void *context, int64_t begin, int64_t end) {
  EACH(((REAL *)job->s)[i] = NAME(determinant_small)(n, a))
}
void NAME(solve)(void *context, int64_t begin, int64_t end) {
  EACH(job->info[i] = NAME(solve_small)(n, a, (REAL *)job->b + i * n * job->right, job->right))
}
void NAME(triangular)(void *context, int64_t begin, int64_t end) {
  EACH(job->info[i] = NAME(triangular_small)(n, job, a, (REAL *)job->b + i * n * job->right))
}
void NAME(cholesky)(void *context, int64_t begin, int64_t end) { EACH(job->info[i] = NAME(cholesky_small)(n, a)) }

#undef EACH
#undef EACH_OF
#undef REAL
#undef ROOT
#undef NAME
