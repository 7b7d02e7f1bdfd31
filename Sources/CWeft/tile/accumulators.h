// Partial results of reductions: doubles for float32 and float64 (with a second double for what additions round off),
// int64 for int64.
#ifndef WEFT_ACCUMULATORS_H
#define WEFT_ACCUMULATORS_H

#include "tile.h"

/// Sets `count` accumulators to the neutral element.
void weft_accumulators_clear(int32_t compute, int32_t reduction, int64_t count, weft_scalar *values, double *low);
/// Combines others into accumulators, one by one.
void weft_accumulators_combine(const weft_kernels *kernels, int32_t compute, int32_t reduction, int64_t count,
                               weft_scalar *values, double *low, const weft_scalar *others, const double *others_low);
weft_scalar weft_accumulator_value(int32_t compute, weft_scalar value, double low);
/// The final values as an array of the compute type.
void weft_accumulators_finish(int32_t compute, int64_t count, const weft_scalar *values, const double *low,
                              void *dense);

#endif
