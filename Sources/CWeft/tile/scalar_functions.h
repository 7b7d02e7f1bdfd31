// Functions of one or two numbers, beside the C library's and weft_special.h's, of which scalar_kernels.c makes kernels
// (private).
#ifndef WEFT_SCALAR_FUNCTIONS_H
#define WEFT_SCALAR_FUNCTIONS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "weft_special.h"

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
static uint64_t unsigned_floor_divide(uint64_t a, uint64_t b) { return unsigned_divide(a, b); }
static uint64_t unsigned_remainder(uint64_t a, uint64_t b) { return b ? a % b : 0; }
static uint64_t unsigned_fmod(uint64_t a, uint64_t b) { return unsigned_remainder(a, b); }

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

#endif
