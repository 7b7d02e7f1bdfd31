// Codes times floats, for one instruction set: included once by each codes_*.c, which defines WEFT_VECTOR_BYTES,
// HALF(bits) and WEFT_CODES, and has the compiler's target attribute pushed.
#include <string.h>

#define LANES_OF_CODES (WEFT_VECTOR_BYTES / 4)
enum { LANES = LANES_OF_CODES, VECTORS = WEFT_CODE_UNIT / LANES };

typedef float f32v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef int8_t i8q __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef uint8_t u8q __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));

#define INLINE static inline __attribute__((always_inline, unused))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE f32v load(const float *p) {
  f32v x;
  memcpy(&x, p, sizeof x);
  return x;
}
INLINE void store(float *p, f32v x) { memcpy(p, &x, sizeof x); }

typedef float f32x4 __attribute__((ext_vector_type(4)));

INLINE float total4(f32x4 x) { return (x[0] + x[1]) + (x[2] + x[3]); }
#if LANES_OF_CODES == 4
INLINE float total(f32v x) { return total4(x); }
#elif LANES_OF_CODES == 8
INLINE float total(f32v x) { return total4(x.lo + x.hi); }
#else
INLINE float total(f32v x) { return total4((x.lo + x.hi).lo + (x.lo + x.hi).hi); }
#endif

/// The 32 codes at p as floats.
INLINE void unpack_bytes(const uint8_t *p, f32v codes[VECTORS]) {
  UNROLL for (int v = 0; v < VECTORS; v++) {
    i8q bytes;
    memcpy(&bytes, p + v * LANES, sizeof bytes);
    codes[v] = __builtin_convertvector(bytes, f32v);
  }
}

/// The 32 codes in the 16 bytes at p, less `zero`, as floats.
INLINE void unpack_halves(const uint8_t *p, uint8_t zero, f32v codes[VECTORS]) {
  UNROLL for (int v = 0; v < VECTORS / 2; v++) {
    u8q bytes;
    memcpy(&bytes, p + v * LANES, sizeof bytes);
    codes[v] = __builtin_convertvector((i8q)((bytes & 15) - zero), f32v);
    codes[v + VECTORS / 2] = __builtin_convertvector((i8q)((bytes >> 4) - zero), f32v);
  }
}

INLINE float half_at(const uint8_t *p) {
  uint16_t bits;
  memcpy(&bits, p, 2);
  return HALF(bits);
}

/// Where one row's codes and scales lie.
typedef struct {
  const uint8_t *codes;
  const float *scales, *minima;
} code_row;

INLINE code_row row_of(const weft_quantized_weight *w, int64_t row) {
  int64_t groups = w->inputs / w->group;
  return (code_row){
      .codes = (const uint8_t *)w->codes + row * weft_code_row_bytes(w->format, w->inputs),
      .scales = w->scales ? w->scales + row * groups : NULL,
      .minima = w->minima ? w->minima + row * groups : NULL,
  };
}

/// Unit `unit` of a row: its codes, the scale they are multiplied by, and what is added.
INLINE void unpack(const int format, const bool has_minima, const code_row *row, int64_t unit, int64_t group,
                   f32v codes[VECTORS], float *scale, float *minimum) {
  const uint8_t *p;
  *minimum = 0;
  switch (format) {
    case WEFT_CODES_INT8:
      unpack_bytes(row->codes + unit * 32, codes);
      *scale = row->scales[group];
      break;
    case WEFT_CODES_INT4:
      unpack_halves(row->codes + unit * 16, has_minima ? 0 : 8, codes);
      *scale = row->scales[group];
      if (has_minima) *minimum = row->minima[group];
      break;
    case WEFT_CODES_Q8_0:
      p = row->codes + unit * 34;
      unpack_bytes(p + 2, codes);
      *scale = half_at(p);
      break;
    case WEFT_CODES_Q4_0:
      p = row->codes + unit * 18;
      unpack_halves(p + 2, 8, codes);
      *scale = half_at(p);
      break;
    default:
      p = row->codes + unit * 20;
      unpack_halves(p + 4, 0, codes);
      *scale = half_at(p);
      *minimum = half_at(p + 2);
  }
}

/// How many units share a scale that is not in their block.
INLINE int64_t units_of_scale(const weft_quantized_weight *w) {
  int64_t units = w->inputs / WEFT_CODE_UNIT;
  return w->group < w->inputs ? w->group / WEFT_CODE_UNIT : units;
}

