// The routines for one element type. Before inclusion: REAL (the type), ROUTINE(name) (LAPACK's routine for it) and
// NAME(name) (the function to define). Sizes fit 32 bits: lapack.c has checked them.

static REAL *NAME(element)(void *base, int64_t number, int64_t size) { return (REAL *)base + number * size; }

/// Memory for a routine that asked for `size` elements; at least one.
static REAL *NAME(workspace)(REAL size, int32_t *count) {
  // A float cannot hold every count: the next larger one is enough.
  double wanted = (double)size * (1 + 1e-6) + 1;
  *count = wanted < INT32_MAX ? (int32_t)wanted : INT32_MAX;
  return malloc((size_t)*count * sizeof(REAL));
}

void NAME(lu)(void *context, int64_t begin, int64_t end) {
  const weft_lapack_job *job = context;
  int32_t m = (int32_t)job->rows, n = (int32_t)job->columns, lead = m > 1 ? m : 1;
  int64_t rank = m < n ? m : n;
  for (int64_t i = begin; i < end; i++)
    ROUTINE(getrf)(&m, &n, NAME(element)(job->a, i, job->rows * job->columns), &lead, job->pivots + i * rank,
                   job->info + i);
}

void NAME(determinant)(void *context, int64_t begin, int64_t end) {
  const weft_lapack_job *job = context;
  int32_t n = (int32_t)job->rows, lead = n > 1 ? n : 1;
  int32_t *pivots = malloc((size_t)lead * sizeof(int32_t));
  for (int64_t i = begin; i < end; i++) {
    REAL *a = NAME(element)(job->a, i, job->rows * job->rows);
    double product = 1;
    job->info[i] = WEFT_LAPACK_NO_MEMORY;
    if (!pivots) continue;
    ROUTINE(getrf)(&n, &n, a, &lead, pivots, job->info + i);
    for (int64_t k = 0; k < n; k++) product *= (pivots[k] == k + 1 ? 1 : -1) * (double)a[k * (n + 1)];
    NAME(element)(job->s, i, 1)[0] = (REAL)product;
  }
  free(pivots);
}

void NAME(solve)(void *context, int64_t begin, int64_t end) {
  const weft_lapack_job *job = context;
  int32_t n = (int32_t)job->rows, right = (int32_t)job->right, lead = n > 1 ? n : 1;
  int32_t *pivots = malloc((size_t)lead * sizeof(int32_t));
  for (int64_t i = begin; i < end; i++) {
    job->info[i] = WEFT_LAPACK_NO_MEMORY;
    if (pivots)
      ROUTINE(gesv)(&n, &right, NAME(element)(job->a, i, job->rows * job->rows), &lead, pivots,
                    NAME(element)(job->b, i, job->rows * job->right), &lead, job->info + i);
  }
  free(pivots);
}

void NAME(triangular)(void *context, int64_t begin, int64_t end) {
  const weft_lapack_job *job = context;
  int32_t n = (int32_t)job->rows, right = (int32_t)job->right, lead = n > 1 ? n : 1;
  for (int64_t i = begin; i < end; i++)
    ROUTINE(trtrs)(job->upper != job->turned ? "U" : "L", job->turned ? "T" : "N", job->unit ? "U" : "N", &n, &right,
                   NAME(element)(job->a, i, job->rows * job->rows), &lead,
                   NAME(element)(job->b, i, job->rows * job->right), &lead, job->info + i, 1, 1, 1);
}

void NAME(cholesky)(void *context, int64_t begin, int64_t end) {
  const weft_lapack_job *job = context;
  int32_t n = (int32_t)job->rows, lead = n > 1 ? n : 1;
  for (int64_t i = begin; i < end; i++) {
    REAL *a = NAME(element)(job->a, i, job->rows * job->rows);
    ROUTINE(potrf)("L", &n, a, &lead, job->info + i, 1);
    // A NaN passes through some implementations.
    for (int64_t k = 0; k < n && job->info[i] == 0; k++)
      if (!(a[k * (n + 1)] > 0)) job->info[i] = (int32_t)k + 1;
  }
}

