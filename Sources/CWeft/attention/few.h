// Attention of a few queries that see all keys, as a text's next token does: features lie along the lanes, so that keys
// and values are read where they are. Included by instances.h, for float32.

#define EACH_QUERY _Pragma("clang loop unroll(full)") for (int q = 0; q < queries; q++)

enum { FEW_LANES = sizeof(f32v) / sizeof(float), FEW_VECTORS = FEW_LANES == 16 ? 4 : 2 };

INLINE f32v few_load(const float *from) {
  f32v x;
  memcpy(&x, from, sizeof x);
  return x;
}

INLINE void few_store(float *to, f32v x) { memcpy(to, &x, sizeof x); }

INLINE float few_total(f32v x) {
  float parts[FEW_LANES];
  memcpy(parts, &x, sizeof x);
#pragma clang loop unroll(full)
  for (int half = FEW_LANES / 2; half > 0; half /= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < half; i++) parts[i] += parts[i + half];
  }
  return parts[0];
}

INLINE void few_scores(const int queries, const weft_few_queries *few) {
  const float *key = few->key;
  for (int64_t k = 0; k < few->keys; k++, key += few->key_step) {
    f32v sums[WEFT_FEW_QUERIES];
    EACH_QUERY sums[q] = (f32v)0;
    for (int64_t i = 0; i < few->depth; i += FEW_LANES) {
      f32v own = few_load(key + i);
      EACH_QUERY sums[q] += own * few_load(few->query + q * few->query_step + i);
    }
    EACH_QUERY few->scores[q * few->pitch + k] = few_total(sums[q]) * few->scale;
  }
}

/// Scores become weights whose sum is `*total`; false where that is not finite.
static bool few_soften(const weft_few_queries *few, float *scores, float *total, float *logarithm) {
  for (int64_t k = few->keys; k < few->pitch; k++) scores[k] = -__builtin_inff();
  f32v most = few_load(scores);
  for (int64_t k = FEW_LANES; k < few->pitch; k += FEW_LANES) {
    f32v x = few_load(scores + k);
    most = x > most ? x : most;
  }
  float largest = most[0];
  for (int i = 1; i < FEW_LANES; i++) largest = most[i] > largest ? most[i] : largest;
  f32v sums = (f32v)0;
  for (int64_t k = 0; k < few->pitch; k += FEW_LANES) {
    f32v weights = f32_exp_vector(few_load(scores + k) - largest);
    few_store(scores + k, weights);
    sums += weights;
  }
  *total = few_total(sums);
  *logarithm = largest + logf(*total);
  return isfinite(largest) && isfinite(*total);
}

INLINE void few_columns(const int queries, const int vectors, const weft_few_queries *few, int64_t column,
                        const float *totals) {
  f32v sums[WEFT_FEW_QUERIES][FEW_VECTORS];
#define EACH_VECTOR _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
  EACH_QUERY EACH_VECTOR sums[q][v] = (f32v)0;
  const float *value = few->value + column;
  for (int64_t k = 0; k < few->keys; k++, value += few->value_step) {
    f32v own[FEW_VECTORS];
    EACH_VECTOR own[v] = few_load(value + v * FEW_LANES);
    EACH_QUERY {
      f32v weight = (f32v)few->scores[q * few->pitch + k];
      EACH_VECTOR sums[q][v] += weight * own[v];
    }
  }
  EACH_QUERY EACH_VECTOR few_store(few->output + q * few->output_step + column + v * FEW_LANES, sums[q][v] / totals[q]);
#undef EACH_VECTOR
}

INLINE bool few_all(const int queries, const weft_few_queries *few) {
  float totals[WEFT_FEW_QUERIES];
  few_scores(queries, few);
  for (int q = 0; q < queries; q++) {
    if (!few_soften(few, few->scores + q * few->pitch, &totals[q], few->logarithms + q)) return false;
  }
  int64_t column = 0;
  for (; column + FEW_VECTORS * FEW_LANES <= few->width; column += FEW_VECTORS * FEW_LANES) {
    few_columns(queries, FEW_VECTORS, few, column, totals);
  }
  for (; column < few->width; column += FEW_LANES) few_columns(queries, 1, few, column, totals);
  return true;
}

static bool float_few(const weft_few_queries *few) {
  switch (few->queries) {
    case 1: return few_all(1, few);
    case 2: return few_all(2, few);
    case 3: return few_all(3, few);
    default: return few_all(4, few);
  }
}

#undef EACH_QUERY
