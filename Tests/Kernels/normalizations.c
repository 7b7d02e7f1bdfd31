// Normalization of rows and its gradient; the softmax and its logarithm.
#include "check.h"

typedef struct {
  int32_t dtype;
  int64_t rows, columns;
  bool is_affine, is_centered;
  void *x, *weight, *bias, *y, *means, *scales;
} rows_case;

static rows_case make_rows(int32_t dtype, int64_t rows, int64_t columns, bool is_affine, bool is_centered) {
  rows_case c = {dtype, rows, columns, is_affine, is_centered, make_random(dtype, rows * columns),
                 make_random(dtype, columns), make_random(dtype, columns), make(dtype, rows * columns),
                 make(dtype, rows), make(dtype, rows)};
  return c;
}

static void free_rows(rows_case *c) {
  free(c->x), free(c->weight), free(c->bias), free(c->y), free(c->means), free(c->scales);
}

static weft_normalization call_of(const rows_case *c) {
  weft_normalization call = {.dtype = c->dtype, .rows = c->rows, .columns = c->columns, .epsilon = 1e-5,
                             .input = c->x, .weight = c->is_affine ? c->weight : NULL,
                             .bias = c->is_affine ? c->bias : NULL, .output = c->y,
                             .means = c->is_centered ? c->means : NULL, .scales = c->scales};
  return call;
}

static double at(const rows_case *c, const void *data, int64_t row, int64_t column) {
  return real_at(c->dtype, data, row * c->columns + column);
}

static double tolerance(const rows_case *c) { return 16 * precision(c->dtype); }

static void check_row(const rows_case *c, int64_t row) {
  double mean = 0, square = 0, n = (double)c->columns;
  for (int64_t k = 0; c->is_centered && k < c->columns; k++) mean += at(c, c->x, row, k) / n;
  for (int64_t k = 0; k < c->columns; k++) square += pow(at(c, c->x, row, k) - mean, 2) / n;
  double scale = 1 / sqrt(square + 1e-5);
  if (c->is_centered) expect_near(real_at(c->dtype, c->means, row), mean, tolerance(c), "a row's mean");
  double found = real_at(c->dtype, c->scales, row);
  expect_near(found / scale, 1, tolerance(c) * (1 + scale), "a row's scale");
  for (int64_t k = 0; k < c->columns; k++) {
    double expected = (at(c, c->x, row, k) - mean) * scale;
    if (c->is_affine) {
      expected = expected * real_at(c->dtype, c->weight, k) + real_at(c->dtype, c->bias, k);
    }
    expect_near(at(c, c->y, row, k), expected, tolerance(c) * scale, "a normalized row of %d", (int)c->columns);
  }
}

/// A row gives the same alone as among others.
static void check_alone(const rows_case *c) {
  int64_t row = c->rows - 1;
  size_t bytes = (size_t)c->columns * element_bytes(c->dtype);
  weft_normalization call = call_of(c);
  void *y = malloc(bytes), *mean = make(c->dtype, 1), *scale = make(c->dtype, 1);
  call.rows = 1;
  call.input = (const char *)call.input + (size_t)row * bytes;
  call.output = y, call.means = c->is_centered ? mean : NULL, call.scales = scale;
  weft_normalize_rows(&call);
  expect(!memcmp(y, (const char *)c->y + (size_t)row * bytes, bytes), "a row of %d normalized alone", (int)c->columns);
  free(y), free(mean), free(scale);
}

