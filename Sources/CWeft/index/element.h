// Loading, combining and storing one element of each dtype.
#ifndef WEFT_INDEX_ELEMENT_H
#define WEFT_INDEX_ELEMENT_H

#include <string.h>

#include "weft_types.h"

static inline int64_t weft_element_size(int32_t dtype) {
  static const int8_t sizes[] = {4, 8, 2, 2, 1, 1, 4, 8, 1, 2, 2, 4, 8};
  return sizes[dtype];
}

static inline uint32_t weft_bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float weft_float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// The conversions of half precision are written without branches, so that loops over them vectorize, and with
// integers where a float32 could be denormal, so that they do not depend on the flushing of denormals.

static inline float weft_float_of_half(uint16_t half) {
  uint32_t magnitude = half & 0x7fffu;
  uint32_t shifted = (magnitude << 13) + (112u << 23);
  uint32_t special = shifted + (112u << 23);
  uint32_t small = weft_bits_of_float((float)(int32_t)magnitude * 0x1p-24f);
  uint32_t bits = magnitude >= 0x7c00u ? special : magnitude < 0x0400u ? small : shifted;
  return weft_float_of_bits(bits | ((uint32_t)(half & 0x8000u) << 16));
}

/// Rounds to nearest, ties to even.
static inline uint16_t weft_half_of_float(float value) {
  uint32_t bits = weft_bits_of_float(value), magnitude = bits & 0x7fffffffu;
  // Above 0.5 a float32 has the spacing of half's denormals, 2^-24: the addition rounds to it.
  uint32_t small = weft_bits_of_float(weft_float_of_bits(magnitude) + 0.5f) - 0x3f000000u;
  uint32_t normal = (magnitude - (112u << 23) + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;
  uint32_t half = magnitude < 0x38800000u ? small : magnitude >= 0x47800000u ? 0x7c00u : normal;
  half = magnitude > 0x7f800000u ? 0x7e00u : half;
  return (uint16_t)(half | ((bits >> 16) & 0x8000u));
}

static inline float weft_float_of_bfloat(uint16_t bfloat) { return weft_float_of_bits((uint32_t)bfloat << 16); }

/// Rounds to nearest, ties to even.
static inline uint16_t weft_bfloat_of_float(float value) {
  uint32_t bits = weft_bits_of_float(value);
  uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  uint32_t quiet = (bits >> 16) | 0x40u;
  return (uint16_t)((bits & 0x7fffffffu) > 0x7f800000u ? quiet : rounded);
}

#define WEFT_KEEP(value) (value)
#define WEFT_TRUTH(value) ((value) != 0)
#define WEFT_INT8_OF(value) ((int8_t)(value))
#define WEFT_UINT8_OF(value) ((uint8_t)(value))
#define WEFT_INT32_OF(value) ((int32_t)(value))
#define WEFT_INT16_OF(value) ((int16_t)(value))
#define WEFT_UINT16_OF(value) ((uint16_t)(value))
#define WEFT_UINT32_OF(value) ((uint32_t)(value))

/// X(name, dtype, stored type, computing type, load, store, kind). Integers compute in 64 bits: truncation wraps them.
#define WEFT_EACH_DTYPE(X)                                                                   \
  X(float32, WEFT_FLOAT32, float, float, WEFT_KEEP, WEFT_KEEP, FLOATING)                      \
  X(float64, WEFT_FLOAT64, double, double, WEFT_KEEP, WEFT_KEEP, FLOATING)                    \
  X(float16, WEFT_FLOAT16, uint16_t, float, weft_float_of_half, weft_half_of_float, FLOATING) \
  X(bfloat16, WEFT_BFLOAT16, uint16_t, float, weft_float_of_bfloat, weft_bfloat_of_float, FLOATING) \
  X(int8, WEFT_INT8, int8_t, int64_t, WEFT_KEEP, WEFT_INT8_OF, INTEGER)                       \
  X(uint8, WEFT_UINT8, uint8_t, int64_t, WEFT_KEEP, WEFT_UINT8_OF, INTEGER)                   \
  X(int32, WEFT_INT32, int32_t, int64_t, WEFT_KEEP, WEFT_INT32_OF, INTEGER)                   \
  X(int64, WEFT_INT64, int64_t, int64_t, WEFT_KEEP, WEFT_KEEP, INTEGER)                       \
  X(boolean, WEFT_BOOL, uint8_t, uint8_t, WEFT_TRUTH, WEFT_TRUTH, BOOLEAN)                    \
  X(int16, WEFT_INT16, int16_t, int64_t, WEFT_KEEP, WEFT_INT16_OF, INTEGER)                   \
  X(uint16, WEFT_UINT16, uint16_t, int64_t, WEFT_KEEP, WEFT_UINT16_OF, INTEGER)               \
  X(uint32, WEFT_UINT32, uint32_t, int64_t, WEFT_KEEP, WEFT_UINT32_OF, INTEGER)               \
  X(uint64, WEFT_UINT64, uint64_t, uint64_t, WEFT_KEEP, WEFT_KEEP, INTEGER)

// `old` is in place, `new` arrives. Signed integers wrap by way of uint64. NaN wins a maximum and a minimum.
#define WEFT_ADD_FLOATING(old, new) ((old) + (new))
#define WEFT_ADD_INTEGER(old, new) ((int64_t)((uint64_t)(old) + (uint64_t)(new)))
#define WEFT_ADD_BOOLEAN(old, new) ((old) | (new))
#define WEFT_PRODUCT_FLOATING(old, new) ((old) * (new))
#define WEFT_PRODUCT_INTEGER(old, new) ((int64_t)((uint64_t)(old) * (uint64_t)(new)))
#define WEFT_PRODUCT_BOOLEAN(old, new) ((old) & (new))
#define WEFT_MAXIMUM_FLOATING(old, new) ((new) > (old) || (new) != (new) ? (new) : (old))
#define WEFT_MAXIMUM_INTEGER(old, new) ((new) > (old) ? (new) : (old))
#define WEFT_MAXIMUM_BOOLEAN(old, new) ((old) | (new))
#define WEFT_MINIMUM_FLOATING(old, new) ((new) < (old) || (new) != (new) ? (new) : (old))
#define WEFT_MINIMUM_INTEGER(old, new) ((new) < (old) ? (new) : (old))
#define WEFT_MINIMUM_BOOLEAN(old, new) ((old) & (new))

#endif
