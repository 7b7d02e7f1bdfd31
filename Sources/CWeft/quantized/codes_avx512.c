// Codes times floats for x86-64 with AVX-512.
#if defined(__x86_64__)
#include <immintrin.h>

#include "quantized.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_VECTOR_BYTES 64
#define WEFT_CODES weft_code_avx512
#define HALF(bits) _cvtsh_ss(bits)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma,f16c"))), \
                             apply_to = function)
#include "codes_template.h"
#pragma clang attribute pop
#endif
