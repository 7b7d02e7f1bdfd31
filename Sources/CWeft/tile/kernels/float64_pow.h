// Powers in float64: e^(y ln |x|), where the logarithm and its product with y are sums of two numbers, so that no digit
// of the exponent is lost. Within one unit in the last place; powers that a double holds are exact.

#if WEFT_VECTOR_BYTES >= 32  // those sets have a fused multiply-add, which gives what a product rounds off
INLINE f64v f64_fused(f64v a, f64v b, f64v c) { return __builtin_elementwise_fma(a, b, c); }

/// ln(m 2^e) of m in [√½, √2), and what that lacks: relative to it the two are correct to about 2^-63. With s =
/// (m - 1) / (m + 1) and z = s², ln m = 2s(1 + z/3 + z²/5 + ...), of which the first two terms need more digits than
/// one number has.
INLINE f64v f64_log_in_two(f64v m, f64v e, f64v *low) {
  f64v below = m - 1.0, above = m + 1.0, lost = m - (above - 1.0);
  lost = m < 1.0 ? lost : 1.0 - (above - m);
  f64v share = 1.0 / above, s = below * share;
  f64v s_low = (f64_fused(-s, above, below) - s * lost) * share;
  f64v z = s * s, z_low = f64_fused(s, s, -z) + (s + s) * s_low;
  // In powers of z², odd and even, so that one half need not wait for the other.
  f64v zz = z * z;
  f64v p = (1.0 / 25) * zz + 1.0 / 21, odd = (1.0 / 23) * zz + 1.0 / 19;
  p = p * zz + 1.0 / 17, odd = odd * zz + 1.0 / 15;
  p = p * zz + 1.0 / 13, odd = odd * zz + 1.0 / 11;
  p = p * zz + 1.0 / 9, odd = odd * zz + 1.0 / 7;
  p = (p * zz + 1.0 / 5) + odd * z;
  f64v third = z * (1.0 / 3), slope = z * (z * (3.0 / 7) + 0.4) + 1.0 / 3;  // of z/3 + z²/5 + z³/7
  f64v rest = f64_fused(z, (f64v)(1.0 / 3), -third) + (z * 0x1.5555555555555p-56 + z_low * slope) + p * zz;
  f64v twice = s + s, cubes = twice * third;
  f64v cubes_low = f64_fused(twice, third, -cubes) + (twice * rest + (s_low + s_low) * third);
  // The parts in order of size; each sum keeps what it rounds off.
  f64v whole = e * 6.93147180369123816490e-01, first = whole + twice, second = first + cubes;
  f64v off = (twice - (first - whole)) + (cubes - (second - first));
  f64v left = ((s_low + s_low) + cubes_low) + e * 1.90821492927058770002e-10 + off;
  f64v result = second + left;
  *low = left - (result - second);
  return result;
}

/// e^(x + low), where low is far below x.
INLINE f64v f64_exp_of_two(f64v x, f64v low) {
  f64v n = f64_nearest_small(x * 1.44269504088896338700);
  f64v t = f64_fused(n, (f64v)-6.93147180369123816490e-01, x), s = f64_fused(n, (f64v)-1.90821492927058770002e-10, t);
  low += f64_fused(n, (f64v)-1.90821492927058770002e-10, t - s);
  f64v r = s + low, r_low = low - (r - s), one = r + 1.0, rest = r - (one - 1.0);
  return f64_scale(one + (f64_exp_tail(r) * (r * r) + (rest + r_low)), n);
}

/// |x|^y with the sign of x where y is odd; the special cases are those of C's pow.
static __attribute__((noinline)) f64v f64_any_power(f64v x, f64v y) {
  f64v magnitude = f64_abs(x);
  i64v tiny = magnitude < 0x1p-1022, ends = (magnitude == 0) | (magnitude == __builtin_inf());
  f64v m = ends ? (f64v)1.0 : tiny ? magnitude * 0x1p54 : magnitude, e = f64_split(&m), low;
  f64v log = f64_log_in_two(m, e - (tiny & ~ends ? (f64v)54.0 : (f64v)0), &low);
  log = ends ? (magnitude == 0 ? (f64v)-__builtin_inf() : (f64v)__builtin_inf()) : log;
  f64v t = y * log, t_low = f64_fused(y, log, -t) + y * low;
  i64v is_nan = t != t, far = (t < -746.0) | (t > 710.0);
  f64v power = f64_exp_of_two(f64_clamp(t, -746.0, 710.0), far ? (f64v)0 : t_low);
  f64v result = is_nan ? t : power;
  result = x != x ? x : result;
  f64v half = y * 0.5;
  i64v whole = f64_floor(y) == y, odd = whole & (f64_floor(half) != half);
  result = f64_from_bits(f64_bits(result) ^ (odd & f64_bits(x) & INT64_MIN));
  i64v undefined = (x < 0) & (x > -__builtin_inf()) & ~whole & (y == y);
  result = undefined ? (f64v)__builtin_nan("") : result;
  i64v one = (y == 0) | (x == 1.0) | ((magnitude == 1.0) & (f64_abs(y) == __builtin_inf()));
  return one ? (f64v)1.0 : result;
}

/// Mostly nothing is special: x is a positive normal number, and the result another.
INLINE f64v f64_pow_vectors(f64v x, f64v y) {
  f64v m = x, e = f64_split(&m), low, log = f64_log_in_two(m, e, &low), t = y * log;
  i64v special = ~((x >= 0x1p-1022) & (x < __builtin_inf()) & (f64_abs(t) < 708.0));
  if (__builtin_expect(__builtin_reduce_or(special) != 0, 0)) return f64_any_power(x, y);
  return f64_exp_of_two(t, f64_fused(y, log, -t) + y * low);
}
#else
INLINE f64v f64_pow_vectors(f64v x, f64v y) {
  f64v result;
  for (size_t i = 0; i < f64_lanes; i++) result[i] = __builtin_pow(x[i], y[i]);
  return result;
}
#endif
