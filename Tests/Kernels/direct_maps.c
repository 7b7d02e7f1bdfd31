// Maps from memory to memory: rows that share operands, integers in their own type, planes turned round.
#include "check.h"

// MARK: - Rows

typedef enum { WHOLE, PER_ROW, PER_COLUMN, ONE } sharing;

static void strides_of(sharing s, int64_t columns, int64_t *strides) {
  strides[0] = s == WHOLE ? columns + 3 : s == PER_ROW;
  strides[1] = s == WHOLE || s == PER_COLUMN;
}

/// a·b + c, where each may be shared by rows or columns; [2, rows, columns], with gaps behind the rows.
static void check_rows(int32_t dtype, int64_t rows, int64_t columns, const sharing *shared) {
  static const weft_instruction instruction = {WEFT_OP_MULTIPLY_ADD, 4, 0, 1, 2};
  int32_t compute = dtype == WEFT_FLOAT32 ? WEFT_COMPUTE_FLOAT32 : dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64
                    : WEFT_COMPUTE_INT64;
  weft_program *program = make_program(compute, 3, 1, &instruction, false);
  int64_t count = 2 * rows * (columns + 3), shape[] = {2, rows, columns}, strides[4][3];
  weft_operand operands[4];
  for (int k = 0; k < 4; k++) {
    sharing s = k < 3 ? shared[k] : WHOLE;
    strides_of(s, columns, strides[k] + 1);
    strides[k][0] = s == WHOLE ? rows * (columns + 3) : 0;
    operands[k] = (weft_operand){make_random(dtype, count), strides[k], dtype};
  }
  weft_map(program, 3, shape, operands, NULL);
  bool holds = true;
  for (int64_t i = 0; i < 2 * rows * columns; i++) {
    const int64_t index[] = {i / columns / rows, i / columns % rows, i % columns};
    double x[4];
    for (int k = 0; k < 4; k++) {
      int64_t at = index[0] * strides[k][0] + index[1] * strides[k][1] + index[2] * strides[k][2];
      x[k] = value_at(dtype, operands[k].data, at);
    }
    // By one rounding or two.
    double tolerance = is_real(dtype) ? 2 * precision(dtype) : 0;
    holds = holds && fabs(x[3] - (x[0] * x[1] + x[2])) <= tolerance;
  }
  expect(holds, "rows of %d %s, shared %d %d %d", (int)columns, dtype_names[dtype], shared[0], shared[1], shared[2]);
  for (int k = 0; k < 4; k++) free(operands[k].data);
  weft_program_destroy(program);
}

static void check_all_rows(void) {
  static const int32_t dtypes[] = {WEFT_FLOAT32, WEFT_FLOAT64, WEFT_INT64};
  static const sharing cases[][3] = {{WHOLE, PER_ROW, PER_ROW}, {WHOLE, PER_COLUMN, ONE}, {PER_ROW, PER_COLUMN, WHOLE},
                                     {WHOLE, WHOLE, PER_COLUMN}, {PER_ROW, PER_ROW, ONE}, {PER_COLUMN, ONE, PER_ROW}};
  static const int64_t columns[] = {5, 127, 128, 131, 1003, 40001};
  for (size_t d = 0; d < sizeof dtypes / sizeof *dtypes; d++) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) check_rows(dtypes[d], 7, columns[c], cases[i]);
    }
  }
}

