// Some results beside each other of a convolution of each channel by itself. Included once per instruction set, inside
// a target attribute, with LANES, NAME(x), and load_some(pointer, count), store_some(pointer, vector, count) under
// NAME. No include guard.

typedef float NAME(vector) __attribute__((ext_vector_type(LANES), aligned(4), may_alias));

// The products of a row of `columns` taps that are as far apart as the results: what several of these meet is read
// once.
static inline __attribute__((always_inline)) void NAME(add_row)(const int count, const int columns,
                                                                const weft_depthwise_row *r, const float *from,
                                                                const float *taps, NAME(vector) *sums) {
  NAME(vector) tap[5];
#pragma clang loop unroll(full)
  for (int x = 0; x < columns; x++) tap[x] = *(const NAME(vector) *)(taps + x * r->channels);
#pragma clang loop unroll(full)
  for (int place = 0; place < count + columns - 1; place++) {
    NAME(vector) value = *(const NAME(vector) *)(from + place * r->step);
#pragma clang loop unroll(full)
    for (int x = 0; x < columns; x++) {
      if (place >= x && place - x < count) sums[place - x] += value * tap[x];
    }
  }
}

// The same of any taps, for `vectors` vectors of channels, or `lanes` channels of one.
static inline __attribute__((always_inline)) void NAME(add_any)(const int count, const int vectors, const bool whole,
                                                                const weft_depthwise_row *r, const float *from,
                                                                const float *taps, int lanes, NAME(vector) sums[4][8]) {
  for (int64_t x = 0; x < r->columns; x++, from += r->column, taps += r->channels) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      NAME(vector) tap = whole ? *(const NAME(vector) *)(taps + v * LANES) : NAME(load_some)(taps, lanes);
#pragma clang loop unroll(full)
      for (int i = 0; i < count; i++) {
        const float *at = from + i * r->step + v * LANES;
        sums[v][i] += (whole ? *(const NAME(vector) *)at : NAME(load_some)(at, lanes)) * tap;
      }
    }
  }
}

static inline __attribute__((always_inline)) void NAME(put)(const weft_depthwise_row *r, bool whole, int64_t place,
                                                            int64_t channel, int lanes, NAME(vector) sum) {
  if (r->bias) {
    const float *bias = r->bias + channel;
    sum += whole ? *(const NAME(vector) *)bias : NAME(load_some)(bias, lanes);
  }
  if (r->clamps) {  // NaN stays
    NAME(vector) low = (NAME(vector)){0} + r->low, high = (NAME(vector)){0} + r->high;
    sum = sum <= low ? low : sum;
    sum = high < sum ? high : sum;
  }
  float *to = r->output + place * r->channels + channel;
  if (whole) {
    *(NAME(vector) *)to = sum;
  } else {
    NAME(store_some)(to, sum, lanes);
  }
}

// `count` neighbours, and of each `vectors` vectors of channels. Each sum goes through the taps in order; `columns` are
// those of `add_row`, 0 for any.
static inline __attribute__((always_inline)) void NAME(tile)(const int count, const int vectors, const bool whole,
                                                             const int columns, const weft_depthwise_row *r,
                                                             int64_t channel, int lanes) {
  NAME(vector) sums[4][8];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) sums[v][i] = (NAME(vector)){0};
  }
  const float *input = r->input + channel, *weight = r->weight + channel;
  for (int64_t y = 0; y < r->rows; y++, input += r->row, weight += r->weight_row) {
    if (columns == 0) {
      NAME(add_any)(count, vectors, whole, r, input, weight, lanes, sums);
      continue;
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      NAME(add_row)(count, columns, r, input + v * LANES, weight + v * LANES, sums[v]);
    }
  }
  // What the next row of results reads first: memory knows no such order.
  for (int64_t y = r->rows - r->fresh_rows; r->ahead && y < r->rows; y++) {
    const float *from = r->input + channel + y * r->row + r->ahead;
    for (int64_t i = 0; i < count; i++, from += r->step) {
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) __builtin_prefetch(from + v * LANES);
    }
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) NAME(put)(r, whole, i, channel + v * LANES, lanes, sums[v][i]);
  }
}

// Channels [begin, end) of `count` neighbours. One sum by itself would wait for each product: then several channels go
// side by side.
static inline __attribute__((always_inline)) void NAME(neighbours)(const int count, const weft_depthwise_row *r,
                                                             int64_t begin, int64_t end) {
  const int vectors = count <= MOST_SUMS / 4 ? 4 : count <= MOST_SUMS / 2 ? 2 : 1;
  int64_t c = begin;
  int64_t columns = r->column == r->step ? r->columns : 0;
  if (columns == 3) {
    for (; c + vectors * LANES <= end; c += vectors * LANES) NAME(tile)(count, vectors, true, 3, r, c, LANES);
    for (; c + LANES <= end; c += LANES) NAME(tile)(count, 1, true, 3, r, c, LANES);
  } else if (columns == 5) {
    for (; c + vectors * LANES <= end; c += vectors * LANES) NAME(tile)(count, vectors, true, 5, r, c, LANES);
  } else {
    for (; c + vectors * LANES <= end; c += vectors * LANES) NAME(tile)(count, vectors, true, 0, r, c, LANES);
  }
  for (; c + LANES <= end; c += LANES) NAME(tile)(count, 1, true, 0, r, c, LANES);
  if (c < end) NAME(tile)(count, 1, false, 0, r, c, (int)(end - c));
}

static void NAME(depthwise)(const weft_depthwise_row *r, int64_t count, int64_t begin, int64_t end) {
#define COUNT(n) case n: NAME(neighbours)(n, r, begin, end); break;
  switch (count) {
    COUNT(1) COUNT(2) COUNT(3) COUNT(4) COUNT(5) COUNT(6) COUNT(7) COUNT(8)
  }
#undef COUNT
}

#undef LANES
#undef MOST_SUMS
#undef NAME
