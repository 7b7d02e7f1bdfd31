// The inner loops of attention for one element type and instruction set. Included with ELEMENT, VECTOR, INDICES (whole
// numbers of the same size), ROWS, EXP, LOG and NAME(x) defined, in files that set the compiler's target.

enum { NAME(LANES) = sizeof(VECTOR) / sizeof(ELEMENT) };

INLINE VECTOR NAME(load)(const void *from, int64_t place) {
  return *(const VECTOR *)((const ELEMENT *)from + place * NAME(LANES));
}

INLINE void NAME(keep)(void *to, int64_t place, VECTOR value) {
  *(VECTOR *)((ELEMENT *)to + place * NAME(LANES)) = value;
}

// MARK: - Products

INLINE void NAME(tile)(const int rows, const int vectors, const weft_panel *p, const ELEMENT *a, const ELEMENT *b,
                       ELEMENT *c) {
  VECTOR sums[ROWS][2];
  const int64_t a_m = p->a_m, a_k = p->a_k, b_k = p->b_k, c_m = p->c_m;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[i][v] = p->add ? NAME(load)(c + i * c_m, v) : (VECTOR)0;
  }
  for (int64_t k = p->k; k > 0; k--, a += a_k, b += b_k) {
    VECTOR right[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) right[v] = NAME(load)(b, v);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      VECTOR left = (VECTOR)a[i * a_m];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[i][v] += left * right[v];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) NAME(keep)(c + i * c_m, v, sums[i][v]);
  }
}

INLINE void NAME(strip)(const int vectors, const weft_panel *p, int64_t column) {
  const ELEMENT *b = (const ELEMENT *)p->b + column;
  int64_t i = 0;
#define TILE(rows) \
  NAME(tile)(rows, vectors, p, (const ELEMENT *)p->a + i * p->a_m, b, (ELEMENT *)p->c + i * p->c_m + column)
  for (; i + ROWS <= p->m; i += ROWS) TILE(ROWS);
  if (ROWS > 4 && i + 4 <= p->m) {
    TILE(4);
    i += 4;
  }
  if (i + 2 <= p->m) {
    TILE(2);
    i += 2;
  }
  if (i < p->m) TILE(1);
#undef TILE
}

static void NAME(multiply)(const weft_panel *p) {
  int64_t column = 0;
  for (; column + 2 * NAME(LANES) <= p->n; column += 2 * NAME(LANES)) NAME(strip)(2, p, column);
  if (column < p->n) NAME(strip)(1, p, column);
}

// MARK: - Softmax

// Key `key`'s scores with mask and bias.
INLINE VECTOR NAME(score)(const weft_scores *block, const bool masked, const bool biased, const void *scores,
                          VECTOR scale, int64_t key, int vector, INDICES query) {
  int64_t place = key * WEFT_ATTENTION_VECTORS + vector;
  VECTOR x = NAME(load)(scores, place) * scale;
  if (biased) x += NAME(load)(block->bias, place);
  if (masked) x = query >= (INDICES)(block->first_key + key) ? x : (VECTOR)-__builtin_inf();
  return x;
}

INLINE INDICES NAME(indices)(int64_t first) {
  INDICES query;
#pragma clang loop unroll(full)
  for (int lane = 0; lane < NAME(LANES); lane++) query[lane] = first + lane;
  return query;
}

INLINE void NAME(soften_vector)(const weft_scores *block, const bool masked, const bool biased, void *scores,
                                const weft_softmax *state, int vector) {
  INDICES query = NAME(indices)(block->first_query + vector * NAME(LANES));
  VECTOR scale = (VECTOR)(ELEMENT)block->scale, before = NAME(load)(state->largest, vector), largest = before;
  for (int64_t key = 0; key < block->keys; key++) {
    VECTOR x = NAME(score)(block, masked, biased, scores, scale, key, vector, query);
    NAME(keep)(scores, key * WEFT_ATTENTION_VECTORS + vector, x);
    largest = x > largest ? x : largest;
  }
  VECTOR base = largest == -(ELEMENT)__builtin_inf() ? (VECTOR)0 : largest;
  VECTOR factor = EXP(before - base), total = NAME(load)(state->total, vector) * factor, sum = (VECTOR)0;
  for (int64_t key = 0; key < block->keys; key++) {
    int64_t place = key * WEFT_ATTENTION_VECTORS + vector;
    VECTOR weight = EXP(NAME(load)(scores, place) - base);
    NAME(keep)(scores, place, weight);
    sum += weight;
  }
  NAME(keep)(state->largest, vector, largest);
  NAME(keep)(state->total, vector, total + sum);
  if (block->first_key == 0) return;
  for (int64_t row = 0; row < state->width; row++) {
    int64_t place = row * WEFT_ATTENTION_VECTORS + vector;
    NAME(keep)(state->output, place, NAME(load)(state->output, place) * factor);
  }
}

