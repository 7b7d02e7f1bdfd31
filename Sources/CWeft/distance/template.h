// The kernels of distances of one element type. No include guard. Define
//   REAL  the type    WHOLE  the integer of its size    NAME(x)  x with the type's prefix    LEAST  its least normal

typedef REAL NAME(number);
typedef REAL NAME(vector) __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / sizeof(REAL))));
typedef WHOLE NAME(mask) __attribute__((ext_vector_type(WEFT_VECTOR_BYTES / sizeof(REAL))));
typedef NAME(vector) NAME(any_vector) __attribute__((aligned(sizeof(REAL)), may_alias));
#define VECTOR NAME(vector)
enum { NAME(lanes) = WEFT_VECTOR_BYTES / sizeof(REAL), NAME(width) = 2 * NAME(lanes) };

INLINE VECTOR NAME(choose)(NAME(mask) which, VECTOR a, VECTOR b) {
  return which ? a : b;
}
INLINE VECTOR NAME(size)(VECTOR x) { return __builtin_elementwise_abs(x); }

/// A sum and what its roundings lost; an infinity has lost nothing.
typedef struct {
  VECTOR high, low;
} NAME(total);

INLINE void NAME(join)(NAME(total) *total, VECTOR x) {
  const VECTOR high = total->high, sum = high + x, part = sum - high;
  total->low += (high - (sum - part)) + (x - part);
  total->high = sum;
}
INLINE VECTOR NAME(finish)(NAME(total) total) {
  const VECTOR low = NAME(choose)(total.high - total.high == 0, total.low, (VECTOR)(REAL)0);
  return total.high + low;
}

/// to[k][i] = from[i][k] for `count` rows of `length`, `step` apart; places beyond them repeat the last one.
INLINE void NAME(turn)(int64_t count, int64_t length, const REAL *from, int64_t step, REAL *to) {
  for (int64_t i = 0; i < NAME(width); i++) {
    const REAL *row = from + (i < count ? i : count - 1) * step;
    for (int64_t k = 0; k < length; k++) to[k * NAME(width) + i] = row[k];
  }
}

// MARK: - Sums

INLINE VECTOR NAME(added)(VECTOR sum, VECTOR d, weft_distance_kind kind) {
  const VECTOR size = NAME(size)(d);
  switch (kind) {
    case WEFT_DISTANCE_COUNT: return sum + NAME(choose)(d != 0, (VECTOR)(REAL)1, (VECTOR)(REAL)0);
    case WEFT_DISTANCE_SUM: return sum + size;
    case WEFT_DISTANCE_SQUARES: return sum + d * d;
    case WEFT_DISTANCE_LARGEST: return NAME(choose)((size > sum) | (size != size), size, sum);
  }
}

/// The sums of `count` rows, each with two vectors of the others.
INLINE void NAME(sum_rows)(int count, int64_t width, const REAL *rows, const REAL *others, REAL *sums, int64_t step,
                           int64_t columns, weft_distance_kind kind) {
  const bool adds = kind != WEFT_DISTANCE_LARGEST;
  NAME(total) totals[4][2];
  memset(totals, 0, sizeof totals);
  for (int64_t first = 0; first < width; first += WEFT_DISTANCE_DIFFERENCES) {
    const bool is_last = width - first < WEFT_DISTANCE_DIFFERENCES;
    const int64_t end = is_last ? width : first + WEFT_DISTANCE_DIFFERENCES;
    VECTOR part[4][2];
    for (int i = 0; i < count; i++) {
      for (int half = 0; half < 2; half++) part[i][half] = adds ? (VECTOR)(REAL)0 : totals[i][half].high;
    }
    for (int64_t k = first; k < end; k++) {
      const VECTOR *other = (const VECTOR *)(others + k * NAME(width));
      for (int i = 0; i < count; i++) {
        const VECTOR own = (VECTOR)rows[i * width + k];
        for (int half = 0; half < 2; half++) part[i][half] = NAME(added)(part[i][half], own - other[half], kind);
      }
    }
    for (int i = 0; i < count; i++) {
      for (int half = 0; half < 2; half++) {
        if (adds) {
          NAME(join)(&totals[i][half], part[i][half]);
        } else {
          totals[i][half].high = part[i][half];
        }
      }
    }
  }
  for (int i = 0; i < count; i++) {
    VECTOR found[2];
    for (int half = 0; half < 2; half++) found[half] = adds ? NAME(finish)(totals[i][half]) : totals[i][half].high;
    memcpy(sums + i * step, found, (size_t)columns * sizeof(REAL));
  }
}

