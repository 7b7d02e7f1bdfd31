// Fourier transforms beside their sums, and LAPACK's results put back together.
#include "check.h"

// MARK: - Fourier

/// Lines of `length` along an axis with `inner` beside each other.
static void check_fourier(int32_t dtype, int64_t length, int64_t inner, bool inverse) {
  enum { OUTER = 3 };
  int64_t count = OUTER * length * inner;
  void *input = make_random(dtype, 2 * count), *output = make(dtype, 2 * count);
  expect(weft_fourier(OUTER, length, inner, inverse, 0.5, dtype, input, output), "a transform does not run");
  double turn = (inverse ? 2 : -2) * M_PI / (double)length, tolerance = 8 * precision(dtype) * (double)length;
  for (int64_t i = 0; i < count; i++) {
    int64_t line = i / (length * inner) * length * inner + i % inner, k = i / inner % length;
    double real = 0, imaginary = 0;
    for (int64_t j = 0; j < length; j++) {
      double c = cos(turn * (double)(j * k % length)), s = sin(turn * (double)(j * k % length));
      double x = real_at(dtype, input, 2 * (line + j * inner)), y = real_at(dtype, input, 2 * (line + j * inner) + 1);
      real += (c * x - s * y) / 2;
      imaginary += (s * x + c * y) / 2;
    }
    expect_near(real_at(dtype, output, 2 * i), real, tolerance, "a transform of %d", (int)length);
    expect_near(real_at(dtype, output, 2 * i + 1), imaginary, tolerance, "a transform of %d", (int)length);
  }
  free(input), free(output);
}

/// Half of the transform of real numbers beside that of the same as complex ones.
static void check_real_fourier(int32_t dtype, int64_t length) {
  enum { ROWS = 2 };
  int64_t half = length / 2 + 1;
  void *input = make_random(dtype, ROWS * length), *pairs = make(dtype, 2 * ROWS * length);
  void *whole = make(dtype, 2 * ROWS * length), *output = make(dtype, 2 * ROWS * half);
  for (int64_t i = 0; i < ROWS * length; i++) set_real(dtype, pairs, 2 * i, real_at(dtype, input, i));
  expect(weft_fourier(ROWS, length, 1, false, 0.5, dtype, pairs, whole), "a transform does not run");
  expect(weft_fourier_real(ROWS, length, 0.5, dtype, input, output), "a real transform does not run");
  for (int64_t i = 0; i < ROWS * 2 * half; i++) {
    double expected = real_at(dtype, whole, i / (2 * half) * 2 * length + i % (2 * half));
    expect_near(real_at(dtype, output, i), expected, 8 * precision(dtype) * (double)length,
                "a real transform of %d", (int)length);
  }
  free(input), free(pairs), free(whole), free(output);
}

/// Real numbers from the first half of their transform beside the real parts of the transform of all of it.
static void check_mirrored_fourier(int32_t dtype, int64_t length, bool inverse) {
  enum { ROWS = 2 };
  int64_t half = length / 2 + 1;
  void *input = make_random(dtype, 2 * ROWS * half), *pairs = make(dtype, 2 * ROWS * length);
  void *whole = make(dtype, 2 * ROWS * length), *output = make(dtype, ROWS * length);
  for (int64_t i = 0; i < ROWS * length; i++) {
    int64_t row = i / length, k = i % length, from = k < half ? k : length - k;
    bool is_real = k == 0 || 2 * k == length;
    double imaginary = real_at(dtype, input, 2 * (row * half + from) + 1);
    set_real(dtype, pairs, 2 * i, real_at(dtype, input, 2 * (row * half + from)));
    set_real(dtype, pairs, 2 * i + 1, is_real ? 0 : k < half ? imaginary : -imaginary);
  }
  // Those that take no part.
  for (int64_t row = 0; row < ROWS; row++) {
    set_real(dtype, input, 2 * row * half + 1, NAN);
    if (length % 2 == 0) set_real(dtype, input, 2 * (row * half + half) - 1, NAN);
  }
  expect(weft_fourier(ROWS, length, 1, inverse, 0.5, dtype, pairs, whole), "a transform does not run");
  expect(weft_fourier_mirrored(ROWS, length, inverse, 0.5, dtype, input, output), "a mirrored transform does not run");
  for (int64_t i = 0; i < ROWS * length; i++) {
    expect_near(real_at(dtype, output, i), real_at(dtype, whole, 2 * i), 8 * precision(dtype) * (double)length,
                "a mirrored transform of %d", (int)length);
  }
  free(input), free(pairs), free(whole), free(output);
}

