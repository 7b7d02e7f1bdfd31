// The distances of the rows of one matrix from those of another, and their gradient.
#ifndef WEFT_DISTANCE_H
#define WEFT_DISTANCE_H

#include "weft_types.h"

/// What is made of a row's differences d: how many are not 0, Σ|d|, Σd², or the largest |d|.
typedef enum {
  WEFT_DISTANCE_COUNT,
  WEFT_DISTANCE_SUM,
  WEFT_DISTANCE_SQUARES,
  WEFT_DISTANCE_LARGEST,
} weft_distance_kind;

/// Rows [batch, rows, width] and [batch, others, width]; all of one type, float32 or float64, and without gaps.
typedef struct {
  int32_t dtype;
  weft_distance_kind kind;
  int64_t batch, rows, others, width;
} weft_distances;

/// sums[..., i, j] of the differences rows[..., i, :] - others[..., j, :].
void weft_distance_sums(const weft_distances *call, const void *rows, const void *others, void *sums);

/// Σⱼ g[..., i, j]·∂y/∂d for the differences d of row i: sign d; of squares, whose root y is, d/y, or 0 where y is 0;
/// of the largest, sign d where |d| is y, of which there may be several. y and g are [batch, rows, others], or
/// [batch, others, rows] if `turned`. The count has no gradient.
void weft_distance_gradient(const weft_distances *call, const void *rows, const void *others, const void *y,
                            const void *g, bool turned, void *result);

#endif
