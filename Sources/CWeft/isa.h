// The instruction set that every kernel uses (private; its public face is in weft_tile.h).
#ifndef WEFT_ISA_H
#define WEFT_ISA_H

#include <stdbool.h>

#include "weft_tile.h"

/// The sets there are kernels for, weakest first.
enum { WEFT_BASELINE, WEFT_AVX2, WEFT_AVX512, WEFT_ISA_COUNT };

/// Whether kernels may use AVX2, FMA and the conversions of half precision.
static inline bool weft_uses_avx2(void) { return weft_isa_current() >= WEFT_AVX2; }
/// Whether kernels may use AVX-512 (foundation, DQ, BW, VL).
static inline bool weft_uses_avx512(void) { return weft_isa_current() == WEFT_AVX512; }
/// Whether they may also use AVX-512's products of bfloat16.
bool weft_uses_avx512_bfloat16(void);

#endif