/// Of several instructions, exact of whole numbers: ((a - b)·c + a) - b and |b - c|·b - c, which reads no a. Operands lie
/// forwards or backwards, or are shared; between the rows of the result nothing is written.
static void check_rows_of_many(bool reads_all, int32_t dtype, int64_t columns) {
  static const weft_instruction all[] = {{WEFT_OP_SUBTRACT, 4, 0, 1, 0}, {WEFT_OP_MULTIPLY, 5, 4, 2, 0},
                                         {WEFT_OP_ADD, 6, 5, 0, 0}, {WEFT_OP_SUBTRACT, 7, 6, 1, 0}};
  static const weft_instruction some[] = {{WEFT_OP_SUBTRACT, 4, 1, 2, 0}, {WEFT_OP_ABS, 5, 4, 0, 0},
                                          {WEFT_OP_MULTIPLY, 6, 5, 1, 0}, {WEFT_OP_SUBTRACT, 7, 6, 2, 0}};
  const bool is_float = dtype == WEFT_FLOAT32;
  uint16_t output = 7;
  weft_program_description description = {
      .compute = is_float ? WEFT_COMPUTE_FLOAT32 : WEFT_COMPUTE_FLOAT64, .input_count = 3, .output_count = 1,
      .register_count = 8, .instruction_count = 4, .instructions = reads_all ? all : some, .outputs = &output};
  weft_program *program = weft_program_create(&description);
  const int64_t rows = 1 + whole(0, 4), gap = 3, count = rows * (columns + gap);
  int64_t strides[4][2], shape[] = {rows, columns};
  weft_operand operands[4];
  char *memory[4];
  for (int k = 0; k < 4; k++) {
    const sharing s = k < 3 ? (sharing)whole(WHOLE, ONE) : WHOLE;
    strides_of(s, columns, strides[k]);
    memory[k] = make(dtype, count);
    for (int64_t i = 0; i < count; i++) set_value(dtype, memory[k], i, (double)whole(-9, 9));
    const bool is_reversed = k < 3 && s == WHOLE && whole(0, 3) == 0;
    char *first = memory[k] + (is_reversed ? (rows - 1) * strides[k][0] * element_bytes(dtype) : 0);
    if (is_reversed) strides[k][0] = -strides[k][0];
    operands[k] = (weft_operand){first, strides[k], dtype};
  }
  char *expected = make(dtype, count);
  memcpy(expected, memory[3], (size_t)(count * element_bytes(dtype)));
  for (int64_t i = 0; i < rows * columns; i++) {
    double x[3];
    for (int k = 0; k < 3; k++) {
      x[k] = value_at(dtype, operands[k].data, i / columns * strides[k][0] + i % columns * strides[k][1]);
    }
    const double result = reads_all ? (x[0] - x[1]) * x[2] + x[0] - x[1] : fabs(x[1] - x[2]) * x[1] - x[2];
    set_value(dtype, expected, i / columns * strides[3][0] + i % columns, result);
  }
  weft_map(program, 2, shape, operands, NULL);
  bool holds = true;
  for (int64_t i = 0; i < count; i++) {
    holds = holds && value_at(dtype, memory[3], i) == value_at(dtype, expected, i);
  }
  expect(holds, "rows of %d %s, four instructions", (int)columns, dtype_names[dtype]);
  for (int k = 0; k < 4; k++) free(memory[k]);
  free(expected);
  weft_program_destroy(program);
}

static void check_all_rows_of_many(void) {
  static const int64_t columns[] = {200, 255, 256, 257, 513, 1023, 1024, 1025};
  for (int turn = 0; turn < 20; turn++) {
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
      check_rows_of_many(turn % 2, turn % 4 < 2 ? WEFT_FLOAT32 : WEFT_FLOAT64, columns[c]);
    }
  }
}

// MARK: - Integers in their own type

static bool is_true(int opcode, bool a, bool b) {
  switch (opcode) {
    case WEFT_OP_AND: case WEFT_OP_BIT_AND: return a && b;
    case WEFT_OP_OR: case WEFT_OP_BIT_OR: return a || b;
    case WEFT_OP_NOT: return !a;
    default: return a != b;
  }
}

static __int128 integer(int opcode, __int128 a, __int128 b) {
  switch (opcode) {
    case WEFT_OP_ADD: return a + b;
    case WEFT_OP_SUBTRACT: return a - b;
    case WEFT_OP_MULTIPLY: return a * b;
    case WEFT_OP_BIT_AND: return a & b;
    case WEFT_OP_BIT_OR: return a | b;
    case WEFT_OP_NEGATE: return -a;
    case WEFT_OP_ABS: return a < 0 ? -a : a;
    case WEFT_OP_MINIMUM: return a < b ? a : b;
    case WEFT_OP_MAXIMUM: return a > b ? a : b;
    default: return a ^ b;
  }
}

