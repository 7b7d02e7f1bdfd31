// float32 products with a matrix that lies packed, as weights do that are used often (private).
#ifndef WEFT_PANELS_H
#define WEFT_PANELS_H

#include "gemm.h"

/// A row of a where that is a window of an image: lines of adjacent elements, `line_step` apart, in each of some
/// planes, `plane_step` apart. b has `line_rows` rows for each line and `plane_rows` for each plane, of which a window at the
/// image's edge uses fewer.
typedef struct {
  int64_t planes, plane_step, plane_rows;
  int64_t lines, line_step, line_rows;
  int64_t length;  // of a line
} weft_window;

/// c = a · b + bias. The elements of a row are adjacent in a and c; b lies in panels (`weft_gemm_pack`, each of
/// `weft_panel_columns` columns).
typedef struct {
  int64_t n, k, a_m, c_m;
  const weft_window *window;  // where the rows of a are windows of an image; else NULL
  const float *a, *b, *bias;  // bias: n elements, or NULL
  float *c;
  bool is_far;  // whether rows of a are worth asking for before they are read: no cache of a core holds all
  const float *residual;  // added to the results, of adjacent elements of a row; or NULL
  int64_t residual_m;
  uint32_t word;          // the floating-point control word that it is added with
  bool clamps;            // results are cut to low ... high then; NaN stays
  float low, high;
} weft_panels;

/// Packs columns that are rows of k adjacent elements, `stride` apart: a panel of them, the rest of which are zeros.
void weft_panel_turn(const float *source, int64_t stride, int64_t columns, int64_t k, float *panel);

int64_t weft_panel_columns(void);
/// Rows that a kernel takes at once at most.
int64_t weft_panel_rows(void);

/// The columns of panels [begin, end) of c, for rows [row, row + rows), on the calling thread.
void weft_panels_run(const weft_panels *product, int64_t row, int64_t rows, int64_t begin, int64_t end);

#endif
