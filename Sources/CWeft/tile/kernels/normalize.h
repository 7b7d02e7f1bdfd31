// Rows brought to mean 0 and mean square 1, in one element type: three walks over a row that stays in the cache, instead
// of one for each instruction of the formula. Included once per type, after reductions.h.

/// Elements that are added up in the element type; longer rows add up such pieces in double.
#define PIECE 1024

INLINE double NAMED(row_total)(size_t n, const ELEMENT *x) {
  double total = 0;
  for (size_t i = 0; i < n; i += PIECE) {
    total += (double)NAMED(reduce_row)(n - i < PIECE ? n - i : PIECE, x + i, 0, false, NAMED(add_vectors));
  }
  return total;
}

/// Σ (x - mean)² of a piece, in four sums side by side.
INLINE ELEMENT NAMED(piece_squares)(size_t n, const ELEMENT *x, ELEMENT mean) {
  enum { L = NAMED(lanes) };
  VECTOR s0 = (VECTOR)(ELEMENT)0, s1 = s0, s2 = s0, s3 = s0, m = (VECTOR)mean;
  size_t i = 0;
  for (; i + 4 * L <= n; i += 4 * L) {
    VECTOR a = NAMED(read)(x + i) - m, b = NAMED(read)(x + i + L) - m;
    VECTOR c = NAMED(read)(x + i + 2 * L) - m, d = NAMED(read)(x + i + 3 * L) - m;
    s0 += a * a;
    s1 += b * b;
    s2 += c * c;
    s3 += d * d;
  }
  for (; i + L <= n; i += L) {
    VECTOR a = NAMED(read)(x + i) - m;
    s0 += a * a;
  }
  if (i < n) {
    VECTOR a = NAMED(read_some)(x + i, n - i, m) - m;
    s1 += a * a;
  }
  return NAMED(fold)((s0 + s1) + (s2 + s3), NAMED(add_vectors));
}

INLINE double NAMED(row_squares)(size_t n, const ELEMENT *x, ELEMENT mean) {
  double total = 0;
  for (size_t i = 0; i < n; i += PIECE) {
    total += (double)NAMED(piece_squares)(n - i < PIECE ? n - i : PIECE, x + i, mean);
  }
  return total;
}

INLINE VECTOR NAMED(affine)(VECTOR x, VECTOR mean, VECTOR scale, const ELEMENT *weight, const ELEMENT *bias,
                            VECTOR (*load)(const ELEMENT *)) {
  VECTOR y = (x - mean) * scale;
  if (weight) y = y * load(weight);
  return bias ? y + load(bias) : y;
}

INLINE void NAMED(normalize_row)(size_t n, const ELEMENT *x, ELEMENT mean, ELEMENT scale, const ELEMENT *weight,
                                 const ELEMENT *bias, ELEMENT *y) {
  enum { L = NAMED(lanes) };
  VECTOR m = (VECTOR)mean, s = (VECTOR)scale;
  size_t i = 0;
  for (; i + L <= n; i += L) {
    NAMED(write)(y + i, NAMED(affine)(NAMED(read)(x + i), m, s, weight ? weight + i : weight, bias ? bias + i : bias,
                                      NAMED(read)));
  }
  for (; i < n; i++) {
    VECTOR one = NAMED(affine)((VECTOR)x[i], m, s, NULL, NULL, NAMED(read));
    if (weight) one = one * (VECTOR)weight[i];
    if (bias) one = one + (VECTOR)bias[i];
    y[i] = one[0];
  }
}

static void NAMED(normalize_rows)(const weft_normalization *call, size_t begin, size_t end) {
  size_t n = (size_t)call->columns;
  for (size_t row = begin; row < end; row++) {
    const ELEMENT *x = (const ELEMENT *)call->input + row * n;
    ELEMENT mean = call->means ? (ELEMENT)(NAMED(row_total)(n, x) / (double)n) : 0;
    double square = NAMED(row_squares)(n, x, mean) / (double)n;
    ELEMENT scale = (ELEMENT)(1 / __builtin_sqrt(square + call->epsilon));
    NAMED(normalize_row)(n, x, mean, scale, call->weight, call->bias, (ELEMENT *)call->output + row * n);
    if (call->means) ((ELEMENT *)call->means)[row] = mean;
    ((ELEMENT *)call->scales)[row] = scale;
  }
}