/// Of any bits: what does not fit is cut off, or clamped if the program says so; a bool may be any byte.
static void check_narrow(int32_t dtype, int opcode, int64_t count, bool clamps) {
  const bool is_bool = dtype == WEFT_BOOL;
  const int inputs = opcode == WEFT_OP_NOT || opcode == WEFT_OP_NEGATE || opcode == WEFT_OP_ABS ? 1 : 2;
  weft_instruction instruction = {(uint16_t)opcode, (uint16_t)(inputs + 1), 0, 1, 0};
  bool logical = opcode == WEFT_OP_AND || opcode == WEFT_OP_OR || opcode == WEFT_OP_XOR || opcode == WEFT_OP_NOT;
  weft_program *program = make_program(logical ? WEFT_COMPUTE_FLOAT32 : WEFT_COMPUTE_INT64, inputs, 1, &instruction,
                                       clamps);
  size_t bytes = (size_t)count * element_bytes(dtype);
  unsigned char *a = make(dtype, count), *b = make(dtype, count);
  void *expected = make(dtype, count);
  for (size_t i = 0; i < bytes; i++) {
    a[i] = (unsigned char)whole(is_bool ? -1 : -128, is_bool ? 1 : 127);
    b[i] = (unsigned char)whole(is_bool ? -1 : -128, is_bool ? 1 : 127);
  }
  for (int64_t i = 0; i < count; i++) {
    __int128 value = is_bool ? is_true(opcode, a[i] != 0, b[i] != 0)
                             : integer(opcode, whole_at(dtype, a, i), whole_at(dtype, b, i));
    if (clamps) value = value < lowest(dtype) ? lowest(dtype) : value > highest(dtype) ? highest(dtype) : value;
    set_whole(dtype, expected, i, value);
  }
  int64_t stride = 1;
  weft_operand operands[] = {{a, &stride, dtype}, {b, &stride, dtype}, {a, &stride, dtype}};
  if (inputs == 1) operands[1] = operands[2];
  weft_map(program, 1, &count, operands, NULL);
  expect(!memcmp(a, expected, bytes), "instruction %d of %d %s, clamped %d", opcode, (int)count, dtype_names[dtype],
         clamps);
  free(a), free(b), free(expected);
  weft_program_destroy(program);
}

static void check_all_narrow(void) {
  static const int of_bools[] = {WEFT_OP_AND, WEFT_OP_OR, WEFT_OP_XOR, WEFT_OP_NOT, WEFT_OP_BIT_AND, WEFT_OP_BIT_OR,
                                 WEFT_OP_BIT_XOR};
  static const int of_integers[] = {WEFT_OP_ADD, WEFT_OP_SUBTRACT, WEFT_OP_MULTIPLY, WEFT_OP_BIT_AND, WEFT_OP_BIT_OR,
                                    WEFT_OP_BIT_XOR, WEFT_OP_NEGATE, WEFT_OP_ABS, WEFT_OP_MINIMUM, WEFT_OP_MAXIMUM};
  static const int32_t dtypes[] = {WEFT_INT8, WEFT_UINT8, WEFT_INT16, WEFT_UINT16, WEFT_INT32, WEFT_UINT32};
  static const int64_t counts[] = {1, 31, 4096, 4097, 300001};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    for (size_t i = 0; i < sizeof of_bools / sizeof *of_bools; i++) {
      check_narrow(WEFT_BOOL, of_bools[i], counts[c], false);
    }
    for (size_t i = 0; i < sizeof of_integers / sizeof *of_integers; i++) {
      for (size_t d = 0; d < sizeof dtypes / sizeof *dtypes; d++) {
        check_narrow(dtypes[d], of_integers[i], counts[c], false);
        if (i < 2 || i > 7) check_narrow(dtypes[d], of_integers[i], counts[c], true);
      }
    }
  }
}