/// A line has the same bits alone, beside others, and among columns.
static void check_fourier_places(int32_t dtype, int64_t length) {
  enum { COLUMNS = 21 };
  size_t number = element_bytes(dtype);
  void *columns = make(dtype, 2 * COLUMNS * length), *found = make(dtype, 2 * COLUMNS * length);
  void *line = make_random(dtype, 2 * length), *alone = make(dtype, 2 * length);
  for (int64_t i = 0; i < 2 * COLUMNS * length; i++) {
    set_real(dtype, columns, i, real_at(dtype, line, i / (2 * COLUMNS) * 2 + i % 2));
  }
  weft_fourier(1, length, 1, false, 1, dtype, line, alone);
  weft_fourier(1, length, COLUMNS, false, 1, dtype, columns, found);
  for (int64_t i = 0; i < COLUMNS * length; i++) {
    bool same = memcmp((char *)found + (size_t)(2 * i) * number,
                       (char *)alone + (size_t)(i / COLUMNS * 2) * number, 2 * number) == 0;
    expect(same, "column %d of transforms of %d differs from the same line alone", (int)(i % COLUMNS), (int)length);
  }
  free(columns), free(found), free(line), free(alone);
}

/// Rows of real numbers, and those back, have the same bits alone and among others.
static void check_rows_alone(int32_t dtype, int64_t length) {
  enum { ROWS = 37 };
  size_t half = (size_t)(length / 2 + 1) * 2 * element_bytes(dtype), real = (size_t)length * element_bytes(dtype);
  char *input = make_random(dtype, ROWS * length), *pairs = make(dtype, ROWS * 2 * (length / 2 + 1));
  char *back = make(dtype, ROWS * length), *alone = make(dtype, 2 * (length / 2 + 1)), *whole = make(dtype, 2 * length);
  char *lines = make(dtype, ROWS * 2 * length), *found = make(dtype, ROWS * 2 * length);
  for (int64_t i = 0; i < ROWS * 2 * length; i++) set_real(dtype, lines, i, number());
  weft_fourier_real(ROWS, length, 0.5, dtype, input, pairs);
  weft_fourier_mirrored(ROWS, length, true, 0.5, dtype, pairs, back);
  weft_fourier(ROWS, length, 1, true, 0.5, dtype, lines, found);
  for (size_t row = 0; row < ROWS; row++) {
    weft_fourier_real(1, length, 0.5, dtype, input + row * real, alone);
    expect(!memcmp(alone, pairs + row * half, half), "row %d of real transforms of %d", (int)row, (int)length);
    weft_fourier_mirrored(1, length, true, 0.5, dtype, pairs + row * half, alone);
    expect(!memcmp(alone, back + row * real, real), "row %d of mirrored transforms of %d", (int)row, (int)length);
    weft_fourier(1, length, 1, true, 0.5, dtype, lines + row * 2 * real, whole);
    expect(!memcmp(whole, found + row * 2 * real, 2 * real), "line %d of transforms of %d", (int)row, (int)length);
  }
  free(input), free(pairs), free(back), free(alone), free(whole), free(lines), free(found);
}

// MARK: - LAPACK

enum { MATRICES = 3, LARGEST = 12 };

/// How many rows the matrices have.
static int order = LARGEST;

/// Element (i, j) of the product of two matrices that lie column by column.
static double product_at(int32_t dtype, const void *a, const void *b, int64_t first, int i, int j) {
  double sum = 0;
  for (int k = 0; k < order; k++) {
    sum += real_at(dtype, a, first + k * order + i) * real_at(dtype, b, first + j * order + k);
  }
  return sum;
}

static void compare_product(int32_t dtype, const void *a, const void *b, const void *expected, const char *what) {
  for (int64_t first = 0; first < MATRICES * order * order; first += order * order) {
    for (int i = 0; i < order * order; i++) {
      double found = product_at(dtype, a, b, first, i % order, i / order);
      expect_near(found, real_at(dtype, expected, first + i), 500 * precision(dtype), "%s of %s", what,
                  dtype_names[dtype]);
    }
  }
}

