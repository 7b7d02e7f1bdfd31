// Kernels that go one element at a time through the C library in double: functions too rare to write by hand.
#ifndef WEFT_SCALAR_KERNELS_H
#define WEFT_SCALAR_KERNELS_H

#include "tile.h"

#define WEFT_SCALAR_KERNEL(name) \
  void name(size_t n, void *d, const weft_lane *a, const weft_lane *b, const weft_lane *c)
#define WEFT_SCALAR_PAIR(name) WEFT_SCALAR_KERNEL(weft_f32_##name); WEFT_SCALAR_KERNEL(weft_f64_##name)

WEFT_SCALAR_PAIR(tan);
WEFT_SCALAR_PAIR(asin);
WEFT_SCALAR_PAIR(acos);
WEFT_SCALAR_PAIR(atan);
WEFT_SCALAR_PAIR(sinh);
WEFT_SCALAR_PAIR(cosh);
WEFT_SCALAR_PAIR(asinh);
WEFT_SCALAR_PAIR(acosh);
WEFT_SCALAR_PAIR(atanh);
WEFT_SCALAR_PAIR(atan2);
WEFT_SCALAR_PAIR(floor_divide);
WEFT_SCALAR_PAIR(remainder);
WEFT_SCALAR_KERNEL(weft_f64_exp);
WEFT_SCALAR_KERNEL(weft_f64_exp2);
WEFT_SCALAR_KERNEL(weft_f64_expm1);
WEFT_SCALAR_KERNEL(weft_f64_log);
WEFT_SCALAR_KERNEL(weft_f64_log2);
WEFT_SCALAR_KERNEL(weft_f64_log10);
WEFT_SCALAR_KERNEL(weft_f64_log1p);
WEFT_SCALAR_KERNEL(weft_f64_sin);
WEFT_SCALAR_KERNEL(weft_f64_cos);
WEFT_SCALAR_KERNEL(weft_f64_tanh);
WEFT_SCALAR_KERNEL(weft_f64_erf);
WEFT_SCALAR_KERNEL(weft_f64_erfc);
WEFT_SCALAR_KERNEL(weft_f64_sigmoid);
WEFT_SCALAR_KERNEL(weft_f64_pow);
WEFT_SCALAR_KERNEL(weft_i64_divide);
WEFT_SCALAR_KERNEL(weft_i64_floor_divide);
WEFT_SCALAR_KERNEL(weft_i64_remainder);
WEFT_SCALAR_KERNEL(weft_i64_pow);

#endif