INLINE void NAME(sum_items)(const weft_distance_job *job, int64_t begin, int64_t end, weft_distance_kind kind) {
  const weft_distances c = *job->call;
  const int64_t blocks = weft_distance_blocks(c.others, NAME(width));
  const int64_t groups = weft_distance_blocks(c.rows, WEFT_DISTANCE_ROWS);
  weft_scratch_mark mark = weft_scratch_begin();
  REAL *turned = weft_scratch_take(weft_bytes3(c.width, NAME(width), sizeof(REAL)));
  if (!turned) weft_no_memory();
  for (int64_t item = begin; item < end; item++) {
    const int64_t first = item % blocks * NAME(width), group = item / blocks % groups, at = item / blocks / groups;
    const int64_t left = c.others - first, columns = left < NAME(width) ? left : NAME(width);
    NAME(turn)(columns, c.width, (const REAL *)job->others + (at * c.others + first) * c.width, c.width, turned);
    const REAL *rows = (const REAL *)job->rows + at * c.rows * c.width;
    REAL *sums = (REAL *)job->result + at * c.rows * c.others + first;
    int64_t row = group * WEFT_DISTANCE_ROWS;
    const int64_t last = c.rows - row < WEFT_DISTANCE_ROWS ? c.rows : row + WEFT_DISTANCE_ROWS;
    for (; row + 4 <= last; row += 4) {
      NAME(sum_rows)(4, c.width, rows + row * c.width, turned, sums + row * c.others, c.others, columns, kind);
    }
    for (; row < last; row++) {
      NAME(sum_rows)(1, c.width, rows + row * c.width, turned, sums + row * c.others, c.others, columns, kind);
    }
  }
  weft_scratch_release(mark);
}

static void NAME(sums)(const weft_distance_job *job, int64_t begin, int64_t end) {
  switch (job->call->kind) {
    case WEFT_DISTANCE_COUNT: NAME(sum_items)(job, begin, end, WEFT_DISTANCE_COUNT); break;
    case WEFT_DISTANCE_SUM: NAME(sum_items)(job, begin, end, WEFT_DISTANCE_SUM); break;
    case WEFT_DISTANCE_SQUARES: NAME(sum_items)(job, begin, end, WEFT_DISTANCE_SQUARES); break;
    case WEFT_DISTANCE_LARGEST: NAME(sum_items)(job, begin, end, WEFT_DISTANCE_LARGEST); break;
  }
}

// MARK: - The gradient

/// How a difference's share in the gradient is found from d, y and the weight: g, or of squares g/y.
typedef enum { NAME(by_sign), NAME(by_weight), NAME(by_quotient), NAME(by_place) } NAME(rule);

INLINE VECTOR NAME(signed)(VECTOR d, VECTOR if_zero) {
  return NAME(choose)(d > 0, (VECTOR)(REAL)1, NAME(choose)(d < 0, (VECTOR)(REAL)-1, if_zero));
}

