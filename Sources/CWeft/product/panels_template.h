// Rows of a times panels of b, which lie packed: one panel after the other, 2 vectors of columns for each step of k.
// Each result is one sum in the order of k, whatever the number of rows, columns or threads. Included once per
// instruction set, inside a target attribute, with LANES, NAME(x), ROWS (at most 12), and load_some(pointer, count),
// store_some(pointer, vector, count) under NAME. No include guard.

typedef float NAME(vector) __attribute__((ext_vector_type(LANES), aligned(4), may_alias));

typedef NAME(vector) NAME(sums)[12][2];

// Adds the products of `count` elements of each row with as many rows of a panel. What lies `ahead` is asked for
// meanwhile, and the rows that come `next`, unless that is NULL: a line of 16 rows for each step.
static inline __attribute__((always_inline)) void NAME(add)(const int rows, const int vectors, const float *a,
                                                            int64_t a_m, int64_t count, const float *panel,
                                                            int64_t ahead, const float *next, NAME(sums) sums) {
  typedef NAME(vector) vector;
  for (int64_t k = 0; k < count; k++, panel += 2 * LANES) {
    vector left = *(const vector *)panel, right = vectors > 1 ? *(const vector *)(panel + LANES) : left;
    __builtin_prefetch(panel + ahead);
    if (vectors > 1 && LANES == 16) __builtin_prefetch(panel + ahead + LANES);
    if (next) __builtin_prefetch(next + (k & 15) * a_m + (k & ~(int64_t)15));
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      float each = a[i * a_m + k];
      sums[i][0] += left * each;
      if (vectors > 1) sums[i][1] += right * each;
    }
  }
}

// Some columns of a row of what is added.
static inline __attribute__((always_inline)) NAME(vector) NAME(other)(const weft_panels *p, const float *residual, int i,
                                                                      int vector, int64_t columns) {
  const float *from = residual + i * p->residual_m + vector * LANES;
  int64_t left = columns - vector * LANES;
  return left >= LANES ? *(const NAME(vector) *)from : NAME(load_some)(from, (int)left);
}

// Adds it to the sums, unless that could not be told from an addition that keeps denormals: where one is added, or the
// nonzero sum of two numbers becomes 0. Then it does nothing and returns false.
static inline __attribute__((always_inline)) bool NAME(add_other)(const int rows, const int vectors,
                                                                  const weft_panels *p, const float *residual,
                                                                  int64_t columns, NAME(sums) sums) {
  typedef NAME(vector) vector;
  typedef uint32_t bits __attribute__((ext_vector_type(LANES)));
  bits differs = {0};
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors; i++) {
    vector sum = sums[i / vectors][i % vectors], other = NAME(other)(p, residual, i / vectors, i % vectors, columns);
    differs |= (bits)(((__builtin_bit_cast(bits, other) & 0x7fffffff) - 1 < 0x7fffff) |
                      ((sum + other == 0) & (sum != -other)));
  }
  if (__builtin_reduce_or(differs)) return false;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors; i++) {
    sums[i / vectors][i % vectors] += NAME(other)(p, residual, i / vectors, i % vectors, columns);
  }
  return true;
}

// `rows` x the `columns` of a panel, which are in `vectors` vectors. What lies a panel further on is asked for
// meanwhile, where it is read next. `residual` is what is added, or NULL; false says that it was not.
static inline __attribute__((always_inline)) bool NAME(tile)(const int rows, const int vectors, const bool windows,
                                                             const weft_panels *p, const float *a, const float *panel,
                                                             const float *bias, float *c, int64_t columns,
                                                             bool prefetches, const float *next,
                                                             const float *residual) {
  typedef NAME(vector) vector;
  NAME(sums) sums;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) sums[i][0] = sums[i][1] = (vector){0};
  int64_t ahead = prefetches ? 2 * LANES * p->k : 0;
  if (windows) {
    const weft_window w = *p->window;
    for (int64_t plane = 0; plane < w.planes; plane++) {
      for (int64_t line = 0; line < w.lines; line++) {
        const float *from = panel + 2 * LANES * (plane * w.plane_rows + line * w.line_rows);
        const float *at = a + plane * w.plane_step + line * w.line_step;
        NAME(add)(rows, vectors, at, p->a_m, w.length, from, ahead, NULL, sums);
      }
    }
  } else if (next) {
    NAME(add)(rows, vectors, a, p->a_m, p->k, panel, ahead, next, sums);
  } else {
    NAME(add)(rows, vectors, a, p->a_m, p->k, panel, ahead, NULL, sums);
  }
  if (bias) {
    vector low = NAME(load_some)(bias, columns < LANES ? (int)columns : LANES);
    vector high = vectors > 1 ? NAME(load_some)(bias + LANES, (int)columns - LANES) : low;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      sums[i][0] += low;
      sums[i][1] += high;
    }
  }
  bool is_added = !residual || NAME(add_other)(rows, vectors, p, residual, columns, sums);
  if (p->clamps && is_added) {
    vector low = (vector){0} + p->low, high = (vector){0} + p->high;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows * 2; i++) {
      vector sum = sums[i / 2][i % 2];
      sum = sum <= low ? low : sum;
      sums[i / 2][i % 2] = high < sum ? high : sum;
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    float *to = c + i * p->c_m;
    if (columns == 2 * LANES) {
      *(vector *)to = sums[i][0];
      *(vector *)(to + LANES) = sums[i][1];
    } else {
      NAME(store_some)(to, sums[i][0], vectors > 1 ? LANES : (int)columns);
      if (vectors > 1) NAME(store_some)(to + LANES, sums[i][1], (int)columns - LANES);
    }
  }
  return is_added;
}

