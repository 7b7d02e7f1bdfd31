// Elements as unsigned keys.
#include "../common/isa.h"
#include "element.h"
#include "order.h"

// Elements without gaps have loops of their own, which the compiler makes vectors of.
#define WEFT_ORDER_LOOPS(name, U)                                                                              \
  WEFT_FOR_AVX2 static void weft_order_dense_avx2_##name(weft_order order, const char *data, int64_t count,   \
                                                         uint64_t *keys) {                                    \
    weft_order_loop_##name(order, data, sizeof(U), count, keys);                                              \
  }                                                                                                           \
  static void weft_order_keys_##name(weft_order order, const char *data, int64_t step, int64_t count,         \
                                     uint64_t *keys) {                                                        \
    if (step == sizeof(U) && weft_uses_avx2()) {                                                              \
      weft_order_dense_avx2_##name(order, data, count, keys);                                                 \
    } else if (step == sizeof(U)) {                                                                           \
      weft_order_loop_##name(order, data, sizeof(U), count, keys);                                            \
    } else {                                                                                                  \
      weft_order_loop_##name(order, data, step, count, keys);                                                 \
    }                                                                                                         \
  }

#define WEFT_ORDER_INLINE static inline __attribute__((always_inline)) void

// A negative number's bits grow as it falls, so they are inverted; a positive one gets the top bit set.
#define WEFT_ORDER_FLOATING(name, U, bits, infinity)                                                          \
  WEFT_ORDER_INLINE weft_order_loop_##name(weft_order order, const char *data, int64_t step, int64_t count,  \
                                           uint64_t *restrict keys) {                                        \
    const U sign = (U)((U)1 << (bits - 1)), flip = order.reverse ? (U)-1 : 0;                                \
    const U nan = order.nan_largest ? (U)-1 : 0;                                                             \
    for (int64_t i = 0; i < count; i++) {                                                                    \
      U value = *(const U *)(data + i * step), magnitude = value & (U)(sign - 1);                            \
      U key = magnitude == 0 ? sign : (U)(value & sign ? ~value : value | sign);                             \
      keys[i] = magnitude > (U)(infinity) ? nan : (U)(key ^ flip);                                           \
    }                                                                                                        \
  }                                                                                                          \
  WEFT_ORDER_LOOPS(name, U)
WEFT_ORDER_FLOATING(float32, uint32_t, 32, 0x7f800000u)
WEFT_ORDER_FLOATING(float64, uint64_t, 64, 0x7ff0000000000000u)
WEFT_ORDER_FLOATING(float16, uint16_t, 16, 0x7c00u)
WEFT_ORDER_FLOATING(bfloat16, uint16_t, 16, 0x7f80u)

#define WEFT_ORDER_INTEGER(name, U, bits, is_signed)                                                          \
  WEFT_ORDER_INLINE weft_order_loop_##name(weft_order order, const char *data, int64_t step, int64_t count,  \
                                           uint64_t *restrict keys) {                                        \
    const U sign = is_signed ? (U)((U)1 << (bits - 1)) : 0, flip = (U)(sign ^ (order.reverse ? (U)-1 : 0));  \
    for (int64_t i = 0; i < count; i++) {                                                                    \
      keys[i] = (U)(*(const U *)(data + i * step) ^ flip);                                                   \
    }                                                                                                        \
  }                                                                                                          \
  WEFT_ORDER_LOOPS(name, U)
WEFT_ORDER_INTEGER(int8, uint8_t, 8, true)
WEFT_ORDER_INTEGER(uint8, uint8_t, 8, false)
WEFT_ORDER_INTEGER(int16, uint16_t, 16, true)
WEFT_ORDER_INTEGER(uint16, uint16_t, 16, false)
WEFT_ORDER_INTEGER(int32, uint32_t, 32, true)
WEFT_ORDER_INTEGER(uint32, uint32_t, 32, false)
WEFT_ORDER_INTEGER(int64, uint64_t, 64, true)
WEFT_ORDER_INTEGER(uint64, uint64_t, 64, false)

void weft_order_keys(int32_t dtype, weft_order order, const char *data, int64_t step, int64_t count,
                     uint64_t *keys) {
  switch (dtype) {
    case WEFT_FLOAT32: weft_order_keys_float32(order, data, step, count, keys); break;
    case WEFT_FLOAT64: weft_order_keys_float64(order, data, step, count, keys); break;
    case WEFT_FLOAT16: weft_order_keys_float16(order, data, step, count, keys); break;
    case WEFT_BFLOAT16: weft_order_keys_bfloat16(order, data, step, count, keys); break;
    case WEFT_INT8: weft_order_keys_int8(order, data, step, count, keys); break;
    case WEFT_INT16: weft_order_keys_int16(order, data, step, count, keys); break;
    case WEFT_UINT16: weft_order_keys_uint16(order, data, step, count, keys); break;
    case WEFT_INT32: weft_order_keys_int32(order, data, step, count, keys); break;
    case WEFT_UINT32: weft_order_keys_uint32(order, data, step, count, keys); break;
    case WEFT_INT64: weft_order_keys_int64(order, data, step, count, keys); break;
    case WEFT_UINT64: weft_order_keys_uint64(order, data, step, count, keys); break;
    default: weft_order_keys_uint8(order, data, step, count, keys); break;
  }
}
