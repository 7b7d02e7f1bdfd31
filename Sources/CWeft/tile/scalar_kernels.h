// Kernels that go one element at a time through a function, one for each that the list of instructions asks for.
#ifndef WEFT_SCALAR_KERNELS_H
#define WEFT_SCALAR_KERNELS_H

#include "tile.h"

// The kernel of a type by a function.
#define WEFT_SCALAR(type, function) weft_##type##_by_##function

// What the list says of one type's kernel.
#define WEFT_F32_KERNEL(name, operands, cost, f32, f64, i64, u64) f32
#define WEFT_F64_KERNEL(name, operands, cost, f32, f64, i64, u64) f64
#define WEFT_I64_KERNEL(name, operands, cost, f32, f64, i64, u64) i64
#define WEFT_U64_KERNEL(name, operands, cost, f32, f64, i64, u64) u64

#define WEFT_SCALAR_KERNEL(name) \
  void name(size_t n, void *d, const weft_lane *a, const weft_lane *b, const weft_lane *c);

#define NONE
#define VECTORS(name)
#define SHARED(kernel)
#define EACH(function) WEFT_SCALAR_KERNEL(WEFT_SCALAR(f32, function))
#define PAIRS(function) EACH(function)
#define PAIRS_OF_FLOATS(function) EACH(function)
WEFT_INSTRUCTIONS(WEFT_F32_KERNEL)
#undef EACH
#undef PAIRS
#undef PAIRS_OF_FLOATS
#define EACH(function) WEFT_SCALAR_KERNEL(WEFT_SCALAR(f64, function))
#define PAIRS(function) EACH(function)
#define PAIRS_OF_FLOATS(function) EACH(function)
WEFT_INSTRUCTIONS(WEFT_F64_KERNEL)
#undef EACH
#undef PAIRS
#undef PAIRS_OF_FLOATS
#define EACH(function) WEFT_SCALAR_KERNEL(WEFT_SCALAR(i64, function))
#define PAIRS(function) EACH(function)
#define PAIRS_OF_FLOATS(function) EACH(function)
WEFT_INSTRUCTIONS(WEFT_I64_KERNEL)
#undef EACH
#undef PAIRS
#undef PAIRS_OF_FLOATS
#define EACH(function) WEFT_SCALAR_KERNEL(WEFT_SCALAR(u64, function))
#define PAIRS(function) EACH(function)
#define PAIRS_OF_FLOATS(function) EACH(function)
WEFT_INSTRUCTIONS(WEFT_U64_KERNEL)
#undef EACH
#undef PAIRS
#undef PAIRS_OF_FLOATS
#undef NONE
#undef VECTORS
#undef SHARED

#endif
