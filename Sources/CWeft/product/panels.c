// The kernels of products with packed panels for each instruction set, and the choice among them.
#include "panels.h"

#include "../common/isa.h"
#include "../common/isa_baseline.h"

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
#define NAME(x) base_##x
#define ROWS WEFT_BASELINE_ROWS
#include "panels_template.h"

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
#define NAME(x) avx2_##x
#define ROWS 6
#include "panels_template.h"
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
#define NAME(x) avx512_##x
#define ROWS 12
#include "panels_template.h"
#pragma clang attribute pop

#endif

typedef void (*kernel)(const weft_panels *product, int64_t row, int64_t rows, int64_t begin, int64_t end);

void weft_panels_run(const weft_panels *product, int64_t row, int64_t rows, int64_t begin, int64_t end) {
  static const kernel kernels[] = {WEFT_ISA_SETS(base_panels, avx2_panels, avx512_panels)};
  kernels[weft_isa_current()](product, row, rows, begin, end);
}

void weft_panel_turn(const float *source, int64_t stride, int64_t columns, int64_t k, float *panel) {
  typedef void (*packer)(const float *source, int64_t stride, int64_t columns, int64_t k, float *panel);
  static const packer packers[] = {WEFT_ISA_SETS(base_turn, avx2_turn, avx512_turn)};
  packers[weft_isa_current()](source, stride, columns, k, panel);
}

int64_t weft_panel_columns(void) {
  static const int64_t columns[] = {WEFT_ISA_SETS(8, 16, 32)};
  return columns[weft_isa_current()];
}

int64_t weft_panel_rows(void) {
  static const int64_t rows[] = {WEFT_ISA_SETS(WEFT_BASELINE_ROWS, 6, 12)};
  return rows[weft_isa_current()];
}
