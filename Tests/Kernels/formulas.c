// Every instruction of the tile engine, in every element type that it has.
#include "check.h"

enum { COUNT = 1100 };  // more than a tile of registers, and no multiple of a vector

static bool is_pair(int opcode) { return opcode >= WEFT_OP_ADD && opcode <= WEFT_OP_LCM; }
static bool is_triple(int opcode) { return opcode >= WEFT_OP_SELECT && opcode <= WEFT_OP_LEAK; }
static int inputs_of(int opcode) {
  return opcode == WEFT_OP_REPLACE_NONFINITE ? 4 : is_triple(opcode) ? 3 : is_pair(opcode) ? 2 : 1;
}
static double truth(bool holds) { return holds; }

// MARK: - Floating point

static double unary(int opcode, double a) {
  int exponent = 0;
  switch (opcode) {
    case WEFT_OP_COPY: return a;
    case WEFT_OP_NEGATE: return -a;
    case WEFT_OP_ABS: return fabs(a);
    case WEFT_OP_SIGN: return isnan(a) ? a : (a > 0) - (a < 0);
    case WEFT_OP_FLOOR: return floor(a);
    case WEFT_OP_CEIL: return ceil(a);
    case WEFT_OP_TRUNC: return trunc(a);
    case WEFT_OP_ROUND: return rint(a);
    case WEFT_OP_SQRT: return sqrt(a);
    case WEFT_OP_RSQRT: return 1 / sqrt(a);
    case WEFT_OP_RECIPROCAL: return 1 / a;
    case WEFT_OP_SIGMOID: return 1 / (1 + exp(-a));
    case WEFT_OP_HARD_SIGMOID: return isnan(a) ? a : fmin(fmax(a + 3, 0), 6) / 6;
    case WEFT_OP_SIGNIFICAND: return frexp(a, &exponent);
    case WEFT_OP_EXPONENT: return isfinite(a) ? (frexp(a, &exponent), exponent) : 0;
    case WEFT_OP_IS_NAN: return truth(isnan(a));
    case WEFT_OP_IS_INFINITE: return truth(isinf(a));
    case WEFT_OP_IS_FINITE: return truth(isfinite(a));
    default: return truth(a == 0);
  }
}

typedef double (*unary_function)(double);

static unary_function function_of(int opcode) {
  static const unary_function functions[WEFT_OP_COUNT] = {
      [WEFT_OP_EXP] = exp, [WEFT_OP_EXP2] = exp2, [WEFT_OP_EXPM1] = expm1, [WEFT_OP_LOG] = log, [WEFT_OP_LOG2] = log2,
      [WEFT_OP_LOG10] = log10, [WEFT_OP_LOG1P] = log1p, [WEFT_OP_SIN] = sin, [WEFT_OP_COS] = cos, [WEFT_OP_TAN] = tan,
      [WEFT_OP_ASIN] = asin, [WEFT_OP_ACOS] = acos, [WEFT_OP_ATAN] = atan, [WEFT_OP_SINH] = sinh, [WEFT_OP_COSH] = cosh,
      [WEFT_OP_TANH] = tanh, [WEFT_OP_ASINH] = asinh, [WEFT_OP_ACOSH] = acosh, [WEFT_OP_ATANH] = atanh,
      [WEFT_OP_ERF] = erf, [WEFT_OP_ERFC] = erfc, [WEFT_OP_BESSEL_J0] = j0, [WEFT_OP_BESSEL_J1] = j1,
      [WEFT_OP_BESSEL_Y0] = y0, [WEFT_OP_BESSEL_Y1] = y1,
      // special.c compares these with numbers from elsewhere.
      [WEFT_OP_LOG_GAMMA] = weft_log_gamma, [WEFT_OP_DIGAMMA] = weft_digamma,
      [WEFT_OP_ERF_INVERSE] = weft_erf_inverse, [WEFT_OP_ERFC_SCALED] = weft_erfc_scaled,
      [WEFT_OP_NORMAL_QUANTILE] = weft_normal_quantile, [WEFT_OP_BESSEL_I0] = weft_bessel_i0,
      [WEFT_OP_BESSEL_I0_SCALED] = weft_bessel_i0_scaled, [WEFT_OP_BESSEL_I1] = weft_bessel_i1,
      [WEFT_OP_BESSEL_I1_SCALED] = weft_bessel_i1_scaled};
  return functions[opcode];
}

