// Forests: each row beside one step down after another.
#include "check.h"

enum { NODES = 63, TREES = 11, TARGETS = 3, WIDTH = 5 };

typedef struct {
  weft_tree_node64 nodes[TREES * NODES];
  weft_tree_node narrow[TREES * NODES];
  int32_t roots[TREES], begins[TREES * NODES], ends[TREES * NODES], targets[2 * TREES * NODES];
  double weights[2 * TREES * NODES];
} forest;

/// Complete trees of several depths; leaves have none, one or two weights.
static forest *make_forest(void) {
  forest *f = calloc(1, sizeof *f);
  int32_t weights = 0;
  for (int32_t tree = 0; tree < TREES; tree++) {
    f->roots[tree] = tree * NODES;
    const int32_t tests = (1 << (tree % 6)) - 1;
    for (int32_t i = 0; i < NODES; i++) {
      const int32_t at = tree * NODES + i;
      const bool is_test = i < tests;
      const float threshold = (float)whole(-3, 3);
      f->nodes[at] = (weft_tree_node64){threshold, (int32_t)whole(0, WIDTH - 1),
                                        is_test ? tree * NODES + 2 * i + 1 : at, is_test, (int32_t)whole(0, 1)};
      f->narrow[at] = (weft_tree_node){threshold, f->nodes[at].feature, f->nodes[at].next, (int16_t)is_test,
                                       (int16_t)f->nodes[at].takes_missing};
      f->begins[at] = weights;
      for (int64_t k = is_test ? 0 : whole(0, 2); k > 0; k--, weights++) {
        f->targets[weights] = (int32_t)whole(0, TARGETS - 1);
        f->weights[weights] = number();
      }
      f->ends[at] = weights;
    }
  }
  return f;
}

static void check_rows(const forest *f, int32_t dtype, int64_t rows) {
  void *x = make(dtype, rows * WIDTH);
  for (int64_t i = 0; i < rows * WIDTH; i++) set_real(dtype, x, i, i % 13 == 5 ? NAN : (double)whole(-4, 4));
  double *sums = make(WEFT_FLOAT64, rows * TARGETS);
  const void *nodes = dtype == WEFT_FLOAT32 ? (const void *)f->narrow : f->nodes;
  weft_walk_trees(&(weft_trees){dtype, nodes, f->roots, TREES, f->begins, f->ends, f->targets, f->weights, rows, WIDTH,
                                TARGETS, x, sums});
  for (int64_t row = 0; row < rows; row++) {
    double expected[TARGETS] = {0};
    for (int32_t tree = 0; tree < TREES; tree++) {
      int32_t at = f->roots[tree];
      while (f->nodes[at].is_test) {
        const double value = real_at(dtype, x, row * WIDTH + f->nodes[at].feature);
        const bool passes = isnan(value) ? f->nodes[at].takes_missing : value <= f->nodes[at].threshold;
        at = f->nodes[at].next + !passes;
      }
      for (int32_t i = f->begins[at]; i < f->ends[at]; i++) expected[f->targets[i]] += f->weights[i];
    }
    for (int32_t k = 0; k < TARGETS; k++) {
      expect_near(sums[row * TARGETS + k], expected[k], 0, "score %d of row %d of %d", (int)k, (int)row, (int)rows);
    }
  }
  free(x), free(sums);
}

void check_trees(void) {
  begin("trees");
  forest *f = make_forest();
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    for (int64_t rows = 0; rows < 20; rows++) check_rows(f, dtype, rows);
    check_rows(f, dtype, 1001);
  }
  free(f);
}
