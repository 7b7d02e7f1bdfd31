// The gradients of one element type, which template.h has set up. No include guard.

/// The sum of the gradients of the windows over one input position, of a maximum those that point at it.
INLINE void NAME(gather_windows)(int vectors, int64_t count, const weft_pool *p, const int64_t *at, const int64_t *low,
                                 const int64_t *high, const STORED *from, const int32_t *places, STORED *to) {
  enum { L = NAME(lanes) };
  VECTOR sum[4];
  int32_t position = (int32_t)((at[0] * p->in[1] + at[1]) * p->in[2] + at[2]);
  for (int v = 0; v < vectors; v++) sum[v] = (VECTOR)(COMPUTED)0;
  int64_t o[3];
  for (o[0] = low[0]; o[0] <= high[0]; o[0]++) {
    if (!weft_pool_covers(p, 0, o[0], at[0])) continue;
    for (o[1] = low[1]; o[1] <= high[1]; o[1]++) {
      if (!weft_pool_covers(p, 1, o[1], at[1])) continue;
      for (o[2] = low[2]; o[2] <= high[2]; o[2]++) {
        if (!weft_pool_covers(p, 2, o[2], at[2])) continue;
        int64_t offset = o[0] * p->out_step[0] + o[1] * p->out_step[1] + o[2] * p->out_step[2];
        COMPUTED scale = places ? 1 : NAME(scale)(p, o);
        for (int v = 0; v < vectors; v++) {
          VECTOR g = NAME(read)(from + offset + v * L, count, 1);
          if (places) {
            PLACES mine = NAME(read_places)(places + offset + v * L, count) == position;
            sum[v] += __builtin_convertvector(mine, MASK) ? g : (VECTOR)(COMPUTED)0;
          } else {
            sum[v] += g * scale;
          }
        }
      }
    }
  }
  for (int v = 0; v < vectors; v++) NAME(write)(to + v * L, sum[v], count, 1);
}

// Items are rows of input positions of all channels: each is written once.
INLINE void NAME(backward)(const weft_pool_job *job, int64_t begin, int64_t end, bool max) {
  const weft_pool *p = job->pool;
  for (int64_t item = begin; item < end; item++) {
    int64_t at[3] = {0}, low[3], high[3], n = weft_pool_split(item, 2, p->in, at);
    for (int axis = 0; axis < 2; axis++) weft_pool_covering(p, axis, at[axis], &low[axis], &high[axis]);
    const STORED *from = (const STORED *)job->input + n * p->out_batch;
    const int32_t *places = max ? job->indices + n * p->out_batch : NULL;
    STORED *to = (STORED *)job->output + n * p->in_batch + at[0] * p->in_step[0] + at[1] * p->in_step[1];
    weft_pool_cover cover = weft_pool_cover_begin(p);
    for (at[2] = 0; at[2] < p->in[2]; to += p->in_step[2]) {
      low[2] = cover.low, high[2] = cover.high;
#define GATHER(vectors, count, c) \
  NAME(gather_windows)(vectors, count, p, at, low, high, from + c, max ? places + c : NULL, to + c)
      OVER_CHANNELS(p->channels, GATHER);
#undef GATHER
      if (++at[2] < p->in[2]) weft_pool_cover_advance(p, &cover, at[2]);
    }
  }
}

static void NAME(max_backward)(const weft_pool_job *job, int64_t begin, int64_t end) {
  NAME(backward)(job, begin, end, true);
}
static void NAME(average_backward)(const weft_pool_job *job, int64_t begin, int64_t end) {
  NAME(backward)(job, begin, end, false);
}

// MARK: - Any layout: items are groups of channels of one image, of which no other item touches anything

/// The channels of an item: `count` from `first`, of image `n`.
typedef struct {
  int64_t n, first, count;
} NAME(part);

INLINE NAME(part) NAME(part_of)(const weft_pool_job *job, int64_t item) {
  int64_t groups = (job->pool->channels + job->group - 1) / job->group, first = item % groups * job->group;
  int64_t left = job->pool->channels - first;
  return (NAME(part)){item / groups, first, left < job->group ? left : job->group};
}

