// Signs, roundings, tests and pieces of lines of the two floating-point types. Included once per type, as arithmetic.h.

INLINE VECTOR NAMED(negate_vector)(VECTOR a) { return -a; }
INLINE VECTOR NAMED(abs_vector)(VECTOR a) { return NAMED(abs)(a); }
INLINE VECTOR NAMED(sign_vector)(VECTOR a) {
  VECTOR sign = TRUTH(a > 0) - TRUTH(a < 0);
  return a != a ? a : sign;
}
INLINE VECTOR NAMED(floor_vector)(VECTOR a) { return NAMED(floor)(a); }
INLINE VECTOR NAMED(ceil_vector)(VECTOR a) { return NAMED(ceil)(a); }
INLINE VECTOR NAMED(trunc_vector)(VECTOR a) { return NAMED(trunc)(a); }
INLINE VECTOR NAMED(round_vector)(VECTOR a) { return NAMED(round)(a); }
INLINE VECTOR NAMED(sqrt_vector)(VECTOR a) { return __builtin_elementwise_sqrt(a); }
INLINE VECTOR NAMED(rsqrt_vector)(VECTOR a) { return (ELEMENT)1 / __builtin_elementwise_sqrt(a); }
INLINE VECTOR NAMED(reciprocal_vector)(VECTOR a) { return (ELEMENT)1 / a; }
INLINE VECTOR NAMED(divide_vectors)(VECTOR a, VECTOR b) { return a / b; }
INLINE VECTOR NAMED(is_nan_vector)(VECTOR a) { return TRUTH(a != a); }
INLINE VECTOR NAMED(is_inf_vector)(VECTOR a) { return TRUTH(NAMED(abs)(a) == (ELEMENT)__builtin_inf()); }
INLINE VECTOR NAMED(is_finite_vector)(VECTOR a) { return TRUTH(NAMED(abs)(a) < (ELEMENT)__builtin_inf()); }

/// As close to -3 as x + 3 is exact.
INLINE VECTOR NAMED(hard_sigmoid_vector)(VECTOR a) {
  VECTOR cut = NAMED(minimum_vectors)(NAMED(maximum_vectors)(a + (ELEMENT)3, (VECTOR)0), (VECTOR)(ELEMENT)6);
  return cut * (ELEMENT)(1.0 / 6);
}
INLINE VECTOR NAMED(leak_vectors)(VECTOR a, VECTOR b, VECTOR c) { return a > 0 ? b : a != a ? a : b * c; }
INLINE VECTOR NAMED(lerp_vectors)(VECTOR a, VECTOR b, VECTOR c) {
  VECTOR way = b - a, rest = (ELEMENT)1 - c;
  VECTOR inside = c < (ELEMENT)0.5 ? c * way + a : b - way * rest;
  if (__builtin_expect(__builtin_reduce_or(~(NAMED(abs)(way) < (ELEMENT)__builtin_inf())) == 0, 1)) return inside;
  VECTOR end = c == (ELEMENT)1 ? b : a == b ? a : a * rest + b * c;
  VECTOR far = ((a == a) & (b == b)) ? (c == 0 ? a : end) : way;
  return NAMED(abs)(way) < (ELEMENT)__builtin_inf() ? inside : far;
}
INLINE VECTOR NAMED(replace_nonfinite_vectors)(VECTOR a, VECTOR b, VECTOR c, VECTOR d) {
  VECTOR ends = a == (ELEMENT)__builtin_inf() ? c : a == -(ELEMENT)__builtin_inf() ? d : a;
  return a != a ? b : ends;
}

UNARY(negate)
KERNEL(abs_kernel) { (void)b, (void)c, NAMED(map1)(n, d, a, NAMED(abs_vector)); }
UNARY(sign)
KERNEL(floor_kernel) { (void)b, (void)c, NAMED(map1)(n, d, a, NAMED(floor_vector)); }
KERNEL(ceil_kernel) { (void)b, (void)c, NAMED(map1)(n, d, a, NAMED(ceil_vector)); }
KERNEL(trunc_kernel) { (void)b, (void)c, NAMED(map1)(n, d, a, NAMED(trunc_vector)); }
KERNEL(round_kernel) { (void)b, (void)c, NAMED(map1)(n, d, a, NAMED(round_vector)); }
UNARY(sqrt)
UNARY(rsqrt)
UNARY(reciprocal)
BINARY(divide)
UNARY(is_nan)
UNARY(is_inf)
UNARY(is_finite)
UNARY(hard_sigmoid)
TERNARY(leak)
TERNARY(lerp)
KERNEL(replace_nonfinite) { NAMED(map4)(n, d, a, b, c, NAMED(replace_nonfinite_vectors)); }
