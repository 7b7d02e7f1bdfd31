// The kernels for x86-64 with AVX-512 (F, DQ, BW, VL).
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "recurrent.h"

#pragma clang fp contract(fast)

#define WEFT_VECTOR_BYTES 64
#define WEFT_RECURRENT weft_recurrent_avx512
#define WEFT_HAS_ROUND
#define WEFT_HAS_SCALE
#define WEFT_HAS_MASK
#define MOST_ROWS 12
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma,f16c"))), \
                             apply_to = function)

static inline __mmask16 first_lanes(int count) { return (__mmask16)((1u << count) - 1); }
static inline __m512 f32_load_some(const float *p, int count) { return _mm512_maskz_loadu_ps(first_lanes(count), p); }
static inline void f32_store_some(float *p, __m512 x, int count) { _mm512_mask_storeu_ps(p, first_lanes(count), x); }
static inline __m512d f64_load_some(const double *p, int count) {
  return _mm512_maskz_loadu_pd((__mmask8)first_lanes(count), p);
}
static inline void f64_store_some(double *p, __m512d x, int count) {
  _mm512_mask_storeu_pd(p, (__mmask8)first_lanes(count), x);
}

#include "kernels_template.h"
#pragma clang attribute pop
#endif
