// Matrix products: all types, layouts, biases and activations.
#include "check.h"

static double activated(double x, int activation) {
  switch (activation) {
    case WEFT_ACTIVATION_RELU: return x > 0 ? x : 0;
    case WEFT_ACTIVATION_GELU_TANH: return x / 2 * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case WEFT_ACTIVATION_GELU_ERF: return x / 2 * (1 + erf(x / sqrt(2)));
    case WEFT_ACTIVATION_TANH: return tanh(x);
    case WEFT_ACTIVATION_SIGMOID: return 1 / (1 + exp(-x));
    default: return x;
  }
}

typedef struct {
  int32_t dtype;
  int64_t batch, m, n, k;
  bool turned_a, turned_b;  // stored column by column
  bool biased, accumulates, wide;
  int activation;
} product;

static weft_matmul_description describe(const product *p) {
  weft_matmul_description d = {.rank = 3, .a_shape = {p->batch, p->m, p->k}, .b_shape = {p->batch, p->k, p->n},
                               .c_shape = {p->batch, p->m, p->n}, .dtype = p->dtype, .wide = p->wide,
                               .activation = p->activation, .accumulate = p->accumulates};
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
    sum = activated(sum, p.activation) + (p.accumulates ? value_at(result, before, i) : 0);
    set_value(result, expected, 0, sum);
    double inner = precision(p.dtype == WEFT_FLOAT64 ? WEFT_FLOAT64 : WEFT_FLOAT32);
    double tolerance = is_real(p.dtype) ? 4 * inner * (size + 1) + precision(result) * (fabs(sum) + p.accumulates) : 0;
    expect_near(value_at(result, c, i), value_at(result, expected, 0), tolerance,
                "%s [%d, %d] x [%d, %d]%s%s, activation %d", dtype_names[p.dtype], (int)p.m, (int)p.k, (int)p.k,
                (int)p.n, p.turned_a ? ", left turned" : "", p.turned_b ? ", right turned" : "", p.activation);
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
      p.activation = WEFT_ACTIVATION_RELU;
      check_product(p);
      p.biased = false;
      p.activation = WEFT_ACTIVATION_NONE;
      p.accumulates = true;
      check_product(p);
      p.wide = dtype == WEFT_FLOAT16 || dtype == WEFT_BFLOAT16;
      if (p.wide) check_product(p);
    }
  }
}

void check_products(void) {
  begin("products");
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_BOOL; dtype++) {
    if (dtype != WEFT_BOOL) check_sizes(dtype);
    for (int activation = WEFT_ACTIVATION_RELU; is_real(dtype) && activation <= WEFT_ACTIVATION_SIGMOID; activation++) {
      check_product((product){.dtype = dtype, .batch = 1, .m = 20, .n = 30, .k = 40, .biased = true,
                              .activation = activation});
      check_product((product){.dtype = dtype, .batch = 1, .m = 3, .n = 5, .k = 4, .activation = activation});
    }
  }
}
