// What follows the product: the cells' values and gradients. Included once per element type and instruction set with
// ELEMENT, VECTOR, LANES, MOST_ROWS and NAME(x) defined, and load_some, store_some, sigmoid and tanh under NAME. No
// include guard.

INLINE VECTOR NAME(take)(const void *base, int64_t at, int count) {
  const ELEMENT *from = (const ELEMENT *)base + at;
  return count == LANES ? NAME(load)(from) : NAME(load_some)(from, count);
}

INLINE void NAME(put)(void *base, int64_t at, VECTOR value, int count) {
  ELEMENT *to = (ELEMENT *)base + at;
  if (count == LANES) {
    NAME(store)(to, value);
  } else {
    NAME(store_some)(to, value, count);
  }
}

/// The product's result for `gate`; gates stand MOST_ROWS rows apart.
INLINE VECTOR NAME(sum)(const ELEMENT *sums, int gate, int64_t place) {
  return NAME(load)(sums + gate * (MOST_ROWS * 2 * LANES) + place);
}

/// Calls `body` for each vector of the block: `at` of its state, `gate` of its first gate, `place` in the sums, `count`
/// of its units.
#define EACH_VECTOR(p, gate_count, body)                                                   \
  for (int64_t row = 0; row < (p)->rows; row++) {                                          \
    for (int64_t unit = 0; unit < (p)->units; unit += LANES) {                             \
      int64_t at = row * (p)->hidden + unit, gate = (gate_count) * row * (p)->hidden + unit; \
      int64_t place = row * 2 * LANES + unit;                                              \
      int count = (p)->units - unit < LANES ? (int)((p)->units - unit) : LANES;            \
      (void)gate;                                                                          \
      body                                                                                 \
    }                                                                                      \
  }

// MARK: - Values

static void NAME(lstm)(const weft_recurrent_block *p, const ELEMENT *sums) {
  int64_t next = p->hidden;
  EACH_VECTOR(p, 4, {
    VECTOR i = NAME(sigmoid)(NAME(sum)(sums, 0, place) + NAME(take)(p->gates, gate, count));
    VECTOR f = NAME(sigmoid)(NAME(sum)(sums, 1, place) + NAME(take)(p->gates, gate + next, count));
    VECTOR g = NAME(tanh)(NAME(sum)(sums, 2, place) + NAME(take)(p->gates, gate + 2 * next, count));
    VECTOR o = NAME(sigmoid)(NAME(sum)(sums, 3, place) + NAME(take)(p->gates, gate + 3 * next, count));
    VECTOR cell = f * NAME(take)(p->cell_before, at, count) + i * g;
    NAME(put)(p->cell_after, at, cell, count);
    NAME(put)(p->after, at, o * NAME(tanh)(cell), count);
    if (!p->records) continue;
    NAME(put)(p->gates, gate, i, count);
    NAME(put)(p->gates, gate + next, f, count);
    NAME(put)(p->gates, gate + 2 * next, g, count);
    NAME(put)(p->gates, gate + 3 * next, o, count);
  })
}

static void NAME(gru)(const weft_recurrent_block *p, const ELEMENT *sums) {
  int64_t next = p->hidden;
  EACH_VECTOR(p, 3, {
    VECTOR r = NAME(sigmoid)(NAME(sum)(sums, 0, place) + NAME(take)(p->gates, gate, count));
    VECTOR z = NAME(sigmoid)(NAME(sum)(sums, 1, place) + NAME(take)(p->gates, gate + next, count));
    VECTOR hidden = NAME(sum)(sums, 2, place);
    if (p->bias) hidden += NAME(take)(p->bias, unit, count);
    VECTOR n = NAME(tanh)(NAME(take)(p->gates, gate + 2 * next, count) + r * hidden);
    NAME(put)(p->after, at, n + z * (NAME(take)(p->before, at, count) - n), count);
    if (!p->records) continue;
    NAME(put)(p->gates, gate, r, count);
    NAME(put)(p->gates, gate + next, z, count);
    NAME(put)(p->gates, gate + 2 * next, n, count);
    NAME(put)(p->candidates, at, hidden, count);
  })
}

static void NAME(plain)(const weft_recurrent_block *p, const ELEMENT *sums) {
  EACH_VECTOR(p, 1, {
    VECTOR x = NAME(sum)(sums, 0, place) + NAME(take)(p->gates, gate, count);
    NAME(put)(p->after, at, p->cell == WEFT_CELL_TANH ? NAME(tanh)(x) : (x < 0 ? (VECTOR)0 : x), count);
  })
}

// What the cell will read was last touched long ago, and lies too far apart for the processor to foresee.
static void NAME(fetch)(const weft_recurrent_block *p, const void *gates, int count) {
  for (int64_t row = 0; row < p->rows; row++) {
    for (int64_t unit = 0; unit < p->units; unit += 64 / (int64_t)sizeof(ELEMENT)) {
      for (int gate = 0; gate < count; gate++) {
        __builtin_prefetch((const ELEMENT *)gates + (row * count + gate) * p->hidden + unit);
      }
    }
  }
}

