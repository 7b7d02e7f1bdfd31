// Functions of float32 that are computed in double and rounded once: atan, atan2, sinh, cosh, and what division leaves.

/// |x| as doubles.
INLINE f64w wide_size(f32v x) { return __builtin_convertvector(f32_abs(x), f64w); }
/// The nearest integer of |x| < 2^51; `bits` has it in its lowest bits.
INLINE f64w wide_nearest(f64w x, u64w *bits) {
  f64w shifted = x + 0x1.8p52;
  *bits = f64w_bits(shifted);
  return shifted - 0x1.8p52;
}

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

/// Whether the quotients are finite and small enough for their integers' products with the divisors to be exact.
INLINE int wide_quotients_are_small(f64w quotient, f64w b) {
  i64w large = !((quotient < 0x1p28) & (quotient > -0x1p28) & (b < __builtin_inf()) & (b > -__builtin_inf()));
  return __builtin_reduce_or(large) == 0;
}

/// By the kernel of doubles, one element at a time.
INLINE f32v f32_by_doubles(f64w a, f64w b, weft_operation_kernel kernel) {
  f64w result = a;
  const weft_lane x = {&a, 1}, y = {&b, 1};
  kernel(WEFT_VECTOR_BYTES / sizeof(float), &result, &x, &y, &y);
  return __builtin_convertvector(result, f32v);
}

/// The floor of a/b, of which `rest` is a - it · b, exact but for one rounding where a and b have different signs.
INLINE f64w wide_floor_of(f64w a, f64w b, f64w quotient, f64w *rest) {
  u64w bits;
  f64w n = wide_nearest(quotient, &bits);
  n = n > quotient ? n - 1.0 : n;
  f64w left = a - n * b;
  // The quotient was rounded up to an integer.
  i64w over = b > 0 ? left < 0 : left > 0;
  *rest = over ? left + b : left;
  return over ? n - 1.0 : n;
}

INLINE f64w wide_with_sign(f64w size, f64w x) {
  return f64w_from_bits((f64w_bits(size) & INT64_MAX) | (f64w_bits(x) & (uint64_t)INT64_MIN));
}

INLINE f32v f32_remainder_vectors(f32v x, f32v y) {
  f64w a = __builtin_convertvector(x, f64w), b = __builtin_convertvector(y, f64w), quotient = a / b, rest;
  if (__builtin_expect(!wide_quotients_are_small(quotient, b), 0)) {
    return f32_by_doubles(a, b, WEFT_SCALAR(f64, python_remainder));
  }
  wide_floor_of(a, b, quotient, &rest);
  return __builtin_convertvector(rest == 0 ? wide_with_sign((f64w)0.0, b) : rest, f32v);
}

INLINE f32v f32_floor_divide_vectors(f32v x, f32v y) {
  f64w a = __builtin_convertvector(x, f64w), b = __builtin_convertvector(y, f64w), quotient = a / b, rest;
  if (__builtin_expect(!wide_quotients_are_small(quotient, b), 0)) {
    return f32_by_doubles(a, b, WEFT_SCALAR(f64, python_floor_divide));
  }
  f64w floor = wide_floor_of(a, b, quotient, &rest);
  return __builtin_convertvector(floor == 0 ? wide_with_sign((f64w)0.0, quotient) : floor, f32v);
}

INLINE f32v f32_fmod_vectors(f32v x, f32v y) {
  f64w a = __builtin_convertvector(x, f64w), b = wide_size(y), size = wide_size(x), quotient = size / b, rest;
  if (__builtin_expect(!wide_quotients_are_small(quotient, b), 0)) {
    return f32_by_doubles(a, b, WEFT_SCALAR(f64, fmod));
  }
  wide_floor_of(size, b, quotient, &rest);
  return __builtin_convertvector(wide_with_sign(rest, a), f32v);
}
