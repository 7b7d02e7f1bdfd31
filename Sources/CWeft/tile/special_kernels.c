// Special functions, and the functions of integers, one element at a time. float32 is computed in double and rounded
// once.
#include <math.h>

#include "scalar_kernels.h"
#include "scalar_loops.h"
#include "weft_special.h"

static double significand_of(double x) {
  int exponent;
  return frexp(x, &exponent);
}

static double exponent_of(double x) {
  int exponent = 0;
  if (isfinite(x)) frexp(x, &exponent);
  return exponent;
}

static int64_t truncating_remainder(int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }

static int64_t bit_and(int64_t a, int64_t b) { return a & b; }
static int64_t bit_or(int64_t a, int64_t b) { return a | b; }
static int64_t bit_xor(int64_t a, int64_t b) { return a ^ b; }
static int64_t shift_left(int64_t a, int64_t b) { return b < 0 || b > 63 ? 0 : (int64_t)((uint64_t)a << b); }
static int64_t shift_right(int64_t a, int64_t b) { return a >> (b < 0 || b > 63 ? 63 : b); }

static int64_t gcd(int64_t a, int64_t b) {
  while (b != 0) {
    int64_t rest = truncating_remainder(a, b);
    a = b;
    b = rest;
  }
  return a < 0 ? (int64_t)(0 - (uint64_t)a) : a;
}

static int64_t lcm(int64_t a, int64_t b) {
  int64_t divisor = gcd(a, b);
  if (divisor == 0 || divisor == INT64_MIN) return 0;
  int64_t product = (int64_t)((uint64_t)(a / divisor) * (uint64_t)b);
  return product < 0 ? (int64_t)(0 - (uint64_t)product) : product;
}

static uint64_t unsigned_shift_right(uint64_t a, uint64_t b) { return b > 63 ? 0 : a >> b; }

static uint64_t unsigned_gcd(uint64_t a, uint64_t b) {
  while (b != 0) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static uint64_t unsigned_lcm(uint64_t a, uint64_t b) {
  uint64_t divisor = unsigned_gcd(a, b);
  return divisor ? a / divisor * b : 0;
}

UNARY_PAIR(log_gamma, weft_log_gamma)
UNARY_PAIR(digamma, weft_digamma)
UNARY_PAIR(erf_inverse, weft_erf_inverse)
UNARY_PAIR(erfc_scaled, weft_erfc_scaled)
UNARY_PAIR(normal_quantile, weft_normal_quantile)
UNARY_PAIR(bessel_i0, weft_bessel_i0)
UNARY_PAIR(bessel_i0_scaled, weft_bessel_i0_scaled)
UNARY_PAIR(bessel_i1, weft_bessel_i1)
UNARY_PAIR(bessel_i1_scaled, weft_bessel_i1_scaled)
UNARY_PAIR(bessel_j0, j0)
UNARY_PAIR(bessel_j1, j1)
UNARY_PAIR(bessel_y0, y0)
UNARY_PAIR(bessel_y1, y1)
UNARY_PAIR(significand, significand_of)
UNARY_PAIR(exponent, exponent_of)
BINARY_PAIR(fmod, fmod)
BINARY_PAIR(zeta, weft_zeta)
BINARY_PAIR(gamma_lower, weft_gamma_lower)
BINARY_PAIR(gamma_upper, weft_gamma_upper)
BINARY(float, float, weft_f32_next_after, nextafterf)
BINARY(double, double, weft_f64_next_after, nextafter)
BINARY(int64_t, int64_t, weft_i64_fmod, truncating_remainder)
BINARY(int64_t, int64_t, weft_i64_bit_and, bit_and)
BINARY(int64_t, int64_t, weft_i64_bit_or, bit_or)
BINARY(int64_t, int64_t, weft_i64_bit_xor, bit_xor)
BINARY(int64_t, int64_t, weft_i64_shift_left, shift_left)
BINARY(int64_t, int64_t, weft_i64_shift_right, shift_right)
BINARY(int64_t, int64_t, weft_i64_gcd, gcd)
BINARY(int64_t, int64_t, weft_i64_lcm, lcm)
BINARY(uint64_t, uint64_t, weft_u64_shift_right, unsigned_shift_right)
BINARY(uint64_t, uint64_t, weft_u64_gcd, unsigned_gcd)
BINARY(uint64_t, uint64_t, weft_u64_lcm, unsigned_lcm)