static double floor_of_quotient(double a, double b) { return b == 0 ? a / b : (double)floorl((long double)a / b); }

static double binary(int opcode, double a, double b, int32_t dtype) {
  bool unordered = isnan(a) || isnan(b);
  switch (opcode) {
    case WEFT_OP_ADD: return a + b;
    case WEFT_OP_SUBTRACT: return a - b;
    case WEFT_OP_MULTIPLY: return a * b;
    case WEFT_OP_DIVIDE: return a / b;
    case WEFT_OP_FLOOR_DIVIDE: return floor_of_quotient(a, b);
    case WEFT_OP_REMAINDER: return (double)(a - b * (long double)floor_of_quotient(a, b));
    case WEFT_OP_POW: return pow(a, b);
    case WEFT_OP_ATAN2: return atan2(a, b);
    case WEFT_OP_MINIMUM: return unordered ? NAN : fmin(a, b);
    case WEFT_OP_MAXIMUM: return unordered ? NAN : fmax(a, b);
    case WEFT_OP_EQUAL: return truth(a == b);
    case WEFT_OP_NOT_EQUAL: return truth(a != b);
    case WEFT_OP_LESS: return truth(a < b);
    case WEFT_OP_LESS_EQUAL: return truth(a <= b);
    case WEFT_OP_GREATER: return truth(a > b);
    case WEFT_OP_GREATER_EQUAL: return truth(a >= b);
    case WEFT_OP_AND: return truth(a != 0 && b != 0);
    case WEFT_OP_OR: return truth(a != 0 || b != 0);
    case WEFT_OP_XOR: return truth((a != 0) != (b != 0));
    case WEFT_OP_FMOD: return fmod(a, b);
    case WEFT_OP_ZETA: return weft_zeta(a, b);
    case WEFT_OP_NEXT_AFTER: return dtype == WEFT_FLOAT64 ? nextafter(a, b) : nextafterf((float)a, (float)b);
    case WEFT_OP_GAMMA_LOWER: return weft_gamma_lower(a, b);
    default: return weft_gamma_upper(a, b);
  }
}

static double lerp(double a, double b, double c) {
  if (isfinite(b - a)) return c < 0.5 ? a + c * (b - a) : b - (b - a) * (1 - c);
  if (isnan(a) || isnan(b)) return NAN;
  return c == 0 || (a == b && c != 1) ? a : c == 1 ? b : a * (1 - c) + b * c;
}

static double real_result(int opcode, const double *x, int32_t dtype) {
  if (opcode == WEFT_OP_LERP) return lerp(x[0], x[1], x[2]);
  if (opcode == WEFT_OP_LEAK) return x[0] > 0 ? x[1] : isnan(x[0]) ? x[0] : x[1] * x[2];
  if (opcode == WEFT_OP_REPLACE_NONFINITE) return isnan(x[0]) ? x[1] : isinf(x[0]) ? x[x[0] > 0 ? 2 : 3] : x[0];
  if (opcode == WEFT_OP_SELECT) return x[0] != 0 ? x[1] : x[2];
  if (opcode == WEFT_OP_MULTIPLY_ADD) return x[0] * x[1] + x[2];
  if (is_pair(opcode)) return binary(opcode, x[0], x[1], dtype);
  unary_function function = function_of(opcode);
  return function ? function(x[0]) : unary(opcode, x[0]);
}

/// Sums that cancel are as exact as what they are of.
static double real_tolerance(int opcode, const double *x, double expected, int32_t dtype) {
  double size = fabs(expected);
  if (opcode == WEFT_OP_MULTIPLY_ADD) size = fabs(x[0] * x[1]) + fabs(x[2]);
  if (opcode == WEFT_OP_LERP && isfinite(size)) size = (fabs(x[0]) + fabs(x[1])) * (1 + fabs(x[2]));
  if (opcode == WEFT_OP_REMAINDER) size += fabs(x[1]);
  double denormal = dtype == WEFT_FLOAT64 ? 0x1p-1022 : dtype == WEFT_FLOAT16 ? 0x1p-24 : 0x1p-126;
  return isfinite(size) ? 4 * precision(dtype) * size + denormal : 0;
}

static double interesting(int64_t i) {
  static const double numbers[] = {0,   -0.0, 1,   -1,  0.5,   -0.5,     2,         -2.5,
                                   1.5, 10,   -10, 100, 0.001, INFINITY, -INFINITY, NAN};
  enum { NUMBERS = sizeof numbers / sizeof *numbers };
  if (i < NUMBERS * NUMBERS) return numbers[i % NUMBERS];
  double scale = i % 3 == 0 ? 1 : i % 3 == 1 ? 8 : 50;
  return rounded(WEFT_FLOAT32, number() * scale);
}

