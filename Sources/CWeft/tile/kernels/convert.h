// Conversions between the thirteen element types and the four compute types, over dense arrays. Plain loops, which the
// compiler turns into vector code for the instruction set it is told to use.
#include "../../common/half.h"

#if defined(WEFT_HAS_HALF)
typedef _Float16 half_storage;
INLINE float from_float16(half_storage h) { return (float)h; }
INLINE half_storage to_float16(float x) { return (half_storage)x; }
#else
typedef uint16_t half_storage;
#define from_float16 weft_from_float16
#define to_float16 weft_to_float16
#endif

/// A double as a float that rounds to the same float16 and bfloat16: truncated, with the last bit set if that lost
/// anything (rounding to odd), so that the second rounding is the only one.
INLINE float to_odd_float(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, 8);
  uint64_t lost = bits & 0x1fffffff;
  bits = (bits & ~(uint64_t)0x1fffffff) | (lost ? 0x20000000u : 0);
  double odd;
  __builtin_memcpy(&odd, &bits, 8);
  return x != x ? (float)x : (float)odd;
}

/// Truncating conversions that saturate; NaN gives 0.
INLINE int64_t to_int64(double x) {
  int64_t whole = x >= -0x1p63 && x < 0x1p63 ? (int64_t)x : 0;
  return x >= 0x1p63 ? INT64_MAX : x < -0x1p63 ? INT64_MIN : whole;
}
INLINE int32_t to_int32(double x) {
  x = x != x ? 0 : x;
  x = x < -2147483648.0 ? -2147483648.0 : x;
  return (int32_t)(x > 2147483647.0 ? 2147483647.0 : x);
}
INLINE uint32_t to_uint32(double x) {
  x = x > 0 ? x : 0;
  return (uint32_t)(int64_t)(x > 4294967295.0 ? 4294967295.0 : x);
}
INLINE uint64_t to_uint64(double x) {
  uint64_t whole = x > 0 && x < 0x1p64 ? (uint64_t)x : 0;
  return x >= 0x1p64 ? UINT64_MAX : whole;
}
INLINE int32_t clamped_float(float x, float low, float high) {
  x = x != x ? 0 : x;
  x = x < low ? low : x;
  return (int32_t)(x > high ? high : x);
}

/// The nearest integer between two.
INLINE int64_t clamped(int64_t x, int64_t low, int64_t high) { return x < low ? low : x > high ? high : x; }
INLINE uint64_t below(uint64_t x, uint64_t high) { return x > high ? high : x; }

#define CONVERT(name, destination, source, expression)     \
  static void name(size_t n, void *d, const void *s) {     \
    destination *restrict to = d;                          \
    const source *restrict from = s;                       \
    for (size_t i = 0; i < n; i++) {                       \
      source x = from[i];                                  \
      to[i] = (destination)(expression);                   \
    }                                                      \
  }

CONVERT(load_f32_float32, float, float, x)
CONVERT(load_f32_float64, float, double, x)
CONVERT(load_f32_float16, float, half_storage, from_float16(x))
CONVERT(load_f32_bfloat16, float, uint16_t, weft_from_bfloat16(x))
CONVERT(load_f32_int8, float, int8_t, x)
CONVERT(load_f32_uint8, float, uint8_t, x)
CONVERT(load_f32_int32, float, int32_t, x)
CONVERT(load_f32_int64, float, int64_t, x)
CONVERT(load_f32_bool, float, uint8_t, x != 0)
CONVERT(load_f32_int16, float, int16_t, x)
CONVERT(load_f32_uint16, float, uint16_t, x)
CONVERT(load_f32_uint32, float, uint32_t, x)
CONVERT(load_f32_uint64, float, uint64_t, x)

CONVERT(load_f64_float32, double, float, x)
CONVERT(load_f64_float64, double, double, x)
CONVERT(load_f64_float16, double, half_storage, from_float16(x))
CONVERT(load_f64_bfloat16, double, uint16_t, weft_from_bfloat16(x))
CONVERT(load_f64_int8, double, int8_t, x)
CONVERT(load_f64_uint8, double, uint8_t, x)
CONVERT(load_f64_int32, double, int32_t, x)
CONVERT(load_f64_int64, double, int64_t, x)
CONVERT(load_f64_bool, double, uint8_t, x != 0)
CONVERT(load_f64_int16, double, int16_t, x)
CONVERT(load_f64_uint16, double, uint16_t, x)
CONVERT(load_f64_uint32, double, uint32_t, x)
CONVERT(load_f64_uint64, double, uint64_t, x)

