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

static const struct {
  const char *name;
  int32_t operands, cost;
} facts[WEFT_OP_COUNT] = {
#define FACTS(name, operands, cost, ...) [WEFT_OP_##name] = {#name, operands, cost},
    WEFT_INSTRUCTIONS(FACTS)
#undef FACTS
};

const char *weft_opcode_name(int32_t opcode) {
  return opcode >= 0 && opcode < WEFT_OP_COUNT ? facts[opcode].name : NULL;
}

int32_t weft_operation_arity(int32_t opcode) { return facts[opcode].operands; }
int32_t weft_operation_cost(int32_t opcode) { return facts[opcode].cost; }
