// Fourier transforms beside their sums, and LAPACK's results put back together.
#include "check.h"

// MARK: - Fourier

static void check_fourier(int32_t dtype, int64_t length, bool inverse) {
  enum { ROWS = 3 };
  void *input = make_random(dtype, 2 * ROWS * length), *output = make(dtype, 2 * ROWS * length);
  expect(weft_fourier(ROWS, length, inverse, 0.5, dtype, input, output), "a transform does not run");
  double turn = (inverse ? 2 : -2) * M_PI / (double)length, tolerance = 8 * precision(dtype) * (double)length;
  for (int64_t i = 0; i < ROWS * length; i++) {
    int64_t row = i / length * length, k = i % length;
    double real = 0, imaginary = 0;
    for (int64_t j = 0; j < length; j++) {
      double c = cos(turn * (double)(j * k % length)), s = sin(turn * (double)(j * k % length));
      double x = real_at(dtype, input, 2 * (row + j)), y = real_at(dtype, input, 2 * (row + j) + 1);
      real += (c * x - s * y) / 2;
      imaginary += (s * x + c * y) / 2;
    }
    expect_near(real_at(dtype, output, 2 * i), real, tolerance, "a transform of %d", (int)length);
    expect_near(real_at(dtype, output, 2 * i + 1), imaginary, tolerance, "a transform of %d", (int)length);
  }
  free(input), free(output);
}

// MARK: - LAPACK

enum { SIZE = 12, MATRICES = 3, PIECE = SIZE * SIZE };

/// Element (i, j) of the product of two matrices that lie column by column.
static double product_at(int32_t dtype, const void *a, const void *b, int64_t first, int i, int j) {
  double sum = 0;
  for (int k = 0; k < SIZE; k++) {
    sum += real_at(dtype, a, first + k * SIZE + i) * real_at(dtype, b, first + j * SIZE + k);
  }
  return sum;
}

static void compare_product(int32_t dtype, const void *a, const void *b, const void *expected, const char *what) {
  for (int64_t first = 0; first < MATRICES * PIECE; first += PIECE) {
    for (int i = 0; i < PIECE; i++) {
      double found = product_at(dtype, a, b, first, i % SIZE, i / SIZE);
      expect_near(found, real_at(dtype, expected, first + i), 500 * precision(dtype), "%s of %s", what,
                  dtype_names[dtype]);
    }
  }
}

/// Random numbers, with `diagonal` added to it; symmetric if asked for.
static void *make_matrices(int32_t dtype, double diagonal, bool symmetric) {
  void *a = make_random(dtype, MATRICES * PIECE);
  for (int64_t i = 0; i < MATRICES * PIECE; i++) {
    int64_t row = i % SIZE, column = i / SIZE % SIZE;
    if (symmetric && row < column) {
      set_real(dtype, a, i, real_at(dtype, a, i - row - column * SIZE + row * SIZE + column));
    }
    if (row == column) set_real(dtype, a, i, real_at(dtype, a, i) + diagonal);
  }
  return a;
}

static void *copy_of(int32_t dtype, const void *a) {
  void *copy = make(dtype, MATRICES * PIECE);
  return memcpy(copy, a, MATRICES * PIECE * element_bytes(dtype));
}

/// Keeps one triangle of each matrix.
static void cut(int32_t dtype, void *a, bool upper) {
  for (int64_t i = 0; i < MATRICES * PIECE; i++) {
    int64_t row = i % SIZE, column = i / SIZE % SIZE;
    if (upper ? row > column : row < column) set_real(dtype, a, i, 0);
  }
}

static void *transposed(int32_t dtype, const void *a) {
  void *turned = make(dtype, MATRICES * PIECE);
  for (int64_t i = 0; i < MATRICES * PIECE; i++) {
    int64_t row = i % SIZE, column = i / SIZE % SIZE;
    set_real(dtype, turned, i - row - column * SIZE + row * SIZE + column, real_at(dtype, a, i));
  }
  return turned;
}