CONVERT(load_i64_float32, int64_t, float, to_int64(x))
CONVERT(load_i64_float64, int64_t, double, to_int64(x))
CONVERT(load_i64_float16, int64_t, half_storage, to_int64(from_float16(x)))
CONVERT(load_i64_bfloat16, int64_t, uint16_t, to_int64(weft_from_bfloat16(x)))
CONVERT(load_i64_int8, int64_t, int8_t, x)
CONVERT(load_i64_uint8, int64_t, uint8_t, x)
CONVERT(load_i64_int32, int64_t, int32_t, x)
CONVERT(load_i64_int64, int64_t, int64_t, x)
CONVERT(load_i64_bool, int64_t, uint8_t, x != 0)
CONVERT(load_i64_int16, int64_t, int16_t, x)
CONVERT(load_i64_uint16, int64_t, uint16_t, x)
CONVERT(load_i64_uint32, int64_t, uint32_t, x)
CONVERT(load_i64_uint64, int64_t, uint64_t, x)

CONVERT(load_u64_float32, uint64_t, float, to_uint64(x))
CONVERT(load_u64_float64, uint64_t, double, to_uint64(x))
CONVERT(load_u64_float16, uint64_t, half_storage, to_uint64(from_float16(x)))
CONVERT(load_u64_bfloat16, uint64_t, uint16_t, to_uint64(weft_from_bfloat16(x)))
CONVERT(load_u64_int8, uint64_t, int8_t, x)
CONVERT(load_u64_uint8, uint64_t, uint8_t, x)
CONVERT(load_u64_int16, uint64_t, int16_t, x)
CONVERT(load_u64_uint16, uint64_t, uint16_t, x)
CONVERT(load_u64_int32, uint64_t, int32_t, x)
CONVERT(load_u64_uint32, uint64_t, uint32_t, x)
CONVERT(load_u64_int64, uint64_t, int64_t, x)
CONVERT(load_u64_uint64, uint64_t, uint64_t, x)
CONVERT(load_u64_bool, uint64_t, uint8_t, x != 0)

// Where integers are clamped.
CONVERT(clamp_to_i64_uint64, int64_t, uint64_t, below(x, INT64_MAX))
CONVERT(clamp_to_u64_int8, uint64_t, int8_t, x < 0 ? 0 : x)
CONVERT(clamp_to_u64_int16, uint64_t, int16_t, x < 0 ? 0 : x)
CONVERT(clamp_to_u64_int32, uint64_t, int32_t, x < 0 ? 0 : x)
CONVERT(clamp_to_u64_int64, uint64_t, int64_t, x < 0 ? 0 : x)

CONVERT(store_f32_float64, double, float, x)
CONVERT(store_f32_float16, half_storage, float, to_float16(x))
CONVERT(store_f32_bfloat16, uint16_t, float, weft_to_bfloat16(x))
CONVERT(store_f32_int8, int8_t, float, clamped_float(x, -128, 127))
CONVERT(store_f32_uint8, uint8_t, float, clamped_float(x, 0, 255))
CONVERT(store_f32_int32, int32_t, float, to_int32(x))
CONVERT(store_f32_int64, int64_t, float, to_int64(x))
CONVERT(store_f32_bool, uint8_t, float, x != 0)
CONVERT(store_f32_int16, int16_t, float, clamped_float(x, -32768, 32767))
CONVERT(store_f32_uint16, uint16_t, float, clamped_float(x, 0, 65535))
CONVERT(store_f32_uint32, uint32_t, float, to_uint32(x))
CONVERT(store_f32_uint64, uint64_t, float, to_uint64(x))

