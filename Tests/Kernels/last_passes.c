// Formulas that are applied to the results of products and convolutions block by block: the same bits as the formula by
// itself afterwards, whatever kernel, block and layout; and weights that are kept packed.
#include "check.h"

enum { FORMULAS = 10, MOST_INPUTS = 2 };

/// A formula of the result and, where it has two inputs, of another tensor.
typedef struct {
  const char *name;
  int inputs, constants, parameters;
  weft_scalar numbers[2];
  int count;
  weft_instruction steps[2];
} formula;

// Registers: inputs, parameters, constants, position, temporaries.
static const formula formulas[FORMULAS] = {
    {"relu", 1, 1, 0, {{.real = 0}}, 1, {{WEFT_OP_MAXIMUM, 3, 0, 1, 0}}},
    {"relu6", 1, 0, 2, {{.real = 0}, {.real = 6}}, 2,
     {{WEFT_OP_MAXIMUM, 4, 0, 1, 0}, {WEFT_OP_MINIMUM, 5, 4, 2, 0}}},
    {"a cut at 0", 1, 0, 2, {{.real = -1}, {.real = 0}}, 2,
     {{WEFT_OP_MAXIMUM, 4, 0, 1, 0}, {WEFT_OP_MINIMUM, 5, 4, 2, 0}}},
    {"a cut above", 1, 1, 0, {{.real = 0.25}}, 1, {{WEFT_OP_MINIMUM, 3, 0, 1, 0}}},
    {"a cut by NaN", 1, 1, 0, {{.real = NAN}}, 1, {{WEFT_OP_MAXIMUM, 3, 0, 1, 0}}},
    {"silu", 1, 0, 0, {{.real = 0}}, 2, {{WEFT_OP_SIGMOID, 2, 0, 0, 0}, {WEFT_OP_MULTIPLY, 3, 0, 2, 0}}},
    {"residual and relu", 2, 1, 0, {{.real = 0}}, 2, {{WEFT_OP_ADD, 4, 0, 1, 0}, {WEFT_OP_MAXIMUM, 5, 4, 2, 0}}},
    {"residual", 2, 0, 0, {{.real = 0}}, 1, {{WEFT_OP_ADD, 3, 1, 0, 0}}},
    {"residual and a cut above", 2, 1, 0, {{.real = 0.5}}, 2,
     {{WEFT_OP_ADD, 4, 0, 1, 0}, {WEFT_OP_MINIMUM, 5, 4, 2, 0}}},
    {"scale", 2, 0, 0, {{.real = 0}}, 1, {{WEFT_OP_MULTIPLY, 3, 0, 1, 0}}},
};

static weft_program *program_of(const formula *f) {
  uint16_t output = f->steps[f->count - 1].destination;
  weft_program_description d = {
      .compute = WEFT_COMPUTE_FLOAT32, .input_count = f->inputs, .output_count = 1, .parameter_count = f->parameters,
      .constant_count = f->constants, .register_count = output + 1, .instruction_count = f->count,
      .instructions = f->steps, .constants = f->numbers, .outputs = &output};
  return weft_program_create(&d);
}

/// Numbers that formulas part at among others.
static float *make_hard(int64_t count, bool hard) {
  float *data = make_random(WEFT_FLOAT32, count);
  for (int64_t i = 0; hard && i < count; i++) {
    int64_t kind = whole(0, 400);
    if (kind == 0) data[i] = NAN;
    if (kind == 1) data[i] = INFINITY;
    if (kind == 2) data[i] = -INFINITY;
    if (kind > 2 && kind < 8) data[i] = 0x1p-140f;  // which products make 0 of, and formulas do not
    if (kind >= 8 && kind < 100) data[i] = -0.0f;
  }
  return data;
}

/// What runs into a result, with a formula behind it or without.
typedef int32_t (*runner)(const void *call, const weft_last_pass *pass, float *result);

