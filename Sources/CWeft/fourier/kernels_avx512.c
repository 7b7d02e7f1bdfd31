// The kernels of Fourier transforms for x86-64 with AVX-512.
#if defined(__x86_64__)
#include "fourier.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_VECTOR_BYTES 64
#define WEFT_FOURIER_KERNELS weft_fourier_kernels_avx512
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