INLINE VECTOR NAME(share)(VECTOR d, VECTOR y, VECTOR g, NAME(rule) rule) {
  switch (rule) {
    case NAME(by_sign): return NAME(choose)(d > 0, g, NAME(choose)(d < 0, -g, g * d));
    case NAME(by_weight): return g * d;
    case NAME(by_quotient): {
      const NAME(mask) is_zero = y == 0;
      return g * NAME(choose)(is_zero, (VECTOR)(REAL)0, d / NAME(choose)(is_zero, (VECTOR)(REAL)1, y));
    }
    case NAME(by_place): {
      const VECTOR nothing = NAME(choose)(d != d, d, (VECTOR)(REAL)0);
      return g * NAME(choose)(NAME(size)(d) == y, NAME(signed)(d, (VECTOR)(REAL)0), nothing);
    }
  }
}

/// A few rows with what is known of their distances from the others of a chunk, [chunk][width].
typedef struct {
  int64_t count;
  const REAL *own;  // [width of a row][width]
  VECTOR y[WEFT_DISTANCE_OTHERS][2], g[WEFT_DISTANCE_OTHERS][2];
} NAME(chunk);

/// Adds the shares of a chunk to `count` elements of the rows.
INLINE void NAME(add_shares)(int count, const NAME(chunk) *chunk, const REAL *others, int64_t step, int64_t k,
                             NAME(total) (*totals)[2], NAME(rule) rule) {
  VECTOR sums[4][2], own[4][2];
  for (int i = 0; i < count; i++) {
    for (int half = 0; half < 2; half++) {
      sums[i][half] = (VECTOR)(REAL)0;
      own[i][half] = ((const VECTOR *)(chunk->own + (k + i) * NAME(width)))[half];
    }
  }
  for (int64_t at = 0; at < chunk->count; at++) {
    for (int i = 0; i < count; i++) {
      const VECTOR other = (VECTOR)others[at * step + k + i];
      for (int half = 0; half < 2; half++) {
        sums[i][half] += NAME(share)(own[i][half] - other, chunk->y[at][half], chunk->g[at][half], rule);
      }
    }
  }
  for (int i = 0; i < count; i++) {
    for (int half = 0; half < 2; half++) NAME(join)(&totals[k + i][half], sums[i][half]);
  }
}

INLINE void NAME(add_chunk)(const NAME(chunk) *chunk, const REAL *others, int64_t width, NAME(total) (*totals)[2],
                            NAME(rule) rule) {
  int64_t k = 0;
  for (; k + 4 <= width; k += 4) NAME(add_shares)(4, chunk, others, width, k, totals, rule);
  for (; k < width; k++) NAME(add_shares)(1, chunk, others, width, k, totals, rule);
}

/// Divides g by y, 0 where y is 0, if no quotient leaves the range of numbers; else leaves it.
static bool NAME(divide)(NAME(chunk) *chunk) {
  VECTOR quotients[WEFT_DISTANCE_OTHERS][2];
  NAME(mask) odd = {0};
  for (int64_t at = 0; at < chunk->count; at++) {
    for (int half = 0; half < 2; half++) {
      const VECTOR y = chunk->y[at][half], g = chunk->g[at][half];
      const NAME(mask) is_zero = y == 0;
      const VECTOR quotient = g / NAME(choose)(is_zero, (VECTOR)(REAL)1, y), size = NAME(size)(quotient);
      odd |= ~((quotient - quotient == 0) & ((size >= (REAL)LEAST) | (g == 0)));
      quotients[at][half] = NAME(choose)(is_zero, (VECTOR)(REAL)0, quotient);
    }
  }
  if (__builtin_reduce_or(odd)) return false;
  memcpy(chunk->g, quotients, (size_t)chunk->count * sizeof chunk->g[0]);
  return true;
}

