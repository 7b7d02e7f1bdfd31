// The int64 kernels. Unsigned vectors do the arithmetic, which wraps.
#define ELEMENT int64_t
#define ELEMENT_BYTES 8
#define VECTOR i64v
#define NAMED(name) i64_##name
#define TRUTH(mask) i64_truth(mask)
#include "loops.h"
#include "arithmetic.h"

INLINE i64v i64_negate_vector(i64v a) { return (i64v)(0 - (u64v)a); }
INLINE i64v i64_abs_vector(i64v a) { return a < 0 ? (i64v)(0 - (u64v)a) : a; }
INLINE i64v i64_sign_vector(i64v a) { return ((a > 0) & 1) | (a < 0); }
INLINE i64v i64_never_vector(i64v a) { return a ^ a; }
INLINE i64v i64_always_vector(i64v a) { return (a ^ a) + 1; }

UNARY(negate)
UNARY(abs)
UNARY(sign)
UNARY(never)
UNARY(always)

#define ACCUMULATOR int64_t
#define WRAPPING uint64_t
#define LOWEST INT64_MIN
#define HIGHEST INT64_MAX
#include "reductions.h"
#include "forget_type.h"
