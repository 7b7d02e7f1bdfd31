// Every vector instruction, in the order of their numbers: the one place in C where an instruction is listed.
//
//   ROW(name, operands, cost in units of about one addition, its kernel for float32, float64, int64, uint64)
//
// A kernel is one of
//   VECTORS(name)         by the vectors of each instruction set, in tile/kernels
//   EACH(function)        one element after another by a function of double, which scalar_functions.h has or includes
//   PAIRS(function)       the same, of two operands, for integers of the type itself
//   PAIRS_OF_FLOATS(function)   the same of float
//   SHARED(kernel)        another type's
//   NONE                  the type has no such instruction
//
// Its Swift row is in Formula/Instruction.swift, in the same order; a test compares the two lists.
#ifndef WEFT_INSTRUCTIONS_H
#define WEFT_INSTRUCTIONS_H

// Truth values are 1 and 0 in the compute type; any value other than 0 counts as true.
#define WEFT_INSTRUCTIONS(ROW)                                                                                        \
  /* dst = f(a) */                                                                                                    \
  ROW(COPY, 1, 1, VECTORS(copy), VECTORS(copy), VECTORS(copy), VECTORS(copy))                                         \
  ROW(NEGATE, 1, 1, VECTORS(negate), VECTORS(negate), VECTORS(negate), VECTORS(negate))                               \
  ROW(ABS, 1, 1, VECTORS(abs_kernel), VECTORS(abs_kernel), VECTORS(abs), VECTORS(abs))                                \
  ROW(SIGN, 1, 1, VECTORS(sign), VECTORS(sign), VECTORS(sign), VECTORS(sign))  /* -1, 0, 1; NaN stays NaN */          \
  ROW(FLOOR, 1, 1, VECTORS(floor_kernel), VECTORS(floor_kernel), VECTORS(copy), VECTORS(copy))                        \
  ROW(CEIL, 1, 1, VECTORS(ceil_kernel), VECTORS(ceil_kernel), VECTORS(copy), VECTORS(copy))                           \
  ROW(TRUNC, 1, 1, VECTORS(trunc_kernel), VECTORS(trunc_kernel), VECTORS(copy), VECTORS(copy))                        \
  ROW(ROUND, 1, 1, VECTORS(round_kernel), VECTORS(round_kernel), VECTORS(copy), VECTORS(copy))  /* half to even */    \
  ROW(SQRT, 1, 3, VECTORS(sqrt), VECTORS(sqrt), NONE, NONE)                                                           \
  ROW(RSQRT, 1, 3, VECTORS(rsqrt), VECTORS(rsqrt), NONE, NONE)                                                        \
  ROW(RECIPROCAL, 1, 3, VECTORS(reciprocal), VECTORS(reciprocal), NONE, NONE)                                         \
  ROW(EXP, 1, 8, VECTORS(exp), VECTORS(exp), NONE, NONE)                                                              \
  ROW(EXP2, 1, 8, VECTORS(exp2), EACH(exp2), NONE, NONE)                                                              \
  ROW(EXPM1, 1, 8, VECTORS(expm1), VECTORS(expm1), NONE, NONE)                                                        \
  ROW(LOG, 1, 8, VECTORS(log), VECTORS(log), NONE, NONE)                                                              \
  ROW(LOG2, 1, 20, VECTORS(log2), EACH(log2), NONE, NONE)                                                             \
  ROW(LOG10, 1, 20, VECTORS(log10), EACH(log10), NONE, NONE)                                                          \
  ROW(LOG1P, 1, 20, VECTORS(log1p), VECTORS(log1p), NONE, NONE)                                                       \
  ROW(SIN, 1, 20, VECTORS(sin), VECTORS(sin), NONE, NONE)                                                             \
  ROW(COS, 1, 20, VECTORS(cos), VECTORS(cos), NONE, NONE)                                                             \
  ROW(TAN, 1, 20, VECTORS(tan), EACH(tan), NONE, NONE)                                                                \
  ROW(ASIN, 1, 20, VECTORS(asin), EACH(asin), NONE, NONE)                                                             \
  ROW(ACOS, 1, 20, VECTORS(acos), EACH(acos), NONE, NONE)                                                             \
  ROW(ATAN, 1, 20, VECTORS(atan), EACH(atan), NONE, NONE)                                                             \
  ROW(SINH, 1, 20, VECTORS(sinh), EACH(sinh), NONE, NONE)                                                             \
  ROW(COSH, 1, 20, VECTORS(cosh), EACH(cosh), NONE, NONE)                                                             \
  ROW(TANH, 1, 8, VECTORS(tanh), VECTORS(tanh), NONE, NONE)                                                           \
  ROW(ASINH, 1, 20, VECTORS(asinh), EACH(asinh), NONE, NONE)                                                          \
  ROW(ACOSH, 1, 20, VECTORS(acosh), EACH(acosh), NONE, NONE)                                                          \
  ROW(ATANH, 1, 20, VECTORS(atanh), EACH(atanh), NONE, NONE)                                                          \
  ROW(ERF, 1, 8, VECTORS(erf), VECTORS(erf), NONE, NONE)                                                              \
  ROW(ERFC, 1, 20, VECTORS(erfc), VECTORS(erfc), NONE, NONE)                                                          \
  ROW(SIGMOID, 1, 8, VECTORS(sigmoid), VECTORS(sigmoid), NONE, NONE)                                                  \
  ROW(HARD_SIGMOID, 1, 3, VECTORS(hard_sigmoid), VECTORS(hard_sigmoid), NONE, NONE)  /* (a + 3)/6, in 0 ... 1 */      \
  ROW(LOG_GAMMA, 1, 200, VECTORS(log_gamma), EACH(weft_log_gamma), NONE, NONE)                                        \
  ROW(DIGAMMA, 1, 200, VECTORS(digamma), EACH(weft_digamma), NONE, NONE)                                              \
  ROW(ERF_INVERSE, 1, 200, VECTORS(erf_inverse), EACH(weft_erf_inverse), NONE, NONE)                                  \
  ROW(ERFC_SCALED, 1, 200, EACH(weft_erfc_scaled), EACH(weft_erfc_scaled), NONE, NONE)  /* exp(a * a) * erfc(a) */    \
  ROW(NORMAL_QUANTILE, 1, 200, VECTORS(normal_quantile), EACH(weft_normal_quantile), NONE, NONE)                      \
  ROW(BESSEL_I0, 1, 200, VECTORS(bessel_i0), EACH(weft_bessel_i0), NONE, NONE)                                        \
  /* times exp(-|a|) */                                                                                               \
  ROW(BESSEL_I0_SCALED, 1, 200, VECTORS(bessel_i0_scaled), EACH(weft_bessel_i0_scaled), NONE, NONE)                   \
  ROW(BESSEL_I1, 1, 200, VECTORS(bessel_i1), EACH(weft_bessel_i1), NONE, NONE)                                        \
  ROW(BESSEL_I1_SCALED, 1, 200, VECTORS(bessel_i1_scaled), EACH(weft_bessel_i1_scaled), NONE, NONE)                   \
  ROW(BESSEL_J0, 1, 200, EACH(j0), EACH(j0), NONE, NONE)                                                              \
  ROW(BESSEL_J1, 1, 200, EACH(j1), EACH(j1), NONE, NONE)                                                              \
  ROW(BESSEL_Y0, 1, 200, EACH(y0), EACH(y0), NONE, NONE)                                                              \
  ROW(BESSEL_Y1, 1, 200, EACH(y1), EACH(y1), NONE, NONE)                                                              \
  /* a = significand * 2^exponent, the significand in [0.5, 1) or 0 */                                                \
  ROW(SIGNIFICAND, 1, 20, EACH(significand_of), EACH(significand_of), NONE, NONE)                                     \
  ROW(EXPONENT, 1, 20, EACH(exponent_of), EACH(exponent_of), NONE, NONE)                                              \
  ROW(IS_NAN, 1, 1, VECTORS(is_nan), VECTORS(is_nan), VECTORS(never), SHARED(i64_never))                              \
  ROW(IS_INFINITE, 1, 1, VECTORS(is_inf), VECTORS(is_inf), VECTORS(never), SHARED(i64_never))                         \
  ROW(IS_FINITE, 1, 1, VECTORS(is_finite), VECTORS(is_finite), VECTORS(always), SHARED(i64_always))                   \
  ROW(NOT, 1, 1, VECTORS(not), VECTORS(not), VECTORS(not), VECTORS(not))  /* a == 0 */                                \
  /* dst = f(a, b) */                                                                                                 \
  ROW(ADD, 2, 1, VECTORS(add), VECTORS(add), VECTORS(add), VECTORS(add))                                              \
  ROW(SUBTRACT, 2, 1, VECTORS(subtract), VECTORS(subtract), VECTORS(subtract), VECTORS(subtract))                     \
  ROW(MULTIPLY, 2, 1, VECTORS(multiply), VECTORS(multiply), VECTORS(multiply), VECTORS(multiply))                     \
  /* int64: truncating; division by zero gives 0 */                                                                   \
  ROW(DIVIDE, 2, 3, VECTORS(divide), VECTORS(divide), PAIRS(truncating_divide), PAIRS(unsigned_divide))               \
  ROW(FLOOR_DIVIDE, 2, 20, VECTORS(floor_divide), PAIRS(python_floor_divide),                                         \
      PAIRS(integer_floor_divide), PAIRS(unsigned_floor_divide))                                                      \
  /* sign of the divisor, as Python's %; int64 by zero gives 0 */                                                     \
  ROW(REMAINDER, 2, 20, VECTORS(remainder), PAIRS(python_remainder),                                                  \
      PAIRS(integer_remainder), PAIRS(unsigned_remainder))                                                            \
  /* int64: by repeated squaring; a negative exponent gives 0 unless |a| is 1 */                                      \
  ROW(POW, 2, 40, VECTORS(pow), VECTORS(pow), PAIRS(integer_power), PAIRS(unsigned_power))                            \
  ROW(ATAN2, 2, 20, VECTORS(atan2), PAIRS(atan2), NONE, NONE)                                                         \
  /* NaN if either is NaN */                                                                                          \
  ROW(MINIMUM, 2, 1, VECTORS(minimum), VECTORS(minimum), VECTORS(minimum), VECTORS(minimum))                          \
  /* NaN if either is NaN */                                                                                          \
  ROW(MAXIMUM, 2, 1, VECTORS(maximum), VECTORS(maximum), VECTORS(maximum), VECTORS(maximum))                          \
  ROW(EQUAL, 2, 1, VECTORS(equal), VECTORS(equal), VECTORS(equal), VECTORS(equal))                                    \
  ROW(NOT_EQUAL, 2, 1, VECTORS(not_equal), VECTORS(not_equal), VECTORS(not_equal), VECTORS(not_equal))                \
  ROW(LESS, 2, 1, VECTORS(less), VECTORS(less), VECTORS(less), VECTORS(less))                                         \
  ROW(LESS_EQUAL, 2, 1, VECTORS(less_equal), VECTORS(less_equal), VECTORS(less_equal), VECTORS(less_equal))           \
  ROW(GREATER, 2, 1, VECTORS(greater), VECTORS(greater), VECTORS(greater), VECTORS(greater))                          \
  ROW(GREATER_EQUAL, 2, 1, VECTORS(greater_equal), VECTORS(greater_equal),                                            \
      VECTORS(greater_equal), VECTORS(greater_equal))                                                                 \
  ROW(AND, 2, 1, VECTORS(and), VECTORS(and), VECTORS(and), VECTORS(and))                                              \
  ROW(OR, 2, 1, VECTORS(or), VECTORS(or), VECTORS(or), VECTORS(or))                                                   \
  ROW(XOR, 2, 1, VECTORS(xor), VECTORS(xor), VECTORS(xor), VECTORS(xor))                                              \
  /* sign of the dividend, as C's fmod; int64 by zero gives 0 */                                                      \
  ROW(FMOD, 2, 20, VECTORS(fmod), PAIRS(fmod), PAIRS(truncating_remainder), PAIRS(unsigned_fmod))                     \
  ROW(ZETA, 2, 200, PAIRS(weft_zeta), PAIRS(weft_zeta), NONE, NONE)                                                   \
  /* the next number of the compute type from a towards b */                                                          \
  ROW(NEXT_AFTER, 2, 20, PAIRS_OF_FLOATS(nextafterf), PAIRS(nextafter), NONE, NONE)                                   \
  ROW(GAMMA_LOWER, 2, 200, PAIRS(weft_gamma_lower), PAIRS(weft_gamma_lower), NONE, NONE)                              \
  ROW(GAMMA_UPPER, 2, 200, PAIRS(weft_gamma_upper), PAIRS(weft_gamma_upper), NONE, NONE)                              \
  ROW(BIT_AND, 2, 1, NONE, NONE, PAIRS(bit_and), PAIRS(bit_and))                                                      \
  ROW(BIT_OR, 2, 1, NONE, NONE, PAIRS(bit_or), PAIRS(bit_or))                                                         \
  ROW(BIT_XOR, 2, 1, NONE, NONE, PAIRS(bit_xor), PAIRS(bit_xor))                                                      \
  /* shifts by less than 0 or more than 63 push every bit out */                                                      \
  ROW(SHIFT_LEFT, 2, 1, NONE, NONE, PAIRS(shift_left), PAIRS(shift_left))                                             \
  ROW(SHIFT_RIGHT, 2, 1, NONE, NONE, PAIRS(shift_right), PAIRS(unsigned_shift_right))                                 \
  ROW(GCD, 2, 20, NONE, NONE, PAIRS(gcd), PAIRS(unsigned_gcd))                                                        \
  ROW(LCM, 2, 20, NONE, NONE, PAIRS(lcm), PAIRS(unsigned_lcm))                                                        \
  /* dst = f(a, b, c) */                                                                                              \
  ROW(SELECT, 3, 1, VECTORS(select), VECTORS(select), VECTORS(select), VECTORS(select))  /* a != 0 ? b : c */         \
  /* a * b + c */                                                                                                     \
  ROW(MULTIPLY_ADD, 3, 1, VECTORS(multiply_add), VECTORS(multiply_add), VECTORS(multiply_add), VECTORS(multiply_add)) \
  /* a + c * (b - a), b where c is 1; where b - a is not finite, a(1 - c) + b * c or what of it is certain */         \
  ROW(LERP, 3, 6, VECTORS(lerp), VECTORS(lerp), NONE, NONE)                                                           \
  ROW(LEAK, 3, 2, VECTORS(leak), VECTORS(leak), NONE, NONE)  /* a > 0 ? b : b * c; NaN where a is */                  \
  /* dst = f(a, b, c, d): a, but b in place of NaN, c of infinity, d of minus infinity */                             \
  ROW(REPLACE_NONFINITE, 4, 3, VECTORS(replace_nonfinite), VECTORS(replace_nonfinite), VECTORS(copy), VECTORS(copy))  \
  /* dst = the whole row's result, at every position of the row; reductions of their own */                           \
  ROW(ROW_SUM, 1, 3, NONE, NONE, NONE, NONE)                                                                          \
  ROW(ROW_PRODUCT, 1, 3, NONE, NONE, NONE, NONE)                                                                      \
  ROW(ROW_MAXIMUM, 1, 3, NONE, NONE, NONE, NONE)  /* NaN if the row holds one */                                      \
  ROW(ROW_MINIMUM, 1, 3, NONE, NONE, NONE, NONE)

#endif
