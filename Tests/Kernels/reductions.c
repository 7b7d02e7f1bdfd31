// Reductions over axes and along rows.
#include "check.h"

// MARK: - Over axes

static double neutral(int reduction) {
  static const double values[] = {0, 1, -INFINITY, INFINITY};
  return values[reduction];
}

static double combined(int reduction, double a, double b) {
  switch (reduction) {
    case WEFT_REDUCE_SUM: return a + b;
    case WEFT_REDUCE_PRODUCT: return a * b;
    case WEFT_REDUCE_MAXIMUM: return isnan(a) || isnan(b) ? NAN : fmax(a, b);
    default: return isnan(a) || isnan(b) ? NAN : fmin(a, b);
  }
}

static int32_t compute_of(int32_t dtype) {
  if (dtype == WEFT_UINT64) return WEFT_COMPUTE_UINT64;
  if (!is_real(dtype)) return WEFT_COMPUTE_INT64;
  return dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32;
}

static void *reduction_input(int32_t dtype, int reduction, int64_t count) {
  void *input = make_random(dtype, count);
  // A product of many numbers stays a number.
  for (int64_t i = 0; reduction == WEFT_REDUCE_PRODUCT && i < count; i++) {
    if (is_real(dtype)) set_real(dtype, input, i, i % 7 ? 1 : -1 + number() / 64);
  }
  return input;
}

/// The axes marked in `mask` of a [depth, rows, columns] array; the others are kept. `plain` ones are reduced as they lie
/// in memory, else a copy of them is.
static void check_axes(int32_t dtype, int reduction, const int64_t *shape, unsigned mask, bool plain) {
  int64_t count = shape[0] * shape[1] * shape[2], strides[3], kept[3], results = 1;
  uint8_t reduced[3];
  dense_strides(3, shape, strides);
  for (int axis = 2; axis >= 0; axis--) {
    reduced[axis] = mask >> axis & 1;
    kept[axis] = reduced[axis] ? 0 : results;
    if (!reduced[axis]) results *= shape[axis];
  }
  void *input = reduction_input(dtype, reduction, count), *output = make(dtype, results);
  if (plain && is_real(dtype) && reduction >= WEFT_REDUCE_MAXIMUM) set_real(dtype, input, count / 3, NAN);
  double *expected = make(WEFT_FLOAT64, results), *size = make(WEFT_FLOAT64, results);
  weft_instruction copy = {WEFT_OP_COPY, plain ? 0 : 2, 0, 0, 0};
  weft_program *program = make_program(compute_of(dtype), 1, plain ? 0 : 1, plain ? &copy + 1 : &copy, false);
  weft_operand operands[] = {{input, strides, dtype}, {output, kept, dtype}};
  weft_reduce(program, 3, shape, reduced, &(int32_t){reduction}, operands, NULL);
  for (int64_t i = 0; i < results; i++) expected[i] = neutral(reduction);
  for (int64_t i = 0; i < count; i++) {
    int64_t index[] = {i / strides[0], i / strides[1] % shape[1], i % shape[2]};
    int64_t at = index[0] * kept[0] + index[1] * kept[1] + index[2] * kept[2];
    double x = value_at(dtype, input, i);
    expected[at] = combined(reduction, expected[at], x);
    size[at] += fabs(x);
  }
  void *element = make(dtype, 1);
  for (int64_t i = 0; i < results; i++) {
    if (!is_real(dtype) && fabs(expected[i]) >= 0x1p53) continue;  // the loop above no longer holds its low bits
    set_value(dtype, element, 0, expected[i]);
    double scale = reduction == WEFT_REDUCE_SUM ? size[i] : 200 * fabs(expected[i]);
    double exact = reduction >= WEFT_REDUCE_MAXIMUM || !is_real(dtype) ? 0 : 4 * precision(WEFT_FLOAT32);
    if (dtype == WEFT_FLOAT64 && exact > 0) exact = 4 * precision(dtype);
    double tolerance = exact * scale + (exact > 0 ? precision(dtype) * fabs(expected[i]) : 0);
    expect_near(value_at(dtype, output, i), value_at(dtype, element, 0), tolerance,
                "reduction %d of %s [%d, %d, %d] over axes %x", reduction, dtype_names[dtype], (int)shape[0],
                (int)shape[1], (int)shape[2], mask);
  }
  weft_program_destroy(program);
  free(input), free(output), free(expected), free(size), free(element);
}