// Elements 0 to 3 of rows 0, 4, 8, ... beside each other.
static inline __attribute__((always_inline)) NAME(vector) NAME(quads)(const float *rows, int64_t stride) {
  typedef float quad __attribute__((ext_vector_type(4), aligned(4), may_alias));
#if LANES == 4
  (void)stride;
  return *(const quad *)rows;
#else
  quad q[LANES / 4];
#pragma clang loop unroll(full)
  for (int i = 0; i < LANES / 4; i++) q[i] = *(const quad *)(rows + 4 * i * stride);
#if LANES == 8
  return __builtin_shufflevector(q[0], q[1], 0, 1, 2, 3, 4, 5, 6, 7);
#else
  typedef float half __attribute__((ext_vector_type(8)));
  half low = __builtin_shufflevector(q[0], q[1], 0, 1, 2, 3, 4, 5, 6, 7);
  half high = __builtin_shufflevector(q[2], q[3], 0, 1, 2, 3, 4, 5, 6, 7);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#endif
#endif
}

#if LANES == 4
#define PAIRED(a, b, i, j) __builtin_shufflevector(a, b, i, 4 + i, j, 4 + j)
#define HALVES(a, b, i) __builtin_shufflevector(a, b, i, i + 1, 4 + i, 5 + i)
#elif LANES == 8
#define PAIRED(a, b, i, j) __builtin_shufflevector(a, b, i, 8 + i, j, 8 + j, 4 + i, 12 + i, 4 + j, 12 + j)
#define HALVES(a, b, i) __builtin_shufflevector(a, b, i, i + 1, 8 + i, 9 + i, 4 + i, 5 + i, 12 + i, 13 + i)
#else
#define PAIRED(a, b, i, j)                                                                                      \
  __builtin_shufflevector(a, b, i, 16 + i, j, 16 + j, 4 + i, 20 + i, 4 + j, 20 + j, 8 + i, 24 + i, 8 + j, 24 + j, \
                          12 + i, 28 + i, 12 + j, 28 + j)
#define HALVES(a, b, i)                                                                                          \
  __builtin_shufflevector(a, b, i, i + 1, 16 + i, 17 + i, 4 + i, 5 + i, 20 + i, 21 + i, 8 + i, 9 + i, 24 + i, 25 + i, \
                          12 + i, 13 + i, 28 + i, 29 + i)
#endif

// Packs the columns of a panel, each of which is a row of adjacent elements, `stride` apart.
static void NAME(turn)(const float *source, int64_t stride, int64_t columns, int64_t k, float *panel) {
  typedef NAME(vector) vector;
  int64_t whole = columns / LANES * LANES, last = k / 4 * 4;
  for (int64_t first = 0; first < whole; first += LANES) {
    const float *rows = source + first * stride;
    float *to = panel + first;
    for (int64_t p = 0; p < last; p += 4, to += 8 * LANES) {
      vector r0 = NAME(quads)(rows + p, stride), r1 = NAME(quads)(rows + stride + p, stride);
      vector r2 = NAME(quads)(rows + 2 * stride + p, stride), r3 = NAME(quads)(rows + 3 * stride + p, stride);
      vector low = PAIRED(r0, r1, 0, 1), high = PAIRED(r0, r1, 2, 3);
      vector low2 = PAIRED(r2, r3, 0, 1), high2 = PAIRED(r2, r3, 2, 3);
      *(vector *)to = HALVES(low, low2, 0);
      *(vector *)(to + 2 * LANES) = HALVES(low, low2, 2);
      *(vector *)(to + 4 * LANES) = HALVES(high, high2, 0);
      *(vector *)(to + 6 * LANES) = HALVES(high, high2, 2);
    }
  }
  for (int64_t p = 0; p < k; p++) {
    float *to = panel + p * 2 * LANES;
    for (int64_t i = p < last ? whole : 0; i < 2 * LANES; i++) to[i] = i < columns ? source[i * stride + p] : 0;
  }
}