/// The formula in the last pass beside the formula by itself. `other` strides are those of the second input.
static void check_formula(runner run, const void *call, const formula *f, int32_t rank, const int64_t *shape,
                          const int64_t *strides, const int64_t *other_strides, const char *what) {
  int64_t count = 1;
  for (int32_t axis = 0; axis < rank; axis++) count *= shape[axis];
  float *plain = make(WEFT_FLOAT32, count), *fused = make(WEFT_FLOAT32, count), *other = make_hard(count, true);
  weft_program *program = program_of(f);
  weft_operand operands[3] = {{plain, strides, WEFT_FLOAT32}, {other, other_strides, WEFT_FLOAT32}};
  operands[f->inputs] = operands[0];
  expect(run(call, NULL, plain) == 0, "%s does not run", what);
  weft_map(program, rank, shape, operands, f->numbers);
  operands[0].data = operands[f->inputs].data = fused;
  weft_last_pass pass = {program, f->inputs + 1, operands, f->numbers};
  expect(run(call, &pass, fused) == 0, "%s with %s does not run", what, f->name);
  int64_t differing = 0;
  for (int64_t i = 0; i < count; i++) {
    differing += memcmp(plain + i, fused + i, sizeof *plain) != 0 && !(isnan(plain[i]) && isnan(fused[i]));
  }
  expect(differing == 0, "%s with %s in its last pass: %d of %d bits differ", what, f->name, (int)differing,
         (int)count);
  weft_program_destroy(program);
  free(plain), free(fused), free(other);
}

// MARK: - Products

typedef struct {
  weft_matmul_description d;
  const float *a, *b, *bias;
} product;

static uint64_t next_content(void) {
  static uint64_t numbers = (uint64_t)1 << 40;
  return ++numbers;
}

static int32_t run_product(const void *call, const weft_last_pass *pass, float *result) {
  const product *p = call;
  weft_matmul_description d = p->d;
  d.last_pass = pass;
  return weft_matmul(&d, p->a, p->b, p->bias, result);
}

/// The weight packed for the call, when it is kept, and when it was kept: the same bits.
static void check_keeping(product p, int64_t m, int64_t n, int64_t k) {
  float *results[4];
  for (int i = 0; i < 4; i++) {
    results[i] = make(WEFT_FLOAT32, m * n);
    expect(run_product(&p, NULL, results[i]) == 0, "a product does not run");
    expect(memcmp(results[0], results[i], (size_t)(m * n) * sizeof(float)) == 0,
           "[%d, %d] x [%d, %d]: call %d gives other bits", (int)m, (int)k, (int)k, (int)n, i);
  }
  for (int64_t i = 0; i < m * n; i++) {
    double sum = p.bias ? p.bias[i % n] : 0, size = fabs(sum);
    for (int64_t j = 0; j < k; j++) {
      double x = (double)p.a[i / n * p.d.a_strides[0] + j] * p.b[i % n * p.d.b_strides[1] + j];
      sum += x;
      size += fabs(x);
    }
    expect_near(results[0][i], sum, 4 * precision(WEFT_FLOAT32) * (size + 1), "kept [%d, %d] x [%d, %d]", (int)m,
                (int)k, (int)k, (int)n);
  }
  weft_prepared_forget(p.d.b_content);
  for (int i = 0; i < 4; i++) free(results[i]);
}

static void check_product(int64_t m, int64_t n, int64_t k, bool biased) {
  int64_t apart = k + whole(0, 3);  // rows of the weight need not touch
  for (int hard = 0; hard < 2; hard++) {
    float *a = make_hard(m * k, hard), *b = make_hard(n * apart, hard), *bias = make_hard(n, hard);
    product p = {{.rank = 2, .a_shape = {m, k}, .b_shape = {k, n}, .c_shape = {m, n}, .a_strides = {k, 1},
                  .b_strides = {1, apart}, .c_strides = {n, 1}, .dtype = WEFT_FLOAT32, .b_content = next_content()},
                 a, b, biased ? bias : NULL};
    if (!hard) check_keeping(p, m, n, k);
    int64_t dense[] = {n, 1}, columns[] = {0, 1}, turned[] = {1, m};
    for (int i = 0; i < FORMULAS; i++) {
      check_formula(run_product, &p, &formulas[i], 2, p.d.c_shape, p.d.c_strides, dense, "a product");
      if (formulas[i].inputs < 2) continue;
      check_formula(run_product, &p, &formulas[i], 2, p.d.c_shape, p.d.c_strides, columns, "a product, by columns");
      check_formula(run_product, &p, &formulas[i], 2, p.d.c_shape, p.d.c_strides, turned, "a product, turned");
    }
    weft_prepared_forget(p.d.b_content);
    free(a), free(b), free(bias);
  }
}

