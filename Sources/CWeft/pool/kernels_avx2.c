// The pooling kernels for x86-64 with AVX2.
#if defined(__x86_64__)
#include "pool.h"

#define WEFT_VECTOR_BYTES 32
#define WEFT_POOL_KERNELS weft_pool_kernels_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