static void check_systems(int32_t dtype) {
  weft_matrices sizes = {MATRICES, SIZE, SIZE, dtype};
  int32_t info[MATRICES];
  void *a = make_matrices(dtype, 4, false), *b = make_random(dtype, MATRICES * PIECE);
  void *factors = copy_of(dtype, a), *x = copy_of(dtype, b);
  weft_lapack_solve(&sizes, SIZE, factors, x, info);
  compare_product(dtype, a, x, b, "the solution of systems");
  cut(dtype, a, true);
  memcpy(x, b, MATRICES * PIECE * element_bytes(dtype));
  weft_lapack_solve_triangular(&sizes, SIZE, true, false, a, x, info);
  compare_product(dtype, a, x, b, "the solution of triangular systems");
  free(a), free(b), free(factors), free(x);
}

static void exchange_rows(int32_t dtype, void *a, int64_t first, int row, int other) {
  for (int j = 0; j < SIZE; j++) {
    int64_t one = first + j * SIZE + row, two = first + j * SIZE + other;
    double kept = real_at(dtype, a, one);
    set_real(dtype, a, one, real_at(dtype, a, two));
    set_real(dtype, a, two, kept);
  }
}

static void check_lu(int32_t dtype) {
  weft_matrices sizes = {MATRICES, SIZE, SIZE, dtype};
  int32_t pivots[MATRICES * SIZE], info[MATRICES];
  void *a = make_matrices(dtype, 0, false), *upper = copy_of(dtype, a);
  weft_lapack_lu(&sizes, upper, pivots, info);
  void *lower = copy_of(dtype, upper);
  cut(dtype, upper, true);
  cut(dtype, lower, false);
  for (int i = 0; i < MATRICES * SIZE; i++) {
    set_real(dtype, lower, (int64_t)i * SIZE + i % SIZE, 1);
    exchange_rows(dtype, a, i / SIZE * PIECE, i % SIZE, pivots[i] - 1);
  }
  compare_product(dtype, lower, upper, a, "LU's factors");
  free(a), free(upper), free(lower);
}

static void check_factors(int32_t dtype) {
  weft_matrices sizes = {MATRICES, SIZE, SIZE, dtype};
  int32_t info[MATRICES];
  void *a = make_matrices(dtype, 8, true), *left = copy_of(dtype, a), *q = make(dtype, MATRICES * PIECE);
  weft_lapack_cholesky(&sizes, left, info);
  cut(dtype, left, false);
  void *right = transposed(dtype, left);
  compare_product(dtype, left, right, a, "Cholesky's factors");
  free(left), free(right);
  void *r = copy_of(dtype, a);
  weft_lapack_qr(&sizes, SIZE, r, q, info);
  cut(dtype, r, true);
  compare_product(dtype, q, r, a, "QR's factors");
  free(r), free(a), free(q);
}

/// The columns of `vectors`, each times its value.
static void scale_columns(int32_t dtype, void *vectors, const void *values) {
  for (int64_t i = 0; i < MATRICES * PIECE; i++) {
    set_real(dtype, vectors, i, real_at(dtype, vectors, i) * real_at(dtype, values, i / SIZE));
  }
}

static void check_values(int32_t dtype) {
  weft_matrices sizes = {MATRICES, SIZE, SIZE, dtype};
  int32_t info[MATRICES];
  void *a = make_matrices(dtype, 0, true), *u = make(dtype, MATRICES * PIECE), *v = make(dtype, MATRICES * PIECE);
  void *values = make(dtype, MATRICES * SIZE), *destroyed = copy_of(dtype, a), *vectors = copy_of(dtype, a);
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
  static const int64_t lengths[] = {1, 2, 8, 15, 64, 97};
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
      check_fourier(dtype, lengths[i], false);
      check_fourier(dtype, lengths[i], true);
    }
    check_systems(dtype);
    check_lu(dtype);
    check_factors(dtype);
    check_values(dtype);
  }
}