// MARK: - Convolutions

typedef struct {
  weft_convolution_description d;
  const float *input, *weight, *bias;
} filters;

static int32_t run_filters(const void *call, const weft_last_pass *pass, float *result) {
  const filters *f = call;
  weft_convolution_description d = f->d;
  d.last_pass = pass;
  return weft_convolution_forward(&d, f->input, f->weight, f->bias, result);
}

static void last(int32_t rank, const int64_t *sizes, int64_t *strides) {
  int64_t step = sizes[1];
  strides[1] = 1;
  for (int32_t axis = rank - 1; axis >= 2; axis--) strides[axis] = step, step *= sizes[axis];
  strides[0] = step;
}

/// The same bits whether something is kept of the weight or not.
static void check_kept_filters(filters f, int64_t count) {
  float *unkept = make(WEFT_FLOAT32, count), *kept = make(WEFT_FLOAT32, count);
  uint64_t content = f.d.weight_content;
  f.d.weight_content = 0;
  expect(run_filters(&f, NULL, unkept) == 0, "a convolution does not run");
  f.d.weight_content = content;
  for (int i = 0; i < 3; i++) {
    expect(run_filters(&f, NULL, kept) == 0, "a convolution does not run");
    expect(memcmp(unkept, kept, (size_t)count * sizeof(float)) == 0, "a convolution: call %d gives other bits", i);
  }
  free(unkept), free(kept);
}

/// Numbers of a convolution: those that formulas part at are among the inputs, or among the weights too.
typedef enum { PLAIN, HARD, HARD_INPUTS, POSITIVE } numbers;

static void check_filters_of(weft_convolution_description d, numbers kind) {
  int64_t input[] = {d.batch, d.in_channels, d.in_size[0], d.in_size[1]};
  int64_t weight[] = {d.out_channels, d.in_channels / d.groups, d.kernel[0], d.kernel[1]};
  int64_t output[] = {d.batch, d.out_channels, d.out_size[0], d.out_size[1]};
  int64_t inputs = input[0] * input[1] * input[2] * input[3], weights = weight[0] * weight[1] * weight[2] * weight[3];
  last(4, input, d.input_strides);
  last(4, output, d.output_strides);
  dense_strides(4, weight, d.weight_strides);
  d.dtype = WEFT_FLOAT32;
  d.weight_content = next_content();
  bool hard = kind == HARD || kind == HARD_INPUTS;
  float *x = make_hard(inputs, hard), *w = make_hard(weights, kind == HARD), *bias = make_hard(d.out_channels, hard);
  // Of some results nothing but what is added is left.
  for (int64_t i = 0; hard && i < inputs / 8; i++) x[i] = 0;
  for (int64_t i = 0; kind == POSITIVE && i < inputs; i++) x[i] = fabsf(x[i]) + 1;
  for (int64_t i = 0; kind == POSITIVE && i < weights; i++) w[i] = fabsf(w[i]) + 1;
  filters f = {d, x, w, bias};
  if (!hard) check_kept_filters(f, output[0] * output[1] * output[2] * output[3]);
  int64_t first[4], channels[] = {0, 1, 0, 0};
  dense_strides(4, output, first);
  for (int i = 0; i < FORMULAS; i++) {
    const formula *g = &formulas[i];
    check_formula(run_filters, &f, g, 4, output, d.output_strides, d.output_strides, "a convolution");
    if (g->inputs < 2) continue;
    check_formula(run_filters, &f, g, 4, output, d.output_strides, first, "a convolution, channels first");
    check_formula(run_filters, &f, g, 4, output, d.output_strides, channels, "a convolution, by channels");
  }
  weft_prepared_forget(d.weight_content);
  free(x), free(w), free(bias);
}

static void check_filters(weft_convolution_description d, bool hard) { check_filters_of(d, hard ? HARD : PLAIN); }