void NAME(qr)(void *context, int64_t begin, int64_t end) {
  const weft_lapack_job *job = context;
  int32_t m = (int32_t)job->rows, n = (int32_t)job->columns, k = m < n ? m : n, width = (int32_t)job->right;
  int32_t lead = m > 1 ? m : 1, query = -1, count = 0, ignored = 0;
  REAL size[2] = {1, 1}, none = 0;
  ROUTINE(geqrf)(&m, &n, &none, &lead, &none, &size[0], &query, &ignored);
  ROUTINE(orgqr)(&m, &width, &k, &none, &lead, &none, &size[1], &query, &ignored);
  REAL *work = NAME(workspace)(size[0] > size[1] ? size[0] : size[1], &count);
  REAL *tau = malloc(((size_t)k + 1) * sizeof(REAL));
  for (int64_t i = begin; i < end; i++) {
    job->info[i] = WEFT_LAPACK_NO_MEMORY;
    if (!work || !tau) continue;
    REAL *a = NAME(element)(job->a, i, job->rows * job->columns), *q = NAME(element)(job->q, i, job->rows * job->right);
    ROUTINE(geqrf)(&m, &n, a, &lead, tau, work, &count, job->info + i);
    memcpy(q, a, (size_t)m * (size_t)k * sizeof(REAL));
    if (job->info[i] == 0) ROUTINE(orgqr)(&m, &width, &k, q, &lead, tau, work, &count, job->info + i);
  }
  free(work);
  free(tau);
}

void NAME(svd)(void *context, int64_t begin, int64_t end) {
  const weft_lapack_job *job = context;
  int32_t m = (int32_t)job->rows, n = (int32_t)job->columns, k = m < n ? m : n, query = -1, count = 0, ignored = 0;
  const char *kind = job->b ? "S" : "N";
  REAL size = 1, none = 0;
  ROUTINE(gesdd)(kind, &m, &n, &none, &m, &none, &none, &m, &none, &k, &size, &query, &ignored, &ignored, 1);
  REAL *work = NAME(workspace)(size, &count);
  int32_t *numbers = malloc(8 * (size_t)k * sizeof(int32_t));
  for (int64_t i = begin; i < end; i++) {
    job->info[i] = WEFT_LAPACK_NO_MEMORY;
    if (!work || !numbers) continue;
    ROUTINE(gesdd)(kind, &m, &n, NAME(element)(job->a, i, job->rows * job->columns), &m,
                   NAME(element)(job->s, i, k), job->b ? NAME(element)(job->b, i, job->rows * k) : &none, &m,
                   job->b ? NAME(element)(job->q, i, k * job->columns) : &none, &k, work, &count, numbers,
                   job->info + i, 1);
  }
  free(work);
  free(numbers);
}

void NAME(eigen)(void *context, int64_t begin, int64_t end) {
  const weft_lapack_job *job = context;
  int32_t n = (int32_t)job->rows, query = -1, count = 0, number_count = 1, ignored = 0;
  const char *kind = job->vectors ? "V" : "N";
  REAL size = 1, none = 0;
  ROUTINE(syevd)(kind, "L", &n, &none, &n, &none, &size, &query, &number_count, &query, &ignored, 1, 1);
  REAL *work = NAME(workspace)(size, &count);
  int32_t *numbers = malloc((size_t)number_count * sizeof(int32_t));
  for (int64_t i = begin; i < end; i++) {
    job->info[i] = WEFT_LAPACK_NO_MEMORY;
    if (!work || !numbers) continue;
    ROUTINE(syevd)(kind, "L", &n, NAME(element)(job->a, i, job->rows * job->rows), &n, NAME(element)(job->s, i, n),
                   work, &count, numbers, &number_count, job->info + i, 1, 1);
  }
  free(work);
  free(numbers);
}

#undef REAL
#undef ROUTINE
#undef NAME
