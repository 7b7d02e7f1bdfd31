// Rows in 16 bits a number times ggml's blocks, for x86-64 with AVX-512 and VNNI.
//
// A whole number of x is 256 · high + low, and each half is multiplied by codes as bytes are, four products a lane and
// instruction, of numbers from 0 with signed ones. Nothing saturates: sums have 32 bits. Four units are taken at once;
// each has a quarter of a vector.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "quantized.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,fma,f16c"))), \
                             apply_to = function)

// MARK: - Rounding

enum { AHEAD = 8192 };  // bytes that are asked for before they are needed

enum { LARGEST = 32767, LEAST_BITS = 0x08800000 };  // 2^-110: the factor of smaller numbers is not finite

/// The 32 numbers at x; `offset` is what high halves have more, so that they are not below 0.
static bool round_unit(const float *x, int32_t offset, int place, weft_rounded_units *to) {
  __m512 numbers[2] = {_mm512_loadu_ps(x), _mm512_loadu_ps(x + 16)};
  __m512i most = _mm512_max_epi32(_mm512_castps_si512(_mm512_abs_ps(numbers[0])),
                                  _mm512_castps_si512(_mm512_abs_ps(numbers[1])));
  int32_t bits = _mm512_reduce_max_epi32(most);
  if (bits >= 0x7f800000 || (bits > 0 && bits < LEAST_BITS)) return false;
  float largest;
  memcpy(&largest, &bits, sizeof largest);
  __m512 factor = _mm512_set1_ps(bits > 0 ? LARGEST / largest : 0);
  __m512i sum = _mm512_setzero_si512();
  UNROLL for (int half = 0; half < 2; half++) {
    __m512i whole = _mm512_cvtps_epi32(_mm512_mul_ps(numbers[half], factor));
    sum = _mm512_add_epi32(sum, whole);
    __m512i high = _mm512_add_epi32(_mm512_srai_epi32(whole, 8), _mm512_set1_epi32(offset));
    _mm_storeu_si128((__m128i *)(to->high[half] + 16 * place), _mm512_cvtepi32_epi8(high));
    _mm_storeu_si128((__m128i *)(to->low[half] + 16 * place), _mm512_cvtepi32_epi8(whole));
  }
  float scale = largest / LARGEST;
  for (int i = 0; i < 4; i++) to->scales[4 * place + i] = scale;
  memset(to->sums + 4 * place, 0, 4 * sizeof(float));
  to->sums[4 * place] = (float)_mm512_reduce_add_epi32(sum) * scale;
  return true;
}

static bool round_row(int32_t format, int64_t inputs, const float *x, weft_rounded_units *to) {
  int64_t units = inputs / WEFT_CODE_UNIT;
  int32_t offset = format == WEFT_CODES_Q8_0 ? 128 : 0;
  if (units % WEFT_ROUNDED_UNITS != 0) memset(to + units / WEFT_ROUNDED_UNITS, 0, sizeof *to);
  for (int64_t unit = 0; unit < units; unit++, x += WEFT_CODE_UNIT) {
    if (!round_unit(x, offset, unit % WEFT_ROUNDED_UNITS, to + unit / WEFT_ROUNDED_UNITS)) return false;
  }
  return true;
}

// MARK: - Products

/// Four units of a weight: the first 16 codes of each, the others, and what they are multiplied by.
typedef struct {
  __m512i codes[2], offset;
  __m512 scales, minima;  // the first of four times the same counts for minima: x has zeros behind
} block_units;

// Where a row ends amid four units, the first stands in the place of those that it does not have: x has zeros there.

INLINE __m512i quarters(const uint8_t *p, int64_t pitch, int64_t count) {
  __m512i all = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)p));
  all = _mm512_inserti32x4(all, _mm_loadu_si128((const __m128i *)(p + (count > 1 ? pitch : 0))), 1);
  all = _mm512_inserti32x4(all, _mm_loadu_si128((const __m128i *)(p + (count > 2 ? 2 * pitch : 0))), 2);
  return _mm512_inserti32x4(all, _mm_loadu_si128((const __m128i *)(p + (count > 3 ? 3 * pitch : 0))), 3);
}

INLINE __m128 halves(const uint8_t *p, int64_t pitch, int64_t count) {
  uint16_t bits[4];
  UNROLL for (int i = 0; i < 4; i++) memcpy(&bits[i], p + (count > i ? i * pitch : 0), 2);
  return _mm_cvtph_ps(_mm_setr_epi16((short)bits[0], (short)bits[1], (short)bits[2], (short)bits[3], 0, 0, 0, 0));
}

INLINE __m512 four_times(__m128 x) {
  const __m512i places = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  return _mm512_permutexvar_ps(places, _mm512_castps128_ps512(x));
}

INLINE void split(__m512i pairs, block_units *to) {
  const __m512i mask = _mm512_set1_epi8(15);
  to->codes[0] = _mm512_and_si512(pairs, mask);
  to->codes[1] = _mm512_and_si512(_mm512_srli_epi16(pairs, 4), mask);
}