INLINE void decode_rows(const int format, const bool has_minima, const weft_quantized_weight *w, int64_t begin,
                        int64_t end, float *numbers) {
#pragma STDC FP_CONTRACT OFF
  int64_t units = w->inputs / WEFT_CODE_UNIT, shared = units_of_scale(w);
  for (int64_t o = begin; o < end; o++, numbers += w->inputs) {
    code_row row = row_of(w, o);
    for (int64_t unit = 0, group = 0; unit < units; group++) {
      for (int64_t last = unit + shared; unit < last; unit++) {
        f32v codes[VECTORS];
        float scale, minimum;
        unpack(format, has_minima, &row, unit, group, codes, &scale, &minimum);
        UNROLL for (int v = 0; v < VECTORS; v++) {
          f32v scaled = codes[v] * scale;
          store(numbers + unit * WEFT_CODE_UNIT + v * LANES, has_minima ? scaled + minimum : scaled);
        }
      }
    }
    for (int64_t i = units * WEFT_CODE_UNIT; i < w->inputs; i++) {  // of int8 alone
      numbers[i] = (float)((const int8_t *)row.codes)[i] * row.scales[0];
    }
  }
}

/// y[r][o] of `rows` rows of x.
INLINE void dot_row(const int format, const bool has_minima, const int rows, const weft_quantized_weight *w, int64_t o,
                    const float *x, const float *sums, float *y) {
  int64_t units = w->inputs / WEFT_CODE_UNIT, shared = units_of_scale(w);
  code_row row = row_of(w, o);
  f32v results[WEFT_DOT_ROWS] = {0};
  float rest[WEFT_DOT_ROWS] = {0};
  for (int64_t unit = 0, group = 0; unit < units; group++) {
    for (int64_t last = unit + shared; unit < last; unit++) {
      f32v codes[VECTORS];
      float scale, minimum;
      unpack(format, has_minima, &row, unit, group, codes, &scale, &minimum);
      UNROLL for (int r = 0; r < rows; r++) {
        const float *part = x + r * w->inputs + unit * WEFT_CODE_UNIT;
        f32v sum = codes[0] * load(part);
        UNROLL for (int v = 1; v < VECTORS; v++) sum += codes[v] * load(part + v * LANES);
        results[r] += sum * scale;
        if (has_minima) rest[r] += minimum * sums[r * units + unit];
      }
    }
  }
  for (int r = 0; r < rows; r++) {
    for (int64_t i = units * WEFT_CODE_UNIT; i < w->inputs; i++) {  // of int8 alone
      rest[r] += (float)((const int8_t *)row.codes)[i] * row.scales[0] * x[r * w->inputs + i];
    }
    y[r * w->outputs + o] = total(results[r]) + rest[r];
  }
}

#define FOR_FORMATS(call)                                              \
  switch (w->format) {                                                 \
    case WEFT_CODES_INT8: call(WEFT_CODES_INT8, false); break;         \
    case WEFT_CODES_INT4:                                              \
      if (w->minima) call(WEFT_CODES_INT4, true);                      \
      else call(WEFT_CODES_INT4, false);                               \
      break;                                                           \
    case WEFT_CODES_Q8_0: call(WEFT_CODES_Q8_0, false); break;         \
    case WEFT_CODES_Q4_0: call(WEFT_CODES_Q4_0, false); break;         \
    default: call(WEFT_CODES_Q4_1, true);                              \
  }

static void decode(const weft_quantized_weight *w, int64_t begin, int64_t end, float *numbers) {
#define DECODE(format, has_minima) decode_rows(format, has_minima, w, begin, end, numbers)
  FOR_FORMATS(DECODE)
}

static void dot(const weft_quantized_weight *w, int64_t begin, int64_t end, int32_t rows, const float *x,
                const float *sums, float *y) {
#define DOT_ONE(format, has_minima) \
  for (int64_t o = begin; o < end; o++) dot_row(format, has_minima, 1, w, o, x, sums, y)
#define DOT_ALL(format, has_minima) \
  for (int64_t o = begin; o < end; o++) dot_row(format, has_minima, WEFT_DOT_ROWS, w, o, x, sums, y)
  if (rows == WEFT_DOT_ROWS) {
    FOR_FORMATS(DOT_ALL)
  } else {
    FOR_FORMATS(DOT_ONE)
  }
}

const weft_code_kernels WEFT_CODES = {decode, dot};
