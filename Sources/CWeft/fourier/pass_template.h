// One pass of Stockham's algorithm. Included once for each type.

#define V NAME(vector)

INLINE void NAME(butterfly)(size_t radix, const weft_fourier_plan *plan, const weft_fourier_pass *pass, V *re, V *im) {
  switch (radix) {
    case 2: NAME(two)(re, im); break;
    case 3: NAME(three)(re, im); break;
    case 4: NAME(four)(re, im); break;
    case 5: NAME(five)(re, im); break;
    case 8: NAME(eight)(re, im); break;
    default:
      NAME(odd)(radix, (const REAL *)plan->real + pass->circle, (const REAL *)plan->imaginary + pass->circle, re, im);
  }
}

INLINE void NAME(turn)(V *re, V *im, V c, V s) {
  V a = *re, b = *im;
  *re = a * c - b * s;
  *im = a * s + b * c;
}

/// Blocks of `width` numbers, at least a vector of them: they share their root. The last vector overlaps the one
/// before.
INLINE void NAME(pass_of_blocks)(size_t radix, size_t width, const weft_fourier_plan *plan,
                                 const weft_fourier_pass *pass, weft_fourier_parts from, weft_fourier_parts to) {
  const REAL *real = (const REAL *)plan->real + pass->roots, *imaginary = (const REAL *)plan->imaginary + pass->roots;
  const size_t count = (size_t)pass->count, apart = count * width;
  const size_t copies = pass->stride < WEFT_FOURIER_SPREAD ? (size_t)pass->stride : 1;
  for (size_t p = 0; p < count; p++) {
    const REAL *x = (const REAL *)from.real + p * width, *x_i = (const REAL *)from.imaginary + p * width;
    REAL *y = (REAL *)to.real + p * radix * width, *y_i = (REAL *)to.imaginary + p * radix * width;
    for (size_t q = 0; q < width; q = q + LANES < width && q + 2 * LANES > width ? width - LANES : q + LANES) {
      V re[WEFT_FOURIER_LARGEST_FACTOR], im[WEFT_FOURIER_LARGEST_FACTOR];
      for (size_t j = 0; j < radix; j++) re[j] = NAME(read)(x + j * apart + q), im[j] = NAME(read)(x_i + j * apart + q);
      NAME(butterfly)(radix, plan, pass, re, im);
      for (size_t k = 1; k < radix && count > 1; k++) {
        size_t root = ((k - 1) * count + p) * copies;
        NAME(turn)(&re[k], &im[k], (V)real[root], (V)imaginary[root]);
      }
      for (size_t k = 0; k < radix; k++) NAME(write)(y + k * width + q, re[k]), NAME(write)(y_i + k * width + q, im[k]);
    }
  }
}

/// Four vectors taken in turn, `group` numbers of each, one vector of which is a whole number of groups.
#define TAKE_TURNS(group, twice, a, y)                                                                  \
  {                                                                                                     \
    V low = ZIP(LOW, group, a[0], a[1]), high = ZIP(HIGH, group, a[0], a[1]);                           \
    V low2 = ZIP(LOW, group, a[2], a[3]), high2 = ZIP(HIGH, group, a[2], a[3]);                         \
    NAME(write)(y, twice(LOW, low, low2)), NAME(write)((y) + LANES, twice(HIGH, low, low2));            \
    NAME(write)((y) + 2 * LANES, twice(LOW, high, high2)), NAME(write)((y) + 3 * LANES, twice(HIGH, high, high2)); \
  }
#define JOINED_LOW(a, b) a
#define JOINED_HIGH(a, b) b
#define JOINED(half, a, b) JOINED_##half(a, b)
#define TWOS(half, a, b) ZIP(half, 2, a, b)
#define EIGHTS(half, a, b) ZIP(half, 8, a, b)

/// Writes the results for numbers from `first` on of blocks of `width`, fewer than a vector: false where the general
/// way must do it.
INLINE bool NAME(write_fours)(size_t width, size_t first, const V *re, const V *im, REAL *y, REAL *y_i) {
  y += 4 * first, y_i += 4 * first;
  if (width == 1) {
#if LANES == 2
    TAKE_TURNS(1, JOINED, re, y)
    TAKE_TURNS(1, JOINED, im, y_i)
#else
    TAKE_TURNS(1, TWOS, re, y)
    TAKE_TURNS(1, TWOS, im, y_i)
#endif
    return true;
  }
#if LANES >= 8
  if (width == 4) {
#if LANES == 16
    TAKE_TURNS(4, EIGHTS, re, y)
    TAKE_TURNS(4, EIGHTS, im, y_i)
#else
    TAKE_TURNS(4, JOINED, re, y)
    TAKE_TURNS(4, JOINED, im, y_i)
#endif
    return true;
  }
#endif
  return false;
}

