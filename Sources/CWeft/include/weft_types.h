// Types shared by every kernel: element types, strided operands, scalars.
#ifndef WEFT_TYPES_H
#define WEFT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The largest number of axes a kernel walks.
#define WEFT_MAX_RANK 16

/// Element types. The numbers are the raw values of `DType` in Swift.
typedef enum {
  WEFT_FLOAT32 = 0,
  WEFT_FLOAT64 = 1,
  WEFT_FLOAT16 = 2,
  WEFT_BFLOAT16 = 3,
  WEFT_INT8 = 4,
  WEFT_UINT8 = 5,
  WEFT_INT32 = 6,
  WEFT_INT64 = 7,
  WEFT_BOOL = 8,
  WEFT_INT16 = 9,
  WEFT_UINT16 = 10,
  WEFT_UINT32 = 11,
  WEFT_UINT64 = 12,
} weft_dtype;

/// A number handed to a kernel: `real` where it computes in floating point, `integer` where it computes in int64 or, by
/// its bits, in uint64.
typedef union {
  double real;
  int64_t integer;
} weft_scalar;

/// A strided view: the address of its first element (offset already applied) and one stride per axis,
/// counted in elements. A stride of 0 broadcasts; strides may be negative.
typedef struct {
  void *data;
  const int64_t *strides;
  int32_t dtype;
} weft_operand;

#endif
