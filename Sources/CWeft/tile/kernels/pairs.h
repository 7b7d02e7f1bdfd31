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
#undef PAIR_LEFT
#undef PAIR_RIGHT
#undef PAIR_ALONE
#undef PAIR_BOTH
#undef PAIR_AGAIN
