// The kernels of products with packed panels for each instruction set, and the choice among them.
#include "panels.h"

#include "../common/isa.h"
#include "../common/some_lanes.h"
#include "../common/isa_baseline.h"
#include "weft_parallel.h"

#pragma clang fp contract(fast)

#define LANES 4
#define NAME(x) base_##x
#define ROWS WEFT_BASELINE_ROWS
#include "panels_template.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LANES 8
#define NAME(x) avx2_##x
#define ROWS 6
#include "panels_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))), \
                             apply_to = function)

#define LANES 16
#define NAME(x) avx512_##x
#define ROWS 12
#include "panels_template.h"
#pragma clang attribute pop

#endif

typedef void (*kernel)(const weft_panels *product, int64_t row, int64_t rows, int64_t begin, int64_t end);

void weft_panels_run(const weft_panels *product, int64_t row, int64_t rows, int64_t begin, int64_t end) {
  static const kernel kernels[] = {WEFT_ISA_SETS(base_panels, avx2_panels, avx512_panels)};
  static const kernel of_far_rows[] = {WEFT_ISA_SETS(base_far_panels, avx2_far_panels, avx512_far_panels)};
  static const kernel of_windows[] = {WEFT_ISA_SETS(base_windows, avx2_windows, avx512_windows)};
  bool looks_ahead = product->is_far || product->residual;
  const kernel *chosen = product->window ? of_windows : looks_ahead ? of_far_rows : kernels;
  chosen[weft_isa_current()](product, row, rows, begin, end);
}

void weft_panel_turn(const float *source, int64_t stride, int64_t columns, int64_t k, float *panel) {
  typedef void (*packer)(const float *source, int64_t stride, int64_t columns, int64_t k, float *panel);
  static const packer packers[] = {WEFT_ISA_SETS(base_turn, avx2_turn, avx512_turn)};
  packers[weft_isa_current()](source, stride, columns, k, panel);
}

int64_t weft_panel_columns(void) {
  static const int64_t columns[] = {WEFT_ISA_SETS(8, 16, 32)};
  return columns[weft_isa_current()];
}

int64_t weft_panel_rows(void) {
  static const int64_t rows[] = {WEFT_ISA_SETS(WEFT_BASELINE_ROWS, 6, 12)};
  return rows[weft_isa_current()];
}
