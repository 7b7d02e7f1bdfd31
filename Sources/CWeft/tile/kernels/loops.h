// Walks arrays of one element type with a function on vectors. Included once per element type with
//   ELEMENT  the scalar type      VECTOR  the vector type      NAMED(x)  x with the type's prefix
//
// A length that is no multiple of the vector ends with one vector that overlaps the one before. Its operands are read
// before the loop starts, for the destination may be one of the operands.

enum { NAMED(lanes) = WEFT_VECTOR_BYTES / sizeof(ELEMENT) };

typedef VECTOR NAMED(unaligned) __attribute__((aligned(1), may_alias));

INLINE VECTOR NAMED(read)(const ELEMENT *p) { return *(const NAMED(unaligned) *)p; }
INLINE void NAMED(write)(ELEMENT *p, VECTOR v) { *(NAMED(unaligned) *)p = v; }

/// The first n < lanes elements; the other lanes are `rest`'s.
INLINE VECTOR NAMED(read_some)(const ELEMENT *p, size_t n, VECTOR rest) {
  if (sizeof(ELEMENT) == 4) return (VECTOR)words_read_some(p, n, (i32v)rest);
  return (VECTOR)longs_read_some(p, n, (i64v)rest);
}
/// `v` with 0 in all but the first n lanes.
INLINE VECTOR NAMED(keep_some)(VECTOR v, size_t n) {
  if (sizeof(ELEMENT) == 4) return (VECTOR)((i32v)v & words_first(n));
  return (VECTOR)((i64v)v & longs_first(n));
}
/// The first 0 < n < lanes elements; the other lanes repeat the first, so that they cost nothing odd.
INLINE VECTOR NAMED(read_few)(const ELEMENT *p, size_t n) { return NAMED(read_some)(p, n, (VECTOR)p[0]); }
INLINE void NAMED(write_few)(ELEMENT *p, VECTOR v, size_t n) {
  ELEMENT few[NAMED(lanes)];
  NAMED(write)(few, v);
  for (size_t i = 0; i < n; i++) p[i] = few[i];
}
/// The operand's last vector of n elements.
INLINE VECTOR NAMED(read_last)(const weft_lane *a, size_t n) {
  const ELEMENT *p = a->data;
  if (a->step == 0) return NAMED(read)(p);
  return n >= NAMED(lanes) ? NAMED(read)(p + n - NAMED(lanes)) : NAMED(read_few)(p, n);
}
INLINE void NAMED(write_last)(ELEMENT *p, VECTOR v, size_t n) {
  if (n >= NAMED(lanes)) {
    NAMED(write)(p + n - NAMED(lanes), v);
  } else {
    NAMED(write_few)(p, v, n);
  }
}

// Of cheap functions the loop itself is a good part.
#define UNROLLED _Pragma("clang loop unroll_count(4)")

INLINE void NAMED(map1)(size_t n, ELEMENT *d, const weft_lane *a, VECTOR (*f)(VECTOR)) {
  const ELEMENT *x = a->data;
  size_t i = 0, step = a->step * NAMED(lanes);
  VECTOR last = NAMED(read_last)(a, n);
  for (; i + NAMED(lanes) <= n; i += NAMED(lanes), x += step) NAMED(write)(d + i, f(NAMED(read)(x)));
  if (i < n) NAMED(write_last)(d, f(last), n);
}
INLINE void NAMED(map2)(size_t n, ELEMENT *d, const weft_lane *a, const weft_lane *b, VECTOR (*f)(VECTOR, VECTOR)) {
  const ELEMENT *x = a->data, *y = b->data;
  size_t i = 0, x_step = a->step * NAMED(lanes), y_step = b->step * NAMED(lanes);
  VECTOR last_x = NAMED(read_last)(a, n), last_y = NAMED(read_last)(b, n);
  UNROLLED for (; i + NAMED(lanes) <= n; i += NAMED(lanes), x += x_step, y += y_step) {
    NAMED(write)(d + i, f(NAMED(read)(x), NAMED(read)(y)));
  }
  if (i < n) NAMED(write_last)(d, f(last_x, last_y), n);
}
INLINE void NAMED(map3)(size_t n, ELEMENT *d, const weft_lane *a, const weft_lane *b, const weft_lane *c,
                        VECTOR (*f)(VECTOR, VECTOR, VECTOR)) {
  const ELEMENT *x = a->data, *y = b->data, *z = c->data;
  size_t i = 0, x_step = a->step * NAMED(lanes), y_step = b->step * NAMED(lanes), z_step = c->step * NAMED(lanes);
  VECTOR last_x = NAMED(read_last)(a, n), last_y = NAMED(read_last)(b, n), last_z = NAMED(read_last)(c, n);
  UNROLLED for (; i + NAMED(lanes) <= n; i += NAMED(lanes), x += x_step, y += y_step, z += z_step) {
    NAMED(write)(d + i, f(NAMED(read)(x), NAMED(read)(y), NAMED(read)(z)));
  }
  if (i < n) NAMED(write_last)(d, f(last_x, last_y, last_z), n);
}
/// The last two operands are c[0] and c[1].
INLINE void NAMED(map4)(size_t n, ELEMENT *d, const weft_lane *a, const weft_lane *b, const weft_lane *c,
                        VECTOR (*f)(VECTOR, VECTOR, VECTOR, VECTOR)) {
  const ELEMENT *x = a->data, *y = b->data, *z = c[0].data, *w = c[1].data;
  size_t i = 0, x_step = a->step * NAMED(lanes), y_step = b->step * NAMED(lanes);
  size_t z_step = c[0].step * NAMED(lanes), w_step = c[1].step * NAMED(lanes);
  VECTOR last_x = NAMED(read_last)(a, n), last_y = NAMED(read_last)(b, n);
  VECTOR last_z = NAMED(read_last)(&c[0], n), last_w = NAMED(read_last)(&c[1], n);
  UNROLLED for (; i + NAMED(lanes) <= n; i += NAMED(lanes), x += x_step, y += y_step, z += z_step, w += w_step) {
    NAMED(write)(d + i, f(NAMED(read)(x), NAMED(read)(y), NAMED(read)(z), NAMED(read)(w)));
  }
  if (i < n) NAMED(write_last)(d, f(last_x, last_y, last_z, last_w), n);
}
#undef UNROLLED

/// Rows of which each is one value. Whole vectors are written, each row over the excess of the one before.
__attribute__((unused)) static void NAMED(spread)(size_t rows, size_t columns, const void *source, ptrdiff_t stride,
                                                  void *destination) {
  const ELEMENT *x = source;
  ELEMENT *d = destination;
  for (size_t row = 0; row < rows; row++, d += columns) {
    VECTOR value = (VECTOR)x[(ptrdiff_t)row * stride];
    for (size_t column = 0; column < columns; column += NAMED(lanes)) NAMED(write)(d + column, value);
  }
}
