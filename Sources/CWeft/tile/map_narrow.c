// One instruction on integers of less than 64 bits, or on bools, in their own type. In registers they have 64 bits,
// which takes up to eight times as long: twice that, there and back.
#include "../common/isa.h"
#include "map_rows.h"
#include "row_map.h"
#include "weft_parallel.h"

enum { SHORTEST_PIECE = 4096 };  // a piece begins on a cache line

typedef void (*narrow_kernel)(int64_t n, void *d, const void *a, const void *b);

// In an instruction set, f(x, y) of each pair.
#define NARROW_LOOP(attribute, name, type, expression)                                     \
  attribute static void name(int64_t n, void *d, const void *a, const void *b) {           \
    for (int64_t i = 0; i < n; i++) {                                                      \
      const type x = ((const type *)a)[i], y = ((const type *)b)[i];                       \
      (void)y;                                                                             \
      ((type *)d)[i] = (type)(expression);                                                 \
    }                                                                                      \
  }
#define NARROW(name, type, expression)                          \
  NARROW_LOOP(, name##_##type, type, expression)                \
  NARROW_LOOP(WEFT_FOR_AVX2, name##_avx2_##type, type, expression)
#define NARROW_OF_SIGNED(name, expression) \
  NARROW(name, int8_t, expression)         \
  NARROW(name, int16_t, expression)        \
  NARROW(name, int32_t, expression)
#define NARROW_OF_EACH(name, expression) \
  NARROW(name, uint8_t, expression)      \
  NARROW(name, uint16_t, expression)     \
  NARROW(name, uint32_t, expression)

// What wraps is the same with and without a sign.
NARROW_OF_EACH(add, x + y)
NARROW_OF_EACH(subtract, x - y)
NARROW_OF_EACH(multiply, (uint32_t)x * y)
NARROW_OF_EACH(bit_and, x & y)
NARROW_OF_EACH(bit_or, x | y)
NARROW_OF_EACH(bit_xor, x ^ y)
NARROW_OF_EACH(negate, 0u - x)
NARROW_OF_EACH(minimum, x < y ? x : y)
NARROW_OF_EACH(maximum, x > y ? x : y)
// What does not.
NARROW_OF_SIGNED(minimum, x < y ? x : y)
NARROW_OF_SIGNED(maximum, x > y ? x : y)
NARROW_OF_SIGNED(abs, x < 0 ? 0u - (uint32_t)x : (uint32_t)x)
// Of bools, where any byte but 0 is true.
NARROW(both, uint8_t, (x != 0) & (y != 0))
NARROW(either, uint8_t, (x != 0) | (y != 0))
NARROW(differ, uint8_t, (x != 0) ^ (y != 0))
NARROW(neither, uint8_t, x == 0)

#define OF_SET(name, type) {name##_##type, name##_avx2_##type}
#define OF_EACH(name) {OF_SET(name, uint8_t), OF_SET(name, uint16_t), OF_SET(name, uint32_t)}
#define OF_SIGNED(name) {OF_SET(name, int8_t), OF_SET(name, int16_t), OF_SET(name, int32_t)}

static const narrow_kernel *kernel_of_bools(int32_t opcode) {
  static const narrow_kernel kernels[4][2] = {OF_SET(both, uint8_t), OF_SET(either, uint8_t), OF_SET(differ, uint8_t),
                                              OF_SET(neither, uint8_t)};
  switch (opcode) {
    case WEFT_OP_AND: case WEFT_OP_BIT_AND: return kernels[0];
    case WEFT_OP_OR: case WEFT_OP_BIT_OR: return kernels[1];
    case WEFT_OP_XOR: case WEFT_OP_BIT_XOR: return kernels[2];
    case WEFT_OP_NOT: return kernels[3];
    default: return NULL;
  }
}

static const narrow_kernel *kernel_of_integers(int32_t opcode, int32_t bytes, bool is_signed) {
  static const narrow_kernel kernels[7][3][2] = {OF_EACH(add),     OF_EACH(subtract), OF_EACH(multiply),
                                                 OF_EACH(bit_and), OF_EACH(bit_or),   OF_EACH(bit_xor),
                                                 OF_EACH(negate)};
  static const narrow_kernel extremes[2][2][3][2] = {{OF_EACH(minimum), OF_EACH(maximum)},
                                                     {OF_SIGNED(minimum), OF_SIGNED(maximum)}};
  static const narrow_kernel sizes[3][2] = OF_SIGNED(abs);
  const int32_t size = bytes == 1 ? 0 : bytes == 2 ? 1 : 2;
  switch (opcode) {
    case WEFT_OP_ADD: return kernels[0][size];
    case WEFT_OP_SUBTRACT: return kernels[1][size];
    case WEFT_OP_MULTIPLY: return kernels[2][size];
    case WEFT_OP_BIT_AND: return kernels[3][size];
    case WEFT_OP_BIT_OR: return kernels[4][size];
    case WEFT_OP_BIT_XOR: return kernels[5][size];
    case WEFT_OP_NEGATE: return kernels[6][size];
    case WEFT_OP_MINIMUM: return extremes[is_signed][0][size];
    case WEFT_OP_MAXIMUM: return extremes[is_signed][1][size];
    case WEFT_OP_ABS: return is_signed ? sizes[size] : NULL;
    default: return NULL;
  }
}

static bool is_narrow_integer(int32_t dtype) {
  switch (dtype) {
    case WEFT_INT8: case WEFT_UINT8: case WEFT_INT16: case WEFT_UINT16: case WEFT_INT32: case WEFT_UINT32: return true;
    default: return false;
  }
}

static bool is_signed(int32_t dtype) { return dtype == WEFT_INT8 || dtype == WEFT_INT16 || dtype == WEFT_INT32; }

static const narrow_kernel *kernel_of(const weft_walk *walk) {
  const weft_program_description *d = &walk->program->description;
  const int32_t opcode = d->instructions[0].opcode, dtype = walk->view[0].dtype;
  if (dtype == WEFT_BOOL) return kernel_of_bools(opcode);
  // Results that do not fit are cut off there and here alike, but in programs that clamp them.
  bool wraps = weft_computes_integers(d->compute) && !d->clamps;
  return wraps && is_narrow_integer(dtype) ? kernel_of_integers(opcode, walk->view[0].bytes, is_signed(dtype)) : NULL;
}

bool weft_walk_is_narrow(const weft_walk *walk) {
  const weft_program_description *d = &walk->program->description;
  if (walk->rank != 1 || d->instruction_count != 1 || d->output_count != 1 || walk->view_count < 2 ||
      walk->view_count > d->input_count + 1 || walk->program->final_writer[0] != 0) {
    return false;
  }
  const weft_instruction *instruction = &d->instructions[0];
  if (instruction->a >= d->input_count || instruction->b >= d->input_count) return false;
  for (int32_t k = 0; k < walk->view_count; k++) {
    if (walk->view[k].dtype != walk->view[0].dtype || walk->view[k].stride[0] != 1) return false;
  }
  return kernel_of(walk) != NULL;
}

typedef struct {
  const weft_walk *walk;
  narrow_kernel kernel;
} narrow_call;

static void map_pieces(void *context, int64_t begin, int64_t end) {
  const narrow_call *call = context;
  const weft_walk *walk = call->walk;
  const weft_program_description *d = &walk->program->description;
  const int64_t bytes = walk->view[0].bytes, first = begin * SHORTEST_PIECE;
  const int64_t last = end * SHORTEST_PIECE < walk->size[0] ? end * SHORTEST_PIECE : walk->size[0];
  const weft_instruction *instruction = &d->instructions[0];
  call->kernel(last - first, walk->view[d->input_count].data + first * bytes,
               walk->view[instruction->a].data + first * bytes, walk->view[instruction->b].data + first * bytes);
}

void weft_walk_map_narrow(const weft_walk *walk) {
  narrow_call call = {walk, kernel_of(walk)[weft_uses_avx2()]};
  const int64_t pieces = (walk->size[0] + SHORTEST_PIECE - 1) / SHORTEST_PIECE;
  weft_parallel_for(pieces, WEFT_WORTH_A_THREAD / SHORTEST_PIECE + 1, map_pieces, &call);
}
