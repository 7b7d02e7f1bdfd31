// Hyperbolic functions of float32 and their inverses, in double.

/// Neither needs more: both are infinite in float32 from 90 on.
INLINE f64w wide_hyperbolic_size(f32v x) {
  f64w size = wide_size(x);
  return size > 100.0 ? (f64w)100.0 : size;
}

INLINE f32v f32_sinh_vector(f32v x) {
  f64w size = wide_hyperbolic_size(x), z = size * size, e = wide_exp(size);
  f64w p = z * 2.75573192239858906526e-6 + 1.98412698412698412698e-4;
  p = p * z + 8.33333333333333333333e-3;
  p = p * z + 1.66666666666666666667e-1;
  f64w result = size < 0.25 ? p * z * size + size : (e - 1.0 / e) * 0.5;
  return f32_with_sign(__builtin_convertvector(result, f32v), x);
}

INLINE f32v f32_cosh_vector(f32v x) {
  f64w e = wide_exp(wide_hyperbolic_size(x));
  return __builtin_convertvector((e + 1.0 / e) * 0.5, f32v);
}

/// A series near 0, where the logarithm is of nearly 1.
INLINE f32v f32_asinh_vector(f32v x) {
  f64w size = wide_size(x), z = size * size;
  f64w p = z * (105.0 / 3456) - 15.0 / 336;
  p = p * z + 3.0 / 40;
  p = p * z - 1.0 / 6;
  f64w result = size < 0.0625 ? p * z * size + size : wide_log(size + wide_sqrt(z + 1.0));
  return x != x ? x : f32_with_sign(__builtin_convertvector(result, f32v), x);
}

INLINE f32v f32_acosh_vector(f32v x) {
  f64w wide = __builtin_convertvector(x, f64w);
  f64w result = wide_log(wide + wide_sqrt((wide - 1.0) * (wide + 1.0)));
  return __builtin_convertvector(wide >= 1.0 ? result : (f64w)__builtin_nan(""), f32v);
}

INLINE f32v f32_atanh_vector(f32v x) {
  f64w size = wide_size(x), z = size * size;
  f64w p = z * (1.0 / 9) + 1.0 / 7;
  p = p * z + 1.0 / 5;
  p = p * z + 1.0 / 3;
  f64w result = size < 0.0625 ? p * z * size + size : wide_log((1.0 + size) / (1.0 - size)) * 0.5;
  return x != x ? x : f32_with_sign(__builtin_convertvector(result, f32v), x);
}
