// The natural logarithm in float64, of x and of 1 + x, within 1 unit in the last place: the mantissa m in [√½, √2) by a
// series in (m - 1) / (m + 1) (the coefficients are those of Sun's fdlibm), plus the exponent times ln(2) in two parts.

/// ln(1 + f) + e ln(2) + low.
INLINE f64v f64_log_of_parts(f64v f, f64v e, f64v low) {
  f64v s = f / (f + 2.0), z = s * s;
  f64v p = 1.479819860511658591e-01 * z + 1.531383769920937332e-01;
  p = p * z + 1.818357216161805012e-01;
  p = p * z + 2.222219843214978396e-01;
  p = p * z + 2.857142874366239149e-01;
  p = p * z + 3.999999999940941908e-01;
  p = p * z + 6.666666666666735130e-01;
  f64v half = f * f * 0.5;
  f64v rest = s * (half + p * z) + (e * 1.90821492927058770002e-10 + low);
  return e * 6.93147180369123816490e-01 - ((half - rest) - f);
}

/// The exponent of a positive normal x; the mantissa in [√½, √2) is left.
INLINE f64v f64_split(f64v *x) {
  u64v bits = (u64v)f64_bits(*x), biased = (bits + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu)) >> 52;
  *x = f64_from_bits((i64v)(bits - (biased << 52) + 0x3ff0000000000000u));
  return f64_from_bits((i64v)(biased | 0x4330000000000000u)) - (0x1p52 + 1023.0);
}

/// What the logarithm of x, no positive number, is.
INLINE f64v f64_log_special(f64v x, f64v result) {
  result = x == __builtin_inf() ? x : result;
  result = x == 0 ? (f64v)-__builtin_inf() : result;
  return ((x < 0) | (x != x)) ? (f64v)__builtin_nan("") : result;
}

INLINE f64v f64_log_vector(f64v x) {
  i64v tiny = x < 0x1p-1022;
  f64v m = tiny ? x * 0x1p54 : x, e = f64_split(&m);
  return f64_log_special(x, f64_log_of_parts(m - 1.0, e - (tiny ? (f64v)54.0 : (f64v)0), (f64v)0));
}

/// Of the sum rounded, and what was rounded off by it.
INLINE f64v f64_log1p_vector(f64v x) {
  f64v sum = x + 1.0, m = sum, e = f64_split(&m);
  f64v off = (x > 1.0 ? 1.0 - (sum - x) : x - (sum - 1.0)) / sum;
  i64v near = e == 0;
  f64v result = f64_log_of_parts(near ? x : m - 1.0, e, near ? (f64v)0 : off);
  return f64_abs(x) < 0x1p-54 ? x : f64_log_special(sum, result);
}
