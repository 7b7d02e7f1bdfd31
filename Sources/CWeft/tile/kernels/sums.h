// Sums of float32 and of half precision as they lie in memory: along lines, of the squares and of the sizes too, and
// down columns. Included once, behind float32.h and convert.h.

typedef uint16_t u16v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
typedef u16v u16_unaligned __attribute__((aligned(1), may_alias));

INLINE f32v sum_read_float32(const void *x, size_t i) { return f32_read((const float *)x + i); }
INLINE float sum_one_float32(const void *x, size_t i) { return ((const float *)x)[i]; }

INLINE f32v sum_read_bfloat16(const void *x, size_t i) {
  u16v bits = *(const u16_unaligned *)((const uint16_t *)x + i);
  return (f32v)(__builtin_convertvector(bits, u32v) << 16);
}
INLINE float sum_one_bfloat16(const void *x, size_t i) { return weft_from_bfloat16(((const uint16_t *)x)[i]); }

INLINE float sum_one_float16(const void *x, size_t i) { return from_float16(((const half_storage *)x)[i]); }
INLINE f32v sum_read_float16(const void *x, size_t i) {
#if defined(WEFT_HAS_HALF)
  typedef _Float16 f16v __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4)));
  typedef f16v f16_unaligned __attribute__((aligned(1), may_alias));
  return __builtin_convertvector(*(const f16_unaligned *)((const half_storage *)x + i), f32v);
#else
  f32v result;
  for (int k = 0; k < f32_lanes; k++) result[k] = sum_one_float16(x, i + (size_t)k);
  return result;
#endif
}

typedef f64w f64w_unaligned __attribute__((aligned(1), may_alias));
INLINE f64w sum_widened(f32v x) { return __builtin_convertvector(x, f64w); }
INLINE void sum_add(double *sums, f64w x) { *(f64w_unaligned *)sums += x; }

INLINE f32v sum_itself(f32v x) { return x; }
INLINE f32v sum_square(f32v x) { return x * x; }
INLINE f32v sum_size(f32v x) { return f32_abs(x); }

INLINE double sum_of_wide(f64w v) {
  union {
    f64w whole;
    f64v halves[2];
  } split = {v};
  return f64_fold(split.halves[0] + split.halves[1], f64_add_vectors);
}

/// A line: each 1,024 elements in float32, in four vectors side by side, and these in double. The last few are those that
/// nobody has added of the last vector, where there is a whole one.
#define SUM_ALONG(type, of)                                                                      \
  static double sum_along_##type##_##of(size_t n, const void *x) {                               \
    enum { L = f32_lanes, BLOCK = 1024 };                                                        \
    f64w total = {0};                                                                            \
    size_t i = 0;                                                                                \
    while (i + 4 * L <= n) {                                                                     \
      f32v s0 = (f32v)0.0f, s1 = s0, s2 = s0, s3 = s0;                                           \
      size_t end = n - i < BLOCK ? n : i + BLOCK;                                                \
      for (; i + 4 * L <= end; i += 4 * L) {                                                     \
        s0 += sum_##of(sum_read_##type(x, i)), s1 += sum_##of(sum_read_##type(x, i + L));        \
        s2 += sum_##of(sum_read_##type(x, i + 2 * L));                                           \
        s3 += sum_##of(sum_read_##type(x, i + 3 * L));                                           \
      }                                                                                          \
      total += sum_widened((s0 + s1) + (s2 + s3));                                               \
    }                                                                                            \
    for (; i + L <= n; i += L) total += sum_widened(sum_##of(sum_read_##type(x, i)));            \
    if (i < n && n >= L) {                                                                       \
      f32v last = sum_##of(sum_read_##type(x, n - L));                                           \
      total += sum_widened(f32_from_bits(f32_bits(last) & ~words_first(L - (n - i))));           \
      i = n;                                                                                     \
    }                                                                                            \
    double sum = sum_of_wide(total);                                                             \
    for (; i < n; i++) sum += (double)sum_##of((f32v)sum_one_##type(x, i))[0];                   \
    return sum;                                                                                  \
  }