// MARK: - Along rows

/// The softmax of rows, which takes two reductions, one after the other.
static void check_softmax(int32_t dtype, int64_t rows, int64_t columns) {
  weft_instruction instructions[] = {{WEFT_OP_ROW_MAXIMUM, 2, 0, 0, 0}, {WEFT_OP_SUBTRACT, 3, 0, 2, 0},
                                     {WEFT_OP_EXP, 4, 3, 0, 0},         {WEFT_OP_ROW_SUM, 5, 4, 0, 0},
                                     {WEFT_OP_DIVIDE, 6, 4, 5, 0}};
  weft_program *program = make_program(compute_of(dtype), 1, 5, instructions, false);
  int64_t shape[] = {rows, columns}, strides[] = {columns, 1};
  void *input = make_random(dtype, rows * columns), *output = make(dtype, rows * columns);
  weft_operand operands[] = {{input, strides, dtype}, {output, strides, dtype}};
  weft_row_map(program, 2, shape, operands, NULL);
  for (int64_t row = 0; row < rows; row++) {
    double sum = 0;
    for (int64_t j = 0; j < columns; j++) sum += exp(real_at(dtype, input, row * columns + j));
    for (int64_t j = 0; j < columns; j++) {
      double expected = exp(real_at(dtype, input, row * columns + j)) / sum;
      expect_near(real_at(dtype, output, row * columns + j), expected, 8 * precision(dtype) * expected + 0x1p-24,
                  "the softmax of %s rows of %d", dtype_names[dtype], (int)columns);
    }
  }
  weft_program_destroy(program);
  free(input), free(output);
}

/// The softmax along the middle axis of [2, length, lanes]: of rows that lie across memory.
static void check_softmax_across(int32_t dtype, int64_t length, int64_t lanes) {
  weft_instruction instructions[] = {{WEFT_OP_ROW_MAXIMUM, 2, 0, 0, 0}, {WEFT_OP_SUBTRACT, 3, 0, 2, 0},
                                     {WEFT_OP_EXP, 4, 3, 0, 0},         {WEFT_OP_ROW_SUM, 5, 4, 0, 0},
                                     {WEFT_OP_DIVIDE, 6, 4, 5, 0}};
  weft_program *program = make_program(compute_of(dtype), 1, 5, instructions, false);
  int64_t shape[] = {2, lanes, length}, strides[] = {length * lanes, 1, lanes};
  void *input = make_random(dtype, 2 * length * lanes), *output = make(dtype, 2 * length * lanes);
  weft_operand operands[] = {{input, strides, dtype}, {output, strides, dtype}};
  weft_row_map(program, 3, shape, operands, NULL);
  for (int64_t line = 0; line < 2 * lanes; line++) {
    int64_t start = line / lanes * length * lanes + line % lanes;
    double sum = 0;
    for (int64_t j = 0; j < length; j++) sum += exp(real_at(dtype, input, start + j * lanes));
    for (int64_t j = 0; j < length; j++) {
      double expected = exp(real_at(dtype, input, start + j * lanes)) / sum;
      expect_near(real_at(dtype, output, start + j * lanes), expected, 8 * precision(dtype) * expected + 0x1p-24,
                  "the softmax of %s, %d elements along %d lanes", dtype_names[dtype], (int)length, (int)lanes);
    }
  }
  weft_program_destroy(program);
  free(input), free(output);
}

