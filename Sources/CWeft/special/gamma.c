// The logarithm of the gamma function, its derivative, and Hurwitz's zeta function.
#include <math.h>
#include <stddef.h>

#include "weft_special.h"

double weft_log_gamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

/// ψ for x > 0: moved up by ψ(x) = ψ(x + 1) - 1/x to where log x - 1/2x - Σ B₂ₖ/(2k x²ᵏ) is exact.
static double digamma_positive(double x) {
  static const double terms[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
  double shift = 0;
  for (; x < 12; x += 1) shift += 1 / x;
  double square = 1 / (x * x), sum = 0;
  for (int k = 6; k >= 0; k--) sum = (sum + terms[k]) * square;
  return log(x) - 0.5 / x - sum - shift;
}

double weft_digamma(double x) {
  if (x == 0) return copysign(INFINITY, -x);
  if (x > 0 || x != x) return x == INFINITY ? x : digamma_positive(x);
  // ψ(x) = ψ(1 - x) - π/tan πx, and πx may lose what lies before the point. From the nearest integer, or a small x is
  // lost.
  double rest = x - round(x);
  return rest == 0 || x == -INFINITY ? NAN : digamma_positive(1 - x) - M_PI / tan(M_PI * rest);
}

/// Σ (a + k)⁻ˢ over k from 0 by the formula of Euler and Maclaurin: the integral, half the first term, and corrections
/// by its derivatives, B₂ⱼ/(2j)!·s(s+1)…(s+2j-2)·a^(1-s-2j).
static double zeta_tail(double s, double a) {
  // B₂ⱼ/(2j)!
  static const double factors[] = {
      1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160, -691.0 / 1307674368000.0,
      1.0 / 74724249600.0, -3617.0 / 10670622842880000.0, 43867.0 / 5109094217170944000.0,
      -174611.0 / 802857662698291200000.0,
  };
  double power = pow(a, -s);
  double sum = power * a / (s - 1) + 0.5 * power;
  double rising = s * power / a;
  for (size_t j = 0; j < sizeof factors / sizeof *factors; j++) {
    double term = factors[j] * rising;
    sum += term;
    if (fabs(term) <= 1e-17 * fabs(sum)) break;
    rising *= (s + 2 * (double)j + 1) / a * ((s + 2 * (double)j + 2) / a);
  }
  return sum;
}

static double zeta_positive(double s, double q) {
  double sum = 0, a = q;
  for (; a < 12 + s / 2; a += 1) {
    double term = pow(a, -s);
    sum += term;
    if (term <= 1e-18 * sum) return sum;
  }
  return sum + zeta_tail(s, a);
}

double weft_zeta(double s, double q) {
  if (s != s || q != q) return s + q;
  if (s == 1) return INFINITY;
  if (s < 1) return NAN;
  if (q > 0) return q == INFINITY ? 0 : s == INFINITY ? (q < 1 ? INFINITY : q == 1) : zeta_positive(s, q);
  if (q == floor(q)) return q == -INFINITY ? NAN : INFINITY;
  if (s != floor(s) || s == INFINITY) return NAN;
  // The term next to 0, all above it, and those below it down to q: all that there are without those beyond q.
  double nearest = round(q), rest = q - nearest, sign = fmod(s, 2) == 0 ? 1 : -1;
  double below = nearest == 0 ? 0 : zeta_positive(s, 1 - rest) - zeta_positive(s, 1 - q);
  return pow(rest, -s) + zeta_positive(s, 1 + rest) + sign * below;
}