/// Python's floor division and remainder of infinities are another matter.
static bool is_left_out(int opcode, const double *x) {
  bool divides = opcode == WEFT_OP_FLOOR_DIVIDE || opcode == WEFT_OP_REMAINDER;
  return divides && (isinf(x[0]) || isinf(x[1]));
}

static void check_real(int opcode, int32_t dtype) {
  int count = inputs_of(opcode);
  int32_t compute = dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32;
  weft_instruction instruction = {(uint16_t)opcode, (uint16_t)(count + 1), 0, 1, 2, 3};
  weft_program *program = make_program(compute, count, 1, &instruction, false);
  expect(program != NULL, "no instruction %d of %s", opcode, dtype_names[dtype]);
  if (!program) return;
  int64_t shape = COUNT, stride = 1;
  weft_operand operands[5];
  for (int k = 0; k <= count; k++) operands[k] = (weft_operand){make(dtype, COUNT), &stride, dtype};
  for (int64_t i = 0; i < COUNT; i++) {
    for (int k = 0; k < count; k++) set_real(dtype, operands[k].data, i, interesting(k == 1 && i < 256 ? i / 16 : i));
  }
  weft_map(program, 1, &shape, operands, NULL);
  for (int64_t i = 0; i < COUNT; i++) {
    double x[4] = {0};
    for (int k = 0; k < count; k++) x[k] = real_at(dtype, operands[k].data, i);
    if (is_left_out(opcode, x)) continue;
    double expected = rounded(dtype, real_result(opcode, x, dtype));
    expect_near(real_at(dtype, operands[count].data, i), expected, real_tolerance(opcode, x, expected, dtype),
                "instruction %d of %s (%.9g, %.9g, %.9g)", opcode, dtype_names[dtype], x[0], x[1], x[2]);
  }
  for (int k = 0; k <= count; k++) free(operands[k].data);
  weft_program_destroy(program);
}

/// Powers of float64, whose exponents are far from 0 as well: what a double holds is exact, and all within 0.9 units in
/// the last place of it.
static void check_powers(void) {
  enum { POWERS = 120000 };
  static const weft_instruction power = {WEFT_OP_POW, 3, 0, 1, 0};
  weft_program *program = make_program(WEFT_COMPUTE_FLOAT64, 2, 1, &power, false);
  double *x = make(WEFT_FLOAT64, POWERS), *y = make(WEFT_FLOAT64, POWERS), *found = make(WEFT_FLOAT64, POWERS);
  const int64_t shape = POWERS, stride = 1;
  for (int64_t i = 0; i < POWERS; i++) {
    const int kind = i / 8 % 6;  // of eight at a time, so that vectors of the usual numbers and others both come
    x[i] = kind == 0 ? (double)whole(-30, 30) : kind == 1 ? 1 + number() * 0x1p-10 : kind == 2 ? exp(600 * number())
                                            : kind == 3 ? 1 + number() : ldexp(1 + number(), -1040);
    y[i] = kind == 0 ? (double)whole(-3, 9) : kind == 1 ? 3e5 * number() : kind == 3 ? 700 * number() : number();
    // Where the logarithm's series is longest, and its error counts most.
    if (kind == 5) x[i] = (i & 1 ? M_SQRT2 : M_SQRT1_2) * (1 + number() / 100), y[i] = (603 + 104 * number()) / log(x[i]);
  }
  weft_operand operands[] = {{x, &stride, WEFT_FLOAT64}, {y, &stride, WEFT_FLOAT64}, {found, &stride, WEFT_FLOAT64}};
  weft_map(program, 1, &shape, operands, NULL);
  for (int64_t i = 0; i < POWERS; i++) {
    const long double expected = powl(x[i], y[i]);
    const double nearest = (double)expected, size = fabs(nearest);
    const double unit = isfinite(size) ? nextafter(size, INFINITY) - size : 0;
    if (!isfinite(nearest) || expected == (long double)nearest) {
      expect_near(found[i], nearest, 0, "%.17g to the power of %.17g", x[i], y[i]);
    } else {
      expect(fabsl(found[i] - expected) <= 0.95L * unit, "%.17g to the power of %.17g: %.17g", x[i], y[i], found[i]);
    }
  }
  free(x), free(y), free(found);
  weft_program_destroy(program);
}

