// Functions of float32 that are computed in double and rounded once.
#include "check.h"

enum { COUNT = 60000 };

/// Of any size and sign, with every pair of special numbers among them.
static float any_number(int64_t i, int64_t place) {
  static const float special[] = {0, -0.0f, 1, -1, 0x1p-149f, -0x1p-130f, 0x1.fffffep127f, INFINITY, -INFINITY, NAN,
                                  3, -7, 0.41421357f, 100, -90, 0x1.000002p0f};
  if (i < 256) return special[place ? i / 16 : i % 16];
  const int kind = (int)(i / 64 % 5);
  if (kind == 0) return (float)number();
  if (kind == 1) return (float)(number() * 90);
  if (kind == 2) return (float)whole(-40, 40);
  if (kind == 3) return (float)ldexp(number(), (int)whole(-30, 30));
  return (float)ldexp(number(), (int)whole(-148, 127));
}

static double floor_of_quotient(double a, double b) {
  if (b == 0) return a / b;
  double rest = fmod(a, b), quotient = (a - rest) / b;
  if (rest != 0 && (b < 0) != (rest < 0)) quotient -= 1;
  return quotient == 0 ? copysign(0, a / b) : rint(quotient);
}

static double rest_of_quotient(double a, double b) {
  double rest = fmod(a, b);
  if (rest == 0) return copysign(rest, b);
  return (b < 0) != (rest < 0) ? rest + b : rest;
}

#define OF_ONE(function) \
  static double function##_of(double a, double b) { return (void)b, function(a); }
OF_ONE(tan)
OF_ONE(asin)
OF_ONE(acos)
OF_ONE(atan)
OF_ONE(sinh)
OF_ONE(cosh)
OF_ONE(asinh)
OF_ONE(acosh)
OF_ONE(atanh)
OF_ONE(weft_log_gamma)
OF_ONE(weft_digamma)
OF_ONE(weft_erf_inverse)
OF_ONE(weft_normal_quantile)
OF_ONE(weft_bessel_i0)
OF_ONE(weft_bessel_i0_scaled)
OF_ONE(weft_bessel_i1)
OF_ONE(weft_bessel_i1_scaled)

/// The same number, sign of 0 included, or a neighbour in float32, of functions that are not exact in double.
static bool agrees(float found, float expected, bool is_exact) {
  if (isnan(expected)) return isnan(found);
  if (found == expected) return signbit(found) == signbit(expected);
  return !is_exact && (nextafterf(found, expected) == expected);
}

static void check_function(int opcode, int inputs, double (*function)(double, double), bool is_exact) {
  weft_instruction instruction = {(uint16_t)opcode, (uint16_t)(inputs + 1), 0, 1, 0};
  weft_program *program = make_program(WEFT_COMPUTE_FLOAT32, inputs, 1, &instruction, false);
  float *a = make(WEFT_FLOAT32, COUNT), *b = make(WEFT_FLOAT32, COUNT), *found = make(WEFT_FLOAT32, COUNT);
  for (int64_t i = 0; i < COUNT; i++) a[i] = any_number(i, 0), b[i] = any_number(i, 1);
  int64_t stride = 1, count = COUNT, differing = 0;
  weft_operand operands[] = {{a, &stride, WEFT_FLOAT32}, {b, &stride, WEFT_FLOAT32}, {found, &stride, WEFT_FLOAT32}};
  if (inputs == 1) operands[1] = operands[2];
  weft_map(program, 1, &count, operands, NULL);
  for (int64_t i = 0; i < COUNT; i++) {
    const float expected = (float)function(a[i], b[i]);
    expect(agrees(found[i], expected, is_exact), "instruction %d of %.9g, %.9g: %.9g, not %.9g", opcode, a[i], b[i],
           found[i], expected);
    differing += !agrees(found[i], expected, true);
  }
  // Of a number that lies between two of float32 double may be on the other side, but rarely.
  expect(differing * 1000 < COUNT, "instruction %d differs %d times", opcode, (int)differing);
  free(a), free(b), free(found);
  weft_program_destroy(program);
}

void check_rounded_once(void) {
  begin("rounded once");
  check_function(WEFT_OP_TAN, 1, tan_of, false);
  check_function(WEFT_OP_LOG_GAMMA, 1, weft_log_gamma_of, false);
  check_function(WEFT_OP_DIGAMMA, 1, weft_digamma_of, false);
  check_function(WEFT_OP_ERF_INVERSE, 1, weft_erf_inverse_of, false);
  check_function(WEFT_OP_NORMAL_QUANTILE, 1, weft_normal_quantile_of, false);
  check_function(WEFT_OP_BESSEL_I0, 1, weft_bessel_i0_of, false);
  check_function(WEFT_OP_BESSEL_I0_SCALED, 1, weft_bessel_i0_scaled_of, false);
  check_function(WEFT_OP_BESSEL_I1, 1, weft_bessel_i1_of, false);
  check_function(WEFT_OP_BESSEL_I1_SCALED, 1, weft_bessel_i1_scaled_of, false);
  check_function(WEFT_OP_ASIN, 1, asin_of, false);
  check_function(WEFT_OP_ACOS, 1, acos_of, false);
  check_function(WEFT_OP_ATAN, 1, atan_of, false);
  check_function(WEFT_OP_SINH, 1, sinh_of, false);
  check_function(WEFT_OP_COSH, 1, cosh_of, false);
  check_function(WEFT_OP_ASINH, 1, asinh_of, false);
  check_function(WEFT_OP_ACOSH, 1, acosh_of, false);
  check_function(WEFT_OP_ATANH, 1, atanh_of, false);
  check_function(WEFT_OP_ATAN2, 2, atan2, false);
  check_function(WEFT_OP_REMAINDER, 2, rest_of_quotient, true);
  check_function(WEFT_OP_FLOOR_DIVIDE, 2, floor_of_quotient, true);
  check_function(WEFT_OP_FMOD, 2, fmod, true);
}
