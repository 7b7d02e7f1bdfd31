// Weights in codes: numbers and products beside plain loops over what the formats say, and whole products to the bit.
#include "check.h"

enum { OUTPUTS = 37, MOST_INPUTS = 992, MOST_ROWS = 41 };

static const char *const format_names[] = {"int8", "int4", "Q8_0", "Q4_0", "Q4_1"};

typedef struct {
  weft_quantized_weight weight;
  uint8_t *codes;
  float scales[OUTPUTS * MOST_INPUTS / 32], minima[OUTPUTS * MOST_INPUTS / 32];
} coded;

static int64_t row_bytes(int32_t format, int64_t inputs) {
  const int64_t bytes[] = {32, 16, 34, 18, 20};
  return format == WEFT_CODES_INT8 ? inputs : inputs / 32 * bytes[format];
}

/// A float16 of a small positive number.
static double half(const uint8_t *p) {
  int bits = p[0] | p[1] << 8;
  return ldexp(1024 + (bits & 1023), (bits >> 10) - 25);
}

static double number_at(const coded *w, int64_t o, int64_t i) {
  int32_t format = w->weight.format;
  const uint8_t *row = w->codes + o * row_bytes(format, w->weight.inputs);
  int64_t group = o * (w->weight.inputs / w->weight.group) + i / w->weight.group, unit = i / 32, place = i % 32;
  if (format == WEFT_CODES_INT8) return (double)w->scales[group] * ((const int8_t *)row)[i];
  const uint8_t *block = row + unit * row_bytes(format, 32);
  if (format == WEFT_CODES_Q8_0) return half(block) * ((const int8_t *)block)[2 + place];
  int start = format == WEFT_CODES_INT4 ? 0 : format == WEFT_CODES_Q4_0 ? 2 : 4;
  int code = block[start + place % 16] >> (place < 16 ? 0 : 4) & 15;
  if (format == WEFT_CODES_Q4_0) return half(block) * (code - 8);
  if (format == WEFT_CODES_Q4_1) return half(block) * code + half(block + 2);
  if (w->weight.minima) return (double)w->scales[group] * code + w->minima[group];
  return (double)w->scales[group] * (code - 8);
}

static coded *make_weight(int32_t format, int64_t inputs, int64_t group, bool has_minima) {
  coded *w = calloc(1, sizeof *w);
  int64_t bytes = row_bytes(format, inputs), block = row_bytes(format, 32);
  w->codes = calloc((size_t)OUTPUTS, (size_t)bytes);
  for (int64_t i = 0; i < OUTPUTS * bytes; i++) w->codes[i] = (uint8_t)whole(0, 255);
  for (int64_t at = 0; format >= WEFT_CODES_Q8_0 && at < OUTPUTS * bytes; at += block) {
    for (int i = 1; i < (format == WEFT_CODES_Q4_1 ? 4 : 2); i += 2) w->codes[at + i] = (uint8_t)whole(24, 40);
  }
  for (int64_t i = 0; i < OUTPUTS * (inputs / group); i++) {
    w->scales[i] = (float)number();
    w->minima[i] = (float)number();
  }
  bool is_plain = format == WEFT_CODES_INT8 || format == WEFT_CODES_INT4;
  w->weight = (weft_quantized_weight){.format = format, .outputs = OUTPUTS, .inputs = inputs, .group = group,
                                      .codes = w->codes, .scales = is_plain ? w->scales : NULL,
                                      .minima = has_minima ? w->minima : NULL};
  return w;
}

static void check_numbers(const coded *w) {
  int64_t inputs = w->weight.inputs;
  float *numbers = make(WEFT_FLOAT32, OUTPUTS * inputs);
  expect(weft_dequantize(&w->weight, numbers) == 0, "codes of %s become no numbers", format_names[w->weight.format]);
  for (int64_t i = 0; i < OUTPUTS * inputs; i++) {
    double expected = number_at(w, i / inputs, i % inputs);
    expect_near(numbers[i], expected, 4e-6 * (1 + fabs(expected)), "a number of %s", format_names[w->weight.format]);
  }
  free(numbers);
}

