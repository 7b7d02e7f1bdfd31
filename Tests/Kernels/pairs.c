// Two instructions in a program give to the bit what they give one after another through memory, whether or not a
// kernel runs them as one.
#include "check.h"

enum { LENGTH = 300 };  // every number with every other, and no multiple of a vector

static const int32_t opcodes[] = {
    WEFT_OP_NEGATE, WEFT_OP_ABS,  WEFT_OP_EXP,      WEFT_OP_LOG,      WEFT_OP_TANH,    WEFT_OP_ERFC, WEFT_OP_SIGMOID,
    WEFT_OP_HARD_SIGMOID, WEFT_OP_FLOOR, WEFT_OP_TRUNC, WEFT_OP_IS_NAN, WEFT_OP_EQUAL, WEFT_OP_NOT_EQUAL,
    WEFT_OP_LESS_EQUAL, WEFT_OP_GREATER, WEFT_OP_GREATER_EQUAL, WEFT_OP_LEAK,
    WEFT_OP_ADD,    WEFT_OP_SUBTRACT, WEFT_OP_MULTIPLY, WEFT_OP_DIVIDE, WEFT_OP_MINIMUM, WEFT_OP_MAXIMUM, WEFT_OP_LESS,
    WEFT_OP_SELECT, WEFT_OP_MULTIPLY_ADD};
enum { OPCODES = sizeof opcodes / sizeof *opcodes };

static int operands_of(int32_t opcode) {
  return opcode >= WEFT_OP_SELECT ? 3 : opcode >= WEFT_OP_ADD ? 2 : 1;
}

/// Registers: three inputs, the position, then the temporaries.
enum { INPUTS = 3, FIRST = INPUTS + 1, SECOND, REGISTERS };

static void run(int32_t dtype, int32_t count, const weft_instruction *instructions, void *const *inputs, void *output) {
  static const int64_t length = LENGTH, stride = 1;
  int32_t compute = dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32;
  weft_program_description description = {
      .compute = compute, .input_count = INPUTS, .output_count = 1, .register_count = REGISTERS,
      .instruction_count = count, .instructions = instructions, .outputs = &instructions[count - 1].destination};
  weft_program *program = weft_program_create(&description);
  expect(program != NULL, "a program of %d instructions", count);
  if (!program) return;
  weft_operand operands[INPUTS + 1];
  for (int i = 0; i <= INPUTS; i++) {
    operands[i] = (weft_operand){i < INPUTS ? inputs[i] : output, &stride, dtype};
  }
  weft_map(program, 1, &length, operands, NULL);
  weft_program_destroy(program);
}

static uint16_t *operand_at(weft_instruction *instruction, int place) {
  return place == 0 ? &instruction->a : place == 1 ? &instruction->b : &instruction->c;
}

static double interesting(int64_t i) {
  static const double numbers[] = {0, -0.0, 1, -1, 0.5, -2.5, 1e30, -1e-30, 100, INFINITY, -INFINITY, NAN};
  enum { NUMBERS = sizeof numbers / sizeof *numbers };
  return i < NUMBERS * NUMBERS ? numbers[i % NUMBERS] : number() * 4;
}

/// NaN counts as NaN.
static bool is_same(int32_t dtype, const void *a, const void *b) {
  for (int64_t i = 0; i < LENGTH; i++) {
    double x = real_at(dtype, a, i), y = real_at(dtype, b, i);
    if (!(isnan(x) && isnan(y)) && (x != y || signbit(x) != signbit(y))) return false;
  }
  return true;
}

