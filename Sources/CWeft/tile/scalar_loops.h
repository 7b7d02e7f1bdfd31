// What kernels of single elements are made by: a loop over a function, for one element type or for both floats.
#ifndef WEFT_SCALAR_LOOPS_H
#define WEFT_SCALAR_LOOPS_H

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
#define UNARY_PAIR(name, function)          \
  UNARY(float, weft_f32_##name, function)   \
  UNARY(double, weft_f64_##name, function)
#define BINARY_PAIR(name, function)                 \
  BINARY(float, double, weft_f32_##name, function)  \
  BINARY(double, double, weft_f64_##name, function)

#endif