static void check_product(const coded *w, int64_t rows) {
  int64_t inputs = w->weight.inputs;
  float *x = make_random(WEFT_FLOAT32, rows * inputs), *y = make(WEFT_FLOAT32, rows * OUTPUTS);
  expect(weft_quantized_linear(&w->weight, rows, x, y) == 0, "a product with %s", format_names[w->weight.format]);
  for (int64_t i = 0; i < rows * OUTPUTS; i++) {
    double sum = 0, size = 0, largest = 0, weights = 0;
    for (int64_t k = 0; k < inputs; k++) {
      double factor = x[i / OUTPUTS * inputs + k], number = number_at(w, i % OUTPUTS, k);
      sum += factor * number;
      size += fabs(factor * number);
      largest = fmax(largest, fabs(factor));
      weights += fabs(number);
    }
    // For ggml's blocks, factors may be rounded to 16 bits.
    double rounding = w->weight.format >= WEFT_CODES_Q8_0 ? largest / 65534 * weights : 0;
    expect_near(y[i], sum, 4e-6 * (1 + size) + rounding, "%lld rows times %s", (long long)rows,
                format_names[w->weight.format]);
  }
  free(x);
  free(y);
}

static void check_format(int32_t format, int64_t inputs, int64_t group, bool has_minima) {
  coded *w = make_weight(format, inputs, group, has_minima);
  check_numbers(w);
  const int64_t rows[] = {1, 2, 4, 7, 9, MOST_ROWS};
  for (int i = 0; i < 6; i++) check_product(w, rows[i]);
  free(w->codes);
  free(w);
}

enum { LARGE = 928 };

// Numbers that have no rounding to 16 bits go another way, and what is large stands beside what is small.
static void check_corners(int32_t format) {
  coded *w = make_weight(format, LARGE, LARGE, false);
  float *x = make_random(WEFT_FLOAT32, LARGE), y[OUTPUTS], plain[OUTPUTS];
  expect(weft_quantized_linear(&w->weight, 1, x, plain) == 0, "a product");
  for (int i = 0; i < LARGE; i++) x[i] *= 0x1p-120f;
  expect(weft_quantized_linear(&w->weight, 1, x, y) == 0, "a product of small numbers");
  for (int o = 0; o < OUTPUTS; o++) {
    expect_near(y[o] * 0x1p120, plain[o], 1e-3 * (1 + fabsf(plain[o])), "small numbers times %s", format_names[format]);
  }
  memset(x, 0, LARGE * sizeof *x);
  expect(weft_quantized_linear(&w->weight, 1, x, y) == 0, "a product of zeros");
  for (int o = 0; o < OUTPUTS; o++) expect(y[o] == 0, "zeros times %s give %g", format_names[format], y[o]);
  x[920] = INFINITY;
  expect(weft_quantized_linear(&w->weight, 1, x, y) == 0, "a product of an infinity");
  for (int o = 0; o < OUTPUTS; o++) expect(!isfinite(y[o]), "∞ times %s gives %g", format_names[format], y[o]);
  x[920] = NAN;
  expect(weft_quantized_linear(&w->weight, 1, x, y) == 0, "a product of NaN");
  for (int o = 0; o < OUTPUTS; o++) expect(isnan(y[o]), "NaN times %s gives %g", format_names[format], y[o]);
  // The largest codes of both signs with the largest numbers: no sum overflows.
  for (int i = 0; i < LARGE; i++) x[i] = i % 3 == 0 ? -1 : 1;
  memset(w->codes, format == WEFT_CODES_Q8_0 ? 0x80 : 0xFF, (size_t)(OUTPUTS * row_bytes(format, LARGE)));
  for (int64_t at = 0; at < OUTPUTS * row_bytes(format, LARGE); at += row_bytes(format, 32)) {
    for (int i = 0; i < (format == WEFT_CODES_Q4_1 ? 4 : 2); i++) w->codes[at + i] = 0x2C;
  }
  expect(weft_quantized_linear(&w->weight, 1, x, y) == 0, "a product of the largest codes");
  double sum = 0;
  for (int i = 0; i < LARGE; i++) sum += x[i] * number_at(w, 0, i);
  for (int o = 0; o < OUTPUTS; o++) {
    expect_near(y[o], sum, 1e-4 * fabs(sum), "the largest codes of %s", format_names[format]);
  }
  free(w->codes);
  free(w);
  free(x);
}

