// Instructions of lines in pieces, each beside its definition on one element, operand by operand shared or not.
#include "check.h"

enum { LENGTH = 261, OPERANDS = 4 };  // every number with every other of the first two, and no multiple of a vector

static double any_number(int64_t i, int operand) {
  static const double numbers[] = {0, -0.0, 1, -1, 0.5, -3, 3, 0.25, 2, 1e30, -1e30, -2.9999, 7, INFINITY, -INFINITY, NAN};
  if (operand == 2 && i % 3) return numbers[whole(0, 8)];  // as weights, which nothing overflows by
  if (i < 256 && operand < 2) return numbers[operand ? i / 16 : i % 16];
  return i % 3 ? numbers[whole(0, 15)] : number() * 4;
}

static double lerp(double a, double b, double c) {
  const double way = b - a;
  if (isfinite(way)) return c < 0.5 ? a + c * way : b - way * (1 - c);
  if (isnan(a) || isnan(b)) return NAN;
  if (c == 0) return a;
  return c == 1 ? b : a == b ? a : a * (1 - c) + b * c;
}

static double expected_of(int opcode, const double *x) {
  switch (opcode) {
    case WEFT_OP_LERP: return lerp(x[0], x[1], x[2]);
    case WEFT_OP_LEAK: return x[0] > 0 ? x[1] : isnan(x[0]) ? NAN : x[1] * x[2];
    case WEFT_OP_HARD_SIGMOID: return isnan(x[0]) ? NAN : fmin(fmax(x[0] + 3, 0), 6) / 6;
    default: return isnan(x[0]) ? x[1] : x[0] == INFINITY ? x[2] : x[0] == -INFINITY ? x[3] : x[0];
  }
}

/// Operands with a bit in `shared` are one number; the result may lie where operand `over` does.
static void check_one(int32_t dtype, int opcode, int operands, unsigned shared, int over) {
  static const int64_t length = LENGTH, one = 1, none = 0;
  const bool is_wide = dtype == WEFT_FLOAT64;
  weft_instruction instruction = {(uint16_t)opcode, (uint16_t)(operands + 1), 0, 1, 2, 3};
  weft_program *program = make_program(is_wide ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32, operands, 1, &instruction,
                                       false);
  expect(program != NULL, "a program of instruction %d", opcode);
  weft_operand views[OPERANDS + 1];
  double numbers[OPERANDS][LENGTH];
  for (int k = 0; k < operands; k++) {
    const bool is_shared = shared >> k & 1;
    views[k] = (weft_operand){make(dtype, LENGTH), is_shared ? &none : &one, dtype};
    for (int64_t i = 0; i < LENGTH; i++) {
      set_real(dtype, views[k].data, i, any_number(i, k));
      numbers[k][i] = real_at(dtype, views[k].data, is_shared ? 0 : i);
    }
  }
  void *result = over < operands && !(shared >> over & 1) ? views[over].data : make(dtype, LENGTH);
  views[operands] = (weft_operand){result, &one, dtype};
  weft_map(program, 1, &length, views, NULL);
  for (int64_t i = 0; i < LENGTH; i++) {
    double x[OPERANDS] = {0};
    for (int k = 0; k < operands; k++) x[k] = numbers[k][i];
    const double found = real_at(dtype, result, i), expected = rounded(dtype, expected_of(opcode, x));
    const double size = opcode == WEFT_OP_LERP ? fabs(x[0]) + fabs(x[1]) : fabs(expected);
    const double tolerance = isfinite(expected) && isfinite(size) ? 4 * precision(dtype) * size * (1 + fabs(x[2])) : 0;
    expect_near(found, expected, isfinite(tolerance) ? tolerance : 0, "instruction %d of %g, %g, %g, %g in %s", opcode,
                x[0], x[1], x[2], x[3], dtype_names[dtype]);
  }
  for (int k = 0; k < operands; k++) free(views[k].data);
  if (over >= operands || shared >> over & 1) free(result);
  weft_program_destroy(program);
}

/// Both ends of a way are met exactly.
static void check_ends(void) {
  static const weft_instruction instruction = {WEFT_OP_LERP, 4, 0, 1, 2, 0};
  static const int64_t length = LENGTH, one = 1, none = 0;
  weft_program *program = make_program(WEFT_COMPUTE_FLOAT32, 3, 1, &instruction, false);
  float *a = make_random(WEFT_FLOAT32, LENGTH), *b = make_random(WEFT_FLOAT32, LENGTH), *y = make(WEFT_FLOAT32, LENGTH);
  for (int end = 0; end < 2; end++) {
    float w = (float)end;
    weft_operand views[] = {{a, &one, WEFT_FLOAT32}, {b, &one, WEFT_FLOAT32}, {&w, &none, WEFT_FLOAT32},
                            {y, &one, WEFT_FLOAT32}};
    weft_map(program, 1, &length, views, NULL);
    expect(!memcmp(y, end ? b : a, LENGTH * sizeof *y), "the end of a way at %d", end);
  }
  free(a), free(b), free(y);
  weft_program_destroy(program);
}

void check_pieces(void) {
  begin("pieces");
  static const struct {
    int opcode, operands;
  } cases[] = {{WEFT_OP_LERP, 3}, {WEFT_OP_LEAK, 3}, {WEFT_OP_HARD_SIGMOID, 1}, {WEFT_OP_REPLACE_NONFINITE, 4}};
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      for (unsigned shared = 0; shared < 1u << cases[i].operands; shared++) {
        for (int over = 0; over <= cases[i].operands; over++) {
          check_one(dtype, cases[i].opcode, cases[i].operands, shared, over);
        }
      }
    }
  }
  check_ends();
}
