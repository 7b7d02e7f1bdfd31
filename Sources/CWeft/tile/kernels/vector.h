// The vectors of one instruction set. Included once by each kernels_*.c, which defines WEFT_VECTOR_BYTES and what else
// the set has (WEFT_HAS_ROUND, WEFT_HAS_HALF, WEFT_HAS_SCALE, WEFT_HAS_PERMUTE) and has the compiler's target attribute
// pushed.

typedef float f32v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef int32_t i32v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef uint32_t u32v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef double f64v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 8)));
typedef int64_t i64v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 8)));
typedef uint64_t u64v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 8)));
// As many doubles as a vector has floats: what a float function computes in where float is too coarse.
typedef double f64w __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef int64_t i64w __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef uint64_t u64w __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));

typedef int32_t some_word __attribute__((may_alias));
typedef long long some_long __attribute__((may_alias));
typedef long long some_longs __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 8)));
typedef i32v unaligned_words __attribute__((aligned(1), may_alias));
typedef i64v unaligned_longs __attribute__((aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline, unused))

/// Set in the first `n` lanes.
INLINE i32v words_first(size_t n) {
  static const int32_t set[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  return *(const unaligned_words *)(set + 16 - n);
}
INLINE i64v longs_first(size_t n) {
  static const int64_t set[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return *(const unaligned_longs *)(set + 8 - n);
}

/// The first `n` lanes from memory, which is not read behind them; the others are `rest`'s.
#if WEFT_VECTOR_BYTES == 64
INLINE i32v words_read_some(const void *p, size_t n, i32v rest) {
  return __builtin_ia32_loaddqusi512_mask((const some_word *)p, rest, (unsigned short)((1u << n) - 1));
}
INLINE i64v longs_read_some(const void *p, size_t n, i64v rest) {
  return (i64v)__builtin_ia32_loaddqudi512_mask((const some_long *)p, (some_longs)rest, (unsigned char)((1u << n) - 1));
}
#elif WEFT_VECTOR_BYTES == 32
INLINE i32v words_read_some(const void *p, size_t n, i32v rest) {
  const i32v first = words_first(n);
  return first ? (i32v)__builtin_ia32_maskloadd256(p, first) : rest;
}
INLINE i64v longs_read_some(const void *p, size_t n, i64v rest) {
  const i64v first = longs_first(n);
  return first ? (i64v)__builtin_ia32_maskloadq256(p, (some_longs)first) : rest;
}
#else
INLINE i32v words_read_some(const void *p, size_t n, i32v rest) {
  for (size_t k = 0; k < n; k++) rest[k] = ((const some_word *)p)[k];
  return rest;
}
INLINE i64v longs_read_some(const void *p, size_t n, i64v rest) {
  for (size_t k = 0; k < n; k++) rest[k] = ((const some_long *)p)[k];
  return rest;
}
#endif

INLINE i32v f32_bits(f32v x) { return (i32v)x; }
INLINE f32v f32_from_bits(i32v x) { return (f32v)x; }
INLINE i64v f64_bits(f64v x) { return (i64v)x; }
INLINE f64v f64_from_bits(i64v x) { return (f64v)x; }
INLINE f64w f64w_from_bits(u64w x) { return (f64w)x; }
INLINE u64w f64w_bits(f64w x) { return (u64w)x; }

INLINE f32v f32_abs(f32v x) { return f32_from_bits(f32_bits(x) & 0x7fffffff); }
INLINE f64v f64_abs(f64v x) { return f64_from_bits(f64_bits(x) & INT64_MAX); }
/// `magnitude` (whose sign bit is clear) with the sign of `x`.
INLINE f32v f32_with_sign(f32v magnitude, f32v x) {
  return f32_from_bits(f32_bits(magnitude) | (f32_bits(x) & INT32_MIN));
}
INLINE f64v f64_with_sign(f64v magnitude, f64v x) {
  return f64_from_bits(f64_bits(magnitude) | (f64_bits(x) & INT64_MIN));
}
/// 1 where the mask is set, else 0.
INLINE f32v f32_truth(i32v mask) { return f32_from_bits(mask & 0x3f800000); }
INLINE f64v f64_truth(i64v mask) { return f64_from_bits(mask & 0x3ff0000000000000); }
INLINE i64v i64_truth(i64v mask) { return mask & 1; }
INLINE u64v u64_truth(i64v mask) { return (u64v)(mask & 1); }

/// The nearest integer, half to even, for |x| below 2^22: adding a number so large that no fraction bits are left.
INLINE f32v f32_nearest_small(f32v x) { return (x + 12582912.0f) - 12582912.0f; }

#if defined(WEFT_HAS_ROUND)
INLINE f32v f32_round(f32v x) { return __builtin_elementwise_roundeven(x); }
INLINE f32v f32_floor(f32v x) { return __builtin_elementwise_floor(x); }
INLINE f32v f32_ceil(f32v x) { return __builtin_elementwise_ceil(x); }
INLINE f32v f32_trunc(f32v x) { return __builtin_elementwise_trunc(x); }
INLINE f64v f64_round(f64v x) { return __builtin_elementwise_roundeven(x); }
INLINE f64v f64_floor(f64v x) { return __builtin_elementwise_floor(x); }
INLINE f64v f64_ceil(f64v x) { return __builtin_elementwise_ceil(x); }
INLINE f64v f64_trunc(f64v x) { return __builtin_elementwise_trunc(x); }
#else
// Without a rounding instruction: adding 2^23 (2^52) to a smaller magnitude leaves an integer. Larger numbers are
// integers already, and NaN stays.
INLINE f32v f32_round(f32v x) {
  f32v magnitude = f32_abs(x);
  f32v rounded = f32_with_sign((magnitude + 8388608.0f) - 8388608.0f, x);
  return magnitude < 8388608.0f ? rounded : x;
}
INLINE f32v f32_trunc(f32v x) {
  f32v magnitude = f32_abs(x), rounded = (magnitude + 8388608.0f) - 8388608.0f;
  rounded = rounded > magnitude ? rounded - 1.0f : rounded;
  return magnitude < 8388608.0f ? f32_with_sign(rounded, x) : x;
}
INLINE f32v f32_floor(f32v x) {
  f32v rounded = f32_round(x);
  return rounded > x ? rounded - 1.0f : rounded;
}
INLINE f32v f32_ceil(f32v x) {
  f32v rounded = f32_round(x);
  return rounded < x ? f32_with_sign(f32_abs(rounded + 1.0f), x) : rounded;
}
INLINE f64v f64_round(f64v x) {
  f64v magnitude = f64_abs(x);
  f64v rounded = f64_with_sign((magnitude + 0x1p52) - 0x1p52, x);
  return magnitude < 0x1p52 ? rounded : x;
}
INLINE f64v f64_trunc(f64v x) {
  f64v magnitude = f64_abs(x), rounded = (magnitude + 0x1p52) - 0x1p52;
  rounded = rounded > magnitude ? rounded - 1.0 : rounded;
  return magnitude < 0x1p52 ? f64_with_sign(rounded, x) : x;
}
INLINE f64v f64_floor(f64v x) {
  f64v rounded = f64_round(x);
  return rounded > x ? rounded - 1.0 : rounded;
}
INLINE f64v f64_ceil(f64v x) {
  f64v rounded = f64_round(x);
  return rounded < x ? f64_with_sign(f64_abs(rounded + 1.0), x) : rounded;
}
#endif

/// p · 2^n for a whole n from -252 to 254: in two steps, so that only the last one may round (into a denormal).
INLINE f32v f32_scale(f32v p, f32v n) {
#if defined(WEFT_HAS_SCALE)
  return __builtin_ia32_scalefps512_mask(p, n, (f32v)0, (unsigned short)-1, 4);
#else
  i32v whole = __builtin_convertvector(n, i32v), half = whole >> 1, rest = whole - half;
  return p * f32_from_bits((half + 127) << 23) * f32_from_bits((rest + 127) << 23);
#endif
}