/// A row's elements less their mean, and the mean: rows across memory with one output of each kind.
static void check_centered_across(int64_t length, int64_t lanes) {
  weft_instruction instructions[] = {{WEFT_OP_ROW_SUM, 2, 0, 0, 0}, {WEFT_OP_SUBTRACT, 3, 0, 2, 0}};
  uint16_t outputs[] = {3, 2};
  weft_program_description description = {.compute = WEFT_COMPUTE_FLOAT32, .input_count = 1, .output_count = 2,
                                          .register_count = 4, .instruction_count = 2, .instructions = instructions,
                                          .outputs = outputs};
  weft_program *program = weft_program_create(&description);
  int64_t shape[] = {lanes, length}, strides[] = {1, lanes}, one[] = {1, 0};
  float *input = make_random(WEFT_FLOAT32, length * lanes), *output = make(WEFT_FLOAT32, length * lanes);
  float *sums = make(WEFT_FLOAT32, lanes);
  weft_operand operands[] = {
      {input, strides, WEFT_FLOAT32}, {output, strides, WEFT_FLOAT32}, {sums, one, WEFT_FLOAT32}};
  weft_row_map(program, 2, shape, operands, NULL);
  for (int64_t line = 0; line < lanes; line++) {
    double sum = 0;
    for (int64_t j = 0; j < length; j++) sum += input[j * lanes + line];
    expect_near(sums[line], sum, 1e-6 * (double)length, "the sum of %d elements across", (int)length);
    for (int64_t j = 0; j < length; j++) {
      expect_near(output[j * lanes + line], input[j * lanes + line] - sums[line], 1e-6, "less the sum across");
    }
  }
  weft_program_destroy(program);
  free(input), free(output), free(sums);
}

/// The row operations alone, with one result a row.
static void check_row(int32_t dtype, int reduction, int64_t columns) {
  enum { ROWS = 9 };
  static const uint16_t opcodes[] = {WEFT_OP_ROW_SUM, WEFT_OP_ROW_PRODUCT, WEFT_OP_ROW_MAXIMUM, WEFT_OP_ROW_MINIMUM};
  weft_instruction instruction = {opcodes[reduction], 2, 0, 0, 0};
  weft_program *program = make_program(compute_of(dtype), 1, 1, &instruction, false);
  int64_t shape[] = {ROWS, columns}, strides[] = {columns, 1}, one[] = {1, 0};
  void *input = reduction_input(dtype, reduction, ROWS * columns), *output = make(dtype, ROWS);
  if (is_real(dtype) && columns > 2) set_real(dtype, input, 2 * columns + 1, NAN);  // the third row's result
  weft_operand operands[] = {{input, strides, dtype}, {output, one, dtype}};
  weft_row_map(program, 2, shape, operands, NULL);
  for (int64_t row = 0; row < ROWS; row++) {
    double expected = neutral(reduction);
    for (int64_t j = 0; j < columns; j++) {
      expected = combined(reduction, expected, value_at(dtype, input, row * columns + j));
    }
    if (dtype == WEFT_BOOL) expected = expected != 0;
    if (!is_real(dtype) && (reduction == WEFT_REDUCE_PRODUCT || fabs(expected) > 100)) continue;  // it wraps
    expect_near(value_at(dtype, output, row), expected, is_real(dtype) ? 4 * precision(dtype) * (double)columns : 0,
                "row operation %d of %s over %d", reduction, dtype_names[dtype], (int)columns);
  }
  weft_program_destroy(program);
  free(input), free(output);
}

/// x := 2 x + x of several arrays at once, in place.
static void check_many(void) {
  weft_instruction instructions[] = {{WEFT_OP_ADD, 2, 0, 0, 0}, {WEFT_OP_ADD, 3, 2, 0, 0}};
  weft_program *program = make_program(WEFT_COMPUTE_FLOAT32, 1, 2, instructions, false);
  enum { ITEMS = 20 };
  weft_dense_arrays items[ITEMS];
  void *data[ITEMS][2];
  float *before[ITEMS];
  for (int64_t k = 0; k < ITEMS; k++) {
    int64_t size = 1 + k * k * 31;
    data[k][0] = data[k][1] = make_random(WEFT_FLOAT32, size);
    before[k] = make(WEFT_FLOAT32, size);
    memcpy(before[k], data[k][0], (size_t)size * sizeof(float));
    items[k] = (weft_dense_arrays){size, data[k]};
  }
  weft_map_many(program, ITEMS, items, NULL);
  for (int64_t k = 0; k < ITEMS; k++) {
    for (int64_t i = 0; i < items[k].size; i++) {
      expect_near(((float *)data[k][0])[i], 3 * before[k][i], 0x1p-22, "array %d of many", (int)k);
    }
    free(data[k][0]), free(before[k]);
  }
  weft_program_destroy(program);
}