/// Brings in y or g of `count` others from `other` on and `rows` rows from `row` on; nothing comes of rows beyond them.
INLINE void NAME(bring)(const weft_distance_job *job, const REAL *matrix, int64_t other, int64_t count, int64_t row,
                        int64_t rows, VECTOR (*to)[2]) {
  const int64_t others = job->call->others, all = job->call->rows;
  REAL *values = (REAL *)to;
  if (job->turned) {
    for (int64_t at = 0; at < count; at++) {
      const REAL *from = matrix + (other + at) * all + row;
      for (int64_t i = 0; i < NAME(width); i++) values[at * NAME(width) + i] = from[i < rows ? i : rows - 1];
    }
  } else {
    NAME(turn)(rows, count, matrix + row * others + other, others, values);
  }
}

static void NAME(find_chunk)(const weft_distance_job *job, NAME(chunk) *chunk, int64_t matrix, int64_t other,
                             int64_t row, int64_t rows, NAME(total) (*totals)[2]) {
  const weft_distances *c = job->call;
  const int64_t offset = matrix * c->rows * c->others;
  NAME(bring)(job, (const REAL *)job->g + offset, other, chunk->count, row, rows, chunk->g);
  if (c->kind != WEFT_DISTANCE_SUM) {
    NAME(bring)(job, (const REAL *)job->y + offset, other, chunk->count, row, rows, chunk->y);
  }
  const REAL *others = (const REAL *)job->others + (matrix * c->others + other) * c->width;
  if (c->kind == WEFT_DISTANCE_SUM) {
    NAME(add_chunk)(chunk, others, c->width, totals, NAME(by_sign));
  } else if (c->kind == WEFT_DISTANCE_LARGEST) {
    NAME(add_chunk)(chunk, others, c->width, totals, NAME(by_place));
  } else if (NAME(divide)(chunk)) {
    NAME(add_chunk)(chunk, others, c->width, totals, NAME(by_weight));
  } else {
    NAME(add_chunk)(chunk, others, c->width, totals, NAME(by_quotient));
  }
}

static void NAME(gradient)(const weft_distance_job *job, int64_t begin, int64_t end) {
  const weft_distances c = *job->call;
  const int64_t blocks = weft_distance_blocks(c.rows, NAME(width));
  weft_scratch_mark mark = weft_scratch_begin();
  REAL *own = weft_scratch_take(weft_bytes3(c.width, NAME(width), sizeof(REAL)));
  NAME(total) (*totals)[2] = weft_scratch_take(weft_bytes(c.width, sizeof totals[0]));
  if (!own || !totals) weft_no_memory();
  NAME(chunk) chunk = {.own = own};
  for (int64_t item = begin; item < end; item++) {
    const int64_t part = item % job->parts, row = item / job->parts % blocks * NAME(width);
    const int64_t matrix = item / job->parts / blocks, left = c.rows - row;
    const int64_t rows = left < NAME(width) ? left : NAME(width);
    const int64_t start = part * job->part, rest = c.others - start;
    const int64_t stop = rest < job->part ? c.others : start + job->part;
    NAME(turn)(rows, c.width, (const REAL *)job->rows + (matrix * c.rows + row) * c.width, c.width, own);
    memset(totals, 0, (size_t)c.width * sizeof totals[0]);
    for (int64_t other = start; other < stop; other += chunk.count) {
      chunk.count = stop - other < WEFT_DISTANCE_OTHERS ? stop - other : WEFT_DISTANCE_OTHERS;
      NAME(find_chunk)(job, &chunk, matrix, other, row, rows, totals);
    }
    REAL *to = (REAL *)job->result + ((part * c.batch + matrix) * c.rows + row) * c.width;
    for (int64_t k = 0; k < c.width; k++) {
      REAL found[NAME(width)];
      for (int half = 0; half < 2; half++) {
        *(NAME(any_vector) *)(found + half * NAME(lanes)) = NAME(finish)(totals[k][half]);
      }
      for (int64_t i = 0; i < rows; i++) to[i * c.width + k] = found[i];
    }
  }
  weft_scratch_release(mark);
}

#undef VECTOR
#undef REAL
#undef WHOLE
#undef NAME
#undef LEAST