/// Random numbers, with `diagonal` added to it; symmetric if asked for.
static void *make_matrices(int32_t dtype, double diagonal, bool symmetric) {
  void *a = make_random(dtype, MATRICES * order * order);
  for (int64_t i = 0; i < MATRICES * order * order; i++) {
    int64_t row = i % order, column = i / order % order;
    if (symmetric && row < column) {
      set_real(dtype, a, i, real_at(dtype, a, i - row - column * order + row * order + column));
    }
    if (row == column) set_real(dtype, a, i, real_at(dtype, a, i) + diagonal);
  }
  return a;
}

static void *copy_of(int32_t dtype, const void *a) {
  void *copy = make(dtype, MATRICES * order * order);
  return memcpy(copy, a, MATRICES * (size_t)(order * order) * element_bytes(dtype));
}

/// Keeps one triangle of each matrix.
static void cut(int32_t dtype, void *a, bool upper) {
  for (int64_t i = 0; i < MATRICES * order * order; i++) {
    int64_t row = i % order, column = i / order % order;
    if (upper ? row > column : row < column) set_real(dtype, a, i, 0);
  }
}

static void *transposed(int32_t dtype, const void *a) {
  void *turned = make(dtype, MATRICES * order * order);
  for (int64_t i = 0; i < MATRICES * order * order; i++) {
    int64_t row = i % order, column = i / order % order;
    set_real(dtype, turned, i - row - column * order + row * order + column, real_at(dtype, a, i));
  }
  return turned;
}

static void check_systems(int32_t dtype) {
  weft_matrices sizes = {MATRICES, order, order, dtype};
  int32_t info[MATRICES];
  void *a = make_matrices(dtype, 4, false), *b = make_random(dtype, MATRICES * order * order);
  void *factors = copy_of(dtype, a), *x = copy_of(dtype, b);
  weft_lapack_solve(&sizes, order, factors, x, info);
  compare_product(dtype, a, x, b, "the solution of systems");
  cut(dtype, a, true);
  memcpy(x, b, MATRICES * (size_t)(order * order) * element_bytes(dtype));
  weft_lapack_solve_triangular(&sizes, order, true, false, false, a, x, info);
  compare_product(dtype, a, x, b, "the solution of triangular systems");
  void *turned = transposed(dtype, a), *y = copy_of(dtype, b);
  weft_lapack_solve_triangular(&sizes, order, true, false, true, turned, y, info);
  compare_product(dtype, a, y, b, "the solution of triangular systems row by row");
  set_real(dtype, turned, order * order, 0);
  weft_lapack_solve_triangular(&sizes, order, true, false, true, turned, y, info);
  expect(info[0] == 0 && info[1] == 1, "a zero on the diagonal of the second of %s is not told", dtype_names[dtype]);
  free(a), free(b), free(factors), free(x), free(turned), free(y);
}

static void exchange_rows(int32_t dtype, void *a, int64_t first, int row, int other) {
  for (int j = 0; j < order; j++) {
    int64_t one = first + j * order + row, two = first + j * order + other;
    double kept = real_at(dtype, a, one);
    set_real(dtype, a, one, real_at(dtype, a, two));
    set_real(dtype, a, two, kept);
  }
}

static void check_lu(int32_t dtype) {
  weft_matrices sizes = {MATRICES, order, order, dtype};
  int32_t pivots[MATRICES * LARGEST], info[MATRICES];
  void *a = make_matrices(dtype, 0, false), *upper = copy_of(dtype, a);
  weft_lapack_lu(&sizes, upper, pivots, info);
  void *lower = copy_of(dtype, upper);
  cut(dtype, upper, true);
  cut(dtype, lower, false);
  for (int i = 0; i < MATRICES * order; i++) {
    set_real(dtype, lower, (int64_t)i * order + i % order, 1);
    exchange_rows(dtype, a, i / order * (order * order), i % order, pivots[i] - 1);
  }
  compare_product(dtype, lower, upper, a, "LU's factors");
  free(a), free(upper), free(lower);
}