/// Σh and Σh·x̂ over a row, h = g·w, in two sums each.
INLINE void NAMED(row_moments)(size_t n, const ELEMENT *g, const ELEMENT *x, const ELEMENT *weight, ELEMENT mean,
                               ELEMENT scale, double *sums) {
  enum { L = NAMED(lanes) };
  for (size_t piece = 0; piece < n; piece += PIECE) {
    size_t end = n - piece < PIECE ? n : piece + PIECE, i = piece;
    VECTOR zero = (VECTOR)(ELEMENT)0, a0 = zero, a1 = zero, b0 = zero, b1 = zero;
    VECTOR m = (VECTOR)mean, s = (VECTOR)scale;
    for (; i + 2 * L <= end; i += 2 * L) {
      VECTOR h = NAMED(read)(g + i), k = NAMED(read)(g + i + L);
      if (weight) h = h * NAMED(read)(weight + i), k = k * NAMED(read)(weight + i + L);
      a0 += h;
      a1 += k;
      b0 += h * ((NAMED(read)(x + i) - m) * s);
      b1 += k * ((NAMED(read)(x + i + L) - m) * s);
    }
    for (; i < end; i++) {
      ELEMENT h = weight ? g[i] * weight[i] : g[i];
      sums[0] += (double)h;
      sums[1] += (double)(h * ((x[i] - mean) * scale));
    }
    sums[0] += (double)NAMED(fold)(a0 + a1, NAMED(add_vectors));
    sums[1] += (double)NAMED(fold)(b0 + b1, NAMED(add_vectors));
  }
}

/// The row's gradient, r(h - mean h - x̂·mean(h·x̂)); g·x̂ and g are added to the sums of the weight and the bias, unless
/// they are NULL.
INLINE void NAMED(gradient_row)(size_t n, const ELEMENT *g, const ELEMENT *x, const ELEMENT *weight, ELEMENT mean,
                                ELEMENT scale, ELEMENT low, ELEMENT high, ELEMENT *restrict dx, ELEMENT *restrict dw,
                                ELEMENT *restrict db) {
  enum { L = NAMED(lanes) };
  size_t i = 0;
  for (; i + L <= n; i += L) {
    VECTOR v = NAMED(read)(g + i), normal = (NAMED(read)(x + i) - mean) * scale;
    VECTOR h = weight ? v * NAMED(read)(weight + i) : v;
    NAMED(write)(dx + i, (h - low - normal * high) * scale);
    if (!dw) continue;
    NAMED(write)(dw + i, NAMED(read)(dw + i) + v * normal);
    NAMED(write)(db + i, NAMED(read)(db + i) + v);
  }
  for (; i < n; i++) {
    ELEMENT normal = (x[i] - mean) * scale, h = weight ? g[i] * weight[i] : g[i];
    dx[i] = (h - low - normal * high) * scale;
    if (!dw) continue;
    dw[i] += g[i] * normal;
    db[i] += g[i];
  }
}

/// Rows [begin, end), whose sums go to `sums` if it is not NULL, those of the weight before those of the bias.
static void NAMED(normalize_gradient_rows)(const weft_normalization_gradient *call, size_t begin, size_t end,
                                           void *sums) {
  size_t n = (size_t)call->columns;
  ELEMENT *dw = sums, *db = sums ? dw + n : NULL;
  for (size_t i = 0; sums && i < 2 * n; i++) dw[i] = 0;
  for (size_t row = begin; row < end; row++) {
    const ELEMENT *g = (const ELEMENT *)call->gradient + row * n, *x = (const ELEMENT *)call->input + row * n;
    ELEMENT mean = ((const ELEMENT *)call->means)[row], scale = ((const ELEMENT *)call->scales)[row];
    double moments[2] = {0, 0};
    NAMED(row_moments)(n, g, x, call->weight, mean, scale, moments);
    ELEMENT low = (ELEMENT)(moments[0] / (double)n), high = (ELEMENT)(moments[1] / (double)n);
    ELEMENT *dx = (ELEMENT *)call->input_gradient + row * n;
    if (sums) {
      NAMED(gradient_row)(n, g, x, call->weight, mean, scale, low, high, dx, dw, db);
    } else {
      NAMED(gradient_row)(n, g, x, call->weight, mean, scale, low, high, dx, NULL, NULL);
    }
  }
}
#undef PIECE
