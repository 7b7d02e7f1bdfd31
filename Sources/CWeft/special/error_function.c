// The inverse of the error function, of the normal distribution, and erfc without its underflow.
#include <math.h>

#include "weft_special.h"

static const double sqrt_pi = 1.7724538509055160273;

double weft_erfc_scaled(double x) {
  if (x < 25) {
    // exp(x²) with what x·x rounds off.
    double square = x * x, rest = fma(x, x, -square);
    return x < -27 ? INFINITY : exp(square) * (1 + rest) * erfc(x);
  }
  // 1/(x√π)·(1 - 1/2x² + 1·3/(2x²)² - …)
  double step = 0.5 / x / x, sum = 1;
  for (int k = 15; k >= 1; k -= 2) sum = 1 - k * step * sum;
  return sum / (x * sqrt_pi);
}

/// The x > 0 with erfc(x) = q, for 0 < q ≤ 1/2.
static double erfc_inverse(double q) {
  // A first guess (Abramowitz and Stegun 26.2.23), then Newton's method on log erfc, which is nearly a parabola.
  double t = sqrt(-2 * log(q / 2));
  double x = (t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                      (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))) * M_SQRT1_2;
  for (int k = 0; k < 4; k++) {
    double step = log1p((erfc(x) - q) / q) * sqrt_pi / 2 * weft_erfc_scaled(x);
    x += step;
    if (fabs(step) <= 1e-9 * x) break;
  }
  return x;
}

/// The x with erf(x) = y, for |y| ≤ 1/2.
static double erf_inverse_center(double y) {
  // A first guess by Winitzki's formula, then Halley's method.
  double logarithm = log1p(-y * y), half = 2 / (M_PI * 0.147) + logarithm / 2;
  double x = copysign(sqrt(fmax(sqrt(half * half - logarithm / 0.147) - half, 0)), y);
  for (int k = 0; k < 3; k++) {
    double step = (erf(x) - y) * sqrt_pi / 2 * exp(x * x);
    x -= step / (1 + x * step);
  }
  return x;
}

double weft_erf_inverse(double y) {
  if (y == 0) return y;
  if (fabs(y) <= 0.5) return erf_inverse_center(y);
  if (fabs(y) < 1) return copysign(erfc_inverse(1 - fabs(y)), y);
  return fabs(y) == 1 ? copysign(INFINITY, y) : NAN;
}

double weft_normal_quantile(double p) {
  if (p == 0 || p == 1) return p == 0 ? -INFINITY : INFINITY;
  if (!(p > 0 && p < 1)) return NAN;
  if (p >= 0.25 && p <= 0.75) return M_SQRT2 * weft_erf_inverse(2 * p - 1);
  return p < 0.5 ? -M_SQRT2 * erfc_inverse(2 * p) : M_SQRT2 * erfc_inverse(2 * (1 - p));
}
