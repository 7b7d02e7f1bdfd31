// The pooling kernels of all element types, for the instruction set the including file has set up. No include guard.
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../common/half.h"
#include "../common/scratch.h"

// Vectors wider than a register only pass between functions that are inlined.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline, unused))
#define SHARED(name, element, lanes) typedef element name __attribute__((ext_vector_type(lanes)))

SHARED(floats, float, WEFT_VECTOR_BYTES / 4);
SHARED(words, int32_t, WEFT_VECTOR_BYTES / 4);
SHARED(unsigned_words, uint32_t, WEFT_VECTOR_BYTES / 4);
SHARED(halves, uint16_t, WEFT_VECTOR_BYTES / 4);
SHARED(doubles, double, WEFT_VECTOR_BYTES / 8);
SHARED(long_words, int64_t, WEFT_VECTOR_BYTES / 8);
SHARED(few_words, int32_t, WEFT_VECTOR_BYTES / 8);

INLINE floats same_floats(floats x) { return x; }
INLINE doubles same_doubles(doubles x) { return x; }
INLINE float same_float(float x) { return x; }
INLINE double same_double(double x) { return x; }

#if WEFT_VECTOR_BYTES == 64
#define EVERY_SECOND_FLOAT(a, b) \
  __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31)
#define EVERY_SECOND_DOUBLE(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 9, 11, 13, 15)
#elif WEFT_VECTOR_BYTES == 32
#define EVERY_SECOND_FLOAT(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 9, 11, 13, 15)
#define EVERY_SECOND_DOUBLE(a, b) __builtin_shufflevector(a, b, 0, 2, 5, 7)
#else
#define EVERY_SECOND_FLOAT(a, b) __builtin_shufflevector(a, b, 0, 2, 5, 7)
#define EVERY_SECOND_DOUBLE(a, b) __builtin_shufflevector(a, b, 0, 3)
#endif

INLINE floats from_bfloat16(halves h) {
  return (floats)(__builtin_convertvector(h, unsigned_words) << 16);
}
/// To the nearest, half to even; NaN is made quiet.
INLINE halves to_bfloat16(floats x) {
  unsigned_words bits = (unsigned_words)x, rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return __builtin_convertvector(x != x ? (bits >> 16) | 0x40 : rounded, halves);
}

// As half.h does it, which says more.
INLINE floats from_float16(halves h) {
  unsigned_words half = __builtin_convertvector(h, unsigned_words), magnitude = half & 0x7fff;
  unsigned_words normal = (magnitude << 13) + (112u << 23), special = (magnitude << 13) + (224u << 23);
  unsigned_words small = (unsigned_words)(__builtin_convertvector((words)magnitude, floats) * 0x1p-24f);
  unsigned_words bits = magnitude >= 0x7c00 ? special : magnitude < 0x400 ? small : normal;
  return (floats)(bits | (half & 0x8000) << 16);
}
INLINE halves to_float16(floats x) {
  unsigned_words bits = (unsigned_words)x, sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7fffffff;
  unsigned_words normal = (magnitude + 0xfff + ((magnitude >> 13) & 1) - (112u << 23)) >> 13;
  unsigned_words small = (unsigned_words)((floats)magnitude + 0.5f) - 0x3f000000;
  unsigned_words result = magnitude < 0x38800000 ? small : normal;
  result = magnitude >= 0x477ff000 ? (unsigned_words)0x7c00 : result;
  result = magnitude > 0x7f800000 ? (unsigned_words)0x7e00 : result;
  return __builtin_convertvector(result | sign, halves);
}

#define COMPUTED float
#define VECTOR floats
#define PLACES words
#define MASK words
#define EVERY_SECOND EVERY_SECOND_FLOAT

#define NAME(x) float32_##x
#define STORED float
#define STORED_VECTOR floats
#define WIDEN same_floats
#define NARROW same_floats
#define LOAD same_float
#define STORE same_float
#include "template.h"
#include "gradients_template.h"
#include "forget_type.h"

#define NAME(x) float16_##x
#define STORED uint16_t
#define STORED_VECTOR halves
#define WIDEN from_float16
#define NARROW to_float16
#define LOAD weft_from_float16
#define STORE weft_to_float16
#include "template.h"
#include "gradients_template.h"
#include "forget_type.h"

#define NAME(x) bfloat16_##x
#define STORED uint16_t
#define STORED_VECTOR halves
#define WIDEN from_bfloat16
#define NARROW to_bfloat16
#define LOAD weft_from_bfloat16
#define STORE weft_to_bfloat16
#include "template.h"
#include "gradients_template.h"
#include "forget_type.h"

#undef COMPUTED
#undef VECTOR
#undef PLACES
#undef MASK
#undef EVERY_SECOND
#define COMPUTED double
#define VECTOR doubles
#define PLACES few_words
#define MASK long_words
#define EVERY_SECOND EVERY_SECOND_DOUBLE

#define NAME(x) float64_##x
#define STORED double
#define STORED_VECTOR doubles
#define WIDEN same_doubles
#define NARROW same_doubles
#define LOAD same_double
#define STORE same_double
#include "template.h"
#include "gradients_template.h"
#include "forget_type.h"

#define KERNELS(type)                                                                                                \
  {type##_max_channels, type##_max_positions, type##_average_channels, type##_average_positions, type##_average_runs, \
   type##_max_wide,     type##_average_wide,  type##_max_backward,     type##_average_backward,  type##_scatter,      \
   type##_share,        type##_gather}

const weft_pool_kernels WEFT_POOL_KERNELS[4] = {
    [WEFT_FLOAT32] = KERNELS(float32),
    [WEFT_FLOAT64] = KERNELS(float64),
    [WEFT_FLOAT16] = KERNELS(float16),
    [WEFT_BFLOAT16] = KERNELS(bfloat16),
};

#pragma clang diagnostic pop
