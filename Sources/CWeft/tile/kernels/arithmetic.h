// Operations with the same text in every element type. Included once per type, as loops.h, which also says
// TRUTH(mask): the vector of 1 and 0 that a comparison gives.

INLINE VECTOR NAMED(copy_vector)(VECTOR a) { return a; }
INLINE VECTOR NAMED(not_vector)(VECTOR a) { return TRUTH(a == 0); }
INLINE VECTOR NAMED(add_vectors)(VECTOR a, VECTOR b) { return a + b; }
INLINE VECTOR NAMED(subtract_vectors)(VECTOR a, VECTOR b) { return a - b; }
INLINE VECTOR NAMED(multiply_vectors)(VECTOR a, VECTOR b) { return a * b; }
// `a != a` is a NaN in a, which must win; a NaN in b wins because the comparison is false.
INLINE VECTOR NAMED(minimum_vectors)(VECTOR a, VECTOR b) { return ((a < b) | (a != a)) ? a : b; }
INLINE VECTOR NAMED(maximum_vectors)(VECTOR a, VECTOR b) { return ((a > b) | (a != a)) ? a : b; }
INLINE VECTOR NAMED(equal_vectors)(VECTOR a, VECTOR b) { return TRUTH(a == b); }
INLINE VECTOR NAMED(not_equal_vectors)(VECTOR a, VECTOR b) { return TRUTH(a != b); }
INLINE VECTOR NAMED(less_vectors)(VECTOR a, VECTOR b) { return TRUTH(a < b); }
INLINE VECTOR NAMED(less_equal_vectors)(VECTOR a, VECTOR b) { return TRUTH(a <= b); }
INLINE VECTOR NAMED(greater_vectors)(VECTOR a, VECTOR b) { return TRUTH(a > b); }
INLINE VECTOR NAMED(greater_equal_vectors)(VECTOR a, VECTOR b) { return TRUTH(a >= b); }
INLINE VECTOR NAMED(and_vectors)(VECTOR a, VECTOR b) { return TRUTH((a != 0) & (b != 0)); }
INLINE VECTOR NAMED(or_vectors)(VECTOR a, VECTOR b) { return TRUTH((a != 0) | (b != 0)); }
INLINE VECTOR NAMED(xor_vectors)(VECTOR a, VECTOR b) { return TRUTH((a != 0) ^ (b != 0)); }
INLINE VECTOR NAMED(select_vectors)(VECTOR a, VECTOR b, VECTOR c) { return a != 0 ? b : c; }
INLINE VECTOR NAMED(multiply_add_vectors)(VECTOR a, VECTOR b, VECTOR c) { return a * b + c; }

#define KERNEL(name) \
  static void NAMED(name)(size_t n, void *d, const weft_lane *a, const weft_lane *b, const weft_lane *c)
#define UNARY(name) KERNEL(name) { (void)b, (void)c, NAMED(map1)(n, d, a, NAMED(name##_vector)); }
#define BINARY(name) KERNEL(name) { (void)c, NAMED(map2)(n, d, a, b, NAMED(name##_vectors)); }
#define TERNARY(name) KERNEL(name) { NAMED(map3)(n, d, a, b, c, NAMED(name##_vectors)); }

KERNEL(copy) { (void)b, (void)c, NAMED(map1)(n, d, a, NAMED(copy_vector)); }
UNARY(not)
BINARY(add)
BINARY(subtract)
BINARY(multiply)
BINARY(minimum)
BINARY(maximum)
BINARY(equal)
BINARY(not_equal)
BINARY(less)
BINARY(less_equal)
BINARY(greater)
BINARY(greater_equal)
BINARY(and)
BINARY(or)
BINARY(xor)
TERNARY(select)
TERNARY(multiply_add)