static weft_convolution_description windows(int64_t batch, int64_t in, int64_t out, int64_t groups, int64_t size,
                                            int64_t kernel, int64_t stride, int64_t dilation, int64_t padding) {
  weft_convolution_description d = {.spatial = 2, .batch = batch, .in_channels = in, .out_channels = out,
                                    .groups = groups};
  for (int32_t i = 0; i < 2; i++) {
    d.in_size[i] = size + i;
    d.kernel[i] = kernel;
    d.stride[i] = stride;
    d.dilation[i] = dilation;
    d.padding_before[i] = padding;
    d.padding_after[i] = padding + (kernel > 1 ? i : 0);
    int64_t padded = d.in_size[i] + padding + d.padding_after[i] - dilation * (kernel - 1) - 1;
    d.out_size[i] = padded / stride + 1;
  }
  return d;
}

void check_last_passes(void) {
  begin("last passes");
  // Of the last five the weight has too few rows or columns to be kept, or there are too many or too few of the input.
  static const int64_t sizes[][3] = {{8, 64, 64},  {9, 65, 67},  {16, 70, 133}, {12, 133, 64}, {49, 90, 71},
                                     {90, 100, 80}, {150, 100, 80}, {16, 70, 33}, {12, 33, 64}, {3, 80, 80},   {30, 5, 9}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    check_product(sizes[i][0], sizes[i][1], sizes[i][2], i % 2);
  }
  for (int hard = 0; hard < 2; hard++) {
    check_filters(windows(2, 5, 40, 1, 9, 1, 1, 1, 0), hard);     // products
    check_filters(windows(2, 37, 70, 1, 13, 1, 2, 1, 0), hard);   // of points that are apart
    check_filters(windows(1, 24, 16, 1, 40, 1, 1, 1, 0), hard);
    check_filters(windows(1, 8, 100, 1, 20, 1, 1, 1, 0), hard);
    check_filters(windows(1, 60, 90, 1, 55, 1, 1, 1, 0), hard);   // larger than caches
    check_filters(windows(2, 37, 1024, 1, 12, 1, 1, 1, 0), hard);
    check_filters(windows(2, 35, 35, 35, 12, 3, 1, 1, 1), hard);  // each channel by itself
    check_filters(windows(1, 70, 70, 70, 7, 3, 1, 1, 1), hard);
    check_filters(windows(1, 16, 16, 16, 21, 5, 1, 1, 2), hard);
    check_filters(windows(1, 20, 20, 20, 15, 3, 1, 2, 1), hard);
    check_filters(windows(1, 9, 9, 9, 3, 3, 1, 1, 4), hard);      // windows in padding alone
    check_filters(windows(1, 130, 130, 130, 33, 3, 1, 1, 1), hard);
    check_filters(windows(2, 12, 12, 12, 9, 3, 2, 1, 1), hard);
    check_filters(windows(1, 3, 40, 1, 21, 3, 2, 1, 1), hard);    // few channels
    check_filters(windows(2, 1, 9, 1, 9, 5, 1, 1, 2), hard);
    check_filters(windows(1, 4, 33, 1, 3, 3, 1, 1, 4), hard);
    check_filters(windows(1, 3, 8, 1, 9, 3, 1, 2, 1), hard);      // others' kernels
    check_filters(windows(1, 8, 12, 2, 9, 3, 1, 1, 1), hard);
    check_filters(windows(1, 32, 32, 1, 16, 3, 1, 1, 1), hard);
  }
  for (numbers kind = PLAIN; kind <= POSITIVE; kind++) {
    check_filters_of(windows(1, 70, 45, 1, 16, 3, 1, 1, 1), kind);  // Winograd's: more channels than at once
    check_filters_of(windows(1, 80, 40, 1, 44, 3, 1, 1, 1), kind);  // more tiles than at once
    check_filters_of(windows(1, 33, 64, 1, 86, 3, 1, 1, 1), kind);  // enough tiles for each thread's own
    check_filters_of(windows(2, 40, 36, 1, 29, 3, 2, 1, 1), kind);
    check_filters_of(windows(1, 36, 36, 1, 22, 3, 1, 2, 2), kind);
    check_filters_of(windows(1, 150, 45, 1, 6, 3, 1, 1, 1), kind);  // few tiles
  }
}
