// An axis resampled: each element of the result is a sum of a few of the input, with weights.
#include <string.h>

#include "../common/isa.h"
#include "../common/scratch.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  /// Lines laid across at a time, and the bytes that they may take.
  WEFT_RESAMPLE_LINES = 16,
  WEFT_RESAMPLE_CACHED = 256 * 1024,
  /// Results of two taps each, as many as have their places and weights in the first-level cache beside the lines: then
  /// each line by itself is as fast.
  WEFT_RESAMPLE_FEW_PAIRS = 512,
};

typedef struct {
  int64_t length, size, inner;     // along the axis, before and after; elements of the axes behind it
  const int64_t *starts;           // where each result's taps begin, size + 1 of them
  const int32_t *places;           // of each tap in the input
  const void *weights;
  const void *input;
  void *output;
} weft_resample_job;

/// Whether there are two taps for each of a few results.
static bool weft_resample_is_few_pairs(const weft_resample_job *job) {
  if (job->size > WEFT_RESAMPLE_FEW_PAIRS) {
    return false;
  }
  for (int64_t at = 0; at <= job->size; at++) {
    if (job->starts[at] != 2 * at) {
      return false;
    }
  }
  return true;
}

// Eight neighbours, wherever they lie.
typedef float weft_eight_float __attribute__((ext_vector_type(8), aligned(4), may_alias));
typedef double weft_eight_double __attribute__((ext_vector_type(8), aligned(8), may_alias));

// A row of the result is the sum of rows of the input, where the axis is not the last.
#define WEFT_RESAMPLE_ROW(T)                                                                                        \
  const T *weights = (const T *)job->weights;                                                                       \
  const int64_t size = job->size, inner = job->inner;                                                               \
  int64_t line = begin / size, at = begin % size;                                                                   \
  for (int64_t item = begin; item < end; item++, at++) {                                                            \
    if (at == size) at = 0, line++;                                                                                 \
    const T *input = (const T *)job->input + line * job->length * inner;                                            \
    T *restrict output = (T *)job->output + item * inner;                                                           \
    int64_t first = job->starts[at], last = job->starts[at + 1];                                                    \
    if (last - first == 1 && weights[first] == 1) {                                                                 \
      memcpy(output, input + job->places[first] * inner, (size_t)inner * sizeof(T));                                \
      continue;                                                                                                     \
    }                                                                                                               \
    if (last - first == 2) {                                                                                        \
      const T *a = input + job->places[first] * inner, *b = input + job->places[first + 1] * inner;                 \
      const T v = weights[first], w = weights[first + 1];                                                           \
      int64_t i = 0;                                                                                                \
      for (; i + 8 <= inner; i += 8) {                                                                              \
        *(weft_eight_##T *)(output + i) = *(const weft_eight_##T *)(a + i) * v + *(const weft_eight_##T *)(b + i) * w;  \
      }                                                                                                             \
      for (; i < inner; i++) output[i] = a[i] * v + b[i] * w;                                                       \
      continue;                                                                                                     \
    }                                                                                                               \
    for (int64_t i = 0; i < inner; i++) output[i] = 0;                                                              \
    for (int64_t tap = first; tap < last; tap++) {                                                                  \
      const T *row = input + job->places[tap] * inner;                                                              \
      const T w = weights[tap];                                                                                     \
      for (int64_t i = 0; i < inner; i++) output[i] += row[i] * w;                                                  \
    }                                                                                                               \
  }

// Along the last axis each element of the result gathers its own. Items are lines.
#define WEFT_RESAMPLE_LINE(T)                                                                                       \
  const T *weights = (const T *)job->weights;                                                                       \
  const int64_t *starts = job->starts;                                                                              \
  const int32_t *places = job->places;                                                                              \
  const bool pairs = weft_resample_is_few_pairs(job);                                                               \
  for (int64_t line = begin; line < end; line++) {                                                                  \
    const T *input = (const T *)job->input + line * job->length;                                                    \
    T *restrict output = (T *)job->output + line * job->size;                                                       \
    for (int64_t at = 0; pairs && at < job->size; at++) {                                                           \
      output[at] = input[places[2 * at]] * weights[2 * at] + input[places[2 * at + 1]] * weights[2 * at + 1];       \
    }                                                                                                               \
    for (int64_t at = 0; !pairs && at < job->size; at++) {                                                          \
      T sum = 0;                                                                                                    \
      for (int64_t tap = starts[at]; tap < starts[at + 1]; tap++) sum += input[places[tap]] * weights[tap];         \
      output[at] = sum;                                                                                             \
    }                                                                                                               \
  }

// Many lines are laid across, a few at a time: then each tap is one of neighbours, as along the other axes. Items are
// groups of lines.
#define WEFT_RESAMPLE_ACROSS(T)                                                                                     \
  enum { LINES = WEFT_RESAMPLE_LINES };                                                                             \
  const T *weights = (const T *)job->weights;                                                                       \
  const int64_t length = job->length, size = job->size;                                                             \
  weft_scratch_mark mark = weft_scratch_begin();                                                                    \
  T *across = (T *)weft_scratch_need(weft_bytes3(length, LINES, sizeof(T)));                                        \
  for (int64_t group = begin; group < end; group++) {                                                               \
    const T *input = (const T *)job->input + group * LINES * length;                                                \
    T *output = (T *)job->output + group * LINES * size;                                                            \
    for (int64_t i = 0; i < length; i++) {                                                                          \
      for (int64_t line = 0; line < LINES; line++) across[i * LINES + line] = input[line * length + i];             \
    }                                                                                                               \
    for (int64_t start = 0; start < size; start += LINES) {                                                         \
      T sums[LINES][LINES];                                                                                         \
      const int64_t count = size - start < LINES ? size - start : LINES;                                            \
      for (int64_t k = 0; k < count; k++) {                                                                         \
        T *restrict sum = sums[k];                                                                                  \
        for (int64_t line = 0; line < LINES; line++) sum[line] = 0;                                                 \
        for (int64_t tap = job->starts[start + k]; tap < job->starts[start + k + 1]; tap++) {                       \
          const T *row = across + job->places[tap] * LINES;                                                         \
          const T w = weights[tap];                                                                                 \
          for (int64_t line = 0; line < LINES; line++) sum[line] += row[line] * w;                                  \
        }                                                                                                           \
      }                                                                                                             \
      for (int64_t line = 0; line < LINES; line++) {                                                                \
        for (int64_t k = 0; k < count; k++) output[line * size + start + k] = sums[k][line];                        \
      }                                                                                                             \
    }                                                                                                               \
  }                                                                                                                 \
  weft_scratch_release(mark);

// Each for AVX2 too. The order of additions is the same everywhere, and no multiplication is fused with one: a line
// gives the same alone as among others.
#define WEFT_RESAMPLE_FUNCTION(name, T, BODY)                                                                      \
  WEFT_FOR_AVX2 static void weft_resample_##name##_avx2_##T(void *context, int64_t begin, int64_t end) {           \
    const weft_resample_job *job = context;                                                                        \
    BODY(T)                                                                                                        \
  }                                                                                                                \
  static void weft_resample_##name##_##T(void *context, int64_t begin, int64_t end) {                              \
    const weft_resample_job *job = context;                                                                        \
    BODY(T)                                                                                                        \
  }
