// What every machine of this architecture has, SSE2 on x86-64 and NEON on arm64: for the files that compile kernels for
// it (private). The vocabulary is that of tile/kernels/vector.h.
#ifndef WEFT_ISA_BASELINE_H
#define WEFT_ISA_BASELINE_H

#define WEFT_VECTOR_BYTES 16

#if defined(__aarch64__)
#define WEFT_HAS_ROUND
#define WEFT_HAS_HALF
/// Rows of sums that a product keeps in registers: with 32 of these, and with 16.
#define WEFT_BASELINE_ROWS 8
#else
#define WEFT_BASELINE_ROWS 4
#endif

#endif