/// Beside the products of LU's diagonals, and of matrices whose first column is 0 or holds a NaN.
static void check_determinants(int32_t dtype) {
  weft_matrices sizes = {MATRICES, order, order, dtype};
  int32_t pivots[MATRICES * LARGEST], info[MATRICES];
  void *a = make_matrices(dtype, 0, false), *found = make(dtype, MATRICES);
  for (int i = 0; i < order; i++) set_real(dtype, a, order * order + i, 0);
  set_real(dtype, a, 2 * order * order + order - 1, NAN);
  void *factors = copy_of(dtype, a);
  weft_lapack_determinant(&sizes, a, found, info);
  weft_lapack_lu(&sizes, factors, pivots, info);
  double expected = 1;
  for (int i = 0; i < order; i++) expected *= (pivots[i] == i + 1 ? 1 : -1) * real_at(dtype, factors, i * (order + 1));
  expect_near(real_at(dtype, found, 0), expected, 4 * precision(dtype) * fabs(expected), "a determinant of %d of %s",
              order, dtype_names[dtype]);
  expect(real_at(dtype, found, 1) == 0 && info[1] == 1, "a singular matrix of %d of %s", order, dtype_names[dtype]);
  expect(isnan(real_at(dtype, found, 2)), "the determinant of NaN, %d of %s", order, dtype_names[dtype]);
  free(a), free(found), free(factors);
}

static void check_factors(int32_t dtype) {
  weft_matrices sizes = {MATRICES, order, order, dtype};
  int32_t info[MATRICES];
  void *a = make_matrices(dtype, 8, true), *left = copy_of(dtype, a), *q = make(dtype, MATRICES * order * order);
  weft_lapack_cholesky(&sizes, left, info);
  cut(dtype, left, false);
  void *right = transposed(dtype, left);
  compare_product(dtype, left, right, a, "Cholesky's factors");
  memcpy(left, a, MATRICES * (size_t)(order * order) * element_bytes(dtype));
  set_real(dtype, left, 2 * order * order - 1, -1000);
  set_real(dtype, left, 2 * order * order, NAN);
  weft_lapack_cholesky(&sizes, left, info);
  expect(info[0] == 0 && info[1] == order && info[2] == 1, "Cholesky's factors of %s that there are not: %d %d %d",
         dtype_names[dtype], info[0], info[1], info[2]);
  free(left), free(right);
  void *r = copy_of(dtype, a);
  weft_lapack_qr(&sizes, order, r, q, info);
  cut(dtype, r, true);
  compare_product(dtype, q, r, a, "QR's factors");
  free(r), free(a), free(q);
}

/// The columns of `vectors`, each times its value.
static void scale_columns(int32_t dtype, void *vectors, const void *values) {
  for (int64_t i = 0; i < MATRICES * order * order; i++) {
    set_real(dtype, vectors, i, real_at(dtype, vectors, i) * real_at(dtype, values, i / order));
  }
}

static void check_values(int32_t dtype) {
  weft_matrices sizes = {MATRICES, order, order, dtype};
  int32_t info[MATRICES];
  void *a = make_matrices(dtype, 0, true), *u = make(dtype, MATRICES * order * order), *v = make(dtype, MATRICES * order * order);
  void *values = make(dtype, MATRICES * order), *destroyed = copy_of(dtype, a), *vectors = copy_of(dtype, a);
  weft_lapack_svd(&sizes, destroyed, u, values, v, info);
  scale_columns(dtype, u, values);
  compare_product(dtype, u, v, a, "the singular value decomposition");
  weft_lapack_symmetric_eigen(&sizes, true, vectors, values, info);
  void *turned = transposed(dtype, vectors);
  scale_columns(dtype, vectors, values);
  compare_product(dtype, vectors, turned, a, "the eigenvectors");
  free(a), free(u), free(v), free(values), free(destroyed), free(vectors), free(turned);
}

void check_transforms(void) {
  begin("transforms");
  // Every radix, narrow and wide blocks, whole and broken vectors, and a length with a large factor.
  static const int64_t lengths[] = {1, 2, 3, 8, 12, 15, 36, 64, 77, 97, 100, 256, 320, 372};
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
      check_fourier(dtype, lengths[i], 1, false);
      check_fourier(dtype, lengths[i], 1, true);
      check_fourier(dtype, lengths[i], lengths[i] < 100 ? 19 : 1, lengths[i] % 2);
      check_real_fourier(dtype, lengths[i]);
      check_mirrored_fourier(dtype, lengths[i], true);
      check_mirrored_fourier(dtype, lengths[i], false);
      check_fourier_places(dtype, lengths[i]);
      check_rows_alone(dtype, lengths[i]);
    }
    static const int orders[] = {1, 2, 3, 4, 5, 8, 9, LARGEST};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
      order = orders[i];
      check_systems(dtype);
      check_lu(dtype);
      check_determinants(dtype);
      check_factors(dtype);
      check_values(dtype);
    }
  }
}
