// The first few lanes of a vector of float32 from memory and into it, for the kernels of each instruction set (private).
#ifndef WEFT_SOME_LANES_H
#define WEFT_SOME_LANES_H

#include <stdint.h>

typedef float base_some __attribute__((ext_vector_type(4), aligned(4), may_alias));

/// The lanes behind `count` are 0.
static inline base_some base_load_some(const float *from, int count) {
  if (count == 4) return *(const base_some *)from;
  base_some value = {0};
  for (int i = 0; i < count; i++) value[i] = from[i];
  return value;
}

static inline void base_store_some(float *to, base_some value, int count) {
  if (count == 4) {
    *(base_some *)to = value;
    return;
  }
  for (int i = 0; i < count; i++) to[i] = value[i];
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WEFT_SOME(sets) static inline __attribute__((always_inline, target(sets)))

WEFT_SOME("avx2,fma") __m256i avx2_mask(int count) {
  static const int32_t ones[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256((const __m256i *)(ones + 8 - count));
}

WEFT_SOME("avx2,fma") __m256 avx2_load_some(const float *from, int count) {
  return count == 8 ? _mm256_loadu_ps(from) : _mm256_maskload_ps(from, avx2_mask(count));
}

WEFT_SOME("avx2,fma") void avx2_store_some(float *to, __m256 value, int count) {
  _mm256_maskstore_ps(to, avx2_mask(count), value);
}

WEFT_SOME("avx512f") __mmask16 avx512_mask(int count) { return (__mmask16)((1u << count) - 1); }

WEFT_SOME("avx512f") __m512 avx512_load_some(const float *from, int count) {
  return _mm512_maskz_loadu_ps(avx512_mask(count), from);
}

WEFT_SOME("avx512f") void avx512_store_some(float *to, __m512 value, int count) {
  _mm512_mask_storeu_ps(to, avx512_mask(count), value);
}

#undef WEFT_SOME
#endif

#endif
