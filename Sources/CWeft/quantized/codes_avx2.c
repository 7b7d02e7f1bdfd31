// Codes times floats for x86-64 with AVX2 and FMA.
#if defined(__x86_64__)
#include <immintrin.h>

#include "quantized.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_VECTOR_BYTES 32
#define WEFT_CODES weft_code_avx2
#define HALF(bits) _cvtsh_ss(bits)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "codes_template.h"
#pragma clang attribute pop
#endif
