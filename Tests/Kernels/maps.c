// Elementwise maps whose elements pass by no register: copies of runs, and single instructions over long arrays.
#include "check.h"

enum { INDENT = 3 };

/// A [depth, rows, columns] array copied between memory with gaps of `gap` elements behind its rows on both sides.
static void check_copy(int32_t dtype, const int64_t *shape, int64_t gap) {
  uint16_t output = 0;
  int32_t compute = dtype == WEFT_UINT64    ? WEFT_COMPUTE_UINT64
                    : !is_real(dtype)       ? WEFT_COMPUTE_INT64
                    : dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64
                                            : WEFT_COMPUTE_FLOAT32;
  weft_program_description description = {
      .compute = compute, .input_count = 1, .output_count = 1, .register_count = 2, .outputs = &output};
  weft_program *program = weft_program_create(&description);
  int64_t row = shape[2] + gap, count = shape[0] * shape[1] * row + INDENT;
  int64_t strides[] = {shape[1] * row, row, 1};
  size_t size = element_bytes(dtype);
  char *from = make_random(dtype, count), *to = make_random(dtype, count), *before = malloc((size_t)count * size);
  memcpy(before, to, (size_t)count * size);
  weft_operand operands[] = {{from + INDENT * size, strides, dtype}, {to + INDENT * size, strides, dtype}};
  weft_map(program, 3, shape, operands, NULL);
  bool holds = true;
  for (int64_t i = 0; i < count; i++) {
    bool is_copied = i >= INDENT && (i - INDENT) % row < shape[2];
    const char *expected = is_copied ? from : before;
    holds = holds && !memcmp(to + (size_t)i * size, expected + (size_t)i * size, size);
  }
  expect(holds, "a copy of [%d, %d, %d] %s, %d apart", (int)shape[0], (int)shape[1], (int)shape[2], dtype_names[dtype],
         (int)gap);
  free(from), free(to), free(before);
  weft_program_destroy(program);
}

/// a·b where b may be one number for all, written over a.
static void check_long_product(int32_t dtype, int64_t count, bool uniform) {
  weft_instruction multiply = {WEFT_OP_MULTIPLY, 3, 0, 1, 0};
  weft_program *program = make_program(dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32, 2, 1,
                                       &multiply, false);
  int64_t stride = 1, none = 0;
  void *a = make_random(dtype, count), *b = make_random(dtype, count), *expected = make(dtype, count);
  for (int64_t i = 0; i < count; i++) {
    set_real(dtype, expected, i, rounded(dtype, real_at(dtype, a, i) * real_at(dtype, b, uniform ? 0 : i)));
  }
  weft_operand operands[] = {{a, &stride, dtype}, {b, uniform ? &none : &stride, dtype}, {a, &stride, dtype}};
  weft_map(program, 1, &count, operands, NULL);
  expect(!memcmp(a, expected, (size_t)count * element_bytes(dtype)), "a product of %d %s in place", (int)count,
         dtype_names[dtype]);
  free(a), free(b), free(expected);
  weft_program_destroy(program);
}

void check_maps(void) {
  begin("maps");
  static const int64_t shapes[][3] = {{1, 1, 1}, {2, 3, 16}, {3, 5, 37}, {2, 2, 130}, {1, 3, 40000}, {7, 1, 64}};
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
      check_copy(dtype, shapes[i], 0);
      check_copy(dtype, shapes[i], 5);
    }
  }
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    for (int uniform = 0; uniform < 2; uniform++) {
      check_long_product(dtype, 1, uniform);
      check_long_product(dtype, 1027, uniform);
      check_long_product(dtype, 16 * 1024, uniform);
      check_long_product(dtype, 70001, uniform);
    }
  }
}
