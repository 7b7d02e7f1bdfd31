// One tile of a product: TILE_ROWS x (2 vectors). Included once per element type and instruction set, with
// ELEMENT, VECTOR_BYTES, TILE_ROWS and NAME(x) defined. No include guard.

typedef ELEMENT NAME(vector) __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(ELEMENT)), may_alias));

static void NAME(tile)(int64_t k, const void *a_panel, const void *b_panel, void *c_tile, int64_t stride, bool add) {
  enum { LANES = VECTOR_BYTES / sizeof(ELEMENT) };
  typedef NAME(vector) vector;
  const ELEMENT *a = a_panel, *b = b_panel;
  ELEMENT *c = c_tile;
  vector sums[TILE_ROWS][2];
  if (add) {
#pragma clang loop unroll(full)
    for (int i = 0; i < TILE_ROWS; i++) {
      sums[i][0] = *(const vector *)(c + i * stride);
      sums[i][1] = *(const vector *)(c + i * stride + LANES);
    }
  } else {
#pragma clang loop unroll(full)
    for (int i = 0; i < TILE_ROWS; i++) sums[i][0] = sums[i][1] = (vector){0};
  }
  for (int64_t p = 0; p < k; p++) {
    vector b0 = *(const vector *)b, b1 = *(const vector *)(b + LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < TILE_ROWS; i++) {
      sums[i][0] += b0 * a[i];
      sums[i][1] += b1 * a[i];
    }
    a += TILE_ROWS;
    b += 2 * LANES;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < TILE_ROWS; i++) {
    *(vector *)(c + i * stride) = sums[i][0];
    *(vector *)(c + i * stride + LANES) = sums[i][1];
  }
}

#undef ELEMENT
#undef NAME
