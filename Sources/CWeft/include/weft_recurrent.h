// One layer of a recurrent network in one direction, over a whole sequence, after the product of its input.
#ifndef WEFT_RECURRENT_H
#define WEFT_RECURRENT_H

#include "weft_types.h"

/// G gates of H units each, in PyTorch's order.
typedef enum {
  WEFT_CELL_TANH = 0,  // G = 1
  WEFT_CELL_RELU = 1,  // G = 1
  WEFT_CELL_LSTM = 2,  // i, f, g, o
  WEFT_CELL_GRU = 3,   // r, z, n
} weft_cell;

/// T steps of N sequences. dtype is float32 or float64; arrays are dense but where strides are given.
///
/// Slot s of `states` and `cells`, [T + 1, N, H], is what holds between two steps: step t leads from slot t to slot
/// t + 1, or, `reversed`, from slot t + 1 to slot t.
typedef struct {
  int32_t cell, dtype;
  bool reversed;
  int64_t steps, batch, hidden;
  const void *weight;  // [G·H, H], of the hidden state
  /// As `weight_content` of a convolution (weft_dnnl.h): the forward pass keeps what it packs.
  uint64_t weight_content;
} weft_recurrent;

/// Runs the steps. `gates` [T, N, G·H] holds the projected input with its biases; with `records` it becomes the gates'
/// values (not for G = 1, where they are the states). The caller has filled the first slot of `states` and `cells`.
/// `cells` is an LSTM's; without `records` it has a single slot, which is updated in place.
/// `bias` [H] (or NULL) belongs to the hidden part of a GRU's candidate, which `candidates` [T, N, H] records.
int32_t weft_recurrent_forward(const weft_recurrent *layer, bool records, const void *bias, void *gates, void *states,
                               void *cells, void *candidates);

/// What the gradient reads and writes.
typedef struct {
  const void *output_gradient;             // [T, N, H], units adjacent
  int64_t step_stride, row_stride;         // of it, in elements
  const void *gates, *states, *cells, *candidates;  // what `forward` recorded
  void *carry;           // [N, H]: an LSTM's gradient of the last cell, which becomes the first's; a GRU's zeros
  void *input_gates;     // [T, N, G·H]: the gradient of the projected input
  void *hidden_gates;    // the same of the hidden product: a GRU's own, else `input_gates`
  void *state_gradient;  // [N, H]: of the first state
} weft_recurrent_gradient;

int32_t weft_recurrent_backward(const weft_recurrent *layer, const weft_recurrent_gradient *gradient);

#endif