#pragma STDC FP_CONTRACT OFF
WEFT_RESAMPLE_FUNCTION(rows, float, WEFT_RESAMPLE_ROW)
WEFT_RESAMPLE_FUNCTION(rows, double, WEFT_RESAMPLE_ROW)
WEFT_RESAMPLE_FUNCTION(lines, float, WEFT_RESAMPLE_LINE)
WEFT_RESAMPLE_FUNCTION(lines, double, WEFT_RESAMPLE_LINE)
WEFT_RESAMPLE_FUNCTION(across, float, WEFT_RESAMPLE_ACROSS)
WEFT_RESAMPLE_FUNCTION(across, double, WEFT_RESAMPLE_ACROSS)

/// Of one kind of walk: for float and double, without AVX2 and with it.
typedef void (*weft_resample_body)(void *context, int64_t begin, int64_t end);
#define WEFT_RESAMPLE_BODIES(name)                                               \
  {{weft_resample_##name##_float, weft_resample_##name##_avx2_float},            \
   {weft_resample_##name##_double, weft_resample_##name##_avx2_double}}

/// The last axis, of which a few lines laid across must fit in the cache.
static void weft_resample_last(const weft_resample_job *job, int64_t outer, bool wide, bool avx2) {
  static const weft_resample_body lines[2][2] = WEFT_RESAMPLE_BODIES(lines);
  static const weft_resample_body across[2][2] = WEFT_RESAMPLE_BODIES(across);
  bool fits = job->length * WEFT_RESAMPLE_LINES * (wide ? 8 : 4) <= WEFT_RESAMPLE_CACHED &&
              !weft_resample_is_few_pairs(job);
  int64_t groups = fits ? outer / WEFT_RESAMPLE_LINES : 0, done = groups * WEFT_RESAMPLE_LINES;
  int64_t grain = weft_lines_grain(job->size), size = wide ? 8 : 4;
  weft_parallel_for(groups, grain / WEFT_RESAMPLE_LINES + 1, across[wide][avx2], (void *)job);
  weft_resample_job rest = *job;
  rest.input = (const char *)job->input + done * job->length * size;
  rest.output = (char *)job->output + done * job->size * size;
  weft_parallel_for(outer - done, grain, lines[wide][avx2], &rest);
}

void weft_resample(int32_t dtype, int64_t outer, int64_t length, int64_t size, int64_t inner, const int64_t *starts,
                   const int32_t *places, const void *weights, const void *input, void *output) {
  weft_launch_refuse();
  static const weft_resample_body rows[2][2] = WEFT_RESAMPLE_BODIES(rows);
  if (outer * size * inner == 0) {
    return;
  }
  weft_resample_job job = {length, size, inner, starts, places, weights, input, output};
  bool wide = dtype == WEFT_FLOAT64, avx2 = weft_uses_avx2();
  if (inner == 1) {
    weft_resample_last(&job, outer, wide, avx2);
  } else {
    weft_parallel_for(outer * size, weft_lines_grain(inner), rows[wide][avx2], &job);
  }
}
