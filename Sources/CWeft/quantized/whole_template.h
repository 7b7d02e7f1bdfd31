// Products of whole numbers, for one instruction set: included once by each whole_*.c, which defines WEFT_VECTOR_BYTES,
// NUMBER (what stands in panels), OFFSET (what is added to signed numbers there), MULTIPLY(sums, panel, block) and
// WEFT_WHOLE, and has the compiler's target attribute pushed.
#include <string.h>

enum { LANES = WEFT_VECTOR_BYTES / 4, COLUMNS = WEFT_WHOLE_COLUMNS };

typedef float f32v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef int32_t i32v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef NUMBER number_vector __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));

#define UNROLL _Pragma("clang loop unroll(full)")

static void widen_signed(int64_t count, const int8_t *from, void *to) {
  for (int64_t i = 0; i < count; i++) ((NUMBER *)to)[i] = (NUMBER)(from[i] + OFFSET);
}

static void widen_unsigned(int64_t count, const uint8_t *from, void *to) {
  for (int64_t i = 0; i < count; i++) ((NUMBER *)to)[i] = (NUMBER)from[i];
}

// Adding 1.5 · 2^23 leaves the nearest whole number, half to even, in the low bits. The product is a statement of its own,
// so that it is rounded before, with every instruction set: else ties would be others where it is joined with the sum.
static void round_all(int64_t count, const float *from, float factor, void *to) {
  const float big = 12582912.0f;
  NUMBER *numbers = to;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    f32v x;
    memcpy(&x, from + i, sizeof x);
    x *= factor;
    i32v whole = (i32v)(x + big) - 0x4b400000;
    number_vector result = __builtin_convertvector(whole + OFFSET, number_vector);
    memcpy(numbers + i, &result, sizeof result);
  }
  for (; i < count; i++) {
    float x = from[i] * factor;
    x += big;
    int32_t whole;
    memcpy(&whole, &x, 4);
    numbers[i] = (NUMBER)(whole - 0x4b400000 + OFFSET);
  }
}

// The bits of magnitudes are in their order, those of NaN above all.
static float largest(int64_t count, const float *from) {
  i32v most = (i32v)0;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    i32v bits;
    memcpy(&bits, from + i, sizeof bits);
    most = __builtin_elementwise_max(most, bits & INT32_MAX);
  }
  int32_t result = 0;
  for (int lane = 0; lane < LANES; lane++) result = most[lane] > result ? most[lane] : result;
  for (; i < count; i++) {
    int32_t bits;
    memcpy(&bits, from + i, 4);
    bits &= INT32_MAX;
    result = bits > result ? bits : result;
  }
  float number;
  memcpy(&number, &result, 4);
  return number;
}

static int32_t total(int64_t steps, const void *column) {
  const NUMBER ones[4 / sizeof(NUMBER)] = {[0 ... 4 / sizeof(NUMBER) - 1] = 1};
  int32_t word;
  memcpy(&word, ones, 4);
  i32v sums = (i32v)0;
  for (; steps >= LANES; steps -= LANES, column = (const char *)column + WEFT_VECTOR_BYTES) {
    i32v x;
    memcpy(&x, column, sizeof x);
    sums = MULTIPLY(sums, (i32v)word, x);
  }
  i32v rest = (i32v)0;
  memcpy(&rest, column, (size_t)steps * 4);
  sums = MULTIPLY(sums, (i32v)word, rest);
  uint32_t result = 0;
  for (int lane = 0; lane < LANES; lane++) result += (uint32_t)sums[lane];
  return (int32_t)result;
}

static inline __attribute__((always_inline)) void multiply_panels(const int panels, int64_t steps, const void *panel,
                                                                  const void *block, const int32_t *start,
                                                                  int32_t *sums) {
  i32v all[2][COLUMNS];
  UNROLL for (int p = 0; p < panels; p++) {
    UNROLL for (int c = 0; c < COLUMNS; c++) all[p][c] = (i32v)start[c];
  }
  const char *left = panel, *right = block;
  for (int64_t k = 0; k < steps; k++, left += WEFT_VECTOR_BYTES, right += 4) {
    i32v a[2];
    UNROLL for (int p = 0; p < panels; p++) memcpy(&a[p], left + p * steps * WEFT_VECTOR_BYTES, sizeof a[p]);
    UNROLL for (int c = 0; c < COLUMNS; c++) {
      int32_t word;
      memcpy(&word, right + c * steps * 4, 4);
      UNROLL for (int p = 0; p < panels; p++) all[p][c] = MULTIPLY(all[p][c], a[p], (i32v)word);
    }
  }
  UNROLL for (int p = 0; p < panels; p++) {
    UNROLL for (int c = 0; c < COLUMNS; c++) memcpy(sums + (p * COLUMNS + c) * LANES, &all[p][c], sizeof(i32v));
  }
}

static void multiply(int64_t steps, int32_t panels, const void *panel, const void *block, const int32_t *start,
                     int32_t *sums) {
  if (panels == 2) {
    multiply_panels(2, steps, panel, block, start, sums);
  } else {
    multiply_panels(1, steps, panel, block, start, sums);
  }
}

const weft_whole_kernels WEFT_WHOLE = {
    .lanes = LANES, .step = 4 / sizeof(NUMBER), .offset = OFFSET, .widen_signed = widen_signed,
    .widen_unsigned = widen_unsigned, .round = round_all, .largest = largest, .total = total,
    .multiply = multiply};