/// The same for any radix and width, number by number, or four by four.
INLINE void NAME(write_numbers)(size_t radix, size_t width, size_t first, size_t count, const V *re, const V *im,
                                REAL *y, REAL *y_i) {
  size_t block = first / width * radix * width, within = first % width, step = LANES >= 4 && width % 4 == 0 ? 4 : 1;
  for (size_t lane = 0; lane < count; lane += step) {
    REAL *to = y + block + within, *to_i = y_i + block + within;
    for (size_t k = 0; k < radix; k++) {
      if (step == 4) {
        memcpy(to + k * width, (const REAL *)&re[k] + lane, 4 * sizeof(REAL));
        memcpy(to_i + k * width, (const REAL *)&im[k] + lane, 4 * sizeof(REAL));
      } else {
        to[k * width] = ((const REAL *)&re[k])[lane], to_i[k * width] = ((const REAL *)&im[k])[lane];
      }
    }
    within += step;
    if (within == width) within = 0, block += radix * width;
  }
}

/// Narrow blocks, several to a vector: each number has its own root, and results go to places apart.
INLINE void NAME(pass_of_numbers)(size_t radix, const weft_fourier_plan *plan, const weft_fourier_pass *pass,
                                  weft_fourier_parts from, weft_fourier_parts to) {
  const REAL *real = (const REAL *)plan->real + pass->roots, *imaginary = (const REAL *)plan->imaginary + pass->roots;
  const REAL *x = from.real, *x_i = from.imaginary;
  REAL *y = to.real, *y_i = to.imaginary;
  const size_t width = (size_t)pass->stride, apart = (size_t)pass->count * width;
  for (size_t first = 0; first < apart; first += LANES) {
    V re[WEFT_FOURIER_LARGEST_FACTOR], im[WEFT_FOURIER_LARGEST_FACTOR];
    for (size_t j = 0; j < radix; j++) {
      re[j] = NAME(read)(x + j * apart + first), im[j] = NAME(read)(x_i + j * apart + first);
    }
    NAME(butterfly)(radix, plan, pass, re, im);
    for (size_t k = 1; k < radix && pass->count > 1; k++) {
      size_t root = (k - 1) * apart + first;
      NAME(turn)(&re[k], &im[k], NAME(read)(real + root), NAME(read)(imaginary + root));
    }
    size_t left = apart - first < LANES ? apart - first : LANES;
    if (radix == 4 && left == LANES && NAME(write_fours)(width, first, re, im, y, y_i)) continue;
    NAME(write_numbers)(radix, width, first, left, re, im, y, y_i);
  }
}

static void NAME(pass)(const weft_fourier_plan *plan, const weft_fourier_pass *pass, size_t columns,
                       weft_fourier_parts from, weft_fourier_parts to) {
  size_t radix = (size_t)pass->radix, width = (size_t)pass->stride * columns;
  bool blocks = width >= WEFT_FOURIER_SPREAD;
  // Each radix that has a text of its own is compiled by itself.
#define PASS_OF(number)                                                                 \
  case number:                                                                          \
    if (blocks) {                                                                       \
      NAME(pass_of_blocks)(number, width, plan, pass, from, to);                        \
    } else {                                                                            \
      NAME(pass_of_numbers)(number, plan, pass, from, to);                              \
    }                                                                                   \
    return;
  switch (radix) {
    PASS_OF(2)
    PASS_OF(3)
    PASS_OF(4)
    PASS_OF(5)
    PASS_OF(8)
  }
  if (blocks) {
    NAME(pass_of_blocks)(radix, width, plan, pass, from, to);
  } else {
    NAME(pass_of_numbers)(radix, plan, pass, from, to);
  }
#undef PASS_OF
}
#undef TAKE_TURNS
#undef JOINED_LOW
#undef JOINED_HIGH
#undef JOINED
#undef TWOS
#undef EIGHTS
#undef V
