// Conversions: between all pairs of element types through every compute type, and all numbers of half precision through
// each family that converts them.
#include "check.h"

// MARK: - Between all types

/// A number on its way: of a floating type or an integer.
typedef struct {
  bool real;
  double fraction;
  __int128 integer;
} value;

static value value_of(int32_t dtype, const void *data, int64_t index) {
  if (is_real(dtype)) return (value){true, real_at(dtype, data, index), 0};
  return (value){false, 0, whole_at(dtype, data, index)};
}

static __int128 between(__int128 x, __int128 low, __int128 high) { return x < low ? low : x > high ? high : x; }

/// Towards zero, to the nearest the type has; NaN is 0.
static __int128 truncated(double x, int32_t dtype) {
  if (isnan(x)) return 0;
  return between(fabs(x) < 0x1p100 ? (__int128)x : x < 0 ? -((__int128)1 << 100) : (__int128)1 << 100, lowest(dtype),
                 highest(dtype));
}

/// As it is held while computing.
static value loaded(value x, int32_t compute, bool clamps) {
  if (compute == WEFT_COMPUTE_FLOAT32 || compute == WEFT_COMPUTE_FLOAT64) {
    bool narrow = compute == WEFT_COMPUTE_FLOAT32;
    double real = x.real ? x.fraction : narrow ? (float)x.integer : (double)x.integer;
    return (value){true, narrow ? (float)real : real, 0};
  }
  int32_t dtype = compute == WEFT_COMPUTE_INT64 ? WEFT_INT64 : WEFT_UINT64;
  if (x.real) return (value){false, 0, truncated(x.fraction, dtype)};
  if (clamps) return (value){false, 0, between(x.integer, lowest(dtype), highest(dtype))};
  uint64_t bits = (uint64_t)x.integer;
  return (value){false, 0, dtype == WEFT_INT64 ? (__int128)(int64_t)bits : (__int128)bits};
}

static void stored(value x, int32_t dtype, bool clamps, void *element) {
  if (is_real(dtype)) {
    // float16 takes the way over float32.
    double real = x.real ? x.fraction : dtype == WEFT_FLOAT16 ? (float)x.integer : (double)x.integer;
    set_real(dtype, element, 0, !x.real && dtype == WEFT_FLOAT32 ? (float)x.integer : real);
  } else if (dtype == WEFT_BOOL) {
    set_whole(dtype, element, 0, x.real ? x.fraction != 0 : x.integer != 0);
  } else if (x.real) {
    set_whole(dtype, element, 0, truncated(x.fraction, dtype));
  } else {
    set_whole(dtype, element, 0, clamps ? between(x.integer, lowest(dtype), highest(dtype)) : x.integer);
  }
}

static void fill(int32_t dtype, void *data, int64_t count) {
  static const double numbers[] = {0, -0.0, 0.4, -0.6, 1, -1, 2.5, 127.9, -128.9, 255.5, 40000, -70000, 3e9, -3e9,
                                   1e19, -1e19, 3e38, INFINITY, -INFINITY, NAN, 2049, 2051, 65519, 65520, 1e-7, 3e-8};
  enum { NUMBERS = sizeof numbers / sizeof *numbers };
  for (int64_t i = 0; i < count; i++) {
    if (is_real(dtype)) {
      set_real(dtype, data, i, i < NUMBERS ? numbers[i] : number() * ldexp(1, (int)whole(-10, 20)));
    } else {
      set_whole(dtype, data, i, whole(0, INT64_MAX) >> whole(0, 62));
      if (i % 3 == 0) set_whole(dtype, data, i, -whole_at(dtype, data, i));
      if (i < 2) set_whole(dtype, data, i, i ? lowest(dtype) : highest(dtype));
    }
  }
}

static void check_pair(int32_t from, int32_t to, int32_t compute, bool clamps) {
  enum { COUNT = 90 };
  weft_instruction copy = {WEFT_OP_COPY, 2, 0, 0, 0};
  weft_program *program = make_program(compute, 1, 1, &copy, clamps);
  void *input = make(from, COUNT), *output = make(to, COUNT), *expected = make(to, 1);
  fill(from, input, COUNT);
  int64_t shape = COUNT, stride = 1;
  weft_operand operands[] = {{input, &stride, from}, {output, &stride, to}};
  weft_map(program, 1, &shape, operands, NULL);
  for (int64_t i = 0; i < COUNT; i++) {
    stored(loaded(value_of(from, input, i), compute, clamps), to, clamps, expected);
    expect_near(value_at(to, output, i), value_at(to, expected, 0), 0, "%s %.9g as %s by way of compute type %d%s",
                dtype_names[from], value_at(from, input, i), dtype_names[to], compute, clamps ? ", clamped" : "");
  }
  weft_program_destroy(program);
  free(input), free(output), free(expected);
}

// MARK: - Half precision

typedef void (*converter)(int64_t count, int32_t from, const void *input, int32_t to, void *output);

static void by_formula(int64_t count, int32_t from, const void *input, int32_t to, void *output) {
  weft_instruction copy = {WEFT_OP_COPY, 2, 0, 0, 0};
  weft_program *program = make_program(WEFT_COMPUTE_FLOAT32, 1, 1, &copy, true);
  int64_t stride = 1;
  weft_operand operands[] = {{(void *)input, &stride, from}, {output, &stride, to}};
  weft_map(program, 1, &count, operands, NULL);
  weft_program_destroy(program);
}

