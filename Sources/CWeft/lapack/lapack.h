// Prototypes of the LAPACK routines that are called here (private). Numbers are the Fortran interface's 32-bit
// integers. Lengths of character arguments, which some compilers append, are passed too: those that do not expect them
// ignore them.
#ifndef WEFT_LAPACK_PRIVATE_H
#define WEFT_LAPACK_PRIVATE_H

#include "../common/requirements.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEFT_DECLARE_LAPACK(p, T)                                                                                     \
  void p##getrf_(const int32_t *m, const int32_t *n, T *a, const int32_t *lda, int32_t *pivots, int32_t *info);       \
  void p##gesv_(const int32_t *n, const int32_t *right, T *a, const int32_t *lda, int32_t *pivots, T *b,              \
                const int32_t *ldb, int32_t *info);                                                                   \
  void p##trtrs_(const char *uplo, const char *trans, const char *diag, const int32_t *n, const int32_t *right,       \
                 const T *a, const int32_t *lda, T *b, const int32_t *ldb, int32_t *info, size_t, size_t, size_t);    \
  void p##potrf_(const char *uplo, const int32_t *n, T *a, const int32_t *lda, int32_t *info, size_t);                \
  void p##geqrf_(const int32_t *m, const int32_t *n, T *a, const int32_t *lda, T *tau, T *work, const int32_t *lwork, \
                 int32_t *info);                                                                                      \
  void p##orgqr_(const int32_t *m, const int32_t *n, const int32_t *k, T *a, const int32_t *lda, const T *tau,        \
                 T *work, const int32_t *lwork, int32_t *info);                                                       \
  void p##gesdd_(const char *job, const int32_t *m, const int32_t *n, T *a, const int32_t *lda, T *s, T *u,           \
                 const int32_t *ldu, T *vt, const int32_t *ldvt, T *work, const int32_t *lwork, int32_t *iwork,       \
                 int32_t *info, size_t);                                                                              \
  void p##syevd_(const char *job, const char *uplo, const int32_t *n, T *a, const int32_t *lda, T *w, T *work,        \
                 const int32_t *lwork, int32_t *iwork, const int32_t *liwork, int32_t *info, size_t, size_t);

WEFT_DECLARE_LAPACK(s, float)
WEFT_DECLARE_LAPACK(d, double)

/// One batch: what every task is told.
typedef struct {
  int64_t batch, rows, columns, right;
  bool upper, unit, vectors;
  bool turned;  // a triangular a lies row by row
  void *a, *b, *q, *s;
  int32_t *pivots, *info;
} weft_lapack_job;

/// Square matrices of fewer rows are not handed to LAPACK; the same where there are more right-hand sides than a few.
enum { WEFT_LAPACK_SMALL = 9, WEFT_LAPACK_SMALL_OF_MANY = 6 };

void weft_lapack_float_lu(void *job, int64_t begin, int64_t end);
void weft_lapack_double_lu(void *job, int64_t begin, int64_t end);
void weft_lapack_float_determinant(void *job, int64_t begin, int64_t end);
void weft_lapack_double_determinant(void *job, int64_t begin, int64_t end);
void weft_lapack_float_solve(void *job, int64_t begin, int64_t end);
void weft_lapack_double_solve(void *job, int64_t begin, int64_t end);
void weft_lapack_float_triangular(void *job, int64_t begin, int64_t end);
void weft_lapack_double_triangular(void *job, int64_t begin, int64_t end);
void weft_lapack_float_cholesky(void *job, int64_t begin, int64_t end);
void weft_lapack_double_cholesky(void *job, int64_t begin, int64_t end);
void weft_lapack_float_qr(void *job, int64_t begin, int64_t end);
void weft_lapack_double_qr(void *job, int64_t begin, int64_t end);
void weft_lapack_float_svd(void *job, int64_t begin, int64_t end);
void weft_lapack_double_svd(void *job, int64_t begin, int64_t end);
void weft_lapack_float_eigen(void *job, int64_t begin, int64_t end);
void weft_lapack_double_eigen(void *job, int64_t begin, int64_t end);

void weft_small_float_lu(void *job, int64_t begin, int64_t end);
void weft_small_double_lu(void *job, int64_t begin, int64_t end);
void weft_small_float_determinant(void *job, int64_t begin, int64_t end);
void weft_small_double_determinant(void *job, int64_t begin, int64_t end);
void weft_small_float_solve(void *job, int64_t begin, int64_t end);
void weft_small_double_solve(void *job, int64_t begin, int64_t end);
void weft_small_float_triangular(void *job, int64_t begin, int64_t end);
void weft_small_double_triangular(void *job, int64_t begin, int64_t end);
void weft_small_float_cholesky(void *job, int64_t begin, int64_t end);
void weft_small_double_cholesky(void *job, int64_t begin, int64_t end);

#endif
