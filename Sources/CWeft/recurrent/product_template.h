// The product of one block: rows x (1 or 2 vectors) over the whole depth, with the sums in registers. Included once per
// element type and instruction set with ELEMENT, VECTOR, LANES, MOST_ROWS and NAME(x) defined. No include guard.

// `chains` sums run side by side for each result where rows are too few to keep the multipliers busy.
INLINE void NAME(tile)(const int rows, const int vectors, const int chains, int64_t depth, const ELEMENT *a,
                       int64_t a_stride, const ELEMENT *b, ELEMENT *c) {
  VECTOR sums[4][MOST_ROWS][2];
#pragma clang loop unroll(full)
  for (int chain = 0; chain < chains; chain++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) sums[chain][i][0] = sums[chain][i][1] = (VECTOR)0;
  }
  int64_t k = 0;
  for (; k + chains <= depth; k += chains) {
#pragma clang loop unroll(full)
    for (int chain = 0; chain < chains; chain++, b += 2 * LANES) {
      VECTOR right[2];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) right[v] = NAME(load)(b + v * LANES);
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; i++) {
        VECTOR left = (VECTOR)a[i * a_stride + k + chain];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sums[chain][i][v] += right[v] * left;
      }
    }
  }
  for (; k < depth; k++, b += 2 * LANES) {
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      VECTOR left = (VECTOR)a[i * a_stride + k];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[0][i][v] += NAME(load)(b + v * LANES) * left;
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
#pragma clang loop unroll(full)
      for (int chain = 1; chain < chains; chain++) sums[0][i][v] += sums[chain][i][v];
      NAME(store)(c + i * 2 * LANES + v * LANES, sums[0][i][v]);
    }
  }
}

#define ROWS_CASE(rows, chains)                                                         \
  case rows:                                                                            \
    if (vectors == 2) NAME(tile)(rows, 2, chains, depth, a, a_stride, b, c);            \
    else NAME(tile)(rows, 1, chains, depth, a, a_stride, b, c);                         \
    break;

/// c (rows 2·LANES apart) = a (rows x depth) · b (a packed panel).
static void NAME(multiply)(int64_t rows, int vectors, int64_t depth, const ELEMENT *a, int64_t a_stride,
                           const ELEMENT *b, ELEMENT *c) {
  switch (rows) {
    ROWS_CASE(1, 4)
    ROWS_CASE(2, 2)
    ROWS_CASE(3, 2)
    ROWS_CASE(4, 1)
#if MOST_ROWS > 4
    ROWS_CASE(5, 1)
    ROWS_CASE(6, 1)
#endif
#if MOST_ROWS > 6
    ROWS_CASE(7, 1)
    ROWS_CASE(8, 1)
#endif
#if MOST_ROWS > 8
    ROWS_CASE(9, 1)
    ROWS_CASE(10, 1)
    ROWS_CASE(11, 1)
    ROWS_CASE(12, 1)
#endif
  }
}
#undef ROWS_CASE
