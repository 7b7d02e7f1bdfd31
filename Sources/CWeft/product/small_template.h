// float32 products straight from their operands. Included once per instruction set, inside a target attribute, with
// LANES, NAME(x), ROWS (at most 8), and load_some(pointer, count), store_some(pointer, vector, count) under NAME.
// No include guard.

typedef float NAME(vector) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

// `rows` x (`vectors` vectors, the last one of `last` lanes) of c, b's columns being adjacent.
static inline __attribute__((always_inline)) void NAME(row_tile)(const int rows, const int vectors, const weft_gemm *p,
                                                                 const float *a, const float *b, float *c, int last) {
  typedef NAME(vector) vector;
  vector sums[8][4];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[i][v] = (vector){0};
  }
  for (int64_t k = 0; k < p->k; k++, a += p->a_k, b += p->b_k) {
    vector right[4];
#pragma clang loop unroll(full)
    for (int v = 0; v + 1 < vectors; v++) right[v] = *(const vector *)(b + v * LANES);
    right[vectors - 1] = NAME(load_some)(b + (vectors - 1) * LANES, last);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      float left = a[i * p->a_m];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[i][v] += right[v] * left;
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    float *to = c + i * p->c_m;
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      int count = v == vectors - 1 ? last : LANES;
      vector sum = sums[i][v];
      if (p->accumulate) sum += NAME(load_some)(to + v * LANES, count);
      NAME(store_some)(to + v * LANES, sum, count);
    }
  }
}

// All rows of a strip of `width` columns (at most 2 vectors; 4 for single rows).
static void NAME(row_strip)(const weft_gemm *p, int64_t column, int64_t width) {
  const float *a = p->a, *b = (const float *)p->b + column;
  float *c = (float *)p->c + column;
  int vectors = (int)((width + LANES - 1) / LANES), last = (int)(width - (vectors - 1) * LANES);
  int64_t i = 0;
#define TILE(rows, vectors) NAME(row_tile)(rows, vectors, p, a + i * p->a_m, b, c + i * p->c_m, last)
  // What is left of the rows goes at once: each further tile would read b again.
#define REST(vectors)                                     \
  switch (p->m - i) {                                     \
    case 1: TILE(1, vectors); break;                      \
    case 2: TILE(2, vectors); break;                      \
    case 3: TILE(3, vectors); break;                      \
    case 4: TILE(4, vectors); break;                      \
    case 5: TILE(5, vectors); break;                      \
    case 6: TILE(6, vectors); break;                      \
    case 7: TILE(7, vectors); break;                      \
  }
  if (vectors == 2) {
    for (; i + ROWS <= p->m; i += ROWS) TILE(ROWS, 2);
    REST(2)
  } else if (vectors == 1) {
    for (; i + ROWS <= p->m; i += ROWS) TILE(ROWS, 1);
    REST(1)
  } else {
    for (; i + 2 <= p->m; i += 2) TILE(2, 4);
    if (i < p->m) TILE(1, 4);
  }
#undef TILE
#undef REST
}

// A single row, four steps of k at a time over a long strip: b's rows are read straight through, which memory likes.
static void NAME(single_row)(const weft_gemm *p, int64_t begin, int64_t end) {
  typedef NAME(vector) vector;
  const float *a = p->a;
  float *c = p->c;
  for (int64_t k = 0; k < p->k; k += 4) {
    int64_t steps = p->k - k < 4 ? p->k - k : 4;
    const float *b0 = (const float *)p->b + k * p->b_k, *b1 = steps > 1 ? b0 + p->b_k : b0;
    const float *b2 = steps > 2 ? b1 + p->b_k : b0, *b3 = steps > 3 ? b2 + p->b_k : b0;
    float a0 = a[k * p->a_k], a1 = steps > 1 ? a[(k + 1) * p->a_k] : 0;
    float a2 = steps > 2 ? a[(k + 2) * p->a_k] : 0, a3 = steps > 3 ? a[(k + 3) * p->a_k] : 0;
    bool add = k > 0 || p->accumulate;
    int64_t j = begin;
    for (; j + LANES <= end; j += LANES) {
      vector sum = add ? *(vector *)(c + j) : (vector){0};
      sum += *(const vector *)(b0 + j) * a0;
      if (steps > 1) sum += *(const vector *)(b1 + j) * a1;
      if (steps > 2) sum += *(const vector *)(b2 + j) * a2;
      if (steps > 3) sum += *(const vector *)(b3 + j) * a3;
      *(vector *)(c + j) = sum;
    }
    for (; j < end; j++) {
      float sum = (add ? c[j] : 0) + b0[j] * a0;
      if (steps > 1) sum += b1[j] * a1;
      if (steps > 2) sum += b2[j] * a2;
      if (steps > 3) sum += b3[j] * a3;
      c[j] = sum;
    }
  }
}

