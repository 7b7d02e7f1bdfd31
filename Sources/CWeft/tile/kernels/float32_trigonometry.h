// sin and cos in float32: reduced by multiples of π/2 in double, then the Cephes polynomials in float.

/// Beyond this, the reduction in double loses precision and the C library computes those elements.
#define LARGE_ANGLE 1048576.0f

INLINE f32v trigonometric(f32v x, int32_t quadrants, double (*exact)(double)) {
  f64w wide = __builtin_convertvector(x, f64w);
  f64w shifted = wide * 0.63661977236758134308 + 0x1.8p52, n = shifted - 0x1.8p52;
  i32v quadrant = __builtin_convertvector(f64w_bits(shifted), i32v) + quadrants;
  // π/2 in two parts: the first has 33 bits, so that its product with n is exact.
  f64w reduced = (wide - n * 1.57079632673412561417) - n * 6.07710050650619224932e-11;
  f32v r = __builtin_convertvector(reduced, f32v), z = r * r;
  f32v sine = -1.9515295891e-4f * z + 8.3321608736e-3f;
  sine = sine * z + -1.6666654611e-1f;
  sine = sine * z * r + r;
  f32v cosine = 2.443315711809948e-5f * z + -1.388731625493765e-3f;
  cosine = cosine * z + 4.166664568298827e-2f;
  cosine = cosine * (z * z) + (1.0f - 0.5f * z);
  f32v result = (quadrant & 1) != 0 ? cosine : sine;
  result = f32_from_bits(f32_bits(result) ^ ((quadrant & 2) << 30));
  i32v large = f32_abs(x) > LARGE_ANGLE;
  if (__builtin_expect(__builtin_reduce_or(large) != 0, 0)) {
    for (int i = 0; i < WEFT_VECTOR_BYTES / 4; i++) {
      if (large[i]) result[i] = (float)exact((double)x[i]);
    }
  }
  return result;
}
INLINE f32v f32_sin_vector(f32v x) {
  f32v result = trigonometric(x, 0, sin);
  return x == 0 ? x : result;
}
INLINE f32v f32_cos_vector(f32v x) { return trigonometric(x, 1, cos); }
