// Angles of float32 and their tangents, in double: atan, atan2, asin, acos, tan.

/// atan(z) / z - 1 over z², for |z| up to tan(π/8), correct to 2^-52: interpolated between Chebyshev's points.
INLINE f64w arc_tail(f64w w) {
  f64w p = 0.0227505269933616721 * w - 0.0448333462227288608;
  p = p * w + 0.0573633216590764251;
  p = p * w - 0.0664961369529166934;
  p = p * w + 0.0769105515839314926;
  p = p * w - 0.0909085255717604936;
  p = p * w + 0.111111096365343614;
  p = p * w - 0.142857142660966179;
  p = p * w + 0.199999999998984081;
  return p * w - 0.333333333333332462;
}

/// The angle between the axis and (x, y), neither negative; 0 where both are 0. Infinities count as far larger than
/// any number, and as equal.
INLINE f64w arc_of(f64w y, f64w x) {
  f64w large = y > x ? y : x, small = y > x ? x : y;
  small = large == __builtin_inf() ? (small == __builtin_inf() ? (f64w)1.0 : (f64w)0.0) : small;
  large = large == __builtin_inf() || large == 0 ? (f64w)1.0 : large;
  // Beyond π/8 from π/4, where the tangent is 1.
  f64w over = small > large * 0.41421356237309504880 ? small - large : small;
  f64w under = small > large * 0.41421356237309504880 ? small + large : large;
  f64w z = over / under, w = z * z, angle = arc_tail(w) * w * z + z;
  angle = small > large * 0.41421356237309504880 ? angle + 0.78539816339744830962 : angle;
  return y > x ? 1.57079632679489661923 - angle : angle;
}

INLINE f32v f32_atan_vector(f32v x) {
  f32v angle = __builtin_convertvector(arc_of(wide_size(x), (f64w)1.0), f32v);
  return x != x ? x : f32_with_sign(angle, x);
}

INLINE f32v f32_atan2_vectors(f32v y, f32v x) {
  f64w angle = arc_of(wide_size(y), wide_size(x));
  // Of -0 too.
  f64w sign = __builtin_convertvector(f32_with_sign((f32v)1.0f, x), f64w);
  angle = sign < 0 ? 3.14159265358979323846 - angle : angle;
  f32v result = f32_with_sign(__builtin_convertvector(angle, f32v), y);
  return ((x != x) | (y != y)) ? x + y : result;
}

/// Of what is no sine NaN, by the root.
INLINE f32v f32_asin_vector(f32v x) {
  f64w size = wide_size(x);
  return f32_with_sign(__builtin_convertvector(arc_of(size, wide_sqrt((1.0 - size) * (1.0 + size))), f32v), x);
}

INLINE f32v f32_acos_vector(f32v x) {
  f64w wide = __builtin_convertvector(x, f64w), size = wide_size(x);
  f64w angle = arc_of(wide_sqrt((1.0 - size) * (1.0 + size)), size);
  angle = wide < 0 ? 3.14159265358979323846 - angle : angle;
  return __builtin_convertvector(size <= 1.0 ? angle : (f64w)__builtin_nan(""), f32v);
}

/// Reduced as sin and cos are; their series up to π/4.
INLINE f32v f32_tan_vector(f32v x) {
  u64w bits;
  f64w wide = __builtin_convertvector(x, f64w), n = wide_nearest(wide * 0.63661977236758134308, &bits);
  f64w r = (wide - n * 1.57079632673412561417) - n * 6.07710050650619224932e-11, z = r * r;
  f64w sine = z * (1.0 / 6227020800) - 1.0 / 39916800;
  sine = sine * z + 1.0 / 362880;
  sine = sine * z - 1.0 / 5040;
  sine = sine * z + 1.0 / 120;
  sine = sine * z - 1.0 / 6;
  sine = sine * z * r + r;
  f64w cosine = z * (-1.0 / 87178291200) + 1.0 / 479001600;
  cosine = cosine * z - 1.0 / 3628800;
  cosine = cosine * z + 1.0 / 40320;
  cosine = cosine * z - 1.0 / 720;
  cosine = cosine * z + 1.0 / 24;
  cosine = cosine * (z * z) + (1.0 - 0.5 * z);
  u64w is_odd = bits & 1;
  f64w quotient = (is_odd != 0 ? -cosine : sine) / (is_odd != 0 ? sine : cosine);
  f32v result = __builtin_convertvector(quotient, f32v);
  i32v large = !(f32_abs(x) <= LARGE_ANGLE);
  if (__builtin_expect(__builtin_reduce_or(large) != 0, 0)) {
    for (int i = 0; i < WEFT_VECTOR_BYTES / 4; i++) {
      if (large[i]) result[i] = (float)tan((double)x[i]);
    }
  }
  return x == 0 ? x : result;
}
