// The logarithms and powers in float32. log is computed in float; the others in double and rounded once.

/// ln(x): the mantissa m in [√½, √2) by the Cephes polynomial, plus the exponent times ln(2) in two parts.
INLINE f32v f32_log_vector(f32v x) {
  i32v tiny = x < 1.17549435e-38f;
  f32v scaled = tiny ? x * 8388608.0f : x;
  i32v bits = f32_bits(scaled);
  i32v exponent = (bits - 0x3f3504f3) >> 23;
  f32v m = f32_from_bits(bits - (exponent << 23)) - 1.0f;
  f32v e = __builtin_convertvector(exponent - (tiny & 23), f32v);
  f32v z = m * m;
  f32v p = 7.0376836292e-2f * m + -1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m + -1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m + -1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m + -2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  f32v y = p * m * z;
  y = e * -2.12194440e-4f + y;
  y = -0.5f * z + y;
  f32v result = e * 0.693359375f + (m + y);
  result = x == __builtin_inff() ? x : result;
  result = x == 0 ? (f32v)-__builtin_inff() : result;
  return ((x < 0) | (x != x)) ? (f32v)__builtin_nanf("") : result;
}

/// A whole number below 2^52 as a double: put beneath the exponent of 2^52.
INLINE f64w f64w_from_small(u64w n) { return f64w_from_bits(n | 0x4330000000000000u) - 0x1p52; }

/// ln(x) = e ln(2) + 2 atanh(s) of a positive normal x, given apart: returns 2 atanh(s), correct to about 2^-45.
INLINE f64w log_parts(f64w x, f64w *exponent) {
  u64w bits = f64w_bits(x);
  u64w biased = (bits + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu)) >> 52;
  *exponent = f64w_from_small(biased) - 1023.0;
  return f64w_from_bits(bits - (biased << 52) + 0x3ff0000000000000u);
}
INLINE f64w twice_atanh(f64w s) {
  f64w z = s * s;
  f64w p = (2.0 / 15) * z + 2.0 / 13;
  p = p * z + 2.0 / 11;
  p = p * z + 2.0 / 9;
  p = p * z + 2.0 / 7;
  p = p * z + 2.0 / 5;
  p = p * z + 2.0 / 3;
  return p * z * s + s * 2.0;
}
/// log2(x) of a positive normal double.
INLINE f64w log2_wide(f64w x) {
  f64w exponent, m = log_parts(x, &exponent);
  return twice_atanh((m - 1.0) / (m + 1.0)) * 1.4426950408889634074 + exponent;
}
/// 2^t, |t| below 1000, correct to about 2^-42.
INLINE f64w exp2_wide(f64w t) {
  f64w shifted = t + 0x1.8p52, r = t - (shifted - 0x1.8p52);
  f64w p = 7.05491162080112333e-9 * r + 1.01780860092396997e-7;
  p = p * r + 1.32154867901443095e-6;
  p = p * r + 1.52527338040598403e-5;
  p = p * r + 1.540353039338161e-4;
  p = p * r + 1.33335581464284434e-3;
  p = p * r + 9.61812910762847716e-3;
  p = p * r + 5.550410866482157995e-2;
  p = p * r + 2.40226506959100712e-1;
  p = p * r + 6.93147180559945309e-1;
  p = p * r + 1.0;
  return f64w_from_bits(f64w_bits(p) + (f64w_bits(shifted) << 52));
}

/// What every logarithm gives at 0, infinity, below 0 and for NaN.
INLINE f32v log_specials(f32v x, f32v result) {
  result = x == __builtin_inff() ? x : result;
  result = x == 0 ? (f32v)-__builtin_inff() : result;
  return ((x < 0) | (x != x)) ? (f32v)__builtin_nanf("") : result;
}
INLINE f32v f32_log2_vector(f32v x) {
  return log_specials(x, __builtin_convertvector(log2_wide(__builtin_convertvector(x, f64w)), f32v));
}
INLINE f32v f32_log10_vector(f32v x) {
  f64w result = log2_wide(__builtin_convertvector(x, f64w)) * 0.30102999566398119521;
  return log_specials(x, __builtin_convertvector(result, f32v));
}

/// Near 0 from atanh(x / (2 + x)), which keeps the precision that 1 + x loses.
INLINE f32v f32_log1p_vector(f32v x) {
  f64w wide = __builtin_convertvector(x, f64w), one_more = wide + 1.0;
  f64w exponent, m = log_parts(one_more, &exponent);
  i64w near = (one_more > 0.75) & (one_more < 1.375);
  f64w numerator = near ? wide : m - 1.0, denominator = near ? wide + 2.0 : m + 1.0;
  f64w result = twice_atanh(numerator / denominator) + (near ? (f64w)0.0 : exponent) * 0.69314718055994530942;
  f32v rounded = __builtin_convertvector(result, f32v);
  return x == 0 ? x : log_specials(x + 1.0f, rounded);
}

/// |x|^y = 2^(y log2 |x|) with the sign of x where y is odd; the special cases are those of C's pow.
INLINE f32v f32_pow_vectors(f32v x, f32v y) {
  f32v magnitude = f32_abs(x);
  f64w log2_x = log2_wide(__builtin_convertvector(magnitude, f64w));
  log2_x = __builtin_convertvector(magnitude == __builtin_inff(), i64w) ? (f64w)__builtin_inf() : log2_x;
  log2_x = __builtin_convertvector(magnitude == 0, i64w) ? (f64w)-__builtin_inf() : log2_x;
  f64w t = __builtin_convertvector(y, f64w) * log2_x;
  i64w is_nan = t != t;
  t = t < -200.0 ? (f64w)-200.0 : t;
  t = t > 200.0 ? (f64w)200.0 : t;
  f64w power = exp2_wide(t);
  f32v result = __builtin_convertvector(is_nan ? t : power, f32v);
  result = x != x ? x : result;
  f32v half = y * 0.5f;
  i32v whole = f32_floor(y) == y;
  i32v odd = whole & (f32_floor(half) != half);
  result = f32_from_bits(f32_bits(result) ^ (odd & f32_bits(x) & INT32_MIN));
  i32v undefined = (x < 0) & (x > -__builtin_inff()) & ~whole & (y == y);
  result = undefined ? (f32v)__builtin_nanf("") : result;
  i32v infinite_power = f32_abs(y) == __builtin_inff();
  i32v one = (y == 0) | (x == 1.0f) | ((magnitude == 1.0f) & infinite_power);
  return one ? (f32v)1.0f : result;
}
