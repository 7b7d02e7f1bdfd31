// The kernels for x86-64 with AVX2 and FMA.
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "recurrent.h"

#pragma clang fp contract(fast)

#define WEFT_VECTOR_BYTES 32
#define WEFT_RECURRENT weft_recurrent_avx2
#define WEFT_HAS_ROUND
#define WEFT_HAS_MASK
#define MOST_ROWS 6
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

// All bits set in the first `count` lanes of 32 bits, or half as many of 64.
static inline __m256i first_lanes(int count) {
  static const int32_t ones[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256((const __m256i *)(ones + 8 - count));
}
static inline __m256 f32_load_some(const float *p, int count) { return _mm256_maskload_ps(p, first_lanes(count)); }
static inline void f32_store_some(float *p, __m256 x, int count) { _mm256_maskstore_ps(p, first_lanes(count), x); }
static inline __m256d f64_load_some(const double *p, int count) {
  return _mm256_maskload_pd(p, first_lanes(2 * count));
}
static inline void f64_store_some(double *p, __m256d x, int count) {
  _mm256_maskstore_pd(p, first_lanes(2 * count), x);
}

#include "kernels_template.h"
#pragma clang attribute pop
#endif
