// Pairs of instructions (tile/pair_list.h) in one pass. Included once per floating-point type, behind its functions.
// Each of the two is a function of its own, and so rounds by itself.
#define PAIR_LEFT(t, second) NAMED(second##_vectors)(t, c)
#define PAIR_RIGHT(t, second) NAMED(second##_vectors)(c, t)
#define PAIR_ALONE(t, second) NAMED(second##_vector)(t)
#define PAIR_BOTH(t, second) NAMED(second##_vectors)(t, t)
#define PAIR_AGAIN(t, second) NAMED(second##_vectors)(t, a)

#define PAIR(first, FIRST, second, SECOND, how)                                              \
  INLINE VECTOR NAMED(first##_##second##_##how##_vectors)(VECTOR a, VECTOR b, VECTOR c) {    \
    (void)c;                                                                                 \
    VECTOR t = NAMED(first##_vectors)(a, b);                                                 \
    return PAIR_##how(t, second);                                                            \
  }                                                                                          \
  TERNARY(first##_##second##_##how)
WEFT_PAIRS(PAIR)
#undef PAIR

#define PAIR(first, FIRST, second, SECOND, how)                                              \
  INLINE VECTOR NAMED(first##_##second##_##how##_vectors)(VECTOR a, VECTOR c) {              \
    VECTOR t = NAMED(first##_vector)(a);                                                     \
    return PAIR_##how(t, second);                                                            \
  }                                                                                          \
  KERNEL(first##_##second##_##how) {                                                         \
    (void)b, NAMED(map2)(n, d, a, c, NAMED(first##_##second##_##how##_vectors));             \
  }
WEFT_PAIRS_OF_ONE(PAIR)
#undef PAIR

#define PAIR(first, FIRST, second, SECOND, how)                                                        \
  INLINE VECTOR NAMED(first##_##second##_##how##_vectors)(VECTOR a, VECTOR b, VECTOR c) {              \
    VECTOR t = NAMED(first##_vectors)(a, b, c);                                                        \
    return PAIR_##how(t, second);                                                                      \
  }                                                                                                    \
  TERNARY(first##_##second##_##how)
WEFT_PAIRS_OF_THREE(PAIR)
#undef PAIR

// A comparison that SELECT asks for stays a mask, and is never a vector of 1 and 0.
#define MASK_equal(a, b) ((a) == (b))
#define MASK_not_equal(a, b) ((a) != (b))
#define MASK_less(a, b) ((a) < (b))
#define MASK_less_equal(a, b) ((a) <= (b))
#define MASK_greater(a, b) ((a) > (b))
#define MASK_greater_equal(a, b) ((a) >= (b))
#define MASK_is_nan(a) ((a) != (a))
#define PAIR(first, FIRST, second, SECOND, how)                                                            \
  INLINE VECTOR NAMED(first##_##second##_##how##_vectors)(VECTOR a, VECTOR b, VECTOR c, VECTOR d) {        \
    return MASK_##first(a, b) ? c : d;                                                                     \
  }                                                                                                        \
  KERNEL(first##_##second##_##how) { NAMED(map4)(n, d, a, b, c, NAMED(first##_##second##_##how##_vectors)); }
WEFT_CHOICES(PAIR)
#undef PAIR

#define PAIR(first, FIRST, second, SECOND, how)                                                            \
  INLINE VECTOR NAMED(first##_##second##_##how##_vectors)(VECTOR a, VECTOR b, VECTOR c) {                  \
    return MASK_##first(a) ? b : c;                                                                        \
  }                                                                                                        \
  TERNARY(first##_##second##_##how)
WEFT_CHOICE_OF_ONE(PAIR)
#undef PAIR
#undef MASK_equal
#undef MASK_not_equal
#undef MASK_less
#undef MASK_less_equal
#undef MASK_greater
#undef MASK_greater_equal
#undef MASK_is_nan
#undef PAIR_LEFT
#undef PAIR_RIGHT
#undef PAIR_ALONE
#undef PAIR_BOTH
#undef PAIR_AGAIN
