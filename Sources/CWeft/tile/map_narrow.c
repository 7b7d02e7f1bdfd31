// One instruction on integers of less than 64 bits, or on bools, in their own type, or a cut by two numbers. In
// registers they have 64 bits, which takes up to eight times as long: twice that, there and back.
#include "../common/isa.h"
#include "map_rows.h"
#include "row_map.h"
#include "weft_parallel.h"

enum {
  SHORTEST_PIECE = 4096,  // a piece begins on a cache line
  LINE = 1024,            // elements beside numbers, of which there are as many copies
};

typedef void (*narrow_kernel)(int64_t n, void *d, const void *a, const void *b);

// In an instruction set, f(x, y) of each pair.
#define NARROW_LOOP(attribute, name, type, expression)                                     \
  attribute static void name(int64_t n, void *d, const void *a, const void *b) {           \
    /* The result may lie where an operand does, and nowhere else across it. */             \
    _Pragma("clang loop vectorize(assume_safety)") for (int64_t i = 0; i < n; i++) {       \
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

static const narrow_kernel *kernel_of(const weft_walk *walk, int32_t opcode) {
  const weft_program_description *d = &walk->program->description;
  const int32_t dtype = walk->view[d->input_count].dtype, bytes = walk->view[d->input_count].bytes;
  if (dtype == WEFT_BOOL) return kernel_of_bools(opcode);
  // Results that do not fit are cut off there and here alike, but in programs that clamp them. Extremes fit, and are
  // others where numbers below zero count as large ones.
  const bool is_extreme = opcode == WEFT_OP_MINIMUM || opcode == WEFT_OP_MAXIMUM;
  if (is_extreme && d->compute != WEFT_COMPUTE_INT64) return NULL;
  bool fits = !d->clamps || is_extreme;
  bool wraps = weft_computes_integers(d->compute) && fits;
  return wraps && is_narrow_integer(dtype) ? kernel_of_integers(opcode, bytes, is_signed(dtype)) : NULL;
}

// MARK: - Operands

/// Elements as they lie in memory, or one number for all of them.
typedef struct {
  bool is_number;
  int64_t number;
  const char *data;
} narrow_operand;

/// At most two instructions, of which the second reads what the first gives and a number.
typedef struct {
  int32_t count;
  narrow_kernel kernels[2];
  narrow_operand operands[3];  // a, b, and the number of the second
} narrow_steps;

static bool number_of(const weft_view *view, int64_t *number) {
  switch (view->dtype) {
    case WEFT_INT8: *number = *(const int8_t *)view->data; return true;
    case WEFT_UINT8: *number = *(const uint8_t *)view->data; return true;
    case WEFT_INT16: *number = *(const int16_t *)view->data; return true;
    case WEFT_UINT16: *number = *(const uint16_t *)view->data; return true;
    case WEFT_INT32: *number = *(const int32_t *)view->data; return true;
    case WEFT_UINT32: *number = *(const uint32_t *)view->data; return true;
    case WEFT_INT64: *number = *(const int64_t *)view->data; return true;
    default: return false;
  }
}

/// What an operand is that no instruction gives; false if it is nothing that is read here.
static bool find_operand(const weft_walk *walk, const weft_scalar *parameters, int32_t place, narrow_operand *operand) {
  const weft_program_description *d = &walk->program->description;
  const int32_t parameter = place - d->input_count, constant = parameter - d->parameter_count;
  *operand = (narrow_operand){.is_number = true};
  if (place < d->input_count) {
    const weft_view *view = &walk->view[place];
    operand->is_number = view->stride[0] == 0, operand->data = view->data;
    if (operand->is_number) return walk->view[d->input_count].dtype != WEFT_BOOL && number_of(view, &operand->number);
    return view->stride[0] == 1 && view->dtype == walk->view[d->input_count].dtype;
  }
  if (constant >= d->constant_count || !weft_computes_integers(d->compute)) return false;
  operand->number = constant < 0 ? parameters[parameter].integer : d->constants[constant].integer;
  return true;
}

/// Makes an end of extremes one that the type has, where that gives the same; false where it does not.
static bool fit(int32_t opcode, int32_t dtype, int32_t bytes, narrow_operand *end) {
  if (!end->is_number || (opcode != WEFT_OP_MINIMUM && opcode != WEFT_OP_MAXIMUM)) return true;
  const int64_t half = (int64_t)1 << (8 * bytes - 1);
  const int64_t lowest = is_signed(dtype) ? -half : 0, highest = lowest + 2 * half - 1;
  if (opcode == WEFT_OP_MINIMUM && end->number > highest) end->number = highest;
  if (opcode == WEFT_OP_MAXIMUM && end->number < lowest) end->number = lowest;
  return end->number >= lowest && end->number <= highest;
}

/// What the program does, if it is that; nothing that the first gives is cut off before the second.
static bool find_steps(const weft_walk *walk, const weft_scalar *parameters, narrow_steps *steps) {
  const weft_program_description *d = &walk->program->description;
  const weft_instruction *first = &d->instructions[0], *second = &d->instructions[1];
  const weft_view *result = &walk->view[d->input_count];
  narrow_operand *operands = steps->operands;
  steps->count = d->instruction_count;
  for (int32_t i = 0; i < steps->count; i++) {
    const narrow_kernel *kernels = kernel_of(walk, d->instructions[i].opcode);
    if (!kernels) return false;
    steps->kernels[i] = kernels[weft_uses_avx2()];
  }
  for (int k = 0; k < 2; k++) {
    const bool is_found = find_operand(walk, parameters, k ? first->b : first->a, &operands[k]);
    if (!is_found || !fit(first->opcode, result->dtype, result->bytes, &operands[k])) return false;
  }
  if (operands[0].is_number && operands[1].is_number) return false;
  if (steps->count == 1) return true;
  const bool stays = first->opcode == WEFT_OP_MINIMUM || first->opcode == WEFT_OP_MAXIMUM;
  return stays && second->a == first->destination && second->b != first->destination &&
         find_operand(walk, parameters, second->b, &operands[2]) && operands[2].is_number &&
         fit(second->opcode, result->dtype, result->bytes, &operands[2]);
}

bool weft_walk_is_narrow(const weft_walk *walk, const weft_scalar *parameters) {
  const weft_program_description *d = &walk->program->description;
  narrow_steps steps;
  return walk->rank == 1 && d->instruction_count >= 1 && d->instruction_count <= 2 && d->output_count == 1 &&
         walk->view_count >= 2 && walk->view_count <= d->input_count + 1 &&
         walk->program->final_writer[0] == d->instruction_count - 1 && walk->view[d->input_count].stride[0] == 1 &&
         find_steps(walk, parameters, &steps);
}

// MARK: - Pieces

typedef struct {
  const weft_walk *walk;
  narrow_steps steps;
} narrow_call;

typedef struct {
  _Alignas(64) unsigned char bytes[4 * LINE];
} narrow_line;

static void repeat_number(int64_t number, int64_t bytes, int64_t count, narrow_line *line) {
  for (int64_t i = 0; bytes == 1 && i < count; i++) line->bytes[i] = (unsigned char)number;
  for (int64_t i = 0; bytes == 2 && i < count; i++) ((uint16_t *)line->bytes)[i] = (uint16_t)number;
  for (int64_t i = 0; bytes == 4 && i < count; i++) ((uint32_t *)line->bytes)[i] = (uint32_t)number;
}

static void map_pieces(void *context, int64_t begin, int64_t end) {
  const narrow_call *call = context;
  const weft_walk *walk = call->walk;
  const narrow_steps *steps = &call->steps;
  const weft_view *result = &walk->view[walk->program->description.input_count];
  const int64_t bytes = result->bytes, limit = walk->size[0];
  const int64_t longest = limit < LINE ? limit : LINE;
  narrow_line numbers[2], between;
  const bool has_number = steps->operands[0].is_number || steps->operands[1].is_number;
  if (has_number) repeat_number(steps->operands[steps->operands[1].is_number].number, bytes, longest, &numbers[0]);
  if (steps->count == 2) repeat_number(steps->operands[2].number, bytes, longest, &numbers[1]);
  // Of nothing but elements all pieces are one.
  const int64_t step = has_number || steps->count == 2 ? LINE : (end - begin) * SHORTEST_PIECE;
  for (int64_t first = begin * SHORTEST_PIECE; first < end * SHORTEST_PIECE && first < limit; first += step) {
    const int64_t count = limit - first < step ? limit - first : step;
    const void *a = steps->operands[0].is_number ? (const void *)&numbers[0] : steps->operands[0].data + first * bytes;
    const void *b = steps->operands[1].is_number ? (const void *)&numbers[0] : steps->operands[1].data + first * bytes;
    char *to = result->data + first * bytes;
    steps->kernels[0](count, steps->count == 2 ? (void *)&between : to, a, b);
    if (steps->count == 2) steps->kernels[1](count, to, &between, &numbers[1]);
  }
}

void weft_walk_map_narrow(const weft_walk *walk, const weft_scalar *parameters) {
  narrow_call call = {.walk = walk};
  if (!find_steps(walk, parameters, &call.steps)) return;
  const int64_t pieces = (walk->size[0] + SHORTEST_PIECE - 1) / SHORTEST_PIECE;
  weft_parallel_for(pieces, WEFT_WORTH_A_THREAD / SHORTEST_PIECE + 1, map_pieces, &call);
}
