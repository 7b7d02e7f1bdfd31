// Random numbers of a floating dtype, and yes or no. philox.h describes the stream; element i takes
//   uniform:   word i (its upper 24 bits), for float64 the 64-bit word i (its upper 53 bits);
//   normal:    elements 2p and 2p + 1 take words 2p and 2p + 1, for float64 the 64-bit words;
//   Bernoulli: word i.
#include "element.h"
#include "normal.h"
#include "philox.h"
#include "weft_index.h"
#include "weft_launch.h"

#include <math.h>

// One rounding per operation, on every instruction set.
#pragma STDC FP_CONTRACT OFF

typedef struct {
  int32_t dtype;
  char *output;
  double low, high, last;  // uniform: the bounds and the largest number below the upper one, all of the dtype
  double mean, deviation;  // normal
  uint64_t threshold;      // Bernoulli: yes for the words below it
} weft_random_job;

static inline void weft_random_store(const weft_random_job *job, int64_t first, int64_t count, const float *values) {
  if (job->dtype == WEFT_FLOAT32) {
    memcpy((float *)job->output + first, values, (size_t)count * sizeof *values);
    return;
  }
  uint16_t *output = (uint16_t *)job->output + first;
  if (job->dtype == WEFT_FLOAT16) {
    for (int64_t i = 0; i < count; i++) {
      output[i] = weft_to_float16(values[i]);
    }
  } else {
    for (int64_t i = 0; i < count; i++) {
      output[i] = weft_to_bfloat16(values[i]);
    }
  }
}

// Rounding may reach `high` from below, also where float16 or bfloat16 round: `last` is as far as it goes there.

static void weft_uniform_float32(const void *context, const uint32_t *words, int64_t first, int64_t count) {
  const weft_random_job *job = context;
  const float low = (float)job->low, high = (float)job->high, last = (float)job->last;
  float values[WEFT_PHILOX_WORDS];
  for (int64_t i = 0; i < WEFT_PHILOX_WORDS; i++) {
    float at = (float)(int32_t)(words[i] >> 8) * 0x1p-24f;
    // This form does not overflow where high - low would.
    float value = low * (1 - at) + high * at;
    value = value < last ? value : last;
    values[i] = value > low ? value : low;
  }
  weft_random_store(job, first, count, values);
}

static void weft_uniform_float64(const void *context, const uint32_t *words, int64_t first, int64_t count) {
  const weft_random_job *job = context;
  double *output = (double *)job->output + first;
  for (int64_t i = 0; i < count; i++) {
    double at = (double)(int64_t)(weft_philox_long(words, i) >> 11) * 0x1p-53;
    double value = job->low * (1 - at) + job->high * at;
    value = value < job->last ? value : job->last;
    output[i] = value > job->low ? value : job->low;
  }
}

/// `value` rounded to a dtype.
static double weft_random_rounded(double value, int32_t dtype) {
  switch (dtype) {
    case WEFT_FLOAT32: return (float)value;
    case WEFT_FLOAT16: return weft_from_float16(weft_to_float16((float)value));
    case WEFT_BFLOAT16: return weft_from_bfloat16(weft_to_bfloat16((float)value));
    default: return value;
  }
}

/// The largest number of a dtype below `high`, itself one of the dtype.
static double weft_random_below(double high, int32_t dtype) {
  if (dtype == WEFT_FLOAT64) {
    return nextafter(high, -INFINITY);
  }
  if (dtype == WEFT_FLOAT32) {
    return nextafterf((float)high, -INFINITY);
  }
  // The half types order like sign and magnitude. Zero is the same either way.
  bool half = dtype == WEFT_FLOAT16;
  uint16_t bits = half ? weft_to_float16((float)high) : weft_to_bfloat16((float)high);
  uint16_t below = high > 0 ? bits - 1 : high < 0 ? bits + 1 : 0x8001;
  return half ? weft_from_float16(below) : weft_from_bfloat16(below);
}

