// Packing: gathers a block of an operand into panels that a tile kernel reads straight through, converting its elements
// to the type the kernel computes in.
#include <string.h>

#include "../common/half.h"
#include "../common/square.h"
#include "gemm.h"

static inline float same_float(float value) { return value; }
static inline double same_double(double value) { return value; }
static inline uint32_t same_uint32(uint32_t value) { return value; }
static inline uint64_t same_uint64(uint64_t value) { return value; }
static inline uint32_t widen_int8(int8_t value) { return (uint32_t)(int32_t)value; }
static inline uint32_t widen_uint8(uint8_t value) { return value; }
static inline uint32_t truth(uint8_t value) { return value != 0; }

// MARK: - Squares

typedef uint64_t pair __attribute__((vector_size(16), aligned(8), may_alias));

static inline void square2(const void *source, int64_t stride, void *target, int64_t width) {
  const uint64_t *from = source;
  uint64_t *to = target;
  pair r0 = *(const pair *)from, r1 = *(const pair *)(from + stride);
  *(pair *)to = __builtin_shufflevector(r0, r1, 0, 2);
  *(pair *)(to + width) = __builtin_shufflevector(r0, r1, 1, 3);
}

#define DEFINE_CONVERTING_SQUARE(name, SOURCE, TARGET, convert)                                \
  static inline void name(const SOURCE *from, int64_t stride, TARGET *to, int64_t width) {     \
    TARGET rows[4][4];                                                                         \
    for (int i = 0; i < 4; i++) {                                                              \
      for (int p = 0; p < 4; p++) rows[i][p] = convert(from[i * stride + p]);                  \
    }                                                                                          \
    weft_turn_square(rows, 4, to, width);                                                      \
  }

DEFINE_CONVERTING_SQUARE(square_float16, uint16_t, float, weft_from_float16)
DEFINE_CONVERTING_SQUARE(square_bfloat16, uint16_t, float, weft_from_bfloat16)
DEFINE_CONVERTING_SQUARE(square_int8, int8_t, uint32_t, widen_int8)
DEFINE_CONVERTING_SQUARE(square_uint8, uint8_t, uint32_t, widen_uint8)
DEFINE_CONVERTING_SQUARE(square_bool, uint8_t, uint32_t, truth)

// MARK: - Panels

// Rows that are adjacent are read straight through, one step of k after the other. Elsewhere elements adjacent along k
// are taken in small squares and transposed on the way; the rest goes one by one.
#define DEFINE_PACK(name, SOURCE, TARGET, convert, SQUARE, square)                                                    \
  static void name##_adjacent(const SOURCE *source, int64_t rows, int64_t k, int64_t k_stride, int64_t width,         \
                              TARGET *packed) {                                                                       \
    int64_t whole = rows / width * width;                                                                             \
    if (whole < rows) memset(packed + whole * k, 0, (size_t)(width * k) * sizeof(TARGET));                            \
    for (int64_t p = 0; p < k; p++) {                                                                                 \
      const SOURCE *from = source + p * k_stride;                                                                     \
      TARGET *to = packed + p * width;                                                                                \
      for (int64_t first = 0; first < rows; first += width, to += width * k) {                                        \
        int64_t count = rows - first < width ? rows - first : width, i = 0;                                           \
        for (; i + 8 <= count; i += 8) {                                                                              \
          for (int64_t j = i; j < i + 8; j++) to[j] = convert(from[first + j]);                                       \
        }                                                                                                             \
        for (; i < count; i++) to[i] = convert(from[first + i]);                                                      \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
                                                                                                                      \
  static void name(const SOURCE *source, int64_t rows, int64_t k, int64_t row_stride, int64_t k_stride,               \
                   int64_t width, TARGET *packed) {                                                                   \
    if (row_stride == 1) {                                                                                            \
      name##_adjacent(source, rows, k, k_stride, width, packed);                                                      \
      return;                                                                                                         \
    }                                                                                                                 \
    for (int64_t first = 0; first < rows; first += width, packed += width * k) {                                      \
      int64_t count = rows - first < width ? rows - first : width, i = 0;                                             \
      const SOURCE *from = source + first * row_stride;                                                               \
      if (count < width) memset(packed, 0, (size_t)(width * k) * sizeof(TARGET));                                     \
      for (; k_stride == 1 && i + SQUARE <= count; i += SQUARE) {                                                     \
        const SOURCE *corner = from + i * row_stride;                                                                 \
        int64_t p = 0;                                                                                                \
        for (; p + SQUARE <= k; p += SQUARE) square(corner + p, row_stride, packed + p * width + i, width);           \
        for (; p < k; p++) {                                                                                          \
          for (int64_t j = 0; j < SQUARE; j++) packed[p * width + i + j] = convert(corner[j * row_stride + p]);       \
        }                                                                                                             \
      }                                                                                                               \
      for (; i < count; i++) {                                                                                        \
        const SOURCE *row = from + i * row_stride;                                                                    \
        for (int64_t p = 0; p < k; p++) packed[p * width + i] = convert(row[p * k_stride]);                           \
      }                                                                                                               \
    }                                                                                                                 \
  }

DEFINE_PACK(pack_float32, float, float, same_float, 4, weft_turn_square)
DEFINE_PACK(pack_float64, double, double, same_double, 2, square2)
DEFINE_PACK(pack_float16, uint16_t, float, weft_from_float16, 4, square_float16)
DEFINE_PACK(pack_bfloat16, uint16_t, float, weft_from_bfloat16, 4, square_bfloat16)
DEFINE_PACK(pack_int8, int8_t, uint32_t, widen_int8, 4, square_int8)
DEFINE_PACK(pack_uint8, uint8_t, uint32_t, widen_uint8, 4, square_uint8)
DEFINE_PACK(pack_bool, uint8_t, uint32_t, truth, 4, square_bool)
DEFINE_PACK(pack_int32, uint32_t, uint32_t, same_uint32, 4, weft_turn_square)
DEFINE_PACK(pack_int64, uint64_t, uint64_t, same_uint64, 2, square2)

void weft_gemm_pack(int32_t dtype, const void *source, int64_t rows, int64_t k, int64_t row_stride,
                    int64_t k_stride, int64_t width, void *packed) {
  switch (dtype) {
    case WEFT_FLOAT32: pack_float32(source, rows, k, row_stride, k_stride, width, packed); break;
    case WEFT_FLOAT64: pack_float64(source, rows, k, row_stride, k_stride, width, packed); break;
    case WEFT_FLOAT16: pack_float16(source, rows, k, row_stride, k_stride, width, packed); break;
    case WEFT_BFLOAT16: pack_bfloat16(source, rows, k, row_stride, k_stride, width, packed); break;
    case WEFT_INT8: pack_int8(source, rows, k, row_stride, k_stride, width, packed); break;
    case WEFT_UINT8: pack_uint8(source, rows, k, row_stride, k_stride, width, packed); break;
    case WEFT_BOOL: pack_bool(source, rows, k, row_stride, k_stride, width, packed); break;
    case WEFT_INT32: pack_int32(source, rows, k, row_stride, k_stride, width, packed); break;
    case WEFT_INT64: pack_int64(source, rows, k, row_stride, k_stride, width, packed); break;
  }
}