/// input · [[1]], which gives float32.
static void by_product(int64_t count, int32_t from, const void *input, int32_t to, void *output) {
  (void)to;
  void *one = make(from, 1);
  set_real(from, one, 0, 1);
  weft_matmul_description d = {.rank = 2, .a_shape = {count, 1}, .b_shape = {1, 1}, .c_shape = {count, 1},
                               .a_strides = {1, 1}, .b_strides = {1, 1}, .c_strides = {1, 1}, .dtype = from,
                               .wide = true};
  expect(weft_matmul(&d, input, one, NULL, output) == 0, "a product of %s does not run", dtype_names[from]);
  free(one);
}

/// Rows of `input` added to rows of a float32 table, which gives float32.
static void by_rows(int64_t count, int32_t from, const void *input, int32_t to, void *output) {
  int64_t row = 0;
  memset(output, 0, (size_t)count * element_bytes(to));
  weft_add_rows(1, count, from, to, 1, input, &row, output);
}

/// Every number of a 16-bit type becomes the float32 that it is. (-0 added to 0 is 0: only its value counts.)
static void check_widening(int32_t dtype, const char *name, converter convert) {
  enum { COUNT = 1 << 16 };
  uint16_t *bits = make(dtype, COUNT);
  float *output = make(WEFT_FLOAT32, COUNT);
  for (int64_t i = 0; i < COUNT; i++) bits[i] = (uint16_t)i;
  convert(COUNT, dtype, bits, WEFT_FLOAT32, output);
  for (int64_t i = 0; i < COUNT; i++) {
    double expected = real_at(dtype, bits, i);
    // Denormal float32 may have been flushed.
    expect_near(output[i], expected, fabs(expected) < 0x1p-126 ? 0x1p-126 : 0, "%s 0x%04x, %s", dtype_names[dtype],
                (unsigned)i, name);
  }
  free(bits), free(output);
}

/// Of all float32, every 32,771st; and around each number of the 16-bit type, halfway to its neighbour.
static void check_narrowing(int32_t dtype) {
  enum { SPREAD = 1 << 17, COUNT = SPREAD + 3 * (1 << 16) };
  float *input = make(WEFT_FLOAT32, COUNT);
  uint16_t *output = make(dtype, COUNT);
  for (uint32_t i = 0; i < COUNT; i++) {
    uint32_t near = (i - SPREAD) / 3 * (dtype == WEFT_FLOAT16 ? 0x2000u : 0x10000u) +
                    (dtype == WEFT_FLOAT16 ? 0x1000u : 0x8000u) + (i - SPREAD) % 3 - 1;
    if (dtype == WEFT_FLOAT16) near = (near & 0x0fffffff) + 0x38000000 - (i & 1 ? 0 : 0x02000000);
    uint32_t bits = i < SPREAD ? i * 32771u : near;
    memcpy(&input[i], &bits, sizeof bits);
  }
  by_formula(COUNT, WEFT_FLOAT32, input, dtype, output);
  for (int64_t i = 0; i < COUNT; i++) {
    bool denormal = fabsf(input[i]) < 0x1p-126f;
    expect_near(real_at(dtype, output, i), rounded(dtype, input[i]), denormal ? 0x1p-126 : 0, "%a as %s", input[i],
                dtype_names[dtype]);
  }
  free(input), free(output);
}

/// There and back: a pool of single elements, a running sum over single elements, and a copy.
static void check_keeping(int32_t dtype) {
  enum { COUNT = 1 << 16 };
  uint16_t *bits = make(dtype, COUNT), *output = make(dtype, COUNT);
  for (int64_t i = 0; i < COUNT; i++) bits[i] = (uint16_t)i;
  weft_pool_description pool = {.spatial = 1, .batch = 1, .channels = 1, .in_size = {COUNT}, .out_size = {COUNT},
                                .kernel = {1}, .stride = {1}, .dilation = {1}, .input_strides = {COUNT, COUNT, 1},
                                .output_strides = {COUNT, COUNT, 1}, .dtype = dtype};
  int64_t shape[] = {COUNT, 1}, strides[] = {1, 1};
  weft_operand from = {bits, strides, dtype}, to = {output, strides, dtype};
  for (int way = 0; way < 3; way++) {
    memset(output, 0, COUNT * sizeof *output);
    if (way == 0) weft_average_pool(&pool, bits, output);
    if (way == 1) weft_scan(2, shape, 1, WEFT_SCAN_SUM, &from, &to);
    if (way == 2) by_formula(COUNT, dtype, bits, dtype, output);
    for (int64_t i = 0; i < COUNT; i++) {
      double expected = real_at(dtype, bits, i);
      expect_near(real_at(dtype, output, i), expected, fabs(expected) < 0x1p-126 ? 0x1p-126 : 0, "%s 0x%04x, way %d",
                  dtype_names[dtype], (unsigned)i, way);
    }
  }
  free(bits), free(output);
}

void check_conversions(void) {
  begin("conversions");
  for (int32_t from = 0; from < DTYPES; from++) {
    for (int32_t to = 0; to < DTYPES; to++) {
      for (int32_t compute = WEFT_COMPUTE_FLOAT32; compute <= WEFT_COMPUTE_UINT64; compute++) {
        check_pair(from, to, compute, false);
        check_pair(from, to, compute, true);
      }
    }
  }
  for (int32_t dtype = WEFT_FLOAT16; dtype <= WEFT_BFLOAT16; dtype++) {
    check_widening(dtype, "by a formula", by_formula);
    check_widening(dtype, "by a product", by_product);
    check_widening(dtype, "by rows", by_rows);
    check_narrowing(dtype);
    check_keeping(dtype);
  }
}
