// Products of whole numbers for x86-64 with AVX2: two products of 16 bits a lane and instruction. That of bytes
// saturates.
#if defined(__x86_64__)
#include <immintrin.h>

#include "quantized.h"

#define WEFT_VECTOR_BYTES 32
#define WEFT_WHOLE weft_whole_avx2
#define NUMBER int16_t
#define OFFSET 0
#define MULTIPLY(sums, panel, block) ((sums) + (i32v)_mm256_madd_epi16((__m256i)(panel), (__m256i)(block)))
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "whole_template.h"
#pragma clang attribute pop
#endif