/// Runs the statement that follows at every position of `sizes`, the index in `o`.
#define OVER_POSITIONS(sizes)                     \
  for (o[0] = 0; o[0] < sizes[0]; o[0]++)         \
    for (o[1] = 0; o[1] < sizes[1]; o[1]++)       \
      for (o[2] = 0; o[2] < sizes[2]; o[2]++)

static inline int64_t NAME(dot)(const int64_t *a, const int64_t *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

static void NAME(scatter)(const weft_pool_job *job, int64_t begin, int64_t end) {
  const weft_pool *p = job->pool;
  for (int64_t item = begin; item < end; item++) {
    NAME(part) part = NAME(part_of)(job, item);
    STORED *in = (STORED *)job->output + part.n * p->in_batch + part.first * p->in_channel;
    int64_t from = part.n * p->out_batch + part.first * p->out_channel, o[3];
    const int64_t plane = p->in[0] * p->in[1] * p->in[2];
    const bool is_run = p->in_step[2] == 1 && p->in_step[1] == p->in[2] && p->in_step[0] == p->in[1] * p->in[2];
    if (is_run) {
      for (int64_t l = 0; l < part.count; l++) memset(in + l * p->in_channel, 0, (size_t)plane * sizeof(STORED));
    } else {
      OVER_POSITIONS(p->in) {
        STORED *to = in + NAME(dot)(o, p->in_step);
        for (int64_t l = 0; l < part.count; l++) to[l * p->in_channel] = 0;
      }
    }
    OVER_POSITIONS(p->out) {
      for (int64_t l = 0; l < part.count; l++) {
        int64_t source = from + NAME(dot)(o, p->out_step) + l * p->out_channel;
        if (!weft_pool_holds(p, job->indices[source])) continue;
        STORED *to = in + l * p->in_channel + weft_pool_place(p, job->indices[source]);
        *to = STORE(LOAD(*to) + LOAD(((const STORED *)job->input)[source]));
      }
    }
  }
}

/// The gradient of an average, a row of input positions at a time: first the shares of the windows over the row are added
/// up, window column by window column, then each position adds up those of the columns over it.
typedef struct {
  COMPUTED *sums;         // of each column of windows
  int64_t *counts;        // what each column's windows have along the last axis: a factor of the divisor
  int32_t *low, *high;    // the columns over each position
} NAME(columns);

static NAME(columns) NAME(columns_begin)(const weft_pool *p, void *memory) {
  NAME(columns) c = {.counts = memory};
  c.sums = (COMPUTED *)(c.counts + p->out[2]);
  c.low = (int32_t *)(c.sums + p->out[2]);
  c.high = c.low + p->in[2];
  weft_pool_cover cover = weft_pool_cover_begin(p);
  for (int64_t x = 0; x < p->in[2]; x++) {
    if (x > 0) weft_pool_cover_advance(p, &cover, x);
    c.low[x] = (int32_t)cover.low, c.high[x] = (int32_t)cover.high;
  }
  for (int64_t o = 0; o < p->out[2]; o++) c.counts[o] = weft_pool_divisor_part(p, 2, o);
  return c;
}

/// Adds up the rows of windows low ... high that cover row `at`.
static void NAME(add_rows_of_windows)(const weft_pool *p, const int64_t *at, const int64_t *low, const int64_t *high,
                                      const STORED *from, NAME(columns) *c) {
  int64_t o[3] = {0}, step = p->out_step[2];
  for (int64_t x = 0; x < p->out[2]; x++) c->sums[x] = 0;
  for (o[0] = low[0]; o[0] <= high[0]; o[0]++) {
    if (!weft_pool_covers(p, 0, o[0], at[0])) continue;
    for (o[1] = low[1]; o[1] <= high[1]; o[1]++) {
      if (!weft_pool_covers(p, 1, o[1], at[1])) continue;
      const STORED *row = from + NAME(dot)(o, p->out_step);
      if (p->same_divisor > 0) {
        COMPUTED scale = (COMPUTED)1 / (COMPUTED)p->same_divisor;
        for (int64_t x = 0; x < p->out[2]; x++) c->sums[x] += LOAD(row[x * step]) * scale;
      } else {
        int64_t part = weft_pool_divisor_part(p, 0, o[0]) * weft_pool_divisor_part(p, 1, o[1]);
        for (int64_t x = 0; x < p->out[2]; x++) {
          int64_t divisor = part * c->counts[x];
          c->sums[x] += LOAD(row[x * step]) * ((COMPUTED)1 / (COMPUTED)(divisor > 0 ? divisor : 1));
        }
      }
    }
  }
}

/// Gives every position of a row the shares of the columns over it.
static void NAME(spread_columns)(const weft_pool *p, const NAME(columns) *c, STORED *to) {
  bool apart = p->dilation[2] > 1 && !p->adaptive;
  for (int64_t x = 0; x < p->in[2]; x++) {
    COMPUTED sum = 0;
    for (int64_t o = c->low[x]; o <= c->high[x]; o++) {
      if (!apart || weft_pool_covers(p, 2, o, x)) sum += c->sums[o];
    }
    to[x * p->in_step[2]] = STORE(sum);
  }
}

/// All rows of one channel. A row under the same windows as the one before has its values.
static void NAME(share_channel)(const weft_pool *p, NAME(columns) *c, const STORED *from, STORED *to) {
  int64_t at[3] = {0}, low[2], high[2], last_low[2] = {-1, -1}, last_high[2] = {-1, -1};
  bool dilated = !p->adaptive && p->dilation[0] * p->dilation[1] > 1;
  const STORED *before = NULL;
  for (at[0] = 0; at[0] < p->in[0]; at[0]++) {
    for (at[1] = 0; at[1] < p->in[1]; at[1]++) {
      STORED *row = to + NAME(dot)(at, p->in_step);
      for (int axis = 0; axis < 2; axis++) weft_pool_covering(p, axis, at[axis], &low[axis], &high[axis]);
      bool same = before && !dilated && low[0] == last_low[0] && low[1] == last_low[1] && high[0] == last_high[0] &&
                  high[1] == last_high[1];
      if (same && p->in_step[2] == 1) {
        memcpy(row, before, (size_t)p->in[2] * sizeof(STORED));
      } else {
        if (!same) NAME(add_rows_of_windows)(p, at, low, high, from, c);
        NAME(spread_columns)(p, c, row);
      }
      before = row;
      for (int axis = 0; axis < 2; axis++) last_low[axis] = low[axis], last_high[axis] = high[axis];
    }
  }
}

static void NAME(share)(const weft_pool_job *job, int64_t begin, int64_t end) {
  const weft_pool *p = job->pool;
  void *memory = malloc((size_t)p->out[2] * (8 + sizeof(COMPUTED)) + (size_t)p->in[2] * 8 + 1);
  if (!memory) weft_no_memory();
  NAME(columns) columns = NAME(columns_begin)(p, memory);
  for (int64_t item = begin; item < end; item++) {
    NAME(part) part = NAME(part_of)(job, item);
    for (int64_t c = part.first; c < part.first + part.count; c++) {
      const STORED *from = (const STORED *)job->input + part.n * p->out_batch + c * p->out_channel;
      STORED *to = (STORED *)job->output + part.n * p->in_batch + c * p->in_channel;
      NAME(share_channel)(p, &columns, from, to);
    }
  }
  free(memory);
}

static void NAME(gather)(const weft_pool_job *job, int64_t begin, int64_t end) {
  const weft_pool *p = job->pool;
  for (int64_t item = begin; item < end; item++) {
    NAME(part) part = NAME(part_of)(job, item);
    const STORED *in = (const STORED *)job->input + part.n * p->in_batch + part.first * p->in_channel;
    int64_t to = part.n * p->out_batch + part.first * p->out_channel, o[3];
    OVER_POSITIONS(p->out) {
      for (int64_t l = 0; l < part.count; l++) {
        int64_t target = to + NAME(dot)(o, p->out_step) + l * p->out_channel;
        const STORED *from = in + l * p->in_channel;
        bool holds = weft_pool_holds(p, job->indices[target]);
        ((STORED *)job->output)[target] = holds ? from[weft_pool_place(p, job->indices[target])] : 0;
      }
    }
  }
}

#undef OVER_CHANNELS
#undef OVER_APART_CHANNELS
#undef OVER_POSITIONS
