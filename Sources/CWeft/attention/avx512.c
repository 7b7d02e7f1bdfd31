// Attention for x86-64 with AVX-512 (F, DQ, BW, VL).
#if defined(__x86_64__)
#pragma STDC FP_CONTRACT ON

#define WEFT_VECTOR_BYTES 64
#define WEFT_ATTENTION_SET weft_attention_avx512
#define WEFT_HAS_ROUND
#define WEFT_HAS_SCALE
#define ROWS 8
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma,f16c"))), \
                             apply_to = function)
#include "instances.h"
#pragma clang attribute pop
#endif
