// An axis resampled: each element of the result is a sum of a few of the input, with weights.
#include <string.h>

#include "../isa.h"
#include "walk.h"
#include "weft_index.h"
#include "weft_parallel.h"

typedef struct {
  int64_t length, size, inner;     // along the axis, before and after; elements of the axes behind it
  const int64_t *starts;           // where each result's taps begin, size + 1 of them
  const int32_t *places;           // of each tap in the input
  const void *weights;
  const void *input;
  void *output;
} weft_resample_job;

// A row of the result is the sum of rows of the input, where the axis is not the last.
#define WEFT_RESAMPLE_ROW(T)                                                                                        \
  const T *weights = (const T *)job->weights;                                                                       \
  for (int64_t item = begin; item < end; item++) {                                                                  \
    int64_t line = item / job->size, at = item % job->size, inner = job->inner;                                     \
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
      for (int64_t i = 0; i < inner; i++) output[i] = a[i] * v + b[i] * w;                                          \
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
  bool pairs = starts[job->size] == 2 * job->size;                                                                  \
  for (int64_t at = 0; pairs && at < job->size; at++) pairs = starts[at] == 2 * at;                                 \
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

#define WEFT_RESAMPLE(T)                                                                                           \
  WEFT_FOR_AVX2 static void weft_resample_rows_avx2_##T(void *context, int64_t begin, int64_t end) {               \
    const weft_resample_job *job = context;                                                                        \
    WEFT_RESAMPLE_ROW(T)                                                                                           \
  }                                                                                                                \
  static void weft_resample_rows_##T(void *context, int64_t begin, int64_t end) {                                  \
    const weft_resample_job *job = context;                                                                        \
    WEFT_RESAMPLE_ROW(T)                                                                                           \
  }                                                                                                                \
  static void weft_resample_lines_##T(void *context, int64_t begin, int64_t end) {                                 \
    const weft_resample_job *job = context;                                                                        \
    WEFT_RESAMPLE_LINE(T)                                                                                          \
  }
WEFT_RESAMPLE(float)
WEFT_RESAMPLE(double)

void weft_resample(int32_t dtype, int64_t outer, int64_t length, int64_t size, int64_t inner, const int64_t *starts,
                   const int32_t *places, const void *weights, const void *input, void *output) {
  if (outer * size * inner == 0) {
    return;
  }
  weft_resample_job job = {length, size, inner, starts, places, weights, input, output};
  bool wide = dtype == WEFT_FLOAT64;
  if (inner == 1) {
    weft_parallel_for(outer, weft_lines_grain(size), wide ? weft_resample_lines_double : weft_resample_lines_float,
                      &job);
  } else if (weft_uses_avx2()) {
    weft_parallel_for(outer * size, weft_lines_grain(inner),
                      wide ? weft_resample_rows_avx2_double : weft_resample_rows_avx2_float, &job);
  } else {
    weft_parallel_for(outer * size, weft_lines_grain(inner),
                      wide ? weft_resample_rows_double : weft_resample_rows_float, &job);
  }
}
