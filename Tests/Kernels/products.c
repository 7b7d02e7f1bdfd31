// Matrix products: all types, layouts and biases.
#include "check.h"

typedef struct {
  int32_t dtype;
  int64_t batch, m, n, k;
  bool turned_a, turned_b;  // stored column by column
  bool biased, accumulates, wide;
} product;

static weft_matmul_description describe(const product *p) {
  weft_matmul_description d = {.rank = 3, .a_shape = {p->batch, p->m, p->k}, .b_shape = {p->batch, p->k, p->n},
                               .c_shape = {p->batch, p->m, p->n}, .dtype = p->dtype, .wide = p->wide,
                               .accumulate = p->accumulates};
  dense_strides(3, d.a_shape, d.a_strides);
  dense_strides(3, d.b_shape, d.b_strides);
  dense_strides(3, d.c_shape, d.c_strides);
  if (p->turned_a) d.a_strides[1] = 1, d.a_strides[2] = p->m;
  if (p->turned_b) d.b_strides[1] = 1, d.b_strides[2] = p->k;
  return d;
}

/// The low bits of a whole number.
static double wrapped(int32_t dtype, double sum) {
  uint64_t memory;
  set_value(dtype, &memory, 0, sum);
  return value_at(dtype, &memory, 0);
}

static void check_product(product p) {
  weft_matmul_description d = describe(&p);
  int32_t result = p.wide ? WEFT_FLOAT32 : p.dtype;
  int64_t results = p.batch * p.m * p.n;
  void *a = make_random(p.dtype, p.batch * p.m * p.k), *b = make_random(p.dtype, p.batch * p.k * p.n);
  void *bias = p.biased ? make_random(result, p.n) : NULL, *c = make_random(result, results);
  void *before = make(result, results), *expected = make(result, 1);
  memcpy(before, c, (size_t)results * element_bytes(result));
  expect(weft_matmul(&d, a, b, bias, c) == 0, "a product of %s does not run", dtype_names[p.dtype]);
  for (int64_t i = 0; i < results; i++) {
    int64_t batch = i / (p.m * p.n), row = i / p.n % p.m, column = i % p.n;
    double sum = bias ? value_at(result, bias, column) : 0, size = fabs(sum);
    for (int64_t k = 0; k < p.k; k++) {
      double x = value_at(p.dtype, a, batch * d.a_strides[0] + row * d.a_strides[1] + k * d.a_strides[2]) *
                 value_at(p.dtype, b, batch * d.b_strides[0] + k * d.b_strides[1] + column * d.b_strides[2]);
      sum += x;
      size += fabs(x);
    }
    if (!is_real(p.dtype)) sum = wrapped(result, sum);
    if (p.accumulates) sum += value_at(result, before, i);
    set_value(result, expected, 0, sum);
    double inner = precision(p.dtype == WEFT_FLOAT64 ? WEFT_FLOAT64 : WEFT_FLOAT32);
    double tolerance = is_real(p.dtype) ? 4 * inner * (size + 1) + precision(result) * (fabs(sum) + p.accumulates) : 0;
    expect_near(value_at(result, c, i), value_at(result, expected, 0), tolerance,
                "%s [%d, %d] x [%d, %d]%s%s", dtype_names[p.dtype], (int)p.m, (int)p.k, (int)p.k,
                (int)p.n, p.turned_a ? ", left turned" : "", p.turned_b ? ", right turned" : "");
  }
  free(a), free(b), free(bias), free(c), free(before), free(expected);
}

static const int64_t sizes[][3] = {{1, 1, 1}, {3, 5, 7}, {1, 200, 64}, {200, 1, 64}, {17, 33, 65}, {4, 6, 0},
                                   {40, 40, 40}, {70, 33, 60}};

static void check_sizes(int32_t dtype) {
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    for (int turned = 0; turned < 4; turned++) {
      product p = {.dtype = dtype, .batch = 1 + turned % 2, .m = sizes[s][0], .n = sizes[s][1], .k = sizes[s][2],
                   .turned_a = turned & 1, .turned_b = turned & 2};
      check_product(p);
      p.biased = true;
      check_product(p);
      p.biased = false;
      p.accumulates = true;
      check_product(p);
      p.wide = dtype == WEFT_FLOAT16 || dtype == WEFT_BFLOAT16;
      if (p.wide) check_product(p);
    }
  }
}

/// Batches of products of a few numbers.
static void check_tiny(int32_t dtype) {
  for (int64_t m = 1; m <= 6; m++) {
    for (int64_t n = 1; n <= 5; n++) {
      for (int64_t k = 1; k <= 5; k++) {
        const int turned = (int)(m + n + k) % 4;
        product p = {.dtype = dtype, .batch = 7, .m = m, .n = n, .k = k,
                     .turned_a = turned & 1, .turned_b = turned & 2};
        check_product(p);
        p.accumulates = true;
        check_product(p);
      }
    }
  }
  check_product((product){.dtype = dtype, .batch = 3, .m = 65, .n = 3, .k = 3});
}

/// A batch of two axes, the second of which the right operand repeats along and which cannot be joined to the rows.
static void check_tiny_repeats(int32_t dtype) {
  weft_matmul_description d = {.rank = 4, .a_shape = {2, 3, 2, 2}, .b_shape = {2, 1, 2, 2}, .c_shape = {2, 3, 2, 2},
                               .dtype = dtype, .a_strides = {12, 4, 1, 2}, .b_strides = {4, 0, 2, 1},
                               .c_strides = {12, 4, 2, 1}};
  void *a = make_random(dtype, 24), *b = make_random(dtype, 8), *c = make(dtype, 24);
  expect(weft_matmul(&d, a, b, NULL, c) == 0, "tiny products of %s do not run", dtype_names[dtype]);
  for (int64_t i = 0; i < 24; i++) {
    int64_t item = i / 4, row = i / 2 % 2, column = i % 2;
    double sum = 0;
    for (int64_t k = 0; k < 2; k++) {
      sum += real_at(dtype, a, item * 4 + row + 2 * k) * real_at(dtype, b, item / 3 * 4 + 2 * k + column);
    }
    expect_near(real_at(dtype, c, i), sum, 8 * precision(dtype), "tiny products of %s, repeated", dtype_names[dtype]);
  }
  free(a), free(b), free(c);
}

void check_products(void) {
  begin("products");
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    check_tiny(dtype);
    check_tiny_repeats(dtype);
  }
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_BOOL; dtype++) {
    if (dtype != WEFT_BOOL) check_sizes(dtype);
    if (is_real(dtype)) check_product((product){.dtype = dtype, .batch = 1, .m = 20, .n = 30, .k = 40, .biased = true});
  }
}
