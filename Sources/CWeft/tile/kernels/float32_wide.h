// Doubles for functions of float32 that float32 is too coarse for: what they give is rounded once.

/// |x| as doubles.
INLINE f64w wide_size(f32v x) { return __builtin_convertvector(f32_abs(x), f64w); }
/// The nearest integer of |x| < 2^51; `bits` has it in its lowest bits.
INLINE f64w wide_nearest(f64w x, u64w *bits) {
  f64w shifted = x + 0x1.8p52;
  *bits = f64w_bits(shifted);
  return shifted - 0x1.8p52;
}

INLINE f64w wide_with_sign(f64w size, f64w x) {
  return f64w_from_bits((f64w_bits(size) & INT64_MAX) | (f64w_bits(x) & (uint64_t)INT64_MIN));
}

INLINE f64w wide_sqrt(f64w x) { return __builtin_elementwise_sqrt(x); }

/// e^x for |x| up to 100, within 2^-46.
INLINE f64w wide_exp(f64w x) {
  u64w bits;
  f64w n = wide_nearest(x * 1.44269504088896338700, &bits);
  f64w r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
  f64w p = r * 2.50521083854417187751e-8 + 2.75573192239858906526e-7;
  p = p * r + 2.75573192239858906526e-6;
  p = p * r + 2.48015873015873015873e-5;
  p = p * r + 1.98412698412698412698e-4;
  p = p * r + 1.38888888888888888889e-3;
  p = p * r + 8.33333333333333333333e-3;
  p = p * r + 4.16666666666666666667e-2;
  p = p * r + 1.66666666666666666667e-1;
  p = p * r + 0.5;
  return ((p * r + 1.0) * r + 1.0) * f64w_from_bits((bits + 1023) << 52);
}

/// log x within 2^-50; of what is not positive, NaN.
INLINE f64w wide_log(f64w x) {
  // x = 2^n m, with m from √½ to √2.
  i64w n = (i64w)(f64w_bits(x) - 0x3fe6a09e667f3bcdu) >> 52;
  f64w m = f64w_from_bits(f64w_bits(x) - ((u64w)n << 52));
  f64w power = f64w_from_bits((u64w)n + 0x4338000000000000u) - 0x1.8p52;
  // log m = 2 artanh s.
  f64w s = (m - 1.0) / (m + 1.0), z = s * s;
  f64w p = z * (2.0 / 19) + 2.0 / 17;
  p = p * z + 2.0 / 15;
  p = p * z + 2.0 / 13;
  p = p * z + 2.0 / 11;
  p = p * z + 2.0 / 9;
  p = p * z + 2.0 / 7;
  p = p * z + 2.0 / 5;
  p = p * z + 2.0 / 3;
  f64w result = power * 0.69314718055994530942 + (p * z * s + 2.0 * s);
  return x == __builtin_inf() ? x : x > 0 ? result : (f64w)__builtin_nan("");
}
