// Modified Bessel functions of the first kind, of orders 0 and 1.
#include <math.h>

#include "weft_special.h"

/// Σ (x²/4)ᵏ / (k! (k + n)!), for |x| up to about 20: all terms are positive.
static double power_series(double x, int order) {
  double square = x * x / 4, term = 1, sum = 1;
  for (int k = 1; term > 1e-17 * sum; k++) {
    term *= square / ((double)k * (k + order));
    sum += term;
  }
  return sum;
}

/// √(2πx) e⁻ˣ Iₙ(x) = Σ (-1)ᵏ (4n² - 1)(4n² - 9)…(4n² - (2k - 1)²) / (k! (8x)ᵏ), for x from about 20.
static double asymptotic_series(double x, int order) {
  double term = 1, sum = 1;
  for (int k = 1; fabs(term) > 1e-17 && k < 30; k++) {
    double odd = 2 * k - 1;
    term *= (odd * odd - 4 * order * order) / (k * 8 * x);
    sum += term;
  }
  return sum;
}

/// √(2πx), which does not overflow before x does.
static double root(double x) { return sqrt(2 * M_PI) * sqrt(x); }

double weft_bessel_i0_scaled(double x) {
  double size = fabs(x);
  if (size < 20) return power_series(size, 0) * exp(-size);
  return size == INFINITY ? 0 : asymptotic_series(size, 0) / root(size);
}

double weft_bessel_i0(double x) {
  double size = fabs(x);
  if (size < 20) return power_series(size, 0);
  // In two halves, as eˣ overflows before I₀ does.
  double half = exp(size / 2);
  return size == INFINITY ? INFINITY : asymptotic_series(size, 0) / root(size) * half * half;
}

double weft_bessel_i1_scaled(double x) {
  double size = fabs(x);
  if (size < 20) return x / 2 * power_series(size, 1) * exp(-size);
  return size == INFINITY ? copysign(0, x) : copysign(asymptotic_series(size, 1) / root(size), x);
}

double weft_bessel_i1(double x) {
  double size = fabs(x);
  if (size < 20) return x / 2 * power_series(size, 1);
  double half = exp(size / 2);
  return size == INFINITY ? x : copysign(asymptotic_series(size, 1) / root(size) * half * half, x);
}
