// Formulas that are applied to a product's results block by block, while these are in the cache (private).
#ifndef WEFT_LAST_PASS_H
#define WEFT_LAST_PASS_H

#include "weft_dnnl.h"

/// A formula's operands over rows of adjacent results: the rows of a product, or the positions of a convolution whose
/// channels come last.
typedef struct {
  const weft_last_pass *pass;
  int64_t strides[WEFT_LAST_PASS_OPERANDS][2];  // from row to row, and from column to column
  /// Whether it cuts the results to low ... high where they are, as relu and relu6 do: kernels do that in registers.
  bool is_clamp;
  /// Whether it adds other elements, which are adjacent in a row, before: kernels of products do that too.
  bool is_sum;
  const float *residual;
  int64_t residual_row;
  bool clamps;  // whether a sum is cut
  float low, high;
} weft_flat_pass;

/// Whether every operand can be walked by rows and columns. `column` is the axis of the columns; all the others, in
/// order, make the rows. `result` is where the results are.
bool weft_last_pass_flatten(const weft_last_pass *pass, int32_t rank, const int64_t *shape, int32_t column,
                            const void *result, weft_flat_pass *flat);
/// Applies it to rows [row, row + rows) and columns [column, column + columns).
void weft_flat_pass_run(const weft_flat_pass *flat, int64_t row, int64_t rows, int64_t column, int64_t columns);

/// Applies it to everything at once.
void weft_last_pass_run(const weft_last_pass *pass, int32_t rank, const int64_t *shape);

#endif
