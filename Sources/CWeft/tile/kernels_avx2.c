// The kernels for x86-64 with AVX2, FMA and F16C.
#if defined(__x86_64__)
#include <math.h>

#include "scalar_kernels.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_VECTOR_BYTES 32
#define WEFT_KERNELS weft_kernels_avx2
#define WEFT_HAS_ROUND
#define WEFT_HAS_HALF
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "kernels/all.h"
#pragma clang attribute pop
#endif