/// With a number of another type, on either side, or a parameter; and cut by two of them, beyond what the type has too.
static void check_numbers(int32_t dtype, int opcode, int64_t count, int64_t number, bool is_first) {
  const int64_t one = 1, none = 0;
  weft_instruction instruction = {(uint16_t)opcode, 3, is_first, !is_first, 0};
  weft_program *program = make_program(WEFT_COMPUTE_INT64, 2, 1, &instruction, false);
  void *a = make_random(dtype, count), *y = make(dtype, count), *expected = make(dtype, count);
  weft_operand operands[] = {{a, &one, dtype}, {&number, &none, WEFT_INT64}, {y, &one, dtype}};
  for (int64_t i = 0; i < count; i++) {
    const __int128 x = whole_at(dtype, a, i);
    set_whole(dtype, expected, i, is_first ? integer(opcode, number, x) : integer(opcode, x, number));
  }
  weft_map(program, 1, &count, operands, NULL);
  expect(!memcmp(y, expected, (size_t)count * element_bytes(dtype)), "instruction %d of %d %s and %lld", opcode,
         (int)count, dtype_names[dtype], (long long)number);
  free(a), free(y), free(expected);
  weft_program_destroy(program);
}

/// The larger of two numbers without a sign, of which one is larger than the type holds: what is stored of it wraps.
static void check_large_extremes(int32_t dtype) {
  static const weft_instruction maximum = {WEFT_OP_MAXIMUM, 3, 0, 1, 0};
  const int64_t one = 1, count = 4099;
  const uint16_t output = 3;
  weft_program_description d = {.compute = WEFT_COMPUTE_UINT64, .input_count = 1, .output_count = 1,
                                .parameter_count = 1, .register_count = 4, .instruction_count = 1,
                                .instructions = &maximum, .outputs = &output};
  weft_program *program = weft_program_create(&d);
  void *a = make_random(dtype, count), *y = make(dtype, count), *expected = make(dtype, count);
  for (int64_t i = 0; i < count; i++) set_whole(dtype, expected, i, -1);
  weft_map(program, 1, &count, (weft_operand[]){{a, &one, dtype}, {y, &one, dtype}}, &(weft_scalar){.integer = -1});
  expect(!memcmp(y, expected, (size_t)count * element_bytes(dtype)), "the larger of %s and 2^64 - 1",
         dtype_names[dtype]);
  free(a), free(y), free(expected);
  weft_program_destroy(program);
}

static void check_cut(int32_t dtype, int64_t count, int64_t low, int64_t high, bool clamps) {
  static const weft_instruction cut[] = {{WEFT_OP_MAXIMUM, 4, 0, 1, 0}, {WEFT_OP_MINIMUM, 5, 4, 2, 0}};
  const int64_t one = 1;
  uint16_t output = 5;
  weft_program_description d = {.compute = WEFT_COMPUTE_INT64, .input_count = 1, .output_count = 1,
                                .parameter_count = 2, .register_count = 6, .instruction_count = 2,
                                .instructions = cut, .outputs = &output, .clamps = clamps};
  weft_program *program = weft_program_create(&d);
  void *a = make_random(dtype, count), *expected = make(dtype, count);
  for (int64_t i = 0; i < count; i++) {
    const __int128 x = whole_at(dtype, a, i), raised = x < low ? low : x, y = raised > high ? high : raised;
    const __int128 held = y < lowest(dtype) ? lowest(dtype) : y > highest(dtype) ? highest(dtype) : y;
    set_whole(dtype, expected, i, clamps ? held : y);
  }
  weft_operand operands[] = {{a, &one, dtype}, {a, &one, dtype}};
  weft_map(program, 1, &count, operands, (weft_scalar[]){{.integer = low}, {.integer = high}});
  expect(!memcmp(a, expected, (size_t)count * element_bytes(dtype)), "%d %s cut to %lld ... %lld", (int)count,
         dtype_names[dtype], (long long)low, (long long)high);
  free(a), free(expected);
  weft_program_destroy(program);
}

