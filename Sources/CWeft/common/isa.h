// The instruction set that every kernel uses (private; its public face is in weft_tile.h).
#ifndef WEFT_ISA_H
#define WEFT_ISA_H

#include <stdbool.h>

#include "weft_tile.h"

/// The sets, weakest first. `WEFT_ISA_SETS` leaves of its arguments, one for each set, those of the sets that this
/// architecture has: what a table of kernels is initialized with and `weft_isa_current` is the index of.
enum { WEFT_BASELINE, WEFT_AVX2, WEFT_AVX512 };

#if defined(__x86_64__)
#define WEFT_ISA_SETS(baseline, avx2, avx512) baseline, avx2, avx512
/// Before a function, compiles it for AVX2, where there is such a thing.
#define WEFT_FOR_AVX2 __attribute__((target("avx2")))
#else
#define WEFT_ISA_SETS(baseline, avx2, avx512) baseline
#define WEFT_FOR_AVX2 __attribute__((unused))
#endif

/// Whether kernels may use AVX2, FMA and the conversions of half precision.
static inline bool weft_uses_avx2(void) { return weft_isa_current() >= WEFT_AVX2; }
/// Whether kernels may use AVX-512 (foundation, DQ, BW, VL).
static inline bool weft_uses_avx512(void) { return weft_isa_current() == WEFT_AVX512; }
/// Whether they may also use AVX-512's products of bfloat16.
bool weft_uses_avx512_bfloat16(void);
/// Whether they may also use AVX-512's products of bytes.
bool weft_uses_avx512_vnni(void);

#endif
