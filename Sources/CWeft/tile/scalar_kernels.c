// Kernels that go one element at a time through a function: those that the list of instructions asks for. float32 is
// computed in double and rounded once.
#include "scalar_kernels.h"

#include "scalar_functions.h"

#define UNARY(element, name, function)                                                                      \
  void name(size_t n, void *d, const weft_lane *a, const weft_lane *b, const weft_lane *c) {                \
    const element *x = a->data;                                                                             \
    (void)b, (void)c;                                                                                       \
    for (size_t i = 0; i < n; i++) ((element *)d)[i] = (element)function((double)x[i * a->step]);           \
  }
#define BINARY(element, wide, name, function)                                                               \
  void name(size_t n, void *d, const weft_lane *a, const weft_lane *b, const weft_lane *c) {                \
    const element *x = a->data, *y = b->data;                                                               \
    (void)c;                                                                                                \
    for (size_t i = 0; i < n; i++) {                                                                        \
      ((element *)d)[i] = (element)function((wide)x[i * a->step], (wide)y[i * b->step]);                    \
    }                                                                                                       \
  }

#define NONE
#define VECTORS(name)
#define SHARED(kernel)

#define EACH(function) UNARY(float, WEFT_SCALAR(f32, function), function)
#define PAIRS(function) BINARY(float, double, WEFT_SCALAR(f32, function), function)
#define PAIRS_OF_FLOATS(function) BINARY(float, float, WEFT_SCALAR(f32, function), function)
WEFT_INSTRUCTIONS(WEFT_F32_KERNEL)
#undef EACH
#undef PAIRS
#undef PAIRS_OF_FLOATS

#define EACH(function) UNARY(double, WEFT_SCALAR(f64, function), function)
#define PAIRS(function) BINARY(double, double, WEFT_SCALAR(f64, function), function)
WEFT_INSTRUCTIONS(WEFT_F64_KERNEL)
#undef EACH
#undef PAIRS

#define EACH(function) UNARY(int64_t, WEFT_SCALAR(i64, function), function)
#define PAIRS(function) BINARY(int64_t, int64_t, WEFT_SCALAR(i64, function), function)
WEFT_INSTRUCTIONS(WEFT_I64_KERNEL)
#undef EACH
#undef PAIRS

#define EACH(function) UNARY(uint64_t, WEFT_SCALAR(u64, function), function)
#define PAIRS(function) BINARY(uint64_t, uint64_t, WEFT_SCALAR(u64, function), function)
WEFT_INSTRUCTIONS(WEFT_U64_KERNEL)
#undef EACH
#undef PAIRS
