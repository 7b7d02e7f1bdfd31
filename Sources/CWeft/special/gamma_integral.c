// The regularized incomplete gamma functions.
#include <math.h>
#include <stdbool.h>

#include "weft_special.h"

/// log(x/a) - m with m = (x - a)/a, without cancellation for small m.
static double log_without_linear(double a, double x) {
  double m = (x - a) / a;
  if (fabs(m) > 0.4) return log(x / a) - m;
  // With r = m/(2 + m): log(1 + m) = 2(r + r³/3 + …), and 2r - m = -m·r.
  double r = m / (2 + m), square = r * r, sum = 0;
  for (int k = 25; k >= 3; k -= 2) sum = (sum + 1.0 / k) * square;
  return r * (2 * sum - m);
}

/// log Γ(a) - ((a - 1/2) log a - a + log √2π), for a from 10.
static double stirling_rest(double a) {
  static const double terms[] = {1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156};
  double square = 1 / (a * a), sum = 0;
  for (int k = 6; k >= 0; k--) sum = sum * square + terms[k];
  return sum / a;
}

/// xᵃ e⁻ˣ / Γ(a + 1)
static double front(double a, double x) {
  if (a < 10) return exp(a * log(x) - x - weft_log_gamma(a + 1));
  // Around x = a, where logarithms cancel.
  return exp(a * log_without_linear(a, x) - stirling_rest(a)) / sqrt(2 * M_PI * a);
}

/// P and Q for large a, for which series take many steps (Temme 1979): with η²/2 = m - log(1 + m), m = (x - a)/a, and η
/// of m's sign, Q = erfc(η√(a/2))/2 + e^(-aη²/2)/√(2πa)·Σ cₖ(η)/aᵏ, and P the same of -η with the sum subtracted. c₀ =
/// 1/m - 1/η, and cₖ = (c'ₖ₋₁(η) - c'ₖ₋₁(0)·η/m)/η, here as power series: from a = 10⁵ on what is left out is below
/// rounding wherever the result is not 0.
static double uniform(double a, double x, int upper) {
  static const double c0[] = {
      -1.0 / 3, 1.0 / 12, -2.0 / 135, 1.0 / 864, 1.0 / 2835, -139.0 / 777600, 1.0 / 25515, -571.0 / 261273600,
      -281.0 / 151559100, 163879.0 / 197522841600.0, -5221.0 / 29554024500.0, 5246819.0 / 782190452736000.0,
  };
  static const double c1[] = {-1.0 / 540, -1.0 / 288, 1.0 / 378, -77.0 / 77760, 1.0 / 4860};
  static const double c2[] = {25.0 / 6048, -139.0 / 51840, 1.0 / 1296};
  double half = -log_without_linear(a, x), exponent = a * half;
  // There the smaller one of the two is less than any number.
  if (exponent > 760) return (x > a) == (upper != 0) ? 0 : 1;
  double eta = copysign(sqrt(2 * half), x - a), first = 0, second = 0, third = 0;
  for (int k = 11; k >= 0; k--) first = first * eta + c0[k];
  for (int k = 4; k >= 0; k--) second = second * eta + c1[k];
  for (int k = 2; k >= 0; k--) third = third * eta + c2[k];
  double rest = exp(-exponent) / sqrt(2 * M_PI * a) * (first + (second + third / a) / a);
  double sign = upper ? 1 : -1;
  return 0.5 * erfc(sign * copysign(sqrt(exponent), eta)) + sign * rest;
}

static const double large = 1e5;

/// P by its power series: xᵃe⁻ˣ/Γ(a + 1)·(1 + x/(a + 1) + x²/(a + 1)(a + 2) + …).
static double series(double a, double x) {
  double term = 1, sum = 1;
  for (double k = a + 1; term > 1e-17 * sum; k += 1) {
    term *= x / k;
    sum += term;
  }
  return front(a, x) * sum;
}

/// Q by its continued fraction (Lentz's method): xᵃe⁻ˣ/Γ(a)·1/(x + 1 - a - 1(1 - a)/(x + 3 - a - …)).
static double fraction(double a, double x) {
  double b = x + 1 - a, c = 1e300, d = 1 / b, value = d;
  for (double k = 1; k < 1e6; k += 1) {
    double numerator = k * (a - k);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    value *= c * d;
    if (fabs(c * d - 1) < 1e-16) break;
  }
  return front(a, x) * a * value;
}

/// log Γ(1 + a), for a from 0, also where 1 + a is 1: -log(1 + a) + (1 - γ)a + Σ (ζ(k) - 1)(-a)ᵏ/k.
static double log_gamma_after_1(double a) {
  static const double terms[] = {
      0.32246703342411322, -0.067352301053198095, 0.020580808427784548, -0.0073855510286739853,
      0.0028905103307415233, -0.001192753911703261, 0.00050966952474304242, -0.00022315475845357938,
      9.9457512781808534e-5, -4.4926236738133142e-5, 2.0507212775670692e-5, -9.4394882752683959e-6,
      4.3748667899074878e-6, -2.0392157538013662e-6, 9.5514121304074198e-7, -4.492469198764566e-7,
      2.1207184805554666e-7, -1.00432248239681e-7, 4.7698101693639806e-8, -2.2711094608943165e-8,
      1.0838659214896954e-8, -5.1834750419700467e-9, 2.4836745438024783e-9, -1.1921401405860912e-9,
      5.731367241678862e-10,
  };
  if (a > 0.5) return weft_log_gamma(1 + a);
  double sum = 0;
  for (int k = (int)(sizeof terms / sizeof *terms) - 1; k >= 0; k--) sum = sum * a + terms[k];
  return sum * a * a + 0.42278433509846714 * a - log1p(a);
}

/// Whether Q is so small for a small a that 1 - P would have lost it.
static bool is_next_to_nothing(double a, double x) { return x < 0.5 ? a * log(x) > -0.4 : x < 1.1 && a < 1.1 * x; }

/// Q for small a and x: 1 - xᵃ/Γ(1 + a)·(1 + a·Σ (-x)ⁿ/(n!(a + n))), with 1 - xᵃ/Γ(1 + a) as one number.
static double small_series(double a, double x) {
  double term = 1, sum = 0, exponent = a * log(x) - log_gamma_after_1(a);
  for (double n = 1; n < 60; n += 1) {
    term *= -x / n;
    sum += term / (a + n);
    if (fabs(term) < 1e-17 * fabs(sum)) break;
  }
  return -expm1(exponent) - exp(exponent) * a * sum;
}

double weft_gamma_lower(double a, double x) {
  if (a != a || x != x || a < 0 || x < 0) return NAN;
  if (a == 0) return x > 0 ? 1 : NAN;
  if (x == 0) return 0;
  if (a == INFINITY) return x == INFINITY ? NAN : 0;
  if (x == INFINITY) return 1;
  if (a >= large) return uniform(a, x, 0);
  return x < a + 1 ? series(a, x) : 1 - fraction(a, x);
}

double weft_gamma_upper(double a, double x) {
  if (a != a || x != x || a < 0 || x < 0) return NAN;
  if (a == 0) return x > 0 ? 0 : NAN;
  if (x == 0) return 1;
  if (a == INFINITY) return x == INFINITY ? NAN : 1;
  if (x == INFINITY) return 0;
  if (a >= large) return uniform(a, x, 1);
  if (is_next_to_nothing(a, x)) return small_series(a, x);
  return x < a + 1 ? 1 - series(a, x) : fraction(a, x);
}
