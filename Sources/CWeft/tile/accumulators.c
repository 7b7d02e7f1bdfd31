#include "accumulators.h"

#include <math.h>

static weft_scalar neutral_element(int32_t compute, int32_t reduction) {
  static const double reals[] = {0, 1, -INFINITY, INFINITY};
  static const int64_t integers[] = {0, 1, INT64_MIN, INT64_MAX}, unsigned_integers[] = {0, 1, 0, -1};
  weft_scalar value;
  if (weft_computes_integers(compute)) {
    value.integer = (compute == WEFT_COMPUTE_UINT64 ? unsigned_integers : integers)[reduction];
  } else {
    value.real = reals[reduction];
  }
  return value;
}

void weft_accumulators_clear(int32_t compute, int32_t reduction, int64_t count, weft_scalar *values, double *low) {
  weft_scalar neutral = neutral_element(compute, reduction);
  for (int64_t i = 0; i < count; i++) values[i] = neutral, low[i] = 0;
}

void weft_accumulators_combine(const weft_kernels *kernels, int32_t compute, int32_t reduction, int64_t count,
                               weft_scalar *values, double *low, const weft_scalar *others, const double *others_low) {
  int32_t type = weft_computes_integers(compute) ? compute : WEFT_COMPUTE_FLOAT64;
  kernels->accumulate[type][reduction]((size_t)count, values, low, others);
  for (int64_t i = 0; i < count; i++) low[i] += others_low[i];
}

weft_scalar weft_accumulator_value(int32_t compute, weft_scalar value, double low) {
  // An infinite or NaN sum left nonsense in `low`.
  if (!weft_computes_integers(compute) && isfinite(value.real)) value.real += low;
  return value;
}

void weft_accumulators_finish(int32_t compute, int64_t count, const weft_scalar *values, const double *low,
                              void *dense) {
  for (int64_t i = 0; i < count; i++) {
    weft_scalar value = weft_accumulator_value(compute, values[i], low[i]);
    if (compute == WEFT_COMPUTE_FLOAT32) {
      ((float *)dense)[i] = (float)value.real;
    } else {
      ((weft_scalar *)dense)[i] = value;
    }
  }
}
