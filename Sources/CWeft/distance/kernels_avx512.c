// The kernels of distances for x86-64 with AVX-512 (F, DQ, BW, VL).
#if defined(__x86_64__)
#include "distance.h"

#define WEFT_VECTOR_BYTES 64
#define WEFT_DISTANCE_KERNELS weft_distance_kernels_avx512
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
