// What stands before and after the passes: pairs of real and imaginary parts to two arrays and back, products, and real
// rows. Included once for each type.

#define V NAME(vector)

static void NAME(part)(size_t rows, size_t columns, size_t stride, const void *pairs, weft_fourier_parts to) {
  REAL *real = to.real, *imaginary = to.imaginary;
  for (size_t row = 0; row < rows; row++, real += columns, imaginary += columns) {
    const REAL *from = (const REAL *)pairs + 2 * row * stride;
    size_t i = 0;
    for (; i + LANES <= columns; i += LANES) {
      V a = NAME(read)(from + 2 * i), b = NAME(read)(from + 2 * i + LANES);
      NAME(write)(real + i, PICK(EVENS, a, b)), NAME(write)(imaginary + i, PICK(ODDS, a, b));
    }
    for (; i < columns; i++) real[i] = from[2 * i], imaginary[i] = from[2 * i + 1];
  }
}

static void NAME(pair)(size_t rows, size_t columns, size_t stride, double scale, weft_fourier_parts from, void *pairs) {
  const REAL *real = from.real, *imaginary = from.imaginary;
  const REAL factor = (REAL)scale;
  for (size_t row = 0; row < rows; row++, real += columns, imaginary += columns) {
    REAL *to = (REAL *)pairs + 2 * row * stride;
    size_t i = 0;
    for (; i + LANES <= columns; i += LANES) {
      V a = NAME(read)(real + i) * factor, b = NAME(read)(imaginary + i) * factor;
      NAME(write)(to + 2 * i, ZIP(LOW, 1, a, b)), NAME(write)(to + 2 * i + LANES, ZIP(HIGH, 1, a, b));
    }
    for (; i < columns; i++) to[2 * i] = real[i] * factor, to[2 * i + 1] = imaginary[i] * factor;
  }
}

static void NAME(multiply)(size_t count, weft_fourier_parts by, weft_fourier_parts to) {
  const REAL *c = by.real, *s = by.imaginary;
  REAL *restrict real = to.real, *restrict imaginary = to.imaginary;
  for (size_t i = 0; i < count; i++) {
    REAL a = real[i], b = imaginary[i];
    real[i] = a * c[i] - b * s[i];
    imaginary[i] = a * s[i] + b * c[i];
  }
}

// x[2j] + i x[2j + 1] transforms to z; the even numbers to (z[k] + z*[half - k]) / 2, the odd ones to the difference
// by 2i.
#define UNFOLDED(T, a, a_i, b, b_i, c, s)                                   \
  T even = a + b, even_i = a_i - b_i, odd = a_i + b_i, odd_i = b - a;       \
  T result = (even + (odd * c - odd_i * s)) * factor;                       \
  T result_i = (even_i + (odd * s + odd_i * c)) * factor;

static void NAME(unfold)(size_t half, double scale, weft_fourier_parts turn, weft_fourier_parts from, void *pairs) {
  const REAL *z = from.real, *z_i = from.imaginary, *c = turn.real, *s = turn.imaginary;
  const REAL factor = (REAL)(scale / 2), whole = (REAL)scale;
  REAL *to = pairs;
  to[0] = (z[0] + z_i[0]) * whole, to[1] = 0;
  to[2 * half] = (z[0] - z_i[0]) * whole, to[2 * half + 1] = 0;
  size_t k = 1;
  for (; k + LANES <= half; k += LANES) {
    V b = NAME(read)(z + half - k - LANES + 1), b_i = NAME(read)(z_i + half - k - LANES + 1);
    b = PICK(BACK, b, b), b_i = PICK(BACK, b_i, b_i);
    UNFOLDED(V, NAME(read)(z + k), NAME(read)(z_i + k), b, b_i, NAME(read)(c + k), NAME(read)(s + k))
    NAME(write)(to + 2 * k, ZIP(LOW, 1, result, result_i));
    NAME(write)(to + 2 * k + LANES, ZIP(HIGH, 1, result, result_i));
  }
  for (; k < half; k++) {
    UNFOLDED(REAL, z[k], z_i[k], z[half - k], z_i[half - k], c[k], s[k])
    to[2 * k] = result, to[2 * k + 1] = result_i;
  }
}
#undef UNFOLDED
#undef V
