// Formulas of bytes whose results are bytes: the kernels for long arrays give what the instructions give of a few
// elements at a time.
#include "check.h"

enum { PIECE = 100, MARGIN = 64 };

/// A program of 7 uniform numbers of float32 behind `arrays` arrays of bytes; steps name registers.
typedef struct {
  int32_t arrays, count;
  const weft_instruction *steps;
} formula;

enum { UNIFORM = 7 };

static weft_program *program_of(const formula *f) {
  int32_t last = 0;
  for (int32_t i = 0; i < f->count; i++) last = f->steps[i].destination > last ? f->steps[i].destination : last;
  uint16_t output = f->steps[f->count - 1].destination;
  weft_program_description d = {.compute = WEFT_COMPUTE_FLOAT32, .input_count = f->arrays + UNIFORM, .output_count = 1,
                                .register_count = last + 1, .instruction_count = f->count, .instructions = f->steps,
                                .outputs = &output};
  return weft_program_create(&d);
}

static uint8_t *make_bytes(int64_t count) {
  uint8_t *bytes = malloc((size_t)count);
  for (int64_t i = 0; i < count; i++) bytes[i] = (uint8_t)whole(0, 255);
  return bytes;
}

/// Over `count` elements at once, and a few at a time, which no kernel for bytes takes.
static void check_bytes(const formula *f, const float *numbers, int64_t count, int32_t dtype, int32_t result_dtype,
                        const char *what) {
  static const int64_t one = 1, none = 0;
  weft_program *program = program_of(f);
  uint8_t *from[2] = {make_bytes(count), make_bytes(count)}, *whole_one = make_bytes(count + MARGIN);
  uint8_t *pieces = malloc((size_t)count + MARGIN);
  memcpy(pieces, whole_one, (size_t)count + MARGIN);
  weft_operand operands[2 + UNIFORM + 1];
  int32_t result = f->arrays + UNIFORM;
  for (int32_t k = 0; k < f->arrays; k++) operands[k] = (weft_operand){from[k], &one, dtype};
  for (int32_t k = 0; k < UNIFORM; k++) {
    operands[f->arrays + k] = (weft_operand){(void *)(numbers + k), &none, WEFT_FLOAT32};
  }
  operands[result] = (weft_operand){whole_one, &one, result_dtype};
  weft_map(program, 1, &count, operands, NULL);
  for (int64_t first = 0; first < count; first += PIECE) {
    int64_t some = count - first < PIECE ? count - first : PIECE;
    for (int32_t k = 0; k < f->arrays; k++) operands[k].data = from[k] + first;
    operands[result].data = pieces + first;
    weft_map(program, 1, &some, operands, NULL);
  }
  expect(!memcmp(whole_one, pieces, (size_t)count + MARGIN), "%s of %d %s to %s", what, (int)count, dtype_names[dtype],
         dtype_names[result_dtype]);
  free(from[0]), free(from[1]), free(whole_one), free(pieces);
  weft_program_destroy(program);
}

// Registers: arrays, seven numbers (zero and scale of each array, divisor, offset, highest), position, temporaries.
static const weft_instruction sum_steps[] = {
    {WEFT_OP_SUBTRACT, 10, 0, 2, 0}, {WEFT_OP_MULTIPLY, 11, 10, 3, 0}, {WEFT_OP_SUBTRACT, 12, 1, 4, 0},
    {WEFT_OP_MULTIPLY, 13, 12, 5, 0}, {WEFT_OP_ADD, 14, 11, 13, 0},     {WEFT_OP_DIVIDE, 15, 14, 6, 0},
    {WEFT_OP_ROUND, 16, 15, 0, 0},    {WEFT_OP_ADD, 17, 16, 7, 0},      {WEFT_OP_MAXIMUM, 18, 17, 4, 0},
    {WEFT_OP_MINIMUM, 19, 18, 8, 0}};
static const weft_instruction product_steps[] = {
    {WEFT_OP_SUBTRACT, 10, 0, 2, 0}, {WEFT_OP_MULTIPLY, 11, 10, 3, 0}, {WEFT_OP_SUBTRACT, 12, 1, 4, 0},
    {WEFT_OP_MULTIPLY, 13, 12, 5, 0}, {WEFT_OP_MULTIPLY, 14, 11, 13, 0}, {WEFT_OP_DIVIDE, 15, 14, 6, 0},
    {WEFT_OP_ROUND, 16, 15, 0, 0},    {WEFT_OP_ADD, 17, 16, 7, 0},       {WEFT_OP_MAXIMUM, 18, 17, 4, 0},
    {WEFT_OP_MINIMUM, 19, 18, 8, 0}};
static const weft_instruction difference_steps[] = {  // for which there is no kernel
    {WEFT_OP_SUBTRACT, 10, 0, 1, 0}, {WEFT_OP_MULTIPLY, 11, 10, 3, 0}};
static const weft_instruction sigmoid_steps[] = {
    {WEFT_OP_SUBTRACT, 9, 0, 1, 0},  {WEFT_OP_MULTIPLY, 10, 9, 2, 0}, {WEFT_OP_SIGMOID, 11, 10, 0, 0},
    {WEFT_OP_DIVIDE, 12, 11, 5, 0}, {WEFT_OP_ROUND, 13, 12, 0, 0},   {WEFT_OP_ADD, 14, 13, 6, 0}};

void check_byte_maps(void) {
  begin("byte maps");
  static const formula formulas[] = {{2, 10, sum_steps}, {2, 10, product_steps}, {2, 2, difference_steps},
                                     {1, 6, sigmoid_steps}};
  static const char *const names[] = {"a sum", "a product", "a difference", "a sigmoid"};
  static const float numbers[][UNIFORM] = {
      {113, 0.02f, 7, 0.03f, 0.05f, 120, 250},        {-5, 0.5f, 0, 0.25f, 0.125f, -3, 100},
      {128, 1e20f, 100, 1e30f, 1e-20f, 5, 255},       {0, NAN, 1, 0.1f, 0.1f, 0, 255},
      {12, 0.1f, 0, INFINITY, 0.2f, 128, 1e9f},       {3, 0.1f, -128, 0.1f, 0, 0.5f, 90.5f}};
  static const int64_t counts[] = {1, 1023, 1024, 1027, 4099, 70001};
  for (size_t f = 0; f < sizeof formulas / sizeof *formulas; f++) {
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
      for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        int32_t from = n % 2 ? WEFT_INT8 : WEFT_UINT8, to = (n + i) % 2 ? WEFT_INT8 : WEFT_UINT8;
        check_bytes(&formulas[f], numbers[i], counts[n], from, to, names[f]);
      }
    }
  }
}
