// Products of whole numbers for every machine of this architecture: SSE2 on x86-64, NEON on arm64. Two products of 16
// bits a lane and instruction.
#include "../common/isa_baseline.h"
#include "quantized.h"

#define WEFT_WHOLE weft_whole_baseline
#define NUMBER int16_t
#define OFFSET 0

#if defined(__aarch64__)
#include <arm_neon.h>

typedef int32_t words __attribute__((ext_vector_type(4)));

static inline words add_products(words sums, words panel, words block) {
  int16x8_t a = (int16x8_t)panel, b = (int16x8_t)block;
  int32x4_t low = vmull_s16(vget_low_s16(a), vget_low_s16(b)), high = vmull_high_s16(a, b);
  return sums + (words)vpaddq_s32(low, high);
}
#define MULTIPLY(sums, panel, block) add_products(sums, panel, block)
#else
#include <emmintrin.h>

#define MULTIPLY(sums, panel, block) ((sums) + (i32v)_mm_madd_epi16((__m128i)(panel), (__m128i)(block)))
#endif

#include "whole_template.h"
