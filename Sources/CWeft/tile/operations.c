// Facts about opcodes and dtypes that do not depend on the instruction set.
#include "tile.h"

int32_t weft_dtype_bytes(int32_t dtype) {
  static const int8_t bytes[WEFT_DTYPE_COUNT] = {4, 8, 2, 2, 1, 1, 4, 8, 1, 2, 2, 4, 8};
  return bytes[dtype];
}

int32_t weft_compute_dtype(int32_t compute) {
  static const int8_t dtypes[WEFT_COMPUTE_COUNT] = {WEFT_FLOAT32, WEFT_FLOAT64, WEFT_INT64, WEFT_UINT64};
  return dtypes[compute];
}

bool weft_is_row_operation(int32_t opcode) { return opcode >= WEFT_OP_ROW_SUM && opcode <= WEFT_OP_ROW_MINIMUM; }

int32_t weft_operation_arity(int32_t opcode) {
  if (opcode == WEFT_OP_SELECT || opcode == WEFT_OP_MULTIPLY_ADD) return 3;
  return opcode >= WEFT_OP_ADD && opcode <= WEFT_OP_LCM ? 2 : 1;
}

int32_t weft_operation_cost(int32_t opcode) {
  switch (opcode) {
    case WEFT_OP_SQRT: case WEFT_OP_RSQRT: case WEFT_OP_RECIPROCAL: case WEFT_OP_DIVIDE:
    case WEFT_OP_ROW_SUM: case WEFT_OP_ROW_PRODUCT: case WEFT_OP_ROW_MAXIMUM: case WEFT_OP_ROW_MINIMUM:
      return 3;
    case WEFT_OP_EXP: case WEFT_OP_EXP2: case WEFT_OP_EXPM1: case WEFT_OP_LOG: case WEFT_OP_TANH: case WEFT_OP_ERF:
    case WEFT_OP_SIGMOID:
      return 8;
    case WEFT_OP_LOG2: case WEFT_OP_LOG10: case WEFT_OP_LOG1P: case WEFT_OP_SIN: case WEFT_OP_COS: case WEFT_OP_ERFC:
      return 20;
    case WEFT_OP_FLOOR_DIVIDE: case WEFT_OP_REMAINDER: case WEFT_OP_POW:
      return 40;
    case WEFT_OP_TAN: case WEFT_OP_ASIN: case WEFT_OP_ACOS: case WEFT_OP_ATAN: case WEFT_OP_ATAN2: case WEFT_OP_SINH:
    case WEFT_OP_COSH: case WEFT_OP_ASINH: case WEFT_OP_ACOSH: case WEFT_OP_ATANH:
      return 80;
    case WEFT_OP_FMOD: case WEFT_OP_GCD: case WEFT_OP_LCM: case WEFT_OP_NEXT_AFTER: case WEFT_OP_SIGNIFICAND:
    case WEFT_OP_EXPONENT:
      return 20;
    case WEFT_OP_LOG_GAMMA: case WEFT_OP_DIGAMMA: case WEFT_OP_ERF_INVERSE: case WEFT_OP_ERFC_SCALED:
    case WEFT_OP_NORMAL_QUANTILE: case WEFT_OP_BESSEL_I0: case WEFT_OP_BESSEL_I0_SCALED: case WEFT_OP_BESSEL_I1:
    case WEFT_OP_BESSEL_I1_SCALED: case WEFT_OP_BESSEL_J0: case WEFT_OP_BESSEL_J1: case WEFT_OP_BESSEL_Y0:
    case WEFT_OP_BESSEL_Y1: case WEFT_OP_ZETA: case WEFT_OP_GAMMA_LOWER: case WEFT_OP_GAMMA_UPPER:
      return 200;
    default:
      return 1;
  }
}
