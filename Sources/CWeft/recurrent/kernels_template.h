// The kernels of one instruction set, for both element types. Included by each kernels_*.c, which defines what
// tile/kernels/vector.h asks for, FLOAT_ROWS (rows of a block), WEFT_RECURRENT (the table's name), and, where the set
// has them, WEFT_HAS_MASK with load_some and store_some under f32_ and f64_.

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#include "../tile/kernels/vector.h"
#include "../tile/kernels/float32_exp.h"

typedef f32v f32_unaligned __attribute__((aligned(4), may_alias));
typedef f64v f64_unaligned __attribute__((aligned(8), may_alias));

INLINE f32v f32_load(const float *p) { return *(const f32_unaligned *)p; }
INLINE void f32_store(float *p, f32v x) { *(f32_unaligned *)p = x; }
INLINE f64v f64_load(const double *p) { return *(const f64_unaligned *)p; }
INLINE void f64_store(double *p, f64v x) { *(f64_unaligned *)p = x; }

#if !defined(WEFT_HAS_MASK)
INLINE f32v f32_load_some(const float *p, int count) {
  f32v x = 0;
  for (int i = 0; i < count; i++) x[i] = p[i];
  return x;
}
INLINE void f32_store_some(float *p, f32v x, int count) {
  for (int i = 0; i < count; i++) p[i] = x[i];
}
INLINE f64v f64_load_some(const double *p, int count) {
  f64v x = 0;
  for (int i = 0; i < count; i++) x[i] = p[i];
  return x;
}
INLINE void f64_store_some(double *p, f64v x, int count) {
  for (int i = 0; i < count; i++) p[i] = x[i];
}
#endif

INLINE f32v f32_sigmoid(f32v x) { return f32_sigmoid_vector(x); }
INLINE f32v f32_tanh(f32v x) { return f32_tanh_vector(x); }
static f64v f64_sigmoid(f64v x) {
  for (size_t i = 0; i < sizeof x / sizeof x[0]; i++) {
    double e = exp(-fabs(x[i]));  // does not overflow
    x[i] = (x[i] < 0 ? e : 1) / (1 + e);
  }
  return x;
}
static f64v f64_tanh(f64v x) {
  for (size_t i = 0; i < sizeof x / sizeof x[0]; i++) x[i] = tanh(x[i]);
  return x;
}

#define ELEMENT float
#define VECTOR f32v
#define LANES (WEFT_VECTOR_BYTES / 4)
#define NAME(x) f32_##x
#include "product_template.h"
#include "cells_template.h"
#undef ELEMENT
#undef VECTOR
#undef LANES
#undef NAME

#define ELEMENT double
#define VECTOR f64v
#define LANES (WEFT_VECTOR_BYTES / 8)
#define NAME(x) f64_##x
#include "product_template.h"
#include "cells_template.h"

const weft_recurrent_kernels WEFT_RECURRENT[2] = {
    {MOST_ROWS, 2 * WEFT_VECTOR_BYTES / 4, f32_forward, f32_backward},
    {MOST_ROWS, 2 * WEFT_VECTOR_BYTES / 8, f64_forward, f64_backward},
};

#pragma clang diagnostic pop
