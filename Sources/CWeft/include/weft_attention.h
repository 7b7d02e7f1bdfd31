// Attention in blocks: the weights of all keys for all queries never stand in memory (Dao et al., "FlashAttention",
// 2022).
#ifndef WEFT_ATTENTION_H
#define WEFT_ATTENTION_H

#include "weft_types.h"

/// query [..., queries, depth], key [..., keys, depth], value [..., keys, width]: all with the same leading axes (a
/// stride of 0 repeats), of one floating type.
typedef struct {
  int32_t rank;  // all axes, 2 and up
  int64_t lead[WEFT_MAX_RANK];
  int64_t queries, keys, depth, width;
  double scale;
  bool causal;  // query i attends to the keys 0 through i
  weft_operand query, key, value;
  /// [..., queries, keys], of bool (true: attend) or of the type sums are kept in (added); without one, data is NULL.
  weft_operand mask;
} weft_attention_description;

/// output [..., queries, width] = softmax(query · keyᵀ · scale + mask) · value, 0 for a query without keys; and the
/// logarithm of each query's sum of exponentials (0 for a query without keys), contiguous [..., queries], in float64 if
/// the operands are, else in float32. Returns 0 or a code that `weft_status_message` explains.
int32_t weft_attention(const weft_attention_description *description, const weft_operand *output, void *logarithms);

/// The gradients of query, key and value, from that of the output and from what depends on the query alone: the
/// `logarithms` and, contiguous and of the same type, the `offsets` (Σ output · its gradient, less the gradient of the
/// logarithm).
int32_t weft_attention_gradient(const weft_attention_description *description, const weft_operand *output_gradient,
                                const void *logarithms, const void *offsets, const weft_operand *query_gradient,
                                const weft_operand *key_gradient, const weft_operand *value_gradient);

#endif
