// Storing results: bias, what was there before, conversion to the element type.
#include "../common/half.h"
#include "gemm.h"

static inline float same_float(float value) { return value; }
static inline double same_double(double value) { return value; }
static inline uint32_t same_uint32(uint32_t value) { return value; }
static inline uint64_t same_uint64(uint64_t value) { return value; }
static inline uint32_t widen_int8(int8_t value) { return (uint32_t)(int32_t)value; }
static inline int8_t narrow_int8(uint32_t value) { return (int8_t)(uint8_t)value; }
static inline uint32_t widen_uint8(uint8_t value) { return value; }
static inline uint8_t narrow_uint8(uint32_t value) { return (uint8_t)value; }
static inline uint32_t truth(uint8_t value) { return value != 0; }
static inline uint8_t narrow_bool(uint32_t value) { return value != 0; }

// One simple loop for each thing there is to do to a row, so that each of them vectorizes. `results` is overwritten.
#define DEFINE_STORE(name, STORED, COMPUTED, load, convert)                                                       \
  static void name(const weft_gemm *product, STORED *c, int64_t row, int64_t column, int64_t m, int64_t n,        \
                   COMPUTED *results, int64_t stride) {                                                           \
    int64_t step = product->c_n, bias_step = product->bias_n;                                                     \
    for (int64_t i = 0; i < m; i++) {                                                                             \
      COMPUTED *values = results + i * stride;                                                                    \
      STORED *to = c + (row + i) * product->c_m + column * step;                                                  \
      if (product->bias) {                                                                                        \
        const STORED *bias = (const STORED *)product->bias + (row + i) * product->bias_m + column * bias_step;    \
        if (bias_step == 1) {                                                                                     \
          for (int64_t j = 0; j < n; j++) values[j] += load(bias[j]);                                             \
        } else {                                                                                                  \
          for (int64_t j = 0; j < n; j++) values[j] += load(bias[j * bias_step]);                                 \
        }                                                                                                         \
      }                                                                                                           \
      if (product->accumulate && step == 1) {                                                                     \
        for (int64_t j = 0; j < n; j++) to[j] = convert(values[j] + load(to[j]));                                 \
      } else if (product->accumulate) {                                                                           \
        for (int64_t j = 0; j < n; j++) to[j * step] = convert(values[j] + load(to[j * step]));                   \
      } else if (step == 1) {                                                                                     \
        for (int64_t j = 0; j < n; j++) to[j] = convert(values[j]);                                               \
      } else {                                                                                                    \
        for (int64_t j = 0; j < n; j++) to[j * step] = convert(values[j]);                                        \
      }                                                                                                           \
    }                                                                                                             \
  }

DEFINE_STORE(store_float32, float, float, same_float, same_float)
DEFINE_STORE(store_float64, double, double, same_double, same_double)
DEFINE_STORE(store_float16, uint16_t, float, weft_from_float16, weft_to_float16)
DEFINE_STORE(store_bfloat16, uint16_t, float, weft_from_bfloat16, weft_to_bfloat16)
DEFINE_STORE(store_int8, int8_t, uint32_t, widen_int8, narrow_int8)
DEFINE_STORE(store_uint8, uint8_t, uint32_t, widen_uint8, narrow_uint8)
DEFINE_STORE(store_bool, uint8_t, uint32_t, truth, narrow_bool)
DEFINE_STORE(store_int32, uint32_t, uint32_t, same_uint32, same_uint32)
DEFINE_STORE(store_int64, uint64_t, uint64_t, same_uint64, same_uint64)

void weft_gemm_store(const weft_gemm *product, void *c, int64_t row, int64_t column, int64_t m, int64_t n,
                     void *results, int64_t stride) {
  switch (product->result_dtype) {
    case WEFT_FLOAT32: store_float32(product, c, row, column, m, n, results, stride); break;
    case WEFT_FLOAT64: store_float64(product, c, row, column, m, n, results, stride); break;
    case WEFT_FLOAT16: store_float16(product, c, row, column, m, n, results, stride); break;
    case WEFT_BFLOAT16: store_bfloat16(product, c, row, column, m, n, results, stride); break;
    case WEFT_INT8: store_int8(product, c, row, column, m, n, results, stride); break;
    case WEFT_UINT8: store_uint8(product, c, row, column, m, n, results, stride); break;
    case WEFT_BOOL: store_bool(product, c, row, column, m, n, results, stride); break;
    case WEFT_INT32: store_int32(product, c, row, column, m, n, results, stride); break;
    case WEFT_INT64: store_int64(product, c, row, column, m, n, results, stride); break;
  }
}
