// Several rows go down a tree side by side, or a row down several trees: a step down waits for the memory of the one
// before, and none of the others does.
#include "weft_tree.h"

#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  LANES = 8,
  ROWS = 32,  // that go down one tree after another, while it is at hand
  DEPTH = 8,  // of a tree, about
  /// The least work, in steps down, that is worth waking another thread for.
  WORTH_A_THREAD = 16 * 1024,
};

#define WALK(name, type, node_type)                                                                      \
  static inline void name(const node_type *nodes, const type *const *x, int32_t *at) {                   \
    int32_t open;                                                                                        \
    do {                                                                                                 \
      open = 0;                                                                                          \
      _Pragma("clang loop unroll(full)") for (int32_t lane = 0; lane < LANES; lane++) {                  \
        const node_type *node = nodes + at[lane];                                                        \
        const type value = x[lane][node->feature];                                                       \
        const int32_t fails = !(value <= node->threshold) & !((value != value) & node->takes_missing);   \
        at[lane] = node->next + (fails & node->is_test);                                                 \
        open |= node->is_test;                                                                           \
      }                                                                                                  \
    } while (open);                                                                                      \
  }
WALK(walk_floats, float, weft_tree_node)
WALK(walk_doubles, double, weft_tree_node64)

typedef struct {
  const void *x[LANES];
  int32_t at[LANES];
} lanes;

static void walk(const weft_trees *t, lanes *l) {
  if (t->dtype == WEFT_FLOAT32) {
    walk_floats(t->nodes, (const float *const *)l->x, l->at);
  } else {
    walk_doubles(t->nodes, (const double *const *)l->x, l->at);
  }
}

static const void *row_at(const weft_trees *t, int64_t row) {
  return (const char *)t->features + row * t->width * (t->dtype == WEFT_FLOAT32 ? 4 : 8);
}

static void add_leaf(const weft_trees *t, int64_t row, int32_t leaf) {
  double *sums = t->sums + row * t->target_count;
  for (int32_t i = t->weights_begin[leaf]; i < t->weights_end[leaf]; i++) sums[t->targets[i]] += t->weights[i];
}

/// A few rows, each down several trees at once.
static void walk_few(const weft_trees *t, int64_t row) {
  lanes l;
  for (int64_t first = 0; first < t->tree_count; first += LANES) {
    const int64_t count = t->tree_count - first < LANES ? t->tree_count - first : LANES;
    for (int64_t i = 0; i < LANES; i++) {
      l.x[i] = row_at(t, row);
      l.at[i] = t->roots[first + (i < count ? i : 0)];
    }
    walk(t, &l);
    for (int64_t i = 0; i < count; i++) add_leaf(t, row, l.at[i]);
  }
}

static void walk_group(const weft_trees *t, int64_t begin, int64_t end) {
  lanes l;
  for (int64_t tree = 0; tree < t->tree_count; tree++) {
    for (int64_t row = begin; row < end; row += LANES) {
      for (int64_t i = 0; i < LANES; i++) {
        l.x[i] = row_at(t, row + i);
        l.at[i] = t->roots[tree];
      }
      walk(t, &l);
      for (int64_t i = 0; i < LANES; i++) add_leaf(t, row + i, l.at[i]);
    }
  }
}

static void walk_rows(void *context, int64_t begin, int64_t end) {
  const weft_trees *t = context;
  while (end - begin >= LANES) {
    const int64_t count = end - begin < ROWS ? (end - begin) / LANES * LANES : ROWS;
    walk_group(t, begin, begin + count);
    begin += count;
  }
  for (; begin < end; begin++) walk_few(t, begin);
}

void weft_walk_trees(const weft_trees *trees) {
  weft_launch_refuse();
  int64_t grain = WORTH_A_THREAD / (trees->tree_count * DEPTH + 1) + 1;
  if (grain < LANES) grain = LANES;
  weft_parallel_for(trees->rows, grain, walk_rows, (void *)trees);
}