// Whether the diagonal goes through the block.
INLINE bool NAME(is_masked)(const weft_scores *block) {
  return block->causal && block->first_key + block->keys - 1 > block->first_query;
}

static void NAME(soften)(const weft_scores *block, void *scores, const weft_softmax *state) {
  bool masked = NAME(is_masked)(block);
  for (int vector = 0; vector < WEFT_ATTENTION_VECTORS; vector++) {
    if (block->bias) {
      NAME(soften_vector)(block, masked, true, scores, state, vector);
    } else if (masked) {
      NAME(soften_vector)(block, true, false, scores, state, vector);
    } else {
      NAME(soften_vector)(block, false, false, scores, state, vector);
    }
  }
}

static void NAME(finish)(const weft_softmax *state) {
  for (int vector = 0; vector < WEFT_ATTENTION_VECTORS; vector++) {
    VECTOR total = NAME(load)(state->total, vector), largest = NAME(load)(state->largest, vector);
    VECTOR share = (ELEMENT)1 / (total == 0 ? (VECTOR)1 : total);
    for (int64_t row = 0; row < state->width; row++) {
      int64_t place = row * WEFT_ATTENTION_VECTORS + vector;
      NAME(keep)(state->output, place, NAME(load)(state->output, place) * share);
    }
    NAME(keep)(state->largest, vector, total == 0 ? (VECTOR)0 : largest + LOG(total));
  }
}

// MARK: - Gradient

INLINE void NAME(differentiate_vector)(const weft_scores *block, const bool masked, const bool biased, void *scores,
                                       void *gradients, VECTOR logarithm, VECTOR offset, int vector) {
  INDICES query = NAME(indices)(block->first_query + vector * NAME(LANES));
  VECTOR scale = (VECTOR)(ELEMENT)block->scale;
  for (int64_t key = 0; key < block->keys; key++) {
    int64_t place = key * WEFT_ATTENTION_VECTORS + vector;
    VECTOR x = NAME(score)(block, masked, biased, scores, scale, key, vector, query);
    VECTOR weight = EXP(x - logarithm);
    NAME(keep)(scores, place, weight);
    NAME(keep)(gradients, place, weight * (NAME(load)(gradients, place) - offset) * scale);
  }
}

static void NAME(differentiate)(const weft_scores *block, void *scores, void *gradients, const void *logarithms,
                                const void *offsets) {
  bool masked = NAME(is_masked)(block);
  for (int vector = 0; vector < WEFT_ATTENTION_VECTORS; vector++) {
    VECTOR logarithm = NAME(load)(logarithms, vector), offset = NAME(load)(offsets, vector);
    if (block->bias) {
      NAME(differentiate_vector)(block, masked, true, scores, gradients, logarithm, offset, vector);
    } else if (masked) {
      NAME(differentiate_vector)(block, true, false, scores, gradients, logarithm, offset, vector);
    } else {
      NAME(differentiate_vector)(block, false, false, scores, gradients, logarithm, offset, vector);
    }
  }
}

// MARK: - What is not finite

// 0 times NaN or ∞ is NaN, and a sum with NaN stays so.
static bool NAME(finite)(const void *numbers, int64_t count) {
  VECTOR sums[4] = {(VECTOR)0, (VECTOR)0, (VECTOR)0, (VECTOR)0};
  int64_t vector = 0, vectors = count / NAME(LANES);
  for (; vector + 4 <= vectors; vector += 4) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) sums[i] += NAME(load)(numbers, vector + i) * (ELEMENT)0;
  }
  for (; vector < vectors; vector++) sums[0] += NAME(load)(numbers, vector) * (ELEMENT)0;
  VECTOR sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  bool finite = true;
  for (int lane = 0; lane < NAME(LANES); lane++) finite &= sum[lane] == 0;
  return finite;
}
