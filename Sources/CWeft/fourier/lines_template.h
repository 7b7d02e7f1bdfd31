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
  for (; half > LANES && k < half; k += LANES) {
    if (k + LANES > half) k = half - LANES;  // some of them again
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

/// The same of WEFT_FOURIER_COLUMNS lines beside each other, `from` and `to` in rows of one number of each.
static void NAME(unfold_columns)(size_t half, double scale, weft_fourier_parts turn, weft_fourier_parts from,
                                 weft_fourier_parts to) {
  const REAL *z = from.real, *z_i = from.imaginary, *c = turn.real, *s = turn.imaginary;
  const REAL factor = (REAL)(scale / 2), whole = (REAL)scale;
  REAL *real = to.real, *imaginary = to.imaginary;
  for (size_t i = 0; i < WEFT_FOURIER_COLUMNS; i++) {
    real[i] = (z[i] + z_i[i]) * whole, imaginary[i] = 0;
    real[half * WEFT_FOURIER_COLUMNS + i] = (z[i] - z_i[i]) * whole, imaginary[half * WEFT_FOURIER_COLUMNS + i] = 0;
  }
  for (size_t k = 1; k < half; k++) {
    for (size_t i = 0; i < WEFT_FOURIER_COLUMNS; i += LANES) {
      const size_t at = k * WEFT_FOURIER_COLUMNS + i, mirrored = (half - k) * WEFT_FOURIER_COLUMNS + i;
      UNFOLDED(V, NAME(read)(z + at), NAME(read)(z_i + at), NAME(read)(z + mirrored), NAME(read)(z_i + mirrored), c[k],
               s[k])
      NAME(write)(real + at, result), NAME(write)(imaginary + at, result_i);
    }
  }
}
#undef UNFOLDED

// The way back: the pairs' transform is even + i·odd·w*, of even = x[k] + x*[half - k] and odd = x[k] - x*[half - k].
// The imaginary parts have the sign asked for.
#define FOLDED(T, a, a_i, b, b_i, c, s)                                              \
  T difference = (a) - (b), difference_i = ((a_i) + (b_i)) * sign;                   \
  T result = (a) + (b) - (difference_i * (c) - difference * (s));                    \
  T result_i = ((a_i) - (b_i)) * sign + (difference * (c) + difference_i * (s));

static void NAME(fold)(size_t half, double sign_of_imaginary, weft_fourier_parts turn, const void *pairs,
                       weft_fourier_parts to) {
  const REAL *x = pairs, *c = turn.real, *s = turn.imaginary;
  const REAL sign = (REAL)sign_of_imaginary;
  REAL *z = to.real, *z_i = to.imaginary;
  z[0] = x[0] + x[2 * half], z_i[0] = x[0] - x[2 * half];
  size_t k = 1;
  for (; half > LANES && k < half; k += LANES) {
    if (k + LANES > half) k = half - LANES;  // some of them again
    const REAL *from = x + 2 * k, *mirrored = x + 2 * (half - k - LANES + 1);
    V a = NAME(read)(from), a_i = NAME(read)(from + LANES);
    V b = NAME(read)(mirrored), b_i = NAME(read)(mirrored + LANES);
    V first = PICK(EVENS, a, a_i), first_i = PICK(ODDS, a, a_i);
    V last = PICK(EVENS, b, b_i), last_i = PICK(ODDS, b, b_i);
    last = PICK(BACK, last, last), last_i = PICK(BACK, last_i, last_i);
    FOLDED(V, first, first_i, last, last_i, NAME(read)(c + k), NAME(read)(s + k))
    NAME(write)(z + k, result), NAME(write)(z_i + k, result_i);
  }
  for (; k < half; k++) {
    const REAL *from = x + 2 * k, *mirrored = x + 2 * (half - k);
    FOLDED(REAL, from[0], from[1], mirrored[0], mirrored[1], c[k], s[k])
    z[k] = result, z_i[k] = result_i;
  }
}

static void NAME(fold_columns)(size_t half, double sign_of_imaginary, weft_fourier_parts turn, weft_fourier_parts from,
                               weft_fourier_parts to) {
  const REAL *x = from.real, *x_i = from.imaginary, *c = turn.real, *s = turn.imaginary;
  const REAL sign = (REAL)sign_of_imaginary;
  REAL *z = to.real, *z_i = to.imaginary;
  for (size_t i = 0; i < WEFT_FOURIER_COLUMNS; i++) {
    const REAL last = x[half * WEFT_FOURIER_COLUMNS + i];
    z[i] = x[i] + last, z_i[i] = x[i] - last;
  }
  for (size_t k = 1; k < half; k++) {
    for (size_t i = 0; i < WEFT_FOURIER_COLUMNS; i += LANES) {
      const size_t at = k * WEFT_FOURIER_COLUMNS + i, mirrored = (half - k) * WEFT_FOURIER_COLUMNS + i;
      FOLDED(V, NAME(read)(x + at), NAME(read)(x_i + at), NAME(read)(x + mirrored), NAME(read)(x_i + mirrored), c[k],
             s[k])
      NAME(write)(z + at, result), NAME(write)(z_i + at, result_i);
    }
  }
}
#undef FOLDED

/// WEFT_FOURIER_COLUMNS lines of pairs, one behind the other, brought beside each other.
static void NAME(part_lines)(size_t length, const void *pairs, weft_fourier_parts to) {
  for (size_t line = 0; line < WEFT_FOURIER_COLUMNS; line++) {
    const REAL *from = (const REAL *)pairs + 2 * line * length;
    REAL *real = (REAL *)to.real + line, *imaginary = (REAL *)to.imaginary + line;
    for (size_t k = 0; k < length; k++) {
      real[k * WEFT_FOURIER_COLUMNS] = from[2 * k], imaginary[k * WEFT_FOURIER_COLUMNS] = from[2 * k + 1];
    }
  }
}

/// And back, times `scale`.
static void NAME(pair_lines)(size_t length, double scale, weft_fourier_parts from, void *pairs) {
  const REAL factor = (REAL)scale;
  for (size_t line = 0; line < WEFT_FOURIER_COLUMNS; line++) {
    const REAL *real = (const REAL *)from.real + line, *imaginary = (const REAL *)from.imaginary + line;
    REAL *to = (REAL *)pairs + 2 * line * length;
    for (size_t k = 0; k < length; k++) {
      to[2 * k] = real[k * WEFT_FOURIER_COLUMNS] * factor, to[2 * k + 1] = imaginary[k * WEFT_FOURIER_COLUMNS] * factor;
    }
  }
}

static void NAME(mirror)(size_t length, double sign_of_imaginary, const void *pairs, weft_fourier_parts to) {
  const REAL *x = pairs, sign = (REAL)sign_of_imaginary;
  REAL *real = to.real, *imaginary = to.imaginary;
  real[0] = x[0], imaginary[0] = 0;
  for (size_t k = 1; k <= length / 2; k++) {
    real[k] = real[length - k] = x[2 * k];
    imaginary[k] = x[2 * k + 1] * sign, imaginary[length - k] = -imaginary[k];
  }
}

static void NAME(scale)(size_t count, double factor, const void *from, void *to) {
  const REAL *values = from, by = (REAL)factor;
  REAL *restrict results = to;
  for (size_t i = 0; i < count; i++) results[i] = values[i] * by;
}
#undef V