/// Tiles of several blocks, along rows, down columns and over both, whole and broken.
static void check_plain(int32_t dtype, int reduction) {
  static const int64_t shapes[][3] = {{1, 1, 100000}, {3, 1, 20001}, {2, 9001, 5}, {40, 300, 128}, {70001, 1, 1},
                                      {300, 1, 129},  {5, 2, 3000},  {70, 1, 3000},      {1, 1300, 1100},
                                      {6, 40, 33},    {9, 33, 47},    {3, 2, 70001}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    for (unsigned mask = 1; mask < 8; mask++) check_axes(dtype, reduction, shapes[s], mask, true);
  }
}

/// Columns of half precision whose sums leave float32's range on the way.
static void check_huge_columns(void) {
  enum { ROWS = 16, COLUMNS = 1100 };
  void *input = make(WEFT_BFLOAT16, ROWS * COLUMNS), *sums = make(WEFT_BFLOAT16, COLUMNS);
  for (int64_t i = 0; i < ROWS * COLUMNS; i++) {
    int64_t row = i / COLUMNS;
    set_real(WEFT_BFLOAT16, input, i, row < 2 ? 3e38 : row < 4 ? -3e38 : 1);
  }
  weft_instruction none = {WEFT_OP_COPY, 0, 0, 0, 0};
  weft_program *program = make_program(WEFT_COMPUTE_FLOAT32, 1, 0, &none + 1, false);
  const int64_t shape[] = {ROWS, COLUMNS}, strides[] = {COLUMNS, 1}, kept[] = {0, 1};
  weft_operand operands[] = {{input, strides, WEFT_BFLOAT16}, {sums, kept, WEFT_BFLOAT16}};
  weft_reduce(program, 2, shape, (const uint8_t[]){1, 0}, &(int32_t){WEFT_REDUCE_SUM}, operands, NULL);
  for (int64_t i = 0; i < COLUMNS; i++) {
    expect_near(real_at(WEFT_BFLOAT16, sums, i), 12, 0, "column %d of huge numbers that cancel", (int)i);
  }
  weft_program_destroy(program);
  free(input), free(sums);
}

/// Rows shorter than a vector: each sum is the same beside others and alone.
static void check_short_rows(int32_t dtype, int64_t columns) {
  enum { ROWS = 37 };
  void *input = make_random(dtype, ROWS * columns), *sums = make(dtype, ROWS), *alone = make(dtype, 1);
  weft_instruction none = {WEFT_OP_COPY, 0, 0, 0, 0};
  weft_program *program = make_program(compute_of(dtype), 1, 0, &none + 1, false);
  int64_t shape[] = {ROWS, columns}, strides[] = {columns, 1}, kept[] = {1, 0};
  weft_operand operands[] = {{input, strides, dtype}, {sums, kept, dtype}};
  weft_reduce(program, 2, shape, (const uint8_t[]){0, 1}, &(int32_t){WEFT_REDUCE_SUM}, operands, NULL);
  shape[0] = 1;
  for (int64_t row = 0; row < ROWS; row++) {
    size_t bytes = element_bytes(dtype);
    operands[0].data = (char *)input + (size_t)(row * columns) * bytes;
    operands[1].data = alone;
    weft_reduce(program, 2, shape, (const uint8_t[]){0, 1}, &(int32_t){WEFT_REDUCE_SUM}, operands, NULL);
    bool same = memcmp(alone, (char *)sums + (size_t)row * bytes, bytes) == 0;
    expect(same, "the sum of row %d of %d numbers of %s differs alone", (int)row, (int)columns, dtype_names[dtype]);
  }
  weft_program_destroy(program);
  free(input), free(sums), free(alone);
}