static void check_gradient(const rows_case *c) {
  int64_t count = c->rows * c->columns;
  void *g = make_random(c->dtype, count), *dx = make(c->dtype, count);
  void *dw = make(c->dtype, c->columns), *db = make(c->dtype, c->columns);
  double *sum_w = calloc((size_t)c->columns, sizeof *sum_w), *sum_b = calloc((size_t)c->columns, sizeof *sum_b);
  weft_normalization_gradient call = {c->dtype, c->rows, c->columns, g, c->x, c->means, c->scales,
                                      c->is_affine ? c->weight : NULL, dx, dw, db};
  expect(weft_normalize_rows_gradient(&call), "no memory");
  for (int64_t row = 0; row < c->rows; row++) {
    double mean = real_at(c->dtype, c->means, row), scale = real_at(c->dtype, c->scales, row), low = 0, high = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int64_t k = 0; k < c->columns; k++) {
        double normal = (at(c, c->x, row, k) - mean) * scale, v = at(c, g, row, k);
        double h = c->is_affine ? v * real_at(c->dtype, c->weight, k) : v;
        if (pass == 0) {
          low += h / (double)c->columns, high += h * normal / (double)c->columns;
          sum_w[k] += v * normal, sum_b[k] += v;
        } else {
          expect_near(at(c, dx, row, k), scale * (h - low - normal * high), 4 * tolerance(c) * scale,
                      "the gradient of a row of %d", (int)c->columns);
        }
      }
    }
  }
  for (int64_t k = 0; k < c->columns; k++) {
    double close = tolerance(c) * (double)(c->rows + 4);
    expect_near(real_at(c->dtype, dw, k), sum_w[k], close, "the gradient of a weight");
    expect_near(real_at(c->dtype, db, k), sum_b[k], close, "the gradient of a bias");
  }
  free(g), free(dx), free(dw), free(db), free(sum_w), free(sum_b);
}

// MARK: - The softmax, along memory and across it, and its logarithm

/// With -∞ and NaN among the others, and large numbers.
static void *make_logits(int32_t dtype, int64_t count) {
  void *x = make_random(dtype, count);
  for (int64_t i = 0; i < count; i++) set_real(dtype, x, i, real_at(dtype, x, i) * 20 + (i % 7 == 0 ? 100 : 0));
  set_real(dtype, x, 0, -INFINITY), set_real(dtype, x, count > 1 ? 1 : 0, NAN);
  return x;
}

/// Whether y is the softmax of x down its columns.
static void expect_softmax(int32_t dtype, bool logarithm, int64_t outer, int64_t length, int64_t inner, const void *x,
                           const void *y) {
  const double tolerance = dtype == WEFT_FLOAT64 ? 1e-14 : 1e-6 + precision(dtype);
  for (int64_t column = 0; column < outer * inner; column++) {
    const int64_t from = column / inner * length * inner + column % inner;
    double largest = -INFINITY, sum = 0;
    for (int64_t row = 0; row < length; row++) {
      double value = real_at(dtype, x, from + row * inner);
      largest = isnan(value) || isnan(largest) ? NAN : fmax(largest, value);
    }
    for (int64_t row = 0; row < length; row++) sum += exp(real_at(dtype, x, from + row * inner) - largest);
    for (int64_t row = 0; row < length; row++) {
      double shifted = real_at(dtype, x, from + row * inner) - largest;
      double expected = logarithm ? shifted - log(sum) : exp(shifted) / sum;
      expect_near(real_at(dtype, y, from + row * inner), expected, tolerance * (1 + fabs(expected)),
                  "%ssoftmax of %s, %d by %d", logarithm ? "log " : "", dtype_names[dtype], (int)length, (int)inner);
    }
  }
}

static void check_softmax(int32_t dtype, bool logarithm, int64_t outer, int64_t length, int64_t inner) {
  void *x = make_logits(dtype, outer * length * inner), *y = make(dtype, outer * length * inner);
  weft_softmax_along(dtype, logarithm, outer, length, inner, x, y);
  expect_softmax(dtype, logarithm, outer, length, inner, x, y);
  if (inner < 64) return free(x), free(y);
  // A column gives the same beside others.
  void *part = make(dtype, length * 64), *found = make(dtype, length * 64);
  for (int64_t i = 0; i < length * 64; i++) set_real(dtype, part, i, real_at(dtype, x, i / 64 * inner + i % 64));
  weft_softmax_along(dtype, logarithm, 1, length, 64, part, found);
  for (int64_t i = 2; i < length * 64; i++) {
    if (i % 64 < 2) continue;
    expect(real_at(dtype, found, i) == real_at(dtype, y, i / 64 * inner + i % 64), "softmax beside fewer columns");
  }
  free(x), free(y), free(part), free(found);
}