void weft_random_uniform(uint64_t seed, uint64_t offset, int64_t count, double low, double high, int32_t dtype,
                         void *output) {
  weft_launch_refuse();
  weft_random_job job = {.dtype = dtype, .output = output};
  job.low = weft_random_rounded(low, dtype);
  job.high = weft_random_rounded(high, dtype);
  double below = weft_random_below(job.high, dtype);
  job.last = below > job.low ? below : job.low;
  bool wide = dtype == WEFT_FLOAT64;
  weft_philox_run(seed, offset, count, wide ? 2 : 1, wide ? weft_uniform_float64 : weft_uniform_float32, &job);
}

static void weft_normal_use_float32(const void *context, const uint32_t *words, int64_t first, int64_t count) {
  const weft_random_job *job = context;
  const float mean = (float)job->mean, deviation = (float)job->deviation;
  float values[WEFT_PHILOX_WORDS];
  weft_normal_float32(words, WEFT_PHILOX_WORDS / 2, values);
  for (int64_t i = 0; i < WEFT_PHILOX_WORDS; i++) {
    values[i] = mean + deviation * values[i];
  }
  weft_random_store(job, first, count, values);
}

static void weft_normal_use_float64(const void *context, const uint32_t *words, int64_t first, int64_t count) {
  const weft_random_job *job = context;
  double *output = (double *)job->output + first, values[WEFT_PHILOX_WORDS / 2];
  weft_normal_float64(words, WEFT_PHILOX_WORDS / 4, values);
  for (int64_t i = 0; i < count; i++) {
    output[i] = job->mean + job->deviation * values[i];
  }
}

void weft_random_normal(uint64_t seed, uint64_t offset, int64_t count, double mean, double deviation,
                        int32_t dtype, void *output) {
  weft_launch_refuse();
  weft_random_job job = {.dtype = dtype, .output = output, .mean = mean, .deviation = deviation};
  bool wide = dtype == WEFT_FLOAT64;
  weft_philox_run(seed, offset, count, wide ? 2 : 1, wide ? weft_normal_use_float64 : weft_normal_use_float32, &job);
}

/// The bits of 1.
static uint64_t weft_random_one(int32_t dtype) {
  switch (dtype) {
    case WEFT_FLOAT32: return 0x3f800000u;
    case WEFT_FLOAT64: return 0x3ff0000000000000u;
    case WEFT_FLOAT16: return 0x3c00u;
    case WEFT_BFLOAT16: return 0x3f80u;
    default: return 1;
  }
}

#define WEFT_BERNOULLI_LOOP(T)                             \
  {                                                        \
    const T one = (T)weft_random_one(job->dtype);          \
    T *output = (T *)job->output + first;                  \
    for (int64_t i = 0; i < count; i++) {                  \
      output[i] = words[i] < job->threshold ? one : 0;     \
    }                                                      \
    break;                                                 \
  }

static void weft_bernoulli_use(const void *context, const uint32_t *words, int64_t first, int64_t count) {
  const weft_random_job *job = context;
  switch (weft_element_size(job->dtype)) {
    case 1: WEFT_BERNOULLI_LOOP(uint8_t)
    case 2: WEFT_BERNOULLI_LOOP(uint16_t)
    case 4: WEFT_BERNOULLI_LOOP(uint32_t)
    default: WEFT_BERNOULLI_LOOP(uint64_t)
  }
}

void weft_random_bernoulli(uint64_t seed, uint64_t offset, int64_t count, double probability, int32_t dtype,
                           void *output) {
  weft_launch_refuse();
  double clamped = probability > 0 ? (probability < 1 ? probability : 1) : 0;
  weft_random_job job = {.dtype = dtype, .output = output, .threshold = (uint64_t)(clamped * 0x1p32 + 0.5)};
  weft_philox_run(seed, offset, count, 1, weft_bernoulli_use, &job);
}
