// All kernels of Fourier transforms, for the instruction set the including file has set up. No include guard.
#include <string.h>

// Vectors wider than a register only pass between functions that are inlined.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline, unused))

// Two vectors interleaved in groups of 1, 2, 4 or 8 numbers: the first and the second half of the result.
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define LOW_2_1 0, 2
#define HIGH_2_1 1, 3
#define LOW_4_1 0, 4, 1, 5
#define HIGH_4_1 2, 6, 3, 7
#define LOW_4_2 0, 1, 4, 5
#define HIGH_4_2 2, 3, 6, 7
#define LOW_8_1 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH_8_1 4, 12, 5, 13, 6, 14, 7, 15
#define LOW_8_2 0, 1, 8, 9, 2, 3, 10, 11
#define HIGH_8_2 4, 5, 12, 13, 6, 7, 14, 15
#define LOW_8_4 0, 1, 2, 3, 8, 9, 10, 11
#define HIGH_8_4 4, 5, 6, 7, 12, 13, 14, 15
#define LOW_16_1 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_16_1 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define LOW_16_2 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23
#define HIGH_16_2 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31
#define LOW_16_4 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23
#define HIGH_16_4 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31
#define LOW_16_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define HIGH_16_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31

// The even and the odd ones of two vectors' numbers, and one's in the other order.
#define EVENS_2 0, 2
#define ODDS_2 1, 3
#define BACK_2 1, 0
#define EVENS_4 0, 2, 4, 6
#define ODDS_4 1, 3, 5, 7
#define BACK_4 3, 2, 1, 0
#define EVENS_8 0, 2, 4, 6, 8, 10, 12, 14
#define ODDS_8 1, 3, 5, 7, 9, 11, 13, 15
#define BACK_8 7, 6, 5, 4, 3, 2, 1, 0
#define EVENS_16 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODDS_16 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define BACK_16 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0

#define LANES (WEFT_VECTOR_BYTES / 4)
#define REAL float
#define NAME(name) name##_float
#if WEFT_VECTOR_BYTES == 64
#define ZIP(half, group, a, b) SHUFFLE(a, b, half##_16_##group)
#define PICK(which, a, b) SHUFFLE(a, b, which##_16)
#elif WEFT_VECTOR_BYTES == 32
#define ZIP(half, group, a, b) SHUFFLE(a, b, half##_8_##group)
#define PICK(which, a, b) SHUFFLE(a, b, which##_8)
#else
#define ZIP(half, group, a, b) SHUFFLE(a, b, half##_4_##group)
#define PICK(which, a, b) SHUFFLE(a, b, which##_4)
#endif
#include "butterflies_template.h"
#include "pass_template.h"
#include "lines_template.h"
#undef LANES
#undef REAL
#undef NAME
#undef ZIP
#undef PICK

#define LANES (WEFT_VECTOR_BYTES / 8)
#define REAL double
#define NAME(name) name##_double
#if WEFT_VECTOR_BYTES == 64
#define ZIP(half, group, a, b) SHUFFLE(a, b, half##_8_##group)
#define PICK(which, a, b) SHUFFLE(a, b, which##_8)
#elif WEFT_VECTOR_BYTES == 32
#define ZIP(half, group, a, b) SHUFFLE(a, b, half##_4_##group)
#define PICK(which, a, b) SHUFFLE(a, b, which##_4)
#else
#define ZIP(half, group, a, b) SHUFFLE(a, b, half##_2_##group)
#define PICK(which, a, b) SHUFFLE(a, b, which##_2)
#endif
#include "butterflies_template.h"
#include "pass_template.h"
#include "lines_template.h"

#define KERNELS(type)                                                                                   \
  {pass_##type,   part_##type, pair_##type,   multiply_##type,                                           \
   unfold_##type, fold_##type, mirror_##type, scale_##type,                                              \
   unfold_columns_##type, fold_columns_##type, part_lines_##type, pair_lines_##type}
const weft_fourier_kernels WEFT_FOURIER_KERNELS[2] = {KERNELS(float), KERNELS(double)};

#pragma clang diagnostic pop
