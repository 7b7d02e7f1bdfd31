// Products of whole numbers for x86-64 with AVX-512 and VNNI: four products of bytes a lane and instruction, of numbers
// from 0 with signed ones. Nothing saturates: their sums have 32 bits.
#if defined(__x86_64__)
#include <immintrin.h>

#include "quantized.h"

#define WEFT_VECTOR_BYTES 64
#define WEFT_WHOLE weft_whole_vnni
#define NUMBER uint8_t
#define OFFSET 128
#define MULTIPLY(sums, panel, block) ((i32v)_mm512_dpbusd_epi32((__m512i)(sums), (__m512i)(panel), (__m512i)(block)))
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512vnni"))), \
                             apply_to = function)
#include "whole_template.h"
#pragma clang attribute pop
#endif
