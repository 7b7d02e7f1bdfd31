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
WEFT_SCALAR_KERNEL(weft_f64_exp2);
WEFT_SCALAR_KERNEL(weft_f64_log2);
WEFT_SCALAR_KERNEL(weft_f64_log10);
WEFT_SCALAR_KERNEL(weft_f64_pow);
WEFT_SCALAR_KERNEL(weft_i64_divide);
WEFT_SCALAR_KERNEL(weft_i64_floor_divide);
WEFT_SCALAR_KERNEL(weft_i64_remainder);
WEFT_SCALAR_KERNEL(weft_i64_pow);
WEFT_SCALAR_KERNEL(weft_u64_divide);
WEFT_SCALAR_KERNEL(weft_u64_floor_divide);
WEFT_SCALAR_KERNEL(weft_u64_remainder);
WEFT_SCALAR_KERNEL(weft_u64_fmod);
WEFT_SCALAR_KERNEL(weft_u64_pow);

// special_kernels.c
WEFT_SCALAR_PAIR(log_gamma);
WEFT_SCALAR_PAIR(digamma);
WEFT_SCALAR_PAIR(erf_inverse);
WEFT_SCALAR_PAIR(erfc_scaled);
WEFT_SCALAR_PAIR(normal_quantile);
WEFT_SCALAR_PAIR(bessel_i0);
WEFT_SCALAR_PAIR(bessel_i0_scaled);
WEFT_SCALAR_PAIR(bessel_i1);
WEFT_SCALAR_PAIR(bessel_i1_scaled);
WEFT_SCALAR_PAIR(bessel_j0);
WEFT_SCALAR_PAIR(bessel_j1);
WEFT_SCALAR_PAIR(bessel_y0);
WEFT_SCALAR_PAIR(bessel_y1);
WEFT_SCALAR_PAIR(significand);
WEFT_SCALAR_PAIR(exponent);
WEFT_SCALAR_PAIR(fmod);
WEFT_SCALAR_PAIR(zeta);
WEFT_SCALAR_PAIR(next_after);
WEFT_SCALAR_PAIR(gamma_lower);
WEFT_SCALAR_PAIR(gamma_upper);
WEFT_SCALAR_KERNEL(weft_i64_fmod);
WEFT_SCALAR_KERNEL(weft_i64_bit_and);
WEFT_SCALAR_KERNEL(weft_i64_bit_or);
WEFT_SCALAR_KERNEL(weft_i64_bit_xor);
WEFT_SCALAR_KERNEL(weft_i64_shift_left);
WEFT_SCALAR_KERNEL(weft_i64_shift_right);
WEFT_SCALAR_KERNEL(weft_i64_gcd);
WEFT_SCALAR_KERNEL(weft_i64_lcm);
WEFT_SCALAR_KERNEL(weft_u64_shift_right);
WEFT_SCALAR_KERNEL(weft_u64_gcd);
WEFT_SCALAR_KERNEL(weft_u64_lcm);

#endif