static void check_all_numbers(void) {
  static const int opcodes[] = {WEFT_OP_ADD, WEFT_OP_SUBTRACT, WEFT_OP_MULTIPLY, WEFT_OP_BIT_AND, WEFT_OP_BIT_XOR,
                                WEFT_OP_MINIMUM, WEFT_OP_MAXIMUM};
  static const int32_t dtypes[] = {WEFT_INT8, WEFT_UINT8, WEFT_INT16, WEFT_UINT16, WEFT_INT32, WEFT_UINT32};
  static const int64_t counts[] = {1, 31, 4096, 9001}, numbers[] = {3, 0, -2, 300, INT64_MIN, INT64_MAX};
  for (int d = 0; d < 6; d++) check_large_extremes(dtypes[d]);
  for (int c = 0; c < 4; c++) {
    for (int d = 0; d < 6; d++) {
      for (int i = 0; i < 7 * 6 * 2; i++) {
        check_numbers(dtypes[d], opcodes[i % 7], counts[c], numbers[i / 14], i / 7 % 2);
      }
      for (int i = 0; i < 72; i++) check_cut(dtypes[d], counts[c], numbers[i % 6], numbers[i / 6 % 6], i > 35);
    }
  }
}

// MARK: - Planes turned round

/// A plane copied between memory by rows and memory by columns, either of which may run backwards along them.
static void check_turned(int32_t dtype, int64_t rows, int64_t columns, bool reads, int64_t row_step) {
  uint16_t output = 0;
  int32_t compute = !is_real(dtype) ? WEFT_COMPUTE_INT64 : dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64
                                                                                  : WEFT_COMPUTE_FLOAT32;
  if (dtype == WEFT_UINT64) compute = WEFT_COMPUTE_UINT64;
  weft_program_description description = {
      .compute = compute, .input_count = 1, .output_count = 1, .register_count = 2, .outputs = &output};
  weft_program *program = weft_program_create(&description);
  const int64_t high = rows + 2, count = high * columns, shape[] = {rows, columns};
  const int64_t flat[] = {columns, 1}, turned[] = {row_step, high};
  char *by_rows = make_random(dtype, count), *by_columns = make_random(dtype, count);
  size_t size = element_bytes(dtype);
  char *first = by_columns + (row_step < 0 ? (size_t)(rows - 1) * size : 0);
  weft_operand line = {by_rows, flat, dtype}, across = {first, turned, dtype};
  weft_operand operands[] = {reads ? across : line, reads ? line : across};
  weft_map(program, 2, shape, operands, NULL);
  bool holds = true;
  for (int64_t i = 0; i < rows * columns; i++) {
    int64_t row = i / columns, column = i % columns;
    holds = holds && !memcmp(by_rows + (size_t)i * size,
                             by_columns + (size_t)(column * high + (row_step < 0 ? rows - 1 - row : row)) * size, size);
  }
  expect(holds, "a plane of [%d, %d] %s turned, read %d, step %d", (int)rows, (int)columns, dtype_names[dtype], reads,
         (int)row_step);
  free(by_rows), free(by_columns);
  weft_program_destroy(program);
}

static void check_all_turned(void) {
  static const int64_t shapes[][2] = {{4, 4}, {5, 3}, {8, 8}, {17, 9}, {64, 64}, {67, 131}, {300, 33}};
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
      for (int kind = 0; kind < 4; kind++) {
        check_turned(dtype, shapes[i][0], shapes[i][1], kind & 1, kind & 2 ? -1 : 1);
      }
    }
  }
}

void check_direct_maps(void) {
  begin("direct maps");
  check_all_rows();
  check_all_rows_of_many();
  check_all_narrow();
  check_all_numbers();
  check_all_turned();
}
