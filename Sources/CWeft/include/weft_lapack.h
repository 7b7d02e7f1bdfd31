// Factorizations and solutions of dense systems, through LAPACK.
#ifndef WEFT_LAPACK_H
#define WEFT_LAPACK_H

#include "weft_types.h"

/// `batch` matrices of `rows` x `columns`, one behind the other, each column by column without gaps, of float32 or
/// float64. Every function works on all of them, side by side on the team's threads, and writes for each into `info`:
/// 0, or what LAPACK's routine says (above 0: the numbers do not allow it), or WEFT_LAPACK_NO_MEMORY.
typedef struct {
  int64_t batch, rows, columns;
  int32_t dtype;
} weft_matrices;

enum { WEFT_LAPACK_NO_MEMORY = -1000 };

/// P·a = L·U: `a` becomes L below and U on and above its diagonal; row i was exchanged with row pivots[i] (from 1).
void weft_lapack_lu(const weft_matrices *a_sizes, void *a, int32_t *pivots, int32_t *info);
/// The determinants, by the same factors, which `a` becomes.
void weft_lapack_determinant(const weft_matrices *a_sizes, void *a, void *determinants, int32_t *info);
/// `b`, `right` columns each, becomes the solution x of a·x = b; `a` its factors.
void weft_lapack_solve(const weft_matrices *a_sizes, int64_t right, void *a, void *b, int32_t *info);
/// The same for triangular `a`, of which the other triangle is not read, nor is the diagonal if `unit` (it is 1);
/// it lies row by row if `turned`.
void weft_lapack_solve_triangular(const weft_matrices *a_sizes, int64_t right, bool upper, bool unit,
                                  bool turned, const void *a, void *b, int32_t *info);
/// The lower triangle of `a` becomes L with L·Lᵀ = a; the other triangle is left alone. A diagonal that is no positive
/// number gives an `info` above 0.
void weft_lapack_cholesky(const weft_matrices *a_sizes, void *a, int32_t *info);
/// a = q·r: `a` becomes r on and above its diagonal, `q` gets `q_columns` orthonormal columns.
void weft_lapack_qr(const weft_matrices *a_sizes, int64_t q_columns, void *a, void *q, int32_t *info);
/// a = u·diag(s)·vt, with min(rows, columns) singular values, the largest first. `a` is destroyed. With u NULL there
/// are only values.
void weft_lapack_svd(const weft_matrices *a_sizes, void *a, void *u, void *s, void *vt, int32_t *info);
/// Eigenvalues of symmetric matrices, the smallest first; `a` becomes the eigenvectors, column by column, or is
/// destroyed where `vectors` is false.
void weft_lapack_symmetric_eigen(const weft_matrices *a_sizes, bool vectors, void *a, void *values, int32_t *info);

#endif
