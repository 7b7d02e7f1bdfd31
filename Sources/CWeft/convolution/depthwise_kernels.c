// The kernels of convolutions of each channel by itself for each instruction set, and the choice among them.
#include "depthwise.h"

#include "../common/isa.h"

#pragma clang fp contract(fast)

typedef float base_some __attribute__((ext_vector_type(4), aligned(4), may_alias));

static inline base_some base_load_some(const float *from, int count) {
  base_some value = {0};
  for (int i = 0; i < count; i++) value[i] = from[i];
  return value;
}

static inline void base_store_some(float *to, base_some value, int count) {
  for (int i = 0; i < count; i++) to[i] = value[i];
}

#define LANES 4
#define MOST_SUMS 8
#define NAME(x) base_##x
#include "depthwise_template.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

static inline __attribute__((always_inline)) __m256i avx2_mask(int count) {
  static const int32_t ones[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256((const __m256i *)(ones + 8 - count));
}

static inline __attribute__((always_inline)) __m256 avx2_load_some(const float *from, int count) {
  return _mm256_maskload_ps(from, avx2_mask(count));
}

static inline __attribute__((always_inline)) void avx2_store_some(float *to, __m256 value, int count) {
  _mm256_maskstore_ps(to, avx2_mask(count), value);
}

#define LANES 8
#define MOST_SUMS 8
#define NAME(x) avx2_##x
#include "depthwise_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))), \
                             apply_to = function)

static inline __attribute__((always_inline)) __m512 avx512_load_some(const float *from, int count) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
}

static inline __attribute__((always_inline)) void avx512_store_some(float *to, __m512 value, int count) {
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), value);
}

#define LANES 16
#define MOST_SUMS 16
#define NAME(x) avx512_##x
#include "depthwise_template.h"
#pragma clang attribute pop

#endif

typedef void (*kernel)(const weft_depthwise_row *row, int64_t count, int64_t begin, int64_t end);

void weft_depthwise_row_run(const weft_depthwise_row *row, int64_t count, int64_t begin, int64_t end) {
  static const kernel kernels[] = {WEFT_ISA_SETS(base_depthwise, avx2_depthwise, avx512_depthwise)};
  kernels[weft_isa_current()](row, count, begin, end);
}
