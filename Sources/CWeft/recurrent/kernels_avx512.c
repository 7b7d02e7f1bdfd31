// The kernels for x86-64 with AVX-512 (F, DQ, BW, VL).
#if defined(__x86_64__)
#include <math.h>

#include "../common/some_lanes.h"
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

#define f32_load_some avx512_load_some
#define f32_store_some avx512_store_some
static inline __m512d f64_load_some(const double *p, int count) {
  return _mm512_maskz_loadu_pd((__mmask8)avx512_mask(count), p);
}
static inline void f64_store_some(double *p, __m512d x, int count) {
  _mm512_mask_storeu_pd(p, (__mmask8)avx512_mask(count), x);
}

#include "kernels_template.h"
#pragma clang attribute pop
#endif
