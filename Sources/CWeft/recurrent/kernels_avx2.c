// The kernels for x86-64 with AVX2 and FMA.
#if defined(__x86_64__)
#include <math.h>

#include "../common/some_lanes.h"
#include "recurrent.h"

#pragma clang fp contract(fast)

#define WEFT_VECTOR_BYTES 32
#define WEFT_RECURRENT weft_recurrent_avx2
#define WEFT_HAS_ROUND
#define WEFT_HAS_MASK
#define MOST_ROWS 6
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define f32_load_some avx2_load_some
#define f32_store_some avx2_store_some
static inline __m256d f64_load_some(const double *p, int count) { return _mm256_maskload_pd(p, avx2_mask(2 * count)); }
static inline void f64_store_some(double *p, __m256d x, int count) { _mm256_maskstore_pd(p, avx2_mask(2 * count), x); }

#include "kernels_template.h"
#pragma clang attribute pop
#endif
