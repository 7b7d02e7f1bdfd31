// The uint64 kernels: what int64 computes otherwise above its own range, comparing and dividing.
#define ELEMENT uint64_t
#define ELEMENT_BYTES 8
#define VECTOR u64v
#define NAMED(name) u64_##name
#define TRUTH(mask) u64_truth(mask)
#include "loops.h"
#include "arithmetic.h"

INLINE u64v u64_negate_vector(u64v a) { return 0 - a; }
INLINE u64v u64_abs_vector(u64v a) { return a; }
INLINE u64v u64_sign_vector(u64v a) { return TRUTH(a != 0); }

UNARY(negate)
UNARY(abs)
UNARY(sign)

#define ACCUMULATOR uint64_t
#define WRAPPING uint64_t
#define LOWEST 0
#define HIGHEST UINT64_MAX
#include "reductions.h"
#include "forget_type.h"
