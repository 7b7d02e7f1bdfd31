// Special functions of one element, which the C library lacks. All are accurate to a few units in the last place
// (gamma integrals: to about 1e-14 of 1, and where they are small to about 1e-14 times the logarithm's size), away from
// zeros that are not at the origin.
#ifndef WEFT_SPECIAL_H
#define WEFT_SPECIAL_H

/// log |Γ(x)|; +∞ at 0 and the negative integers. (Unlike `lgamma`, writes no global sign.)
double weft_log_gamma(double x);
/// ψ(x) = Γ'(x)/Γ(x): -∞ at 0 (+∞ at -0), NaN at the negative integers.
double weft_digamma(double x);
/// Hurwitz ζ(s, q) = Σ (q + k)⁻ˢ over k from 0: +∞ for s = 1 and for q an integer up to 0; NaN for s < 1, and for q < 0
/// unless s is an integer.
double weft_zeta(double s, double q);
/// The regularized integral of t^(a-1) e⁻ᵗ / Γ(a) over t from 0 to x, and from x to ∞. NaN where a or x is negative.
double weft_gamma_lower(double a, double x);
double weft_gamma_upper(double a, double x);

/// The x with erf(x) = y; ±∞ at ±1, NaN beyond.
double weft_erf_inverse(double y);
/// exp(x²) erfc(x).
double weft_erfc_scaled(double x);
/// The x below which a standard normal number lies with probability p.
double weft_normal_quantile(double p);

/// Modified Bessel functions of the first kind, and times exp(-|x|).
double weft_bessel_i0(double x);
double weft_bessel_i0_scaled(double x);
double weft_bessel_i1(double x);
double weft_bessel_i1_scaled(double x);

#endif
