// The kernels for x86-64 with AVX-512 (F, DQ, BW, VL).
#if defined(__x86_64__)
#include <math.h>

#include "scalar_kernels.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_VECTOR_BYTES 64
#define WEFT_KERNELS weft_kernels_avx512
#define WEFT_HAS_ROUND
#define WEFT_HAS_HALF
#define WEFT_HAS_SCALE
#define WEFT_HAS_PERMUTE
#define WEFT_TARGET "avx512f,avx512dq,avx512bw,avx512vl,fma,f16c"
#pragma clang attribute push(__attribute__((target(WEFT_TARGET))), apply_to = function)
#include "kernels/all.h"
#pragma clang attribute pop
#endif
