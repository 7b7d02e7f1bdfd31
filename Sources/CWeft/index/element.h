// Loading, combining and storing one element of each dtype.
#ifndef WEFT_INDEX_ELEMENT_H
#define WEFT_INDEX_ELEMENT_H

#include <string.h>

#include "../common/half.h"
#include "weft_types.h"

static inline int64_t weft_element_size(int32_t dtype) {
  static const int8_t sizes[] = {4, 8, 2, 2, 1, 1, 4, 8, 1, 2, 2, 4, 8};
  return sizes[dtype];
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
  X(float16, WEFT_FLOAT16, uint16_t, float, weft_from_float16, weft_to_float16, FLOATING) \
  X(bfloat16, WEFT_BFLOAT16, uint16_t, float, weft_from_bfloat16, weft_to_bfloat16, FLOATING) \
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
