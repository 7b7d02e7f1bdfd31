// Products of whole numbers for x86-64 with AVX-512: two products of 16 bits a lane and instruction. That of bytes
// before VNNI saturates.
#if defined(__x86_64__)
#include <immintrin.h>

#include "quantized.h"

#define WEFT_VECTOR_BYTES 64
#define WEFT_WHOLE weft_whole_avx512
#define NUMBER int16_t
#define OFFSET 0
#define MULTIPLY(sums, panel, block) ((sums) + (i32v)_mm512_madd_epi16((__m512i)(panel), (__m512i)(block)))
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl"))), apply_to = function)
#include "whole_template.h"
#pragma clang attribute pop
#endif
