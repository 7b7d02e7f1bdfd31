// What division of float32 leaves, and its integers, in double.

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