/// Rows that lie one behind the other: the softmax and its gradient, which one row by itself has too.
static void check_row_softmax(int32_t dtype, bool logarithm, int64_t rows, int64_t length) {
  void *x = make_logits(dtype, rows * length), *y = make(dtype, rows * length), *g = make_random(dtype, rows * length);
  void *dx = make(dtype, rows * length), *alone = make(dtype, length);
  weft_row_softmax(dtype, logarithm, rows, length, x, y);
  expect_softmax(dtype, logarithm, rows, length, 1, x, y);
  weft_row_softmax_gradient(dtype, logarithm, rows, length, g, y, dx);
  for (int64_t row = 0; row < rows; row++) {
    double sum = 0, size = 0;
    for (int64_t i = row * length; i < (row + 1) * length; i++) {
      double share = real_at(dtype, g, i) * (logarithm ? 1 : real_at(dtype, y, i));
      sum += share, size += fabs(share);
    }
    for (int64_t i = row * length; i < (row + 1) * length; i++) {
      double value = real_at(dtype, y, i), slope = real_at(dtype, g, i);
      double expected = logarithm ? slope - exp(value) * sum : value * (slope - sum);
      expect_near(real_at(dtype, dx, i), expected, (2e-6 + precision(dtype)) * (1 + fabs(expected) + size),
                  "the gradient of a softmax of %s, rows of %d", dtype_names[dtype], (int)length);
    }
  }
  size_t bytes = (size_t)length * element_bytes(dtype);
  weft_row_softmax(dtype, logarithm, 1, length, (char *)x + (size_t)(rows - 1) * bytes, alone);
  expect(rows == 1 || memcmp(alone, (char *)y + (size_t)(rows - 1) * bytes, bytes) == 0, "softmax of a row alone");
  free(x), free(y), free(g), free(dx), free(alone);
}

static void check_softmaxes(int32_t dtype) {
  for (int logarithm = 0; logarithm < 2; logarithm++) {
    check_softmax(dtype, logarithm, 1, 1, 64);
    check_softmax(dtype, logarithm, 2, 21, 100);
    check_softmax(dtype, logarithm, 3, 5, 1000);
    check_softmax(dtype, logarithm, 1, 300, 129);
    check_softmax(dtype, logarithm, 2, 70, 9);
    static const int64_t rows[] = {1, 7, 8, 16, 33, 100, 1000, 1024, 1030, 5000};
    for (int i = 0; i < 10; i++) check_softmax(dtype, logarithm, 3, rows[i], 1);
    for (int64_t length = 2; dtype != WEFT_FLOAT64 && length < 130; length += length < 9 ? 1 : 37) {
      check_row_softmax(dtype, logarithm, 1, length);
      check_row_softmax(dtype, logarithm, 67, length);
      check_row_softmax(dtype, logarithm, 256, length);
    }
  }
}

void check_normalizations(void) {
  begin("normalizations");
  check_softmaxes(WEFT_FLOAT32), check_softmaxes(WEFT_FLOAT16), check_softmaxes(WEFT_BFLOAT16);
  check_softmaxes(WEFT_FLOAT64);
  static const int64_t columns[] = {2, 5, 16, 37, 256, 1000, 2500};
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    for (int kind = 0; kind < 4; kind++) {
      for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        rows_case c = make_rows(dtype, i % 2 ? 130 : 3, columns[i], kind & 1, kind & 2);
        weft_normalization call = call_of(&c);
        weft_normalize_rows(&call);
        for (int64_t row = 0; row < c.rows; row++) check_row(&c, row);
        check_alone(&c);
        if (c.is_centered) check_gradient(&c);
        free_rows(&c);
      }
    }
  }
}
