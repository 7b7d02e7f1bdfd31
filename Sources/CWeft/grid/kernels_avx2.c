// The kernels of grid sampling for x86-64 with AVX2.
#if defined(__x86_64__)
#include "grid.h"

#define WEFT_GRID_KERNELS weft_grid_kernels_avx2
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
