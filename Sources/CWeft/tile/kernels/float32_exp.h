// The exponential family in float32: e^x, 2^x, e^x - 1, tanh, sigmoid. All within 2 units in the last place.

/// (e^r - 1 - r) / r² for |r| up to ln(2)/2 (the Cephes polynomial).
INLINE f32v exp_tail(f32v r) {
  f32v p = 1.9875691500e-4f * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  return p * r + 5.0000001201e-1f;
}

/// Splits x = n ln(2) + r. The first constant has few bits, so that its product with n is exact.
INLINE f32v exp_reduce(f32v x, f32v *n) {
  *n = f32_nearest_small(x * 1.44269504088896341f);
  f32v r = x - *n * 0.693359375f;
  return r - *n * -2.12194440e-4f;
}

/// Keeps x where the result is neither certainly 0 nor certainly infinite; NaN passes.
INLINE f32v clamp(f32v x, float low, float high) {
  x = x < low ? (f32v)low : x;
  return x > high ? (f32v)high : x;
}

INLINE f32v f32_exp_vector(f32v x) {
  f32v n, r = exp_reduce(clamp(x, -105.0f, 89.0f), &n);
  return f32_scale(exp_tail(r) * (r * r) + r + 1.0f, n);
}

INLINE f32v f32_exp2_vector(f32v x) {
  x = clamp(x, -151.0f, 129.0f);
  f32v n = f32_nearest_small(x), r = x - n;
  f32v p = 1.535336188319500e-4f * r + 1.339887440266574e-3f;
  p = p * r + 9.618437357674640e-3f;
  p = p * r + 5.550332471162809e-2f;
  p = p * r + 2.402264791363012e-1f;
  p = p * r + 6.931472028550421e-1f;
  return f32_scale(p * r + 1.0f, n);
}

/// 2^n (e^r - 1) + (2^n - 1). One power of two is taken apart so that 2^n does not overflow before the result does.
INLINE f32v f32_expm1_vector(f32v x) {
  f32v n, r = exp_reduce(clamp(x, -20.0f, 89.0f), &n);
  f32v power = f32_scale((f32v)0.5f, n);
  f32v small = exp_tail(r) * (r * r) + r;
  f32v result = (power * small + (power - 0.5f)) * 2.0f;
  return n == 0 ? (x == 0 ? x : small) : result;
}

/// An odd polynomial near 0 (Cephes), 1 - 2 / (e^2x + 1) elsewhere.
INLINE f32v f32_tanh_vector(f32v x) {
  f32v magnitude = f32_abs(x), z = x * x;
  f32v p = -5.70498872745e-3f * z + 2.06390887954e-2f;
  p = p * z + -5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z + -3.33332819422e-1f;
  f32v small = p * z * magnitude + magnitude;
  f32v n, r = exp_reduce((magnitude > 10.0f ? (f32v)10.0f : magnitude) * 2.0f, &n);
  f32v e = f32_scale(exp_tail(r) * (r * r) + r + 1.0f, n);
  f32v large = 1.0f - 2.0f / (e + 1.0f);
  return f32_with_sign(magnitude < 0.625f ? small : large, x);
}

/// Of e^-|x|, which does not overflow, so that far negative results keep their precision.
INLINE f32v f32_sigmoid_vector(f32v x) {
  f32v e = f32_exp_vector(-f32_abs(x));
  return (x < 0 ? e : (f32v)1.0f) / (e + 1.0f);
}
