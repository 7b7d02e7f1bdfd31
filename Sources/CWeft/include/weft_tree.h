// Trees of decisions: each row of features goes down each tree, and what the leaves weigh is added up.
#ifndef WEFT_TREE_H
#define WEFT_TREE_H

#include "weft_types.h"

/// A test `x[feature] <= threshold`, NaN passes none, or a leaf. The node behind a failed test stands behind that for a
/// passed one; a leaf leads to itself.
typedef struct {
  float threshold;
  int32_t feature;
  int32_t next;         // the node behind a passed test
  int16_t is_test;      // 1, or 0 of a leaf
  int16_t takes_missing;  // 1 where NaN passes
} weft_tree_node;

/// The same with thresholds of float64.
typedef struct {
  double threshold;
  int32_t feature;
  int32_t next;
  int32_t is_test;
  int32_t takes_missing;
} weft_tree_node64;

typedef struct {
  int32_t dtype;  // of the features and thresholds: float32 or float64
  const void *nodes;
  const int32_t *roots;
  int64_t tree_count;
  const int32_t *weights_begin, *weights_end;  // of each node: a leaf's weights
  const int32_t *targets;                      // of each weight
  const double *weights;
  int64_t rows, width, target_count;
  const void *features;  // [rows, width]
  double *sums;          // [rows, target_count], which the weights are added to, tree after tree
} weft_trees;

void weft_walk_trees(const weft_trees *trees);

#endif