/// Sums along both axes and over all, whoever adds which part.
static void check_shares(int32_t dtype) {
  const int64_t shape[] = {1300, 1100}, strides[] = {1100, 1};
  void *input = make_random(dtype, 1300 * 1100), *first = make(dtype, 1300), *again = make(dtype, 1300);
  uint16_t output = 0;
  int32_t compute = dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32;
  weft_program_description description = {.compute = compute,
                                          .input_count = 1, .output_count = 1, .register_count = 2, .outputs = &output};
  weft_program *program = weft_program_create(&description);
  int32_t before = weft_thread_count();
  for (int mask = 1; mask < 4; mask++) {
    const uint8_t reduced[] = {mask & 1, mask >> 1};
    const int64_t kept[] = {mask == 2, mask == 1};
    for (int32_t threads = 1; threads <= 4; threads++) {
      weft_set_thread_count(threads);
      void *sums = threads == 1 ? first : again;
      weft_operand operands[] = {{input, strides, dtype}, {sums, kept, dtype}};
      weft_reduce(program, 2, shape, reduced, &(int32_t){WEFT_REDUCE_SUM}, operands, NULL);
      size_t bytes = element_bytes(dtype) * (mask == 1 ? 1100 : mask == 2 ? 1300 : 1);
      expect(!memcmp(first, sums, bytes), "sums of %s over axes %x differ on %d threads", dtype_names[dtype], mask,
             threads);
    }
  }
  weft_set_thread_count(before);
  weft_program_destroy(program);
  free(input), free(first), free(again);
}

/// Sums of several lines each, whoever adds which of them.
static void check_repeated_shares(int32_t dtype) {
  const int64_t shape[] = {90, 5, 3000}, strides[] = {15000, 3000, 1}, kept[] = {0, 1, 0};
  void *input = make_random(dtype, 90 * 15000), *first = make(dtype, 5), *again = make(dtype, 5);
  weft_instruction none = {WEFT_OP_COPY, 0, 0, 0, 0};
  weft_program *program = make_program(compute_of(dtype), 1, 0, &none + 1, false);
  int32_t before = weft_thread_count();
  for (int32_t threads = 1; threads <= 4; threads++) {
    weft_set_thread_count(threads);
    void *sums = threads == 1 ? first : again;
    weft_operand operands[] = {{input, strides, dtype}, {sums, kept, dtype}};
    weft_reduce(program, 3, shape, (const uint8_t[]){1, 0, 1}, &(int32_t){WEFT_REDUCE_SUM}, operands, NULL);
    expect(!memcmp(first, sums, 5 * element_bytes(dtype)), "sums of lines of %s differ on %d threads",
           dtype_names[dtype], threads);
  }
  weft_set_thread_count(before);
  weft_program_destroy(program);
  free(input), free(first), free(again);
}

void check_reductions(void) {
  begin("reductions");
  check_repeated_shares(WEFT_FLOAT32);
  check_repeated_shares(WEFT_FLOAT64);
  check_huge_columns();
  static const int64_t shapes[][3] = {{1, 1, 1}, {5, 3, 2}, {2, 7, 33}, {10, 3, 129}, {3, 0, 4}, {2, 300, 7}};
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    for (int reduction = WEFT_REDUCE_SUM; reduction <= WEFT_REDUCE_MINIMUM; reduction++) {
      for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        bool empty = shapes[s][1] == 0;
        if (empty && !is_real(dtype) && reduction >= WEFT_REDUCE_MAXIMUM) continue;  // no infinity
        for (unsigned mask = 1; mask < 8; mask++) check_axes(dtype, reduction, shapes[s], mask, false);
      }
      bool is_half = dtype == WEFT_FLOAT16 || dtype == WEFT_BFLOAT16, is_sum = reduction == WEFT_REDUCE_SUM;
      bool is_plain = dtype == WEFT_FLOAT32 || dtype == WEFT_FLOAT64 || dtype == WEFT_INT64 || dtype == WEFT_UINT64 ||
                      (is_half && is_sum);
      if (is_plain) check_plain(dtype, reduction);
      check_row(dtype, reduction, 1);
      check_row(dtype, reduction, 45);
      check_row(dtype, reduction, 2500);
    }
  }
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_BFLOAT16; dtype++) {
    for (int64_t columns = 2; columns < 20; columns++) check_short_rows(dtype, columns);
    check_short_rows(dtype, 1000);
    check_short_rows(dtype, 70000);
    check_shares(dtype);
    check_softmax(dtype, 300, 10);
    check_softmax(dtype, 3, 3000);
    check_softmax_across(dtype, 21, 100);
    check_softmax_across(dtype, 70, 16);
    check_softmax_across(dtype, 700, 133);
  }
  check_centered_across(40, 19);
  check_centered_across(1500, 200);
  check_many();
}
