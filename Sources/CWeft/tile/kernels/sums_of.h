// The sum of what an instruction gives, without storing that: what most losses and products of vectors end with. Each
// adds up in the order in which reductions.h adds up a row. Included behind it, and behind pairs.h.

INLINE ELEMENT NAMED(sum_of)(size_t n, const weft_lane *a, const weft_lane *b, const weft_lane *c,
                             VECTOR (*f)(VECTOR, VECTOR, VECTOR)) {
  enum { L = NAMED(lanes) };
  const ELEMENT *x = a->data, *y = b->data, *z = c->data;
  const size_t x_step = a->step * L, y_step = b->step * L, z_step = c->step * L;
  VECTOR s[4] = {{0}, {0}, {0}, {0}};
  size_t i = 0;
  for (; i + 4 * L <= n; i += 4 * L) {
    for (size_t k = 0; k < 4; k++, x += x_step, y += y_step, z += z_step) {
      s[k] += f(NAMED(read)(x), NAMED(read)(y), NAMED(read)(z));
    }
  }
  for (; i + L <= n; i += L, x += x_step, y += y_step, z += z_step) {
    s[0] += f(NAMED(read)(x), NAMED(read)(y), NAMED(read)(z));
  }
  if (i < n) {
    const size_t left = n - i;
    VECTOR last = f(x_step ? NAMED(read_few)(x, left) : NAMED(read)(x),
                    y_step ? NAMED(read_few)(y, left) : NAMED(read)(y),
                    z_step ? NAMED(read_few)(z, left) : NAMED(read)(z));
    s[1] += NAMED(keep_some)(last, left);
  }
  return NAMED(fold)((s[0] + s[1]) + (s[2] + s[3]), NAMED(add_vectors));
}

INLINE VECTOR NAMED(product_of_two)(VECTOR a, VECTOR b, VECTOR c) { (void)c; return a * b; }

#define SUM_OF(name, function)                                                                              \
  static void NAMED(sum_of_##name)(size_t n, const weft_lane *a, const weft_lane *b, const weft_lane *c,     \
                                   void *result) {                                                           \
    *(ELEMENT *)result = NAMED(sum_of)(n, a, b, c, NAMED(function));                                         \
  }
SUM_OF(MULTIPLY, product_of_two)
SUM_OF(MULTIPLY_MULTIPLY_LEFT, multiply_multiply_LEFT_vectors)
SUM_OF(SUBTRACT_ABS_ALONE, subtract_abs_ALONE_vectors)
SUM_OF(SUBTRACT_MULTIPLY_BOTH, subtract_multiply_BOTH_vectors)
SUM_OF(MULTIPLY_ADD_MULTIPLY_AGAIN, multiply_add_multiply_AGAIN_vectors)
#undef SUM_OF
