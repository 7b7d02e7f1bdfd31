// The inverses of the error function and of the normal distribution in float32, in double: Wichura's rational functions
// ("Algorithm AS 241", 1988), near the middle of the distance to it, beyond of √-log of what is left of a tail.

/// The quantile of q + ½ over q, for r = 0.425² - q²: a numerator; the denominator is put down.
INLINE f64w quantile_center(f64w r, f64w *denominator) {
  f64w p = r * 2.5090809287301226727e+3 + 3.3430575583588128105e+4;
  p = p * r + 6.7265770927008700853e+4;
  p = p * r + 4.5921953931549871457e+4;
  p = p * r + 1.3731693765509461125e+4;
  p = p * r + 1.9715909503065514427e+3;
  p = p * r + 1.3314166789178437745e+2;
  f64w q = r * 5.2264952788528545610e+3 + 2.8729085735721942674e+4;
  q = q * r + 3.9307895800092710610e+4;
  q = q * r + 2.1213794301586595867e+4;
  q = q * r + 5.3941960214247511077e+3;
  q = q * r + 6.8718700749205790830e+2;
  q = q * r + 4.2313330701600911252e+1;
  *denominator = q * r + 1.0;
  return p * r + 3.3871328727963666080e+0;
}

/// Of a tail, r = √-log of it up to 5.
INLINE f64w quantile_tail(f64w r, f64w *denominator) {
  r -= 1.6;
  f64w p = r * 7.74545014278341407640e-4 + 2.27238449892691845833e-2;
  p = p * r + 2.41780725177450611770e-1;
  p = p * r + 1.27045825245236838258e+0;
  p = p * r + 3.64784832476320460504e+0;
  p = p * r + 5.76949722146069140550e+0;
  p = p * r + 4.63033784615654529590e+0;
  f64w q = r * 1.05075007164441684324e-9 + 5.47593808499534494600e-4;
  q = q * r + 1.51986665636164571966e-2;
  q = q * r + 1.48103976427480074590e-1;
  q = q * r + 6.89767334985100004550e-1;
  q = q * r + 1.67638483018380384940e+0;
  q = q * r + 2.05319162663775882187e+0;
  *denominator = q * r + 1.0;
  return p * r + 1.42343711074968357734e+0;
}

/// And beyond.
INLINE f64w quantile_far(f64w r, f64w *denominator) {
  r -= 5.0;
  f64w p = r * 2.01033439929228813265e-7 + 2.71155556874348757815e-5;
  p = p * r + 1.24266094738807843860e-3;
  p = p * r + 2.65321895265761230930e-2;
  p = p * r + 2.96560571828504891230e-1;
  p = p * r + 1.78482653991729133580e+0;
  p = p * r + 5.46378491116411436990e+0;
  f64w q = r * 2.04426310338993978564e-15 + 1.42151175831644588870e-7;
  q = q * r + 1.84631831751005468180e-5;
  q = q * r + 7.86869131145613259100e-4;
  q = q * r + 1.48753612908506148525e-2;
  q = q * r + 1.36929880922735805310e-1;
  q = q * r + 5.99832206555887937690e-1;
  *denominator = q * r + 1.0;
  return p * r + 6.65790464350110377720e+0;
}

/// The quantile of q + ½, of which `tail` is the distance to 0 or 1.
INLINE f64w wide_quantile(f64w q, f64w tail) {
  i64w is_tail = __builtin_elementwise_abs(q) > 0.425;
  f64w divisor, result = q * quantile_center(0.180625 - q * q, &divisor);
  if (__builtin_reduce_or(is_tail) != 0) {
    f64w r = wide_sqrt(-wide_log(is_tail ? tail : (f64w)0.5)), below, beyond, there = quantile_tail(r, &below);
    i64w is_far = r > 5.0;
    if (__builtin_reduce_or(is_far) != 0) {
      f64w farther = quantile_far(r, &beyond);
      there = is_far ? farther : there, below = is_far ? beyond : below;
    }
    result = is_tail ? wide_with_sign(there, q) : result, divisor = is_tail ? below : divisor;
  }
  return result / divisor;
}

/// What is at an end is infinite, and nothing beyond it is a number.
INLINE f32v at_the_ends(f64w result, f64w tail, f64w q) {
  result = tail == 0 ? wide_with_sign((f64w)__builtin_inf(), q) : result;
  return __builtin_convertvector(tail >= 0 ? result : (f64w)__builtin_nan(""), f32v);
}

INLINE f32v f32_erf_inverse_vector(f32v x) {
  f64w wide = __builtin_convertvector(x, f64w), tail = 0.5 - 0.5 * __builtin_elementwise_abs(wide);
  f32v result = at_the_ends(wide_quantile(0.5 * wide, tail) * 0.70710678118654752440, tail, wide);
  return x == 0 ? x : result;
}

INLINE f32v f32_normal_quantile_vector(f32v x) {
  f64w wide = __builtin_convertvector(x, f64w), q = wide - 0.5, tail = wide < 0.5 ? wide : 1.0 - wide;
  return at_the_ends(wide_quantile(q, tail), tail, q);
}
