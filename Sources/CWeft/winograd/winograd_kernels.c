// Winograd's kernels for each instruction set, and the choice among them.
#include <string.h>

#include "../product/gemm.h"
#include "../common/isa.h"
#include "../common/isa_baseline.h"
#include "winograd.h"

#pragma clang fp contract(fast)

#define POINT_A 0.625f
#define POINT_B 1.5f
#define A2 (POINT_A * POINT_A)
#define B2 (POINT_B * POINT_B)
// One over the products of the differences between a point and the others.
#define NORM_0 (1 / (A2 * B2))
#define NORM_A (1 / (2 * A2 * (A2 - B2)))
#define NORM_B (1 / (2 * B2 * (B2 - A2)))

// Of stride 2.
#define POINT_C 0.5f
#define POINT_D 1.25f
#define C2 (POINT_C * POINT_C)
#define D2 (POINT_D * POINT_D)
#define NORM_C (1 / (2 * POINT_C * (C2 - D2)))
#define NORM_D (1 / (2 * POINT_D * (D2 - C2)))

#define VECTOR_BYTES WEFT_VECTOR_BYTES
#define TILE_ROWS WEFT_BASELINE_ROWS
#define NAME(x) base_##x
#include "winograd_template.h"
#undef VECTOR_BYTES
#undef TILE_ROWS

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VECTOR_BYTES 32
#define TILE_ROWS 6
#define NAME(x) avx2_##x
#include "winograd_template.h"
#undef VECTOR_BYTES
#undef TILE_ROWS
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))), \
                             apply_to = function)
#define VECTOR_BYTES 64
#define TILE_ROWS 8
#define NAME(x) avx512_##x
#include "winograd_template.h"
#undef VECTOR_BYTES
#undef TILE_ROWS
#pragma clang attribute pop

#endif

const weft_winograd_kernels *weft_winograd_kernels_current(void) {
  static const weft_winograd_kernels *const sets[] = {WEFT_ISA_SETS(&base_kernels, &avx2_kernels, &avx512_kernels)};
  return sets[weft_isa_current()];
}