/// Of float64 each 512 elements, and what these sums round off beside them. The elements themselves may cancel, and are
/// left to the tiles.
#define SUM_ALONG_WIDE(of, term)                                                                                       \
  static double sum_along_float64_##of(size_t n, const void *data) {                                                   \
    enum { L = f64_lanes, BLOCK = 512 };                                                                               \
    const double *x = data;                                                                                            \
    f64v total = {0}, low = {0};                                                                                       \
    size_t i = 0;                                                                                                      \
    while (i + L <= n) {                                                                                               \
      f64v s[4] = {{0}, {0}, {0}, {0}};                                                                                \
      size_t end = n - i < BLOCK ? n : i + BLOCK;                                                                      \
      for (; i + 4 * L <= end; i += 4 * L) {                                                                           \
        for (size_t k = 0; k < 4; k++) {                                                                               \
          f64v a = f64_read(x + i + k * L);                                                                            \
          s[k] += term;                                                                                                \
        }                                                                                                              \
      }                                                                                                                \
      for (; i + L <= end; i += L) {                                                                                   \
        f64v a = f64_read(x + i);                                                                                      \
        s[0] += term;                                                                                                  \
      }                                                                                                                \
      f64v block = (s[0] + s[1]) + (s[2] + s[3]), sum = total + block, added = sum - total;                            \
      low += (total - (sum - added)) + (block - added);                                                                \
      total = sum;                                                                                                     \
    }                                                                                                                  \
    double sum = 0, off = 0;                                                                                           \
    for (size_t k = 0; k < L; k++) sum += total[k], off += low[k];                                                     \
    for (; i < n; i++) {                                                                                               \
      f64v a = (f64v)x[i];                                                                                             \
      sum += (term)[0];                                                                                                \
    }                                                                                                                  \
    return __builtin_isfinite(sum) ? sum + off : sum;                                                                  \
  }
#define sum_along_float64_itself NULL
SUM_ALONG_WIDE(square, a * a)
SUM_ALONG_WIDE(size, f64_abs(a))
#undef SUM_ALONG_WIDE

/// Columns, each row added by itself to sums in double.
static void sum_down_float32(size_t rows, size_t columns, size_t stride, const void *data, double *sums) {
  enum { L = f32_lanes };
  const float *x = data;
  size_t column = 0;
  for (; column + 2 * L <= columns; column += 2 * L) {
    f64w s0 = {0}, s1 = {0};
    for (size_t row = 0; row < rows; row++) {
      s0 += sum_widened(f32_read(x + row * stride + column));
      s1 += sum_widened(f32_read(x + row * stride + column + L));
    }
    sum_add(sums + column, s0);
    sum_add(sums + column + L, s1);
  }
  for (; column < columns; column++) {
    for (size_t row = 0; row < rows; row++) sums[column] += (double)x[row * stride + column];
  }
}

/// Whether float32 held the sums: what is no number is not 0 times itself.
INLINE bool sum_held(f32v s0, f32v s1, f32v s2, f32v s3) {
  f32v none = s0 * 0 + s1 * 0 + (s2 * 0 + s3 * 0);
  bool held = true;
  for (int k = 0; k < f32_lanes; k++) held &= none[k] == 0;
  return held;
}

/// Columns of half precision, whose few rows are added in float32, unless that does not hold them: the result has fewer
/// digits still.
#define SUM_DOWN(type)                                                                                                 \
  static void sum_down_##type(size_t rows, size_t columns, size_t stride, const void *x, double *sums) {               \
    enum { L = f32_lanes };                                                                                            \
    size_t column = 0;                                                                                                 \
    for (; column + 4 * L <= columns; column += 4 * L) {                                                               \
      f32v s0 = (f32v)0.0f, s1 = s0, s2 = s0, s3 = s0;                                                                 \
      for (size_t row = 0, at = column; row < rows; row++, at += stride) {                                             \
        s0 += sum_read_##type(x, at), s1 += sum_read_##type(x, at + L);                                                \
        s2 += sum_read_##type(x, at + 2 * L), s3 += sum_read_##type(x, at + 3 * L);                                    \
      }                                                                                                                \
      if (!sum_held(s0, s1, s2, s3)) {                                                                                 \
        for (size_t row = 0; row < rows; row++) {                                                                      \
          for (size_t k = column; k < column + 4 * L; k++) sums[k] += (double)sum_one_##type(x, row * stride + k);     \
        }                                                                                                              \
        continue;                                                                                                      \
      }                                                                                                                \
      sum_add(sums + column, sum_widened(s0)), sum_add(sums + column + L, sum_widened(s1));                            \
      sum_add(sums + column + 2 * L, sum_widened(s2)), sum_add(sums + column + 3 * L, sum_widened(s3));                \
    }                                                                                                                  \
    for (; column < columns; column++) {                                                                               \
      for (size_t row = 0; row < rows; row++) sums[column] += (double)sum_one_##type(x, row * stride + column);        \
    }                                                                                                                  \
  }

#define SUMS_ALONG(type) SUM_ALONG(type, itself) SUM_ALONG(type, square) SUM_ALONG(type, size)
SUMS_ALONG(float32)
SUMS_ALONG(float16)
SUMS_ALONG(bfloat16)
SUM_DOWN(float16)
SUM_DOWN(bfloat16)
#undef SUMS_ALONG
#undef SUM_ALONG
#undef SUM_DOWN