/// The extremes stand side by side, where products of bytes with saturation go wrong.
static void check_whole(int64_t rows, int64_t columns, int64_t depth, bool is_unsigned, bool is_extreme) {
  int8_t *a = malloc((size_t)(rows * depth)), *b = malloc((size_t)(columns * depth));
  int32_t *c = make(WEFT_INT32, rows * columns);
  for (int64_t i = 0; i < rows * depth; i++) a[i] = (int8_t)(is_extreme ? (is_unsigned ? -1 : -128) : whole(-128, 127));
  for (int64_t i = 0; i < columns * depth; i++) b[i] = (int8_t)(is_extreme ? -128 : whole(-128, 127));
  expect(weft_integer_product(rows, columns, depth, is_unsigned, a, b, c) == 0, "a whole product");
  for (int64_t i = 0; i < rows * columns; i++) {
    int32_t sum = 0;
    for (int64_t k = 0; k < depth; k++) {
      int left = is_unsigned ? (uint8_t)a[i / columns * depth + k] : a[i / columns * depth + k];
      sum += left * b[i % columns * depth + k];
    }
    expect(c[i] == sum, "%lld x %lld x %lld: %d, not %d", (long long)rows, (long long)columns, (long long)depth, c[i],
           sum);
  }
  free(a);
  free(b);
  free(c);
}

static void check_wholes(void) {
  const int64_t rows[] = {1, 3, 16, 17, 32, 41}, columns[] = {1, 8, 19}, depths[] = {0, 1, 2, 4, 63, 64, 130};
  for (int r = 0; r < 6; r++) {
    for (int n = 0; n < 3; n++) {
      for (int k = 0; k < 7; k++) {
        for (int kind = 0; kind < 4; kind++) check_whole(rows[r], columns[n], depths[k], kind & 1, kind & 2);
      }
    }
  }
}

// Rows come rounded to 127 steps of their largest magnitude; one is zeros, one is not finite.
static void check_dynamic(int64_t rows, int64_t inputs) {
  coded *w = make_weight(WEFT_CODES_INT8, inputs, inputs, false);
  float *x = make_random(WEFT_FLOAT32, rows * inputs), *y = make(WEFT_FLOAT32, rows * OUTPUTS);
  if (rows > 2) memset(x, 0, (size_t)inputs * sizeof *x);
  if (rows > 2) x[2 * inputs - 1] = NAN;
  expect(weft_dynamic_linear(&w->weight, rows, x, y) == 0, "a product of rounded rows");
  for (int64_t i = 0; i < rows * OUTPUTS; i++) {
    const float *row = x + i / OUTPUTS * inputs;
    double largest = 0, sum = 0;
    for (int64_t k = 0; k < inputs; k++) largest = fabs(row[k]) <= largest ? largest : fabs((double)row[k]);
    float factor = largest > 0 ? 127 / (float)largest : 0;
    for (int64_t k = 0; k < inputs; k++) {
      sum += nearbyint((double)(row[k] * factor)) * ((const int8_t *)w->codes)[i % OUTPUTS * inputs + k];
    }
    sum *= largest / 127 * w->scales[i % OUTPUTS];
    expect_near(y[i], sum, 1e-5 * (fabs(sum) + largest), "%lld rounded rows", (long long)rows);
  }
  free(w->codes);
  free(w);
  free(x);
  free(y);
}

static void check_refused(void) {
  coded *w = make_weight(WEFT_CODES_INT4, 64, 32, false);
  float numbers[OUTPUTS * 64];
  w->weight.group = 48;
  expect(weft_dequantize(&w->weight, numbers) != 0, "a scale for 48 codes is accepted");
  w->weight.group = 32;
  w->weight.inputs = 48;
  expect(weft_quantized_linear(&w->weight, 1, numbers, numbers) != 0, "rows of one and a half units are accepted");
  w->weight.inputs = 64;
  expect(weft_dynamic_linear(&w->weight, 1, numbers, numbers) != 0, "rounded rows times int4 are accepted");
  free(w->codes);
  free(w);
}

void check_quantized(void) {
  begin("weights in codes");
  check_format(WEFT_CODES_INT8, 96, 96, false);
  check_format(WEFT_CODES_INT8, 320, 32, false);
  check_format(WEFT_CODES_INT8, 45, 45, false);
  check_format(WEFT_CODES_INT8, 7, 7, false);
  check_format(WEFT_CODES_INT4, 96, 32, false);
  check_format(WEFT_CODES_INT4, 256, 128, true);
  for (int32_t format = WEFT_CODES_Q8_0; format <= WEFT_CODES_Q4_1; format++) {
    // The last four are large enough for rows to be rounded, and end with 4, 1, 2 and 3 units: four are multiplied at
    // once.
    const int64_t widths[] = {32, 96, 896, 928, 960, 992};
    for (int i = 0; i < 6; i++) check_format(format, widths[i], widths[i], false);
    check_corners(format);
  }
  check_wholes();
  for (int64_t rows = 1; rows <= MOST_ROWS; rows += 10) check_dynamic(rows, 45), check_dynamic(rows, 128);
  check_refused();
}
