// sin and cos in float64: reduced by multiples of π/2 in three parts, then polynomials.

/// Beyond this, the products with the parts of π/2 are not exact and the C library computes those elements.
#define LARGE_ANGLE_64 1048576.0

INLINE f64v f64_trigonometric(f64v x, int64_t quadrants, double (*exact)(double)) {
  f64v shifted = x * 0.63661977236758134308 + 0x1.8p52, n = shifted - 0x1.8p52;
  i64v quadrant = f64_bits(shifted) + quadrants;
  // The first two parts have 33 bits each. What the second difference rounds off is kept.
  f64v first = x - n * 1.57079632673412561417e+00, second = n * 6.07710050630396597660e-11, near = first - second;
  f64v r = near + (((first - near) - second) - n * 2.02226624879595063154e-21), z = r * r;
  f64v sine = -7.586687012978100545e-13 * z + 1.605853145055141139e-10;
  sine = sine * z + -2.505210623140752818e-8;
  sine = sine * z + 2.755731921933625204e-6;
  sine = sine * z + -1.984126984126506133e-4;
  sine = sine * z + 8.33333333333333149e-3;
  sine = sine * z + -1.666666666666666667e-1;
  sine = sine * z * r + r;
  f64v cosine = 4.745866175815074716e-14 * z + -1.147046079196128828e-11;
  cosine = cosine * z + 2.087675579048828176e-9;
  cosine = cosine * z + -2.755731922140115956e-7;
  cosine = cosine * z + 2.480158730158464435e-5;
  cosine = cosine * z + -1.388888888888888786e-3;
  cosine = cosine * z + 4.166666666666666667e-2;
  // 1 - z/2 and what it rounds off.
  f64v half = z * 0.5, most = 1.0 - half;
  cosine = most + (cosine * (z * z) + ((1.0 - most) - half));
  f64v result = (quadrant & 1) != 0 ? cosine : sine;
  result = f64_from_bits(f64_bits(result) ^ ((quadrant & 2) << 62));
  i64v large = ~(f64_abs(x) <= LARGE_ANGLE_64);
  if (__builtin_expect(__builtin_reduce_or(large) != 0, 0)) {
    for (int i = 0; i < WEFT_VECTOR_BYTES / 8; i++) {
      if (large[i]) result[i] = exact(x[i]);
    }
  }
  return result;
}
INLINE f64v f64_sin_vector(f64v x) {
  f64v result = f64_trigonometric(x, 0, sin);
  return x == 0 ? x : result;
}
INLINE f64v f64_cos_vector(f64v x) { return f64_trigonometric(x, 1, cos); }