#undef PAIRED
#undef HALVES

// What is added to rows [row, end) of the results, and where they are cut. Never inlined: it computes with another
// control word than the products.
static __attribute__((noinline)) void NAME(add_residual)(const weft_panels *p, int64_t row, int64_t end, int64_t column,
                                                         int64_t columns) {
  typedef NAME(vector) vector;
  const bool clamps = p->clamps;
  vector low = (vector){0} + p->low, high = (vector){0} + p->high;
  for (; row < end; row++) {
    float *to = p->c + row * p->c_m + column;
    const float *from = p->residual + row * p->residual_m + column;
    for (int64_t i = 0; i < columns; i += LANES) {
      int lanes = columns - i < LANES ? (int)(columns - i) : LANES;
      vector sum = NAME(load_some)(to + i, lanes) + NAME(load_some)(from + i, lanes);
      if (clamps) {
        sum = sum <= low ? low : sum;
        sum = high < sum ? high : sum;
      }
      NAME(store_some)(to + i, sum, lanes);
    }
  }
}

// Asks for what is added to rows [row, end).
static inline __attribute__((always_inline)) void NAME(fetch_residual)(const weft_panels *p, int64_t row, int64_t end,
                                                                       int64_t column) {
  for (; row < end; row++) {
    __builtin_prefetch(p->residual + row * p->residual_m + column);
    if (LANES == 16) __builtin_prefetch(p->residual + row * p->residual_m + column + LANES);
  }
}

// The panels [begin, end) for `rows` rows from `row` on.
static inline __attribute__((always_inline)) void NAME(each)(const bool windows, const bool looks_ahead,
                                                             const weft_panels *p, int64_t row, int64_t rows,
                                                             int64_t begin, int64_t end) {
  int64_t tiles = (rows + ROWS - 1) / ROWS;
  for (int64_t n = begin; n < end; n++) {
    const float *panel = p->b + n * 2 * LANES * p->k;
    int64_t column = n * 2 * LANES, columns = p->n - column < 2 * LANES ? p->n - column : 2 * LANES;
    for (int64_t t = 0; t < tiles; t++) {
      // Tiles of about as many rows each.
      int64_t first = row + rows * t / tiles, next = row + rows * (t + 1) / tiles;
      const float *following = looks_ahead && p->is_far && n == begin && t + 1 < tiles ? p->a + next * p->a_m : NULL;
      if (looks_ahead && p->residual) NAME(fetch_residual)(p, first, next, column);
      const float *a = p->a + first * p->a_m;
      float *c = p->c + first * p->c_m + column;
      const float *bias = p->bias ? p->bias + column : NULL;
      const float *residual = looks_ahead && p->residual ? p->residual + first * p->residual_m + column : NULL;
      bool prefetches = t == tiles - 1 && n + 1 < end, is_added = true;
#define TILE(rows)                                                                                             \
  case rows:                                                                                                   \
    if (columns > LANES) {                                                                                     \
      is_added = NAME(tile)(rows, 2, windows, p, a, panel, bias, c, columns, prefetches, following, residual); \
    } else {                                                                                                   \
      is_added = NAME(tile)(rows, 1, windows, p, a, panel, bias, c, columns, prefetches, following, residual); \
    }                                                                                                          \
    break;
      switch (next - first) {
        TILE(1) TILE(2) TILE(3) TILE(4)
#if ROWS >= 6
        TILE(5) TILE(6)
#endif
#if ROWS >= 8
        TILE(7) TILE(8)
#endif
#if ROWS >= 12
        TILE(9) TILE(10) TILE(11) TILE(12)
#endif
      }
#undef TILE
      if (!is_added) {
        weft_denormals_restore(p->word);
        NAME(add_residual)(p, first, next, column, columns);
        weft_denormals_flush();
      }
    }
  }
}

static void NAME(panels)(const weft_panels *p, int64_t row, int64_t rows, int64_t begin, int64_t end) {
  NAME(each)(false, false, p, row, rows, begin, end);
}

// The same of rows that are far, or with something added.
static void NAME(far_panels)(const weft_panels *p, int64_t row, int64_t rows, int64_t begin, int64_t end) {
  NAME(each)(false, true, p, row, rows, begin, end);
}

static void NAME(windows)(const weft_panels *p, int64_t row, int64_t rows, int64_t begin, int64_t end) {
  NAME(each)(true, false, p, row, rows, begin, end);
}

#undef LANES
#undef NAME
#undef ROWS
