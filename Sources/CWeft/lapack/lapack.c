// Batches of matrices handed to LAPACK: small ones side by side, each on one thread; a large one by itself, where the
// library uses the team's threads (its OpenMP build shares them with us).
#include "weft_lapack.h"

#include <limits.h>

#include "../common/team.h"
#include "lapack.h"
#include "weft_launch.h"

typedef void (*routine)(void *job, int64_t begin, int64_t end);

/// One routine for each element type: LAPACK's, and ours for small matrices.
typedef struct {
  routine in_float, in_double, small_in_float, small_in_double;
} routines;

#define LAPACK_ONLY(name) {weft_lapack_float_##name, weft_lapack_double_##name, NULL, NULL}
#define BOTH(name) \
  {weft_lapack_float_##name, weft_lapack_double_##name, weft_small_float_##name, weft_small_double_##name}

/// About 2^15 multiplications are worth a thread.
static int64_t grain(const weft_lapack_job *job) {
  double rows = (double)job->rows, columns = (double)job->columns;
  double work = rows * columns * (rows < columns ? rows : columns);
  return work >= 32768 ? 1 : (int64_t)(32768 / (work + 16)) + 1;
}

/// Ours for small square matrices, but not for many right-hand sides of the largest of them: LAPACK takes these together.
static routine chosen(const weft_matrices *sizes, int64_t right, const routines *from) {
  const bool wide = sizes->dtype == WEFT_FLOAT64;
  const bool is_small = sizes->rows < (right > 4 ? WEFT_LAPACK_SMALL_OF_MANY : WEFT_LAPACK_SMALL);
  if (from->small_in_float && sizes->rows == sizes->columns && is_small) {
    return wide ? from->small_in_double : from->small_in_float;
  }
  return wide ? from->in_double : from->in_float;
}

static void run(const weft_matrices *sizes, weft_lapack_job *job, routines from) {
  job->batch = sizes->batch;
  job->rows = sizes->rows;
  job->columns = sizes->columns;
  int64_t largest = job->right > sizes->rows ? job->right : sizes->rows;
  if (sizes->columns > largest) largest = sizes->columns;
  for (int64_t i = 0; i < sizes->batch; i++) job->info[i] = largest > INT_MAX / 8 ? WEFT_LAPACK_NO_MEMORY : 0;
  if (sizes->batch == 0 || largest > INT_MAX / 8) return;
  weft_team_prepare();
  weft_parallel_for(sizes->batch, grain(job), chosen(sizes, job->right, &from), job);
}

void weft_lapack_lu(const weft_matrices *sizes, void *a, int32_t *pivots, int32_t *info) {
  weft_launch_refuse();
  weft_lapack_job job = {.a = a, .pivots = pivots, .info = info};
  run(sizes, &job, (routines)BOTH(lu));
}

void weft_lapack_determinant(const weft_matrices *sizes, void *a, void *determinants, int32_t *info) {
  weft_launch_refuse();
  weft_lapack_job job = {.a = a, .s = determinants, .info = info};
  run(sizes, &job, (routines)BOTH(determinant));
}

void weft_lapack_solve(const weft_matrices *sizes, int64_t right, void *a, void *b, int32_t *info) {
  weft_launch_refuse();
  weft_lapack_job job = {.right = right, .a = a, .b = b, .info = info};
  run(sizes, &job, (routines)BOTH(solve));
}

void weft_lapack_solve_triangular(const weft_matrices *sizes, int64_t right, bool upper, bool unit,
                                  bool turned, const void *a, void *b, int32_t *info) {
  weft_launch_refuse();
  weft_lapack_job job = {.right = right, .upper = upper, .unit = unit, .turned = turned,
                         .a = (void *)a, .b = b, .info = info};
  run(sizes, &job, (routines)BOTH(triangular));
}

void weft_lapack_cholesky(const weft_matrices *sizes, void *a, int32_t *info) {
  weft_launch_refuse();
  weft_lapack_job job = {.a = a, .info = info};
  run(sizes, &job, (routines)BOTH(cholesky));
}

void weft_lapack_qr(const weft_matrices *sizes, int64_t q_columns, void *a, void *q, int32_t *info) {
  weft_launch_refuse();
  weft_lapack_job job = {.right = q_columns, .a = a, .q = q, .info = info};
  run(sizes, &job, (routines)LAPACK_ONLY(qr));
}

void weft_lapack_svd(const weft_matrices *sizes, void *a, void *u, void *s, void *vt, int32_t *info) {
  weft_launch_refuse();
  weft_lapack_job job = {.a = a, .b = u, .q = vt, .s = s, .info = info};
  run(sizes, &job, (routines)LAPACK_ONLY(svd));
}

void weft_lapack_symmetric_eigen(const weft_matrices *sizes, bool vectors, void *a, void *values, int32_t *info) {
  weft_launch_refuse();
  weft_lapack_job job = {.vectors = vectors, .a = a, .s = values, .info = info};
  run(sizes, &job, (routines)LAPACK_ONLY(eigen));
}
