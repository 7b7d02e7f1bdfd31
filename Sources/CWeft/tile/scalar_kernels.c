// Kernels that go one element at a time through the C library. float32 is computed in double and rounded once.
#include "scalar_kernels.h"
#include "scalar_loops.h"

#include <math.h>

/// As Python's %: the sign of the divisor.
static double python_remainder(double a, double b) {
  double remainder = fmod(a, b);
  if (remainder == 0) return copysign(remainder, b);
  return (b < 0) != (remainder < 0) ? remainder + b : remainder;
}

/// As Python's //, except that dividing by zero gives a / 0: the exact quotient's floor, which floor(a / b) is not
/// where a / b rounds up to an integer.
static double python_floor_divide(double a, double b) {
  if (b == 0) return a / b;
  double remainder = fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0 && (b < 0) != (remainder < 0)) quotient -= 1;
  return quotient == 0 ? copysign(0, a / b) : rint(quotient);
}

static int64_t truncating_divide(int64_t a, int64_t b) {
  if (b == 0) return 0;
  return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

static int64_t integer_remainder(int64_t a, int64_t b) {
  if (b == 0 || b == -1) return 0;
  int64_t remainder = a % b;
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

static int64_t integer_floor_divide(int64_t a, int64_t b) {
  int64_t quotient = truncating_divide(a, b);
  bool inexact = b != 0 && b != -1 && a % b != 0;
  return inexact && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

static uint64_t unsigned_divide(uint64_t a, uint64_t b) { return b ? a / b : 0; }
static uint64_t unsigned_remainder(uint64_t a, uint64_t b) { return b ? a % b : 0; }
static uint64_t unsigned_power(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent; exponent >>= 1, base *= base) {
    if (exponent & 1) result *= base;
  }
  return result;
}

static int64_t integer_power(int64_t base, int64_t exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
  return (int64_t)unsigned_power((uint64_t)base, (uint64_t)exponent);
}

UNARY_PAIR(tan, tan)
UNARY_PAIR(asin, asin)
UNARY_PAIR(acos, acos)
UNARY_PAIR(atan, atan)
UNARY_PAIR(sinh, sinh)
UNARY_PAIR(cosh, cosh)
UNARY_PAIR(asinh, asinh)
UNARY_PAIR(acosh, acosh)
UNARY_PAIR(atanh, atanh)
BINARY_PAIR(atan2, atan2)
BINARY_PAIR(floor_divide, python_floor_divide)
BINARY_PAIR(remainder, python_remainder)
UNARY(double, weft_f64_exp2, exp2)
UNARY(double, weft_f64_log2, log2)
UNARY(double, weft_f64_log10, log10)
BINARY(double, double, weft_f64_pow, pow)
BINARY(int64_t, int64_t, weft_i64_divide, truncating_divide)
BINARY(int64_t, int64_t, weft_i64_floor_divide, integer_floor_divide)
BINARY(int64_t, int64_t, weft_i64_remainder, integer_remainder)
BINARY(int64_t, int64_t, weft_i64_pow, integer_power)
BINARY(uint64_t, uint64_t, weft_u64_divide, unsigned_divide)
BINARY(uint64_t, uint64_t, weft_u64_floor_divide, unsigned_divide)
BINARY(uint64_t, uint64_t, weft_u64_remainder, unsigned_remainder)
BINARY(uint64_t, uint64_t, weft_u64_fmod, unsigned_remainder)
BINARY(uint64_t, uint64_t, weft_u64_pow, unsigned_power)