static void NAME(forward)(const weft_recurrent_block *p) {
  _Alignas(64) ELEMENT sums[WEFT_MOST_GATES * MOST_ROWS * 2 * LANES];
  int gates = p->cell == WEFT_CELL_LSTM ? 4 : p->cell == WEFT_CELL_GRU ? 3 : 1;
  NAME(fetch)(p, p->gates, gates);
  for (int gate = 0; gate < gates; gate++) {
    NAME(multiply)(p->rows, p->units > LANES ? 2 : 1, p->depth, p->factor, p->depth,
                   (const ELEMENT *)p->weight + gate * p->panel_stride, sums + gate * (MOST_ROWS * 2 * LANES));
  }
  switch (p->cell) {
    case WEFT_CELL_LSTM: NAME(lstm)(p, sums); break;
    case WEFT_CELL_GRU: NAME(gru)(p, sums); break;
    default: NAME(plain)(p, sums);
  }
}

// MARK: - Gradients

/// The gradient of the state after the step: what reaches the output, and what the later steps send.
#define STATE_GRADIENT \
  (NAME(sum)(sums, 0, place) + NAME(take)(p->output_gradient, row * p->output_stride + unit, count))

static void NAME(lstm_gradient)(const weft_recurrent_block *p, const ELEMENT *sums) {
  int64_t next = p->hidden;
  EACH_VECTOR(p, 4, {
    VECTOR dh = STATE_GRADIENT;
    VECTOR i = NAME(take)(p->gate_values, gate, count);
    VECTOR f = NAME(take)(p->gate_values, gate + next, count);
    VECTOR g = NAME(take)(p->gate_values, gate + 2 * next, count);
    VECTOR o = NAME(take)(p->gate_values, gate + 3 * next, count);
    VECTOR t = NAME(tanh)(NAME(take)(p->cell_after, at, count));
    VECTOR dc = NAME(take)(p->carry, at, count) + dh * o * (1 - t * t);
    NAME(put)(p->gates, gate, dc * g * i * (1 - i), count);
    NAME(put)(p->gates, gate + next, dc * NAME(take)(p->cell_before, at, count) * f * (1 - f), count);
    NAME(put)(p->gates, gate + 2 * next, dc * i * (1 - g * g), count);
    NAME(put)(p->gates, gate + 3 * next, dh * t * o * (1 - o), count);
    NAME(put)(p->carry, at, dc * f, count);
  })
}

static void NAME(gru_gradient)(const weft_recurrent_block *p, const ELEMENT *sums) {
  int64_t next = p->hidden;
  EACH_VECTOR(p, 3, {
    VECTOR dh = STATE_GRADIENT + NAME(take)(p->carry, at, count);
    VECTOR r = NAME(take)(p->gate_values, gate, count);
    VECTOR z = NAME(take)(p->gate_values, gate + next, count);
    VECTOR n = NAME(take)(p->gate_values, gate + 2 * next, count);
    VECTOR dz = dh * (NAME(take)(p->before, at, count) - n) * z * (1 - z);
    VECTOR dn = dh * (1 - z) * (1 - n * n);
    VECTOR dr = dn * NAME(take)(p->candidates, at, count) * r * (1 - r);
    NAME(put)(p->gates, gate, dr, count);
    NAME(put)(p->gates, gate + next, dz, count);
    NAME(put)(p->gates, gate + 2 * next, dn, count);
    NAME(put)(p->hidden_gates, gate, dr, count);
    NAME(put)(p->hidden_gates, gate + next, dz, count);
    NAME(put)(p->hidden_gates, gate + 2 * next, dn * r, count);
    NAME(put)(p->carry, at, dh * z, count);
  })
}

static void NAME(plain_gradient)(const weft_recurrent_block *p, const ELEMENT *sums) {
  EACH_VECTOR(p, 1, {
    VECTOR dh = STATE_GRADIENT;
    VECTOR h = NAME(take)(p->after, at, count);
    NAME(put)(p->gates, gate, p->cell == WEFT_CELL_TANH ? dh * (1 - h * h) : (h > 0 ? dh : h - h), count);  // NaN stays
  })
}

// What the first step sends to the state before it.
static void NAME(first_gradient)(const weft_recurrent_block *p, const ELEMENT *sums) {
  EACH_VECTOR(p, 0, {
    VECTOR dh = NAME(sum)(sums, 0, place);
    if (p->cell == WEFT_CELL_GRU) dh += NAME(take)(p->carry, at, count);
    NAME(put)(p->state_gradient, at, dh, count);
  })
}

static void NAME(backward)(const weft_recurrent_block *p) {
  _Alignas(64) ELEMENT sums[MOST_ROWS * 2 * LANES];
  if (p->factor) {
    if (p->gate_values) NAME(fetch)(p, p->gate_values, p->cell == WEFT_CELL_LSTM ? 4 : 3);
    NAME(multiply)(p->rows, p->units > LANES ? 2 : 1, p->depth, p->factor, p->depth, p->weight, sums);
  } else {
    for (int64_t i = 0; i < MOST_ROWS * 2 * LANES; i += LANES) NAME(store)(sums + i, (VECTOR)0);
  }
  if (!p->output_gradient) {
    NAME(first_gradient)(p, sums);
    return;
  }
  switch (p->cell) {
    case WEFT_CELL_LSTM: NAME(lstm_gradient)(p, sums); break;
    case WEFT_CELL_GRU: NAME(gru_gradient)(p, sums); break;
    default: NAME(plain_gradient)(p, sums);
  }
}

#undef STATE_GRADIENT
#undef EACH_VECTOR
