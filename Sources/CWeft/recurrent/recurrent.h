// The kernels of recurrent layers (private).
#ifndef WEFT_RECURRENT_KERNELS_H
#define WEFT_RECURRENT_KERNELS_H

#include "weft_recurrent.h"

enum { WEFT_MOST_GATES = 4 };

/// Some rows of the batch and a group of units at one step. Distances in elements; a gate's units lie `hidden` apart
/// from the next gate's.
typedef struct {
  int32_t cell;
  bool records;
  int64_t rows, units, hidden;  // units of this group; of the layer
  int64_t depth;                // of the product
  const void *factor;           // its left operand, rows `depth` apart
  const void *weight;           // packed panels, [gate][depth][group width] with `panel_stride` between gates
  int64_t panel_stride;
  void *gates;                  // gates·hidden apart
  const void *before, *cell_before;
  void *after, *cell_after;
  void *candidates;
  const void *bias;
  // The gradient's.
  const void *output_gradient;  // NULL at the end of the walk: only the product is wanted, in `state_gradient`
  int64_t output_stride;
  void *carry, *hidden_gates, *state_gradient;
  const void *gate_values;
} weft_recurrent_block;

typedef struct {
  int32_t rows, width;  // the most rows of a block; the units of a group
  void (*forward)(const weft_recurrent_block *block);
  void (*backward)(const weft_recurrent_block *block);
} weft_recurrent_kernels;

// By element type: float32, float64. Which sets there are, isa.h says.
extern const weft_recurrent_kernels weft_recurrent_baseline[2], weft_recurrent_avx2[2], weft_recurrent_avx512[2];

#endif
