// Attention for x86-64 with AVX2 and FMA.
#if defined(__x86_64__)
#pragma STDC FP_CONTRACT ON

#define WEFT_VECTOR_BYTES 32
#define WEFT_ATTENTION_SET weft_attention_avx2
#define WEFT_HAS_ROUND
#define ROWS 4
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "instances.h"
#pragma clang attribute pop
#endif