// MARK: - Integers

static __int128 floor_divided(__int128 a, __int128 b) {
  if (b == 0) return 0;
  __int128 quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

static __int128 power(__int128 a, __int128 b) {
  if (b < 0) return a == 1 ? 1 : a == -1 ? (b & 1 ? -1 : 1) : 0;
  if (b == 0) return 1;
  uint64_t half = (uint64_t)power(a, b / 2);
  return half * half * (b & 1 ? (uint64_t)a : 1);
}

static __int128 common_divisor(__int128 a, __int128 b) { return b == 0 ? (a < 0 ? -a : a) : common_divisor(b, a % b); }

static __int128 common_multiple(__int128 a, __int128 b) {
  __int128 divisor = common_divisor(a, b), product = divisor ? a / divisor * b : 0;
  return product < 0 ? -product : product;
}

/// In 128 bits, where nothing overflows; the caller keeps the low ones.
static __int128 whole_result(int opcode, __int128 a, __int128 b, __int128 c) {
  bool shifts_all = b < 0 || b > 63;
  switch (opcode) {
    case WEFT_OP_NEGATE: return -a;
    case WEFT_OP_ABS: return a < 0 ? -a : a;
    case WEFT_OP_SIGN: return (a > 0) - (a < 0);
    case WEFT_OP_IS_NAN: case WEFT_OP_IS_INFINITE: return 0;
    case WEFT_OP_IS_FINITE: return 1;
    case WEFT_OP_NOT: return a == 0;
    case WEFT_OP_ADD: return a + b;
    case WEFT_OP_SUBTRACT: return a - b;
    case WEFT_OP_MULTIPLY: return (__int128)((unsigned __int128)a * (unsigned __int128)b);
    case WEFT_OP_DIVIDE: return b ? a / b : 0;
    case WEFT_OP_FLOOR_DIVIDE: return floor_divided(a, b);
    case WEFT_OP_REMAINDER: return b ? a - b * floor_divided(a, b) : 0;
    case WEFT_OP_POW: return power(a, b);
    case WEFT_OP_MINIMUM: return a < b ? a : b;
    case WEFT_OP_MAXIMUM: return a > b ? a : b;
    case WEFT_OP_EQUAL: return a == b;
    case WEFT_OP_NOT_EQUAL: return a != b;
    case WEFT_OP_LESS: return a < b;
    case WEFT_OP_LESS_EQUAL: return a <= b;
    case WEFT_OP_GREATER: return a > b;
    case WEFT_OP_GREATER_EQUAL: return a >= b;
    case WEFT_OP_AND: return a != 0 && b != 0;
    case WEFT_OP_OR: return a != 0 || b != 0;
    case WEFT_OP_XOR: return (a != 0) != (b != 0);
    case WEFT_OP_FMOD: return b ? a % b : 0;
    case WEFT_OP_BIT_AND: return a & b;
    case WEFT_OP_BIT_OR: return a | b;
    case WEFT_OP_BIT_XOR: return a ^ b;
    case WEFT_OP_SHIFT_LEFT: return shifts_all ? 0 : (__int128)((unsigned __int128)a << b);
    case WEFT_OP_SHIFT_RIGHT: return a >> (shifts_all ? 64 : b);
    case WEFT_OP_GCD: return common_divisor(a, b);
    case WEFT_OP_LCM: return common_multiple(a, b);
    case WEFT_OP_SELECT: return a != 0 ? b : c;
    case WEFT_OP_MULTIPLY_ADD: return (__int128)((unsigned __int128)a * (unsigned __int128)b + (unsigned __int128)c);
    default: return a;  // copies, and rounds what is whole
  }
}

static bool has_whole(int opcode) {
  bool rounds = opcode <= WEFT_OP_ROUND, asks = opcode >= WEFT_OP_IS_NAN && opcode <= WEFT_OP_FMOD;
  bool has_reals_alone = opcode == WEFT_OP_ATAN2 || opcode == WEFT_OP_LERP || opcode == WEFT_OP_LEAK;
  return (rounds || asks || opcode >= WEFT_OP_BIT_AND) && !has_reals_alone;
}

static void check_whole(int opcode, int32_t dtype) {
  int count = inputs_of(opcode);
  int32_t compute = dtype == WEFT_UINT64 ? WEFT_COMPUTE_UINT64 : WEFT_COMPUTE_INT64;
  weft_instruction instruction = {(uint16_t)opcode, (uint16_t)(count + 1), 0, 1, 2, 3};
  weft_program *program = make_program(compute, count, 1, &instruction, false);
  expect(program != NULL, "no instruction %d of %s", opcode, dtype_names[dtype]);
  if (!program) return;
  int64_t shape = COUNT, stride = 1;
  weft_operand operands[5];
  for (int k = 0; k <= count; k++) operands[k] = (weft_operand){make_random(dtype, COUNT), &stride, dtype};
  for (int64_t i = 0; i < COUNT; i += 3) {
    for (int k = 0; k < count; k++) {
      set_whole(dtype, operands[k].data, i, whole(0, INT64_MAX) - (i & 1 ? 0 : INT64_MAX));
    }
    set_whole(dtype, operands[i % count].data, i, i & 1 ? lowest(dtype) : highest(dtype));
  }
  weft_map(program, 1, &shape, operands, NULL);
  void *expected = make(dtype, 1);
  for (int64_t i = 0; i < COUNT; i++) {
    __int128 x[4] = {0};
    for (int k = 0; k < count; k++) x[k] = whole_at(dtype, operands[k].data, i);
    if (opcode == WEFT_OP_LCM && common_multiple(x[0], x[1]) > INT64_MAX) continue;
    set_whole(dtype, expected, 0, whole_result(opcode, x[0], x[1], x[2]));
    expect(whole_at(dtype, operands[count].data, i) == whole_at(dtype, expected, 0),
           "instruction %d of %s (%lld, %lld, %lld): %lld, expected %lld", opcode, dtype_names[dtype], (long long)x[0],
           (long long)x[1], (long long)x[2], (long long)whole_at(dtype, operands[count].data, i),
           (long long)whole_at(dtype, expected, 0));
  }
  free(expected);
  for (int k = 0; k <= count; k++) free(operands[k].data);
  weft_program_destroy(program);
}

// MARK: - Ways through memory

/// out[i, j] = a[i, j] + b[j], where `a` lies column by column and backwards along its rows, and b repeats.
static void check_strides(int32_t dtype) {
  enum { ROWS = 37, COLUMNS = 61 };
  int32_t compute = dtype == WEFT_UINT64    ? WEFT_COMPUTE_UINT64
                    : dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64
                    : is_real(dtype)        ? WEFT_COMPUTE_FLOAT32
                                            : WEFT_COMPUTE_INT64;
  weft_instruction add = {WEFT_OP_ADD, 3, 0, 1, 0};
  weft_program *program = make_program(compute, 2, 1, &add, false);
  void *a = make_random(dtype, ROWS * COLUMNS), *b = make_random(dtype, COLUMNS), *out = make(dtype, ROWS * COLUMNS);
  int64_t shape[] = {ROWS, COLUMNS}, a_strides[] = {1, -ROWS}, b_strides[] = {0, 1}, out_strides[] = {COLUMNS, 1};
  char *last_column = (char *)a + (size_t)ROWS * (COLUMNS - 1) * element_bytes(dtype);
  weft_operand operands[] = {{last_column, a_strides, dtype}, {b, b_strides, dtype}, {out, out_strides, dtype}};
  weft_map(program, 2, shape, operands, NULL);
  for (int64_t i = 0; i < ROWS; i++) {
    for (int64_t j = 0; j < COLUMNS; j++) {
      double expected = value_at(dtype, a, (COLUMNS - 1 - j) * ROWS + i) + value_at(dtype, b, j);
      if (dtype == WEFT_BOOL) expected = expected != 0;
      expect_near(value_at(dtype, out, i * COLUMNS + j), expected, is_real(dtype) ? precision(dtype) : 0,
                  "a strided sum of %s at %d, %d", dtype_names[dtype], (int)i, (int)j);
    }
  }
  free(a), free(b), free(out);
  weft_program_destroy(program);
}

void check_formulas(void) {
  begin("formulas");
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    for (int opcode = 0; opcode < WEFT_OP_ROW_SUM; opcode++) {
      if (is_real(dtype) && (opcode < WEFT_OP_BIT_AND || opcode > WEFT_OP_LCM)) check_real(opcode, dtype);
      if (!is_real(dtype) && has_whole(opcode)) check_whole(opcode, dtype);
    }
    check_strides(dtype);
  }
  check_powers();
}