CONVERT(store_f64_float32, float, double, x)
CONVERT(store_f64_float16, half_storage, double, to_float16(to_odd_float(x)))
CONVERT(store_f64_bfloat16, uint16_t, double, weft_to_bfloat16(to_odd_float(x)))
CONVERT(store_f64_int8, int8_t, double, x > -128 ? x < 127 ? to_int32(x) : 127 : x != x ? 0 : -128)
CONVERT(store_f64_uint8, uint8_t, double, x > 0 ? x < 255 ? to_int32(x) : 255 : 0)
CONVERT(store_f64_int32, int32_t, double, to_int32(x))
CONVERT(store_f64_int64, int64_t, double, to_int64(x))
CONVERT(store_f64_bool, uint8_t, double, x != 0)
CONVERT(store_f64_int16, int16_t, double, x > -32768 ? x < 32767 ? to_int32(x) : 32767 : x != x ? 0 : -32768)
CONVERT(store_f64_uint16, uint16_t, double, x > 0 ? x < 65535 ? to_int32(x) : 65535 : 0)
CONVERT(store_f64_uint32, uint32_t, double, to_uint32(x))
CONVERT(store_f64_uint64, uint64_t, double, to_uint64(x))

CONVERT(store_i64_float32, float, int64_t, x)
CONVERT(store_i64_float64, double, int64_t, x)
CONVERT(store_i64_float16, half_storage, int64_t, to_float16((float)x))
CONVERT(store_i64_bfloat16, uint16_t, int64_t, weft_to_bfloat16(to_odd_float((double)x)))
CONVERT(store_i64_int8, int8_t, int64_t, x)
CONVERT(store_i64_uint8, uint8_t, int64_t, x)
CONVERT(store_i64_int32, int32_t, int64_t, x)
CONVERT(store_i64_bool, uint8_t, int64_t, x != 0)
CONVERT(store_i64_int16, int16_t, int64_t, x)
CONVERT(store_i64_uint16, uint16_t, int64_t, x)
CONVERT(store_i64_uint32, uint32_t, int64_t, x)
CONVERT(store_i64_uint64, uint64_t, int64_t, x)

CONVERT(store_u64_float32, float, uint64_t, x)
CONVERT(store_u64_float64, double, uint64_t, x)
CONVERT(store_u64_float16, half_storage, uint64_t, to_float16((float)x))
CONVERT(store_u64_bfloat16, uint16_t, uint64_t, weft_to_bfloat16(to_odd_float((double)x)))
CONVERT(store_u64_int8, int8_t, uint64_t, x)
CONVERT(store_u64_uint8, uint8_t, uint64_t, x)
CONVERT(store_u64_int16, int16_t, uint64_t, x)
CONVERT(store_u64_uint16, uint16_t, uint64_t, x)
CONVERT(store_u64_int32, int32_t, uint64_t, x)
CONVERT(store_u64_uint32, uint32_t, uint64_t, x)
CONVERT(store_u64_int64, int64_t, uint64_t, x)
CONVERT(store_u64_bool, uint8_t, uint64_t, x != 0)

CONVERT(clamp_i64_int8, int8_t, int64_t, clamped(x, INT8_MIN, INT8_MAX))
CONVERT(clamp_i64_uint8, uint8_t, int64_t, clamped(x, 0, UINT8_MAX))
CONVERT(clamp_i64_int16, int16_t, int64_t, clamped(x, INT16_MIN, INT16_MAX))
CONVERT(clamp_i64_uint16, uint16_t, int64_t, clamped(x, 0, UINT16_MAX))
CONVERT(clamp_i64_int32, int32_t, int64_t, clamped(x, INT32_MIN, INT32_MAX))
CONVERT(clamp_i64_uint32, uint32_t, int64_t, clamped(x, 0, UINT32_MAX))
CONVERT(clamp_i64_uint64, uint64_t, int64_t, x < 0 ? 0 : x)
CONVERT(clamp_u64_int8, int8_t, uint64_t, below(x, INT8_MAX))
CONVERT(clamp_u64_uint8, uint8_t, uint64_t, below(x, UINT8_MAX))
CONVERT(clamp_u64_int16, int16_t, uint64_t, below(x, INT16_MAX))
CONVERT(clamp_u64_uint16, uint16_t, uint64_t, below(x, UINT16_MAX))
CONVERT(clamp_u64_int32, int32_t, uint64_t, below(x, INT32_MAX))
CONVERT(clamp_u64_uint32, uint32_t, uint64_t, below(x, UINT32_MAX))
CONVERT(clamp_u64_int64, int64_t, uint64_t, below(x, INT64_MAX))
#undef CONVERT