static void NAME(rows)(const weft_gemm *p, int64_t begin, int64_t end) {
  int64_t column = begin;
  if (p->m == 1 && p->b_k > 1024 && p->k >= 4) {
    NAME(single_row)(p, begin, end);
    return;
  }
  if (p->m <= 2) {
    for (; column + 4 * LANES <= end; column += 4 * LANES) NAME(row_strip)(p, column, 4 * LANES);
  }
  for (; column < end; column += 2 * LANES) {
    NAME(row_strip)(p, column, end - column < 2 * LANES ? end - column : 2 * LANES);
  }
}

// The sum of each of 4 vectors.
static inline __attribute__((always_inline)) void NAME(reduce4)(const NAME(vector) *v, float *sums) {
  typedef float quad __attribute__((vector_size(16), aligned(4), may_alias));
  quad q[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    union {
      NAME(vector) whole;
      quad parts[LANES / 4];
    } split = {v[i]};
    q[i] = split.parts[0];
#pragma clang loop unroll(full)
    for (int part = 1; part < LANES / 4; part++) q[i] += split.parts[part];
  }
  quad s0 = __builtin_shufflevector(q[0], q[1], 0, 4, 1, 5) + __builtin_shufflevector(q[0], q[1], 2, 6, 3, 7);
  quad s1 = __builtin_shufflevector(q[2], q[3], 0, 4, 1, 5) + __builtin_shufflevector(q[2], q[3], 2, 6, 3, 7);
  *(quad *)sums = __builtin_shufflevector(s0, s1, 0, 1, 4, 5) + __builtin_shufflevector(s0, s1, 2, 3, 6, 7);
}

// `rows` x `columns` of c where k is adjacent in both operands.
static inline __attribute__((always_inline)) void NAME(dot_tile)(const int rows, const int columns, const weft_gemm *p,
                                                                 const float *a, const float *b, float *c) {
  typedef NAME(vector) vector;
  vector sums[4][4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) sums[i][j] = (vector){0};
  }
  int64_t k = 0;
  for (; k + LANES <= p->k; k += LANES) {
    vector right[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) right[j] = *(const vector *)(b + j * p->b_n + k);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      vector left = *(const vector *)(a + i * p->a_m + k);
#pragma clang loop unroll(full)
      for (int j = 0; j < columns; j++) sums[i][j] += left * right[j];
    }
  }
  if (k < p->k) {
    int last = (int)(p->k - k);
    vector right[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) right[j] = NAME(load_some)(b + j * p->b_n + k, last);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      vector left = NAME(load_some)(a + i * p->a_m + k, last);
#pragma clang loop unroll(full)
      for (int j = 0; j < columns; j++) sums[i][j] += left * right[j];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    float totals[4];
    NAME(reduce4)(sums[i], totals);
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) {
      float *to = c + i * p->c_m + j * p->c_n;
      *to = p->accumulate ? *to + totals[j] : totals[j];
    }
  }
}

static void NAME(dots)(const weft_gemm *p, int64_t begin, int64_t end) {
  const float *a = p->a;
  int64_t j = begin;
#define TILE(rows, columns) \
  NAME(dot_tile)(rows, columns, p, a + i * p->a_m, b, (float *)p->c + i * p->c_m + j * p->c_n)
  for (; j + 4 <= end; j += 4) {
    const float *b = (const float *)p->b + j * p->b_n;
    int64_t i = 0;
    for (; i + DOT_ROWS <= p->m; i += DOT_ROWS) TILE(DOT_ROWS, 4);
    for (; i < p->m; i++) TILE(1, 4);
  }
  for (; j < end; j++) {
    const float *b = (const float *)p->b + j * p->b_n;
    int64_t i = 0;
    for (; i + 4 <= p->m; i += 4) TILE(4, 1);
    for (; i < p->m; i++) TILE(1, 1);
  }
#undef TILE
}

#undef LANES
#undef NAME
#undef ROWS
#undef DOT_ROWS
