// Batches of matrices handed to LAPACK: small ones side by side, each on one thread; a large one by itself, where the
// library uses the team's threads (its OpenMP build shares them with us).
#include "weft_lapack.h"

#include <limits.h>

#include "../common/team.h"
#include "lapack.h"

typedef void (*routine)(void *job, int64_t begin, int64_t end);

/// About 2^15 multiplications are worth a thread.
static int64_t grain(const weft_lapack_job *job) {
  double rows = (double)job->rows, columns = (double)job->columns;
  double work = rows * columns * (rows < columns ? rows : columns);
  return work >= 32768 ? 1 : (int64_t)(32768 / (work + 16)) + 1;
}

static void run(const weft_matrices *sizes, weft_lapack_job *job, routine in_float, routine in_double) {
  job->batch = sizes->batch;
  job->rows = sizes->rows;
  job->columns = sizes->columns;
  int64_t largest = job->right > sizes->rows ? job->right : sizes->rows;
  if (sizes->columns > largest) largest = sizes->columns;
  for (int64_t i = 0; i < sizes->batch; i++) job->info[i] = largest > INT_MAX / 8 ? WEFT_LAPACK_NO_MEMORY : 0;
  if (sizes->batch == 0 || largest > INT_MAX / 8) return;
  weft_team_prepare();
  weft_parallel_for(sizes->batch, grain(job), sizes->dtype == WEFT_FLOAT64 ? in_double : in_float, job);
}

void weft_lapack_lu(const weft_matrices *sizes, void *a, int32_t *pivots, int32_t *info) {
  weft_lapack_job job = {.a = a, .pivots = pivots, .info = info};
  run(sizes, &job, weft_lapack_float_lu, weft_lapack_double_lu);
}

void weft_lapack_solve(const weft_matrices *sizes, int64_t right, void *a, void *b, int32_t *info) {
  weft_lapack_job job = {.right = right, .a = a, .b = b, .info = info};
  run(sizes, &job, weft_lapack_float_solve, weft_lapack_double_solve);
}

void weft_lapack_solve_triangular(const weft_matrices *sizes, int64_t right, bool upper, bool unit, const void *a,
                                  void *b, int32_t *info) {
  weft_lapack_job job = {.right = right, .upper = upper, .unit = unit, .a = (void *)a, .b = b, .info = info};
  run(sizes, &job, weft_lapack_float_triangular, weft_lapack_double_triangular);
}

void weft_lapack_cholesky(const weft_matrices *sizes, void *a, int32_t *info) {
  weft_lapack_job job = {.a = a, .info = info};
  run(sizes, &job, weft_lapack_float_cholesky, weft_lapack_double_cholesky);
}

void weft_lapack_qr(const weft_matrices *sizes, int64_t q_columns, void *a, void *q, int32_t *info) {
  weft_lapack_job job = {.right = q_columns, .a = a, .q = q, .info = info};
  run(sizes, &job, weft_lapack_float_qr, weft_lapack_double_qr);
}

void weft_lapack_svd(const weft_matrices *sizes, void *a, void *u, void *s, void *vt, int32_t *info) {
  weft_lapack_job job = {.a = a, .b = u, .q = vt, .s = s, .info = info};
  run(sizes, &job, weft_lapack_float_svd, weft_lapack_double_svd);
}

void weft_lapack_symmetric_eigen(const weft_matrices *sizes, bool vectors, void *a, void *values, int32_t *info) {
  weft_lapack_job job = {.vectors = vectors, .a = a, .s = values, .info = info};
  run(sizes, &job, weft_lapack_float_eigen, weft_lapack_double_eigen);
}
