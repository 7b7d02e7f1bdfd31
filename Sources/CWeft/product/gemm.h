// Our own matrix products (private): any element type, any strides.
#ifndef WEFT_GEMM_H
#define WEFT_GEMM_H

#include "weft_dnnl.h"

/// c = a · b + bias (+ c). Strides in elements, of any sign.
typedef struct {
  int64_t m, n, k;
  int64_t a_m, a_k, b_k, b_n, c_m, c_n;
  const void *a, *b, *bias;
  void *c;
  int64_t bias_m, bias_n;  // one of them is 0: transposing a product makes its bias one per row
  int32_t dtype, result_dtype;  // result_dtype: of c and bias
  bool accumulate;
} weft_gemm;

/// Axes over which a product is repeated.
typedef struct {
  int32_t rank;
  int64_t size[WEFT_MAX_RANK], a[WEFT_MAX_RANK], b[WEFT_MAX_RANK], c[WEFT_MAX_RANK];
} weft_gemm_batch;

/// The general way: packs both operands block by block. `batch` may be NULL.
int32_t weft_gemm_run(const weft_gemm *product, const weft_gemm_batch *batch);

/// float32 without packing; false if the layout does not suit it or the product is better served otherwise.
bool weft_gemm_small(const weft_gemm *product);
/// Whether it would compute this product.
bool weft_gemm_small_suits(const weft_gemm *product);

/// Many products, each of a few numbers of float32 or float64; false where they are not so small.
bool weft_gemm_tiny(const weft_gemm *product, const weft_gemm_batch *batch);

/// What kernels compute in.
enum { WEFT_GEMM_FLOAT, WEFT_GEMM_DOUBLE, WEFT_GEMM_UINT32, WEFT_GEMM_UINT64, WEFT_GEMM_TYPES };

/// c (rows x columns of one tile, `stride` apart) = or += the product of k steps of two packed panels.
typedef struct {
  int32_t rows, columns, size;  // size of an element in bytes
  void (*run)(int64_t k, const void *a, const void *b, void *c, int64_t stride, bool add);
} weft_gemm_tile;

int32_t weft_gemm_type(int32_t dtype);
const weft_gemm_tile *weft_gemm_tile_for(int32_t type);

/// Copies `rows` x k elements at `source` into panels of `width` rows: panel, then k, then row; zeros fill up the last.
void weft_gemm_pack(int32_t dtype, const void *source, int64_t rows, int64_t k, int64_t row_stride,
                    int64_t k_stride, int64_t width, void *packed);
/// Stores m x n results (in the compute type, rows `stride` apart; overwritten) at (row, column) of the product's c.
void weft_gemm_store(const weft_gemm *product, void *c, int64_t row, int64_t column, int64_t m, int64_t n,
                     void *results, int64_t stride);

/// The element's size in bytes, 0 if the dtype is unknown.
int64_t weft_gemm_element_size(int32_t dtype);

#endif