/// The 80 bytes of four blocks are 20 words: a head, scale and minimum, and four words of codes each.
INLINE void take_q4_1(const uint8_t *p, int64_t count, block_units *to) {
  const __m512i codes_at = _mm512_setr_epi32(1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 16, 17, 18, 19);
  const __m512i heads_at = _mm512_setr_epi32(0, 5, 10, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m512i scales_at = _mm512_setr_epi32(0, 0, 0, 0, 2, 2, 2, 2, 4, 4, 4, 4, 6, 6, 6, 6);
  const __m512i minima_at = _mm512_setr_epi32(1, 1, 1, 1, 3, 3, 3, 3, 5, 5, 5, 5, 7, 7, 7, 7);
  __m512i first, last = _mm512_setzero_si512();
  if (count == WEFT_ROUNDED_UNITS) {
    first = _mm512_loadu_si512(p);
    last = _mm512_zextsi128_si512(_mm_loadu_si128((const __m128i *)(p + 64)));
  } else {
    first = _mm512_maskz_loadu_epi32((__mmask16)((1 << 5 * count) - 1), p);
  }
  split(_mm512_permutex2var_epi32(first, codes_at, last), to);
  __m256 heads = _mm256_cvtph_ps(_mm512_castsi512_si128(_mm512_permutexvar_epi32(heads_at, first)));
  to->scales = _mm512_permutexvar_ps(scales_at, _mm512_castps256_ps512(heads));
  to->minima = _mm512_permutexvar_ps(minima_at, _mm512_castps256_ps512(heads));
}

INLINE void take(const int format, const uint8_t *p, int64_t count, block_units *to) {
  const __m512i ones = _mm512_set1_epi8(1);
  if (format == WEFT_CODES_Q4_1) {
    take_q4_1(p, count, to);
  } else if (format == WEFT_CODES_Q4_0) {
    split(quarters(p + 2, 18, count), to);
    __m128 scales = halves(p, 18, count);
    to->scales = four_times(scales);
    to->minima = _mm512_mul_ps(to->scales, _mm512_set1_ps(-8));
  } else {
    to->codes[0] = quarters(p + 2, 34, count);
    to->codes[1] = quarters(p + 18, 34, count);
    to->scales = four_times(halves(p, 34, count));
    // What high halves have too much, 128 · 256 for each code.
    __m512i sum = _mm512_dpbusd_epi32(_mm512_setzero_si512(), ones, to->codes[0]);
    to->offset = _mm512_slli_epi32(_mm512_dpbusd_epi32(sum, ones, to->codes[1]), 15);
  }
}

INLINE __m512i sums(const int format, const block_units *w, const weft_rounded_units *x) {
  __m512i high = _mm512_setzero_si512(), low = _mm512_setzero_si512();
  UNROLL for (int half = 0; half < 2; half++) {
    __m512i x_high = _mm512_loadu_si512(x->high[half]), x_low = _mm512_loadu_si512(x->low[half]);
    high = format == WEFT_CODES_Q8_0 ? _mm512_dpbusd_epi32(high, x_high, w->codes[half])
                                     : _mm512_dpbusd_epi32(high, w->codes[half], x_high);
    low = _mm512_dpbusd_epi32(low, x_low, w->codes[half]);
  }
  __m512i sum = _mm512_add_epi32(_mm512_slli_epi32(high, 8), low);
  return format == WEFT_CODES_Q8_0 ? _mm512_sub_epi32(sum, w->offset) : sum;
}

INLINE void add(const int format, const int rows, const uint8_t *codes, int64_t count, const weft_rounded_units *x,
                int64_t pitch, __m512 *results) {
  block_units four;
  // The weight is read once, from memory for the most part: what comes two pages later is asked for now.
  _mm_prefetch((const char *)codes + AHEAD, _MM_HINT_T0);
  _mm_prefetch((const char *)codes + AHEAD + 64, _MM_HINT_T0);
  take(format, codes, count, &four);
  UNROLL for (int r = 0; r < rows; r++, x += pitch) {
    __m512 scale = _mm512_mul_ps(four.scales, _mm512_loadu_ps(x->scales));
    results[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums(format, &four, x)), scale, results[r]);
    if (format == WEFT_CODES_Q8_0) continue;
    results[r] = _mm512_fmadd_ps(four.minima, _mm512_loadu_ps(x->sums), results[r]);
  }
}

INLINE void dot_row(const int format, const int rows, const weft_quantized_weight *w, int64_t o,
                    const weft_rounded_units *x, float *y) {
  const int64_t block = format == WEFT_CODES_Q8_0 ? 34 : format == WEFT_CODES_Q4_0 ? 18 : 20;
  int64_t units = w->inputs / WEFT_CODE_UNIT, whole = units / WEFT_ROUNDED_UNITS, rest = units % WEFT_ROUNDED_UNITS;
  int64_t pitch = weft_rounded_count(w->inputs);
  const uint8_t *codes = (const uint8_t *)w->codes + o * units * block;
  __m512 results[WEFT_DOT_ROWS];
  UNROLL for (int r = 0; r < rows; r++) results[r] = _mm512_setzero_ps();
  for (int64_t place = 0; place < whole; place++, codes += WEFT_ROUNDED_UNITS * block) {
    add(format, rows, codes, WEFT_ROUNDED_UNITS, x + place, pitch, results);
  }
  if (rest > 0) add(format, rows, codes, rest, x + whole, pitch, results);
  UNROLL for (int r = 0; r < rows; r++) y[r * w->outputs + o] = _mm512_reduce_add_ps(results[r]);
}

#define DOT(format)                                                                                        \
  for (int64_t o = begin; o < end; o++) {                                                                  \
    if (rows == WEFT_DOT_ROWS) dot_row(format, WEFT_DOT_ROWS, w, o, x, y);                                 \
    else dot_row(format, 1, w, o, x, y);                                                                   \
  }

static void dot(const weft_quantized_weight *w, int64_t begin, int64_t end, int32_t rows, const weft_rounded_units *x,
                float *y) {
  switch (w->format) {
    case WEFT_CODES_Q8_0: DOT(WEFT_CODES_Q8_0) break;
    case WEFT_CODES_Q4_0: DOT(WEFT_CODES_Q4_0) break;
    default: DOT(WEFT_CODES_Q4_1)
  }
}

const weft_block_kernels weft_blocks_vnni = {round_row, dot};
#pragma clang attribute pop
#endif
