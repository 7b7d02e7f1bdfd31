// Expectations, numbers and elements.
#include "check.h"

#include <stdarg.h>

enum { MOST_SHOWN = 5 };

static const char *current;
static int64_t checked, failed, failed_before;

static void tell(void) {
  if (!current) return;
  if (failed > 0) {
    printf("%-14s %lld of %lld checks failed\n", current, (long long)failed, (long long)checked);
  } else {
    printf("%-14s %lld checks passed\n", current, (long long)checked);
  }
  fflush(stdout);
  failed_before += failed;
  current = NULL;
}

void begin(const char *family) {
  tell();
  current = family;
  checked = failed = 0;
}

bool finish(void) {
  tell();
  return failed_before == 0;
}

static void fail(const char *format, va_list arguments) {
  if (failed++ >= MOST_SHOWN) return;
  printf("%s: ", current);
  vprintf(format, arguments);
}

void expect(bool holds, const char *format, ...) {
  checked++;
  if (holds) return;
  va_list arguments;
  va_start(arguments, format);
  fail(format, arguments);
  va_end(arguments);
  if (failed <= MOST_SHOWN) printf("\n");
}

void expect_near(double found, double expected, double tolerance, const char *format, ...) {
  checked++;
  if (isnan(expected) ? isnan(found) : found == expected || fabs(found - expected) <= tolerance) return;
  va_list arguments;
  va_start(arguments, format);
  fail(format, arguments);
  va_end(arguments);
  if (failed <= MOST_SHOWN) printf(": %.17g, expected %.17g within %.3g\n", found, expected, tolerance);
}

// MARK: - Numbers

