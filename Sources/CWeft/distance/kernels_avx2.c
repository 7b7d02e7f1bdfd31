// The kernels of distances for x86-64 with AVX2 and FMA.
#if defined(__x86_64__)
#include "distance.h"

#define WEFT_VECTOR_BYTES 32
#define WEFT_DISTANCE_KERNELS weft_distance_kernels_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
