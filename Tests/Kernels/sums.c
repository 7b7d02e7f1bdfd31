// Sums of what short programs give: of squares and sizes as they lie in memory, and of an instruction whose results are
// stored nowhere.
#include "check.h"

static int32_t compute_of(int32_t dtype) { return dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32; }

/// Sums of float64 are as exact as a few additions.
static double unit(int32_t dtype) { return dtype == WEFT_FLOAT64 ? 0x1p-48 : 0x1p-20; }

/// Rows of squares or sizes.
static void check_terms(int32_t dtype, bool squares, int64_t rows, int64_t columns) {
  weft_instruction only = {squares ? WEFT_OP_MULTIPLY : WEFT_OP_ABS, 2, 0, 0, 0};
  weft_program *program = make_program(compute_of(dtype), 1, 1, &only, false);
  const int64_t shape[] = {rows, columns}, strides[] = {columns, 1}, kept[] = {1, 0};
  void *x = make_random(dtype, rows * columns), *sums = make(dtype, rows);
  if (rows > 1) set_real(dtype, x, columns + columns / 2, -INFINITY);
  if (rows > 2) set_real(dtype, x, 3 * columns - 1, NAN);
  weft_operand operands[] = {{x, strides, dtype}, {sums, kept, dtype}};
  weft_reduce(program, 2, shape, (uint8_t[]){0, 1}, &(int32_t){WEFT_REDUCE_SUM}, operands, NULL);
  for (int64_t row = 0; row < rows; row++) {
    long double sum = 0;
    for (int64_t i = row * columns; i < (row + 1) * columns; i++) {
      const long double value = real_at(dtype, x, i);
      sum += squares ? value * value : fabsl(value);
    }
    const double expected = rounded(dtype, (double)sum);
    expect_near(real_at(dtype, sums, row), expected, (unit(dtype) + precision(dtype)) * fabs(expected),
                "the sum of %s of %d numbers of %s", squares ? "squares" : "sizes", (int)columns, dtype_names[dtype]);
  }
  weft_program_destroy(program);
  free(x), free(sums);
}

/// A program of three inputs, and what it gives.
typedef struct {
  int count;
  weft_instruction instructions[4];
  double (*value)(const double *x);
} loss;

static double product(const double *x) { return x[0] * x[1]; }
static double weighted(const double *x) { return x[0] * x[1] * x[2]; }
static double size(const double *x) { return fabs(x[0] - x[1]); }
static double square(const double *x) { return (x[0] - x[1]) * (x[0] - x[1]); }
static double again(const double *x) { return (x[0] * x[1] + x[2]) * x[0]; }
static double sum_of_both(const double *x) { return x[0] * x[1] + x[2]; }

static const loss losses[] = {
    {1, {{WEFT_OP_MULTIPLY, 4, 0, 1, 0}}, product},
    {2, {{WEFT_OP_MULTIPLY, 4, 0, 1, 0}, {WEFT_OP_MULTIPLY, 4, 4, 2, 0}}, weighted},
    {2, {{WEFT_OP_SUBTRACT, 4, 0, 1, 0}, {WEFT_OP_ABS, 4, 4, 0, 0}}, size},
    {2, {{WEFT_OP_SUBTRACT, 4, 0, 1, 0}, {WEFT_OP_MULTIPLY, 4, 4, 4, 0}}, square},
    {2, {{WEFT_OP_MULTIPLY_ADD, 4, 0, 1, 2}, {WEFT_OP_MULTIPLY, 4, 4, 0, 0}}, again},
    {1, {{WEFT_OP_MULTIPLY_ADD, 4, 0, 1, 2}}, sum_of_both},
};

/// The inputs in `uniform` are one number for all elements.
static void check_loss(int32_t dtype, const loss *l, int64_t n, unsigned uniform) {
  weft_program *program = make_program(compute_of(dtype), 3, l->count, l->instructions, false);
  const int64_t one = 1, none = 0;
  const int32_t wide = dtype == WEFT_FLOAT64 ? WEFT_FLOAT64 : WEFT_FLOAT32;
  void *inputs[3], *result = make(wide, 1);
  weft_operand operands[4] = {[3] = {result, &one, wide}};
  for (int k = 0; k < 3; k++) {
    inputs[k] = make_random(dtype, n);
    operands[k] = (weft_operand){inputs[k], uniform >> k & 1 ? &none : &one, dtype};
  }
  weft_reduce(program, 1, &n, (uint8_t[]){1}, &(int32_t){WEFT_REDUCE_SUM}, operands, NULL);
  long double sum = 0, scale = 0;
  for (int64_t i = 0; i < n; i++) {
    double x[3];
    for (int k = 0; k < 3; k++) x[k] = real_at(dtype, inputs[k], uniform >> k & 1 ? 0 : i);
    sum += l->value(x), scale += fabs(l->value(x)) + 1;
  }
  expect_near(real_at(wide, result, 0), (double)sum, unit(dtype) * (double)scale,
              "loss %d of %d numbers of %s, one for all in %x", (int)(l - losses), (int)n, dtype_names[dtype], uniform);
  weft_program_destroy(program);
  for (int k = 0; k < 3; k++) free(inputs[k]);
  free(result);
}

void check_sums(void) {
  begin("sums");
  static const int32_t dtypes[] = {WEFT_FLOAT32, WEFT_FLOAT16, WEFT_BFLOAT16, WEFT_FLOAT64};
  static const int64_t columns[] = {1, 7, 500, 511, 512, 513, 833, 1000, 1166, 1499, 100001};
  static const int64_t lengths[] = {1, 15, 500, 512, 1023, 1025, 4099, 70001, 200003};
  for (int d = 0; d < 4; d++) {
    for (int i = 0; i < 2 * (int)(sizeof columns / sizeof *columns); i++) {
      check_terms(dtypes[d], i % 2, 1, columns[i / 2]);
      check_terms(dtypes[d], i % 2, 5, columns[i / 2]);
      if (columns[i / 2] < 2000) check_terms(dtypes[d], i % 2, 40, columns[i / 2]);
    }
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
      for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        for (unsigned uniform = 0; uniform < 8; uniform++) check_loss(dtypes[d], &losses[i], lengths[k], uniform);
      }
    }
  }
}