/// The second reads the first's value where `places` has a bit, and the inputs in turn elsewhere, beginning with
/// `from`.
static void check_pair(int32_t dtype, void *const *inputs, int32_t first, int32_t second, unsigned places, int from) {
  weft_instruction one = {(uint16_t)first, FIRST, 0, 1, 2}, two = {(uint16_t)second, SECOND, 0, 0, 0}, alone = two;
  void *between = make(dtype, LENGTH), *expected = make(dtype, LENGTH), *found = make(dtype, LENGTH);
  void *others[INPUTS] = {inputs[(from + 1) % INPUTS], inputs[from], between};
  for (int place = 0, input = from; place < operands_of(second); place++) {
    bool takes = places >> place & 1;
    *operand_at(&two, place) = takes ? FIRST : (uint16_t)input;
    *operand_at(&alone, place) = takes ? 2 : input == from ? 1 : 0;
    if (!takes) input = (input + 1) % INPUTS;
  }
  run(dtype, 1, &one, inputs, between);
  run(dtype, 1, &alone, others, expected);
  run(dtype, 2, (weft_instruction[]){one, two}, inputs, found);
  expect(is_same(dtype, expected, found),
         "instructions %d and %d of %s, the first's value in places %x, others from %d",
         first, second, dtype_names[dtype], places, from);
  two.destination = FIRST;
  run(dtype, 2, (weft_instruction[]){one, two}, inputs, found);
  expect(is_same(dtype, expected, found), "instructions %d and %d of %s in one register", first, second,
         dtype_names[dtype]);
  free(between), free(expected), free(found);
}

/// What is read a second time, by the result itself, stays.
static void check_kept(int32_t dtype, void *const *inputs) {
  weft_instruction both[] = {{WEFT_OP_SUBTRACT, FIRST, 0, 1, 0}, {WEFT_OP_ABS, SECOND, FIRST, 0, 0},
                             {WEFT_OP_ADD, SECOND, SECOND, FIRST, 0}};
  void *found = make(dtype, LENGTH);
  run(dtype, 3, both, inputs, found);
  bool holds = true;
  for (int64_t i = 0; i < LENGTH; i++) {
    double d = rounded(dtype, real_at(dtype, inputs[0], i) - real_at(dtype, inputs[1], i));
    double expected = rounded(dtype, fabs(d) + d), x = real_at(dtype, found, i);
    holds = holds && (isnan(expected) ? isnan(x) : x == expected);
  }
  expect(holds, "a difference that two instructions read, of %s", dtype_names[dtype]);
  free(found);
}

/// An operand that another instruction writes over meanwhile is read before.
static void check_overwritten(int32_t dtype, void *const *inputs) {
  weft_instruction four[] = {{WEFT_OP_NEGATE, SECOND, 2, 0, 0}, {WEFT_OP_SUBTRACT, FIRST, 0, SECOND, 0},
                             {WEFT_OP_COPY, SECOND, 1, 0, 0}, {WEFT_OP_MULTIPLY, FIRST, FIRST, SECOND, 0}};
  void *found = make(dtype, LENGTH);
  run(dtype, 4, four, inputs, found);
  bool holds = true;
  for (int64_t i = 0; i < LENGTH; i++) {
    double sum = rounded(dtype, real_at(dtype, inputs[0], i) + real_at(dtype, inputs[2], i));
    double expected = rounded(dtype, sum * real_at(dtype, inputs[1], i)), x = real_at(dtype, found, i);
    bool is_tiny = fabs(expected) < 0x1p-126;
    holds = holds && (isnan(expected) ? isnan(x) : is_tiny ? fabs(x) < 0x1p-125 : x == expected);
  }
  expect(holds, "an operand that is written over, of %s", dtype_names[dtype]);
  free(found);
}

void check_pairs(void) {
  begin("pairs of instructions");
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    void *inputs[INPUTS];
    for (int k = 0; k < INPUTS; k++) {
      inputs[k] = make(dtype, LENGTH);
      for (int64_t i = 0; i < LENGTH; i++) set_real(dtype, inputs[k], i, interesting(k == 1 && i < 144 ? i / 12 : i));
    }
    for (int i = 0; i < OPCODES * OPCODES; i++) {
      int32_t first = opcodes[i / OPCODES], second = opcodes[i % OPCODES];
      for (unsigned places = 1; places < 1u << operands_of(second); places++) {
        for (int from = 0; from < INPUTS; from++) check_pair(dtype, inputs, first, second, places, from);
      }
    }
    check_kept(dtype, inputs);
    check_overwritten(dtype, inputs);
    for (int k = 0; k < INPUTS; k++) free(inputs[k]);
  }
}
