// Packing: gathers a block of an operand into panels that a tile kernel reads straight through, converting its elements
// to the type the kernel computes in.
#include <string.h>

#include "gemm.h"
#include "half.h"

static inline float same_float(float value) { return value; }
static inline double same_double(double value) { return value; }
static inline uint32_t same_uint32(uint32_t value) { return value; }
static inline uint64_t same_uint64(uint64_t value) { return value; }
static inline uint32_t widen_int8(int8_t value) { return (uint32_t)(int32_t)value; }
static inline uint32_t widen_uint8(uint8_t value) { return value; }
static inline uint32_t truth(uint8_t value) { return value != 0; }

// Where rows are adjacent, a step of a panel is one short copy. Elsewhere each row is walked along k, where its elements
// usually are adjacent. `width` is at most 32, so the target stays in the first-level cache.
#define DEFINE_PACK(name, SOURCE, TARGET, convert)                                                              \
  static void name(const SOURCE *source, int64_t rows, int64_t k, int64_t row_stride, int64_t k_stride,         \
                   int64_t width, TARGET *packed) {                                                             \
    for (int64_t first = 0; first < rows; first += width, packed += width * k) {                                \
      int64_t count = rows - first < width ? rows - first : width;                                              \
      const SOURCE *from = source + first * row_stride;                                                         \
      if (count < width) memset(packed, 0, (size_t)(width * k) * sizeof(TARGET));                               \
      if (row_stride == 1) {                                                                                    \
        for (int64_t p = 0; p < k; p++) {                                                                       \
          const SOURCE *step = from + p * k_stride;                                                             \
          TARGET *to = packed + p * width;                                                                      \
          for (int64_t i = 0; i < count; i++) to[i] = convert(step[i]);                                         \
        }                                                                                                       \
        continue;                                                                                               \
      }                                                                                                         \
      int64_t i = 0;                                                                                            \
      for (; i + 4 <= count; i += 4) {                                                                          \
        const SOURCE *r0 = from + i * row_stride, *r1 = r0 + row_stride, *r2 = r1 + row_stride;                 \
        const SOURCE *r3 = r2 + row_stride;                                                                     \
        TARGET *to = packed + i;                                                                                \
        for (int64_t p = 0; p < k; p++, to += width) {                                                          \
          to[0] = convert(r0[p * k_stride]);                                                                    \
          to[1] = convert(r1[p * k_stride]);                                                                    \
          to[2] = convert(r2[p * k_stride]);                                                                    \
          to[3] = convert(r3[p * k_stride]);                                                                    \
        }                                                                                                       \
      }                                                                                                         \
      for (; i < count; i++) {                                                                                  \
        const SOURCE *row = from + i * row_stride;                                                              \
        for (int64_t p = 0; p < k; p++) packed[p * width + i] = convert(row[p * k_stride]);                     \
      }                                                                                                         \
    }                                                                                                           \
  }

DEFINE_PACK(pack_float32, float, float, same_float)
DEFINE_PACK(pack_float64, double, double, same_double)
DEFINE_PACK(pack_float16, uint16_t, float, weft_from_float16)
DEFINE_PACK(pack_bfloat16, uint16_t, float, weft_from_bfloat16)
DEFINE_PACK(pack_int8, int8_t, uint32_t, widen_int8)
DEFINE_PACK(pack_uint8, uint8_t, uint32_t, widen_uint8)
DEFINE_PACK(pack_bool, uint8_t, uint32_t, truth)
DEFINE_PACK(pack_int32, uint32_t, uint32_t, same_uint32)
DEFINE_PACK(pack_int64, uint64_t, uint64_t, same_uint64)

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