static uint64_t next_word(void) {
  static uint64_t state = 0x9e3779b97f4a7c15u;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

double number(void) { return (double)(int64_t)(next_word() >> 11) * 0x1p-52 - 1; }
int64_t whole(int64_t low, int64_t high) { return low + (int64_t)(next_word() % (uint64_t)(high - low + 1)); }

// MARK: - Elements

const char *const dtype_names[DTYPES] = {"float32", "float64", "float16", "bfloat16", "int8", "uint8", "int32",
                                         "int64", "bool", "int16", "uint16", "uint32", "uint64"};

size_t element_bytes(int32_t dtype) {
  static const size_t bytes[DTYPES] = {4, 8, 2, 2, 1, 1, 4, 8, 1, 2, 2, 4, 8};
  return bytes[dtype];
}

bool is_real(int32_t dtype) { return dtype <= WEFT_BFLOAT16; }

// The digits of a 16-bit type's significand, and its smallest exponent; both types' largest follow.
static int digits(int32_t dtype) { return dtype == WEFT_FLOAT16 ? 11 : 8; }
static int least_exponent(int32_t dtype) { return dtype == WEFT_FLOAT16 ? -14 : -126; }

double precision(int32_t dtype) {
  switch (dtype) {
    case WEFT_FLOAT32: return 0x1p-23;
    case WEFT_FLOAT64: return 0x1p-52;
    default: return ldexp(1, 1 - digits(dtype));
  }
}

double rounded(int32_t dtype, double value) {
  if (dtype == WEFT_FLOAT64) return value;
  if (dtype == WEFT_FLOAT32) return (float)value;
  if (value == 0 || isnan(value) || isinf(value)) return value;
  int exponent = ilogb(value), least = least_exponent(dtype);
  int unit = (exponent < least ? least : exponent) - digits(dtype) + 1;
  double nearest = ldexp(rint(ldexp(value, -unit)), unit);
  return fabs(nearest) >= ldexp(1, 2 - least) ? copysign(INFINITY, value) : nearest;
}

static double decoded(int32_t dtype, uint16_t bits) {
  int fraction_bits = digits(dtype) - 1, bias = 1 - least_exponent(dtype);
  int fraction = bits & ((1 << fraction_bits) - 1), exponent = (bits & 0x7fff) >> fraction_bits;
  double magnitude = exponent == 0 ? ldexp(fraction, 1 - bias - fraction_bits)
                                   : ldexp((1 << fraction_bits) + fraction, exponent - bias - fraction_bits);
  if (exponent == 2 * bias + 1) magnitude = fraction ? NAN : INFINITY;
  return bits & 0x8000 ? -magnitude : magnitude;
}

/// `value` is a number of the dtype.
static uint16_t encoded(int32_t dtype, double value) {
  int fraction_bits = digits(dtype) - 1, bias = 1 - least_exponent(dtype);
  uint16_t sign = signbit(value) ? 0x8000 : 0, infinite = (uint16_t)((2 * bias + 1) << fraction_bits);
  if (isnan(value)) return infinite | 1 << (fraction_bits - 1);
  if (isinf(value)) return sign | infinite;
  double magnitude = fabs(value);
  if (magnitude < ldexp(1, least_exponent(dtype))) return sign | (uint16_t)ldexp(magnitude, bias - 1 + fraction_bits);
  int exponent = ilogb(magnitude);
  int fraction = (int)ldexp(magnitude, fraction_bits - exponent) - (1 << fraction_bits);
  return sign | (uint16_t)((exponent + bias) << fraction_bits | fraction);
}

double real_at(int32_t dtype, const void *data, int64_t index) {
  switch (dtype) {
    case WEFT_FLOAT32: return ((const float *)data)[index];
    case WEFT_FLOAT64: return ((const double *)data)[index];
    default: return decoded(dtype, ((const uint16_t *)data)[index]);
  }
}

void set_real(int32_t dtype, void *data, int64_t index, double value) {
  switch (dtype) {
    case WEFT_FLOAT32: ((float *)data)[index] = (float)value; break;
    case WEFT_FLOAT64: ((double *)data)[index] = value; break;
    default: ((uint16_t *)data)[index] = encoded(dtype, rounded(dtype, value));
  }
}

static bool is_signed(int32_t dtype) {
  return dtype == WEFT_INT8 || dtype == WEFT_INT16 || dtype == WEFT_INT32 || dtype == WEFT_INT64;
}

__int128 lowest(int32_t dtype) { return is_signed(dtype) ? -((__int128)1 << (8 * element_bytes(dtype) - 1)) : 0; }

__int128 highest(int32_t dtype) {
  if (dtype == WEFT_BOOL) return 1;
  return ((__int128)1 << (8 * element_bytes(dtype) - is_signed(dtype))) - 1;
}

__int128 whole_at(int32_t dtype, const void *data, int64_t index) {
  size_t bytes = element_bytes(dtype);
  uint64_t bits = 0;
  memcpy(&bits, (const char *)data + (size_t)index * bytes, bytes);  // little endian
  __int128 value = bits;
  return value > highest(dtype) && dtype != WEFT_BOOL ? value - ((__int128)1 << (8 * bytes)) : value;
}

void set_whole(int32_t dtype, void *data, int64_t index, __int128 value) {
  size_t bytes = element_bytes(dtype);
  uint64_t bits = dtype == WEFT_BOOL ? value != 0 : (uint64_t)value;
  memcpy((char *)data + (size_t)index * bytes, &bits, bytes);
}

double value_at(int32_t dtype, const void *data, int64_t index) {
  return is_real(dtype) ? real_at(dtype, data, index) : (double)whole_at(dtype, data, index);
}

void set_value(int32_t dtype, void *data, int64_t index, double value) {
  if (is_real(dtype)) {
    set_real(dtype, data, index, value);
  } else {
    set_whole(dtype, data, index, (__int128)value);
  }
}

void *make(int32_t dtype, int64_t count) {
  void *memory = calloc((size_t)count + 1, element_bytes(dtype));
  if (!memory) abort();
  return memory;
}

void *make_random(int32_t dtype, int64_t count) {
  void *data = make(dtype, count);
  for (int64_t i = 0; i < count; i++) {
    if (is_real(dtype)) {
      set_real(dtype, data, i, number());
    } else {
      set_whole(dtype, data, i, whole(is_signed(dtype) ? -5 : 0, dtype == WEFT_BOOL ? 1 : 5));
    }
  }
  return data;
}

void dense_strides(int32_t rank, const int64_t *sizes, int64_t *strides) {
  int64_t step = 1;
  for (int32_t axis = rank - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= sizes[axis];
  }
}

weft_program *make_program(int32_t compute, int32_t inputs, int32_t count, const weft_instruction *instructions,
                           bool clamps) {
  weft_program_description description = {
      .compute = compute, .input_count = inputs, .output_count = 1, .register_count = inputs + 1 + count,
      .instruction_count = count, .instructions = instructions, .outputs = &instructions[count - 1].destination,
      .clamps = clamps};
  return weft_program_create(&description);
}
