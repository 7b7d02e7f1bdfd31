// Sums and products of what bytes stand for, as bytes again. Each step is a function of its own, and so rounds by
// itself: as instructions one after the other do, without memory between them.

typedef uint8_t f32_bytes __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4), aligned(1), may_alias));
typedef int8_t f32_signed_bytes __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / 4), aligned(1), may_alias));

INLINE f32v f32_of_bytes(const char *p, const bool is_signed) {
  return is_signed ? __builtin_convertvector(*(const f32_signed_bytes *)p, f32v)
                   : __builtin_convertvector(*(const f32_bytes *)p, f32v);
}

INLINE f32_bytes f32_byte_pair(const weft_byte_pairs *p, const bool is_signed, const bool multiplies, const char *a,
                               const char *b) {
  f32v x = f32_subtract_multiply_LEFT_vectors(f32_of_bytes(a, is_signed), (f32v)p->zero[0], (f32v)p->scale[0]);
  f32v y = f32_subtract_multiply_LEFT_vectors(f32_of_bytes(b, is_signed), (f32v)p->zero[1], (f32v)p->scale[1]);
  f32v both = multiplies ? f32_multiply_vectors(x, y) : f32_add_vectors(x, y);
  f32v whole = f32_round_vector(f32_divide_vectors(both, (f32v)p->divisor));
  f32v placed = f32_add_vectors(whole, (f32v)p->offset);
  f32v low = (f32v)p->low, high = (f32v)p->high, cut = low > placed ? low : placed;
  cut = high < cut ? high : cut;
  cut = placed == placed ? cut : (f32v)0;
  return __builtin_convertvector(__builtin_convertvector(cut, i32v), f32_bytes);
}

INLINE void f32_byte_pairs_of(const weft_byte_pairs *pairs, const bool is_signed, const bool multiplies, size_t n,
                              const char *a, const char *b, char *to) {
  const weft_byte_pairs own = *pairs, *p = &own;  // which no byte written can change
  size_t i = 0;
  for (; i + f32_lanes <= n; i += f32_lanes) {
    *(f32_bytes *)(to + i) = f32_byte_pair(p, is_signed, multiplies, a + i, b + i);
  }
  if (i == n) return;
  char x[f32_lanes] = {0}, y[f32_lanes] = {0};
  __builtin_memcpy(x, a + i, n - i);
  __builtin_memcpy(y, b + i, n - i);
  f32_bytes last = f32_byte_pair(p, is_signed, multiplies, x, y);
  __builtin_memcpy(to + i, &last, n - i);
}

static void f32_byte_pairs(const weft_byte_pairs *p, size_t n, const void *a, const void *b, void *to) {
  if (p->is_signed && p->multiplies) {
    f32_byte_pairs_of(p, true, true, n, a, b, to);
  } else if (p->is_signed) {
    f32_byte_pairs_of(p, true, false, n, a, b, to);
  } else if (p->multiplies) {
    f32_byte_pairs_of(p, false, true, n, a, b, to);
  } else {
    f32_byte_pairs_of(p, false, false, n, a, b, to);
  }
}
