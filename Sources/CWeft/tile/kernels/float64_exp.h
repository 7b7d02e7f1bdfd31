// The exponential family in float64: e^x, e^x - 1, tanh, sigmoid. All within 2 units in the last place.

/// The nearest whole number, half to even, for |x| below 2^51.
INLINE f64v f64_nearest_small(f64v x) { return (x + 0x1.8p52) - 0x1.8p52; }

/// 2^n for a whole n from -1022 to 1023.
INLINE f64v f64_power(f64v n) { return f64_from_bits((f64_bits(n + 0x1.8p52) + 1023) << 52); }

/// p · 2^n for a whole n from -2044 to 2046: in two steps, so that only the last one may round (into a denormal).
INLINE f64v f64_scale(f64v p, f64v n) {
#if defined(WEFT_HAS_SCALE)
  return __builtin_ia32_scalefpd512_mask(p, n, (f64v)0, (unsigned char)-1, 4);
#else
  f64v half = f64_nearest_small(n * 0.5);
  return p * f64_power(half) * f64_power(n - half);
#endif
}

/// (e^r - 1 - r) / r² for |r| up to ln(2)/2, correct to 2^-58.
INLINE f64v f64_exp_tail(f64v r) {
  f64v p = 2.091813816945801018e-9 * r + 2.510521769568451767e-8;
  p = p * r + 2.755726327779158185e-7;
  p = p * r + 2.755725539833871095e-6;
  p = p * r + 2.480158733644360116e-5;
  p = p * r + 1.984126987482230811e-4;
  p = p * r + 1.388888888887907341e-3;
  p = p * r + 8.333333333326134564e-3;
  p = p * r + 4.166666666666667677e-2;
  p = p * r + 1.666666666666667099e-1;
  return p * r + 0.5;
}

/// Splits x + low = n ln(2) + r. The first constant has few bits, so that its product with n is exact.
INLINE f64v f64_exp_reduce(f64v x, f64v low, f64v *n) {
  *n = f64_nearest_small(x * 1.44269504088896338700);
  return ((x - *n * 6.93147180369123816490e-01) - *n * 1.90821492927058770002e-10) + low;
}

INLINE f64v f64_clamp(f64v x, double low, double high) {
  x = x < low ? (f64v)low : x;
  return x > high ? (f64v)high : x;
}

INLINE f64v f64_exp_vector(f64v x) {
  f64v n, r = f64_exp_reduce(f64_clamp(x, -746.0, 710.0), (f64v)0, &n);
  return f64_scale(f64_exp_tail(r) * (r * r) + r + 1.0, n);
}

/// 2^n (e^r - 1) + (2^n - 1). One power of two is taken apart so that 2^n does not overflow before the result does.
INLINE f64v f64_expm1_vector(f64v x) {
  f64v n, r = f64_exp_reduce(f64_clamp(x, -40.0, 710.0), (f64v)0, &n);
  f64v power = f64_scale((f64v)0.5, n);
  f64v small = f64_exp_tail(r) * (r * r) + r;
  f64v result = (power * small + (power - 0.5)) * 2.0;
  return n == 0 ? (x == 0 ? x : small) : result;
}

/// With e = e^2|x| - 1: e / (e + 2), and where that is nearly 1, 1 - 2 / (e + 2).
INLINE f64v f64_tanh_vector(f64v x) {
  f64v magnitude = f64_abs(x);
  f64v e = f64_expm1_vector((magnitude > 20.0 ? (f64v)20.0 : magnitude) * 2.0);
  f64v share = (magnitude < 1.0 ? e : (f64v)2.0) / (e + 2.0);
  return f64_with_sign(magnitude < 1.0 ? share : 1.0 - share, x);
}

/// Of e^-|x|, which does not overflow, so that far negative results keep their precision.
INLINE f64v f64_sigmoid_vector(f64v x) {
  f64v e = f64_exp_vector(-f64_abs(x));
  return (x < 0 ? e : (f64v)1.0) / (e + 1.0);
}
