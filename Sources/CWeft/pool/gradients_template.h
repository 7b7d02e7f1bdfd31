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
    OVER_POSITIONS(p->in) {
      STORED *to = in + NAME(dot)(o, p->in_step);
      for (int64_t l = 0; l < part.count; l++) to[l * p->in_channel] = 0;
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

/// The gradient of an average of one channel at one input position.
INLINE COMPUTED NAME(share_of)(const weft_pool *p, const int64_t *at, const int64_t *low, const int64_t *high,
                               const STORED *from) {
  COMPUTED sum = 0;
  int64_t o[3];
  for (o[0] = low[0]; o[0] <= high[0]; o[0]++) {
    if (!weft_pool_covers(p, 0, o[0], at[0])) continue;
    for (o[1] = low[1]; o[1] <= high[1]; o[1]++) {
      if (!weft_pool_covers(p, 1, o[1], at[1])) continue;
      for (o[2] = low[2]; o[2] <= high[2]; o[2]++) {
        if (!weft_pool_covers(p, 2, o[2], at[2])) continue;
        sum += LOAD(from[NAME(dot)(o, p->out_step)]) * NAME(scale)(p, o);
      }
    }
  }
  return sum;
}

static void NAME(share)(const weft_pool_job *job, int64_t begin, int64_t end) {
  const weft_pool *p = job->pool;
  for (int64_t item = begin; item < end; item++) {
    NAME(part) part = NAME(part_of)(job, item);
    for (int64_t c = part.first; c < part.first + part.count; c++) {
      const STORED *from = (const STORED *)job->input + part.n * p->out_batch + c * p->out_channel;
      STORED *to = (STORED *)job->output + part.n * p->in_batch + c * p->in_channel;
      int64_t o[3], low[3], high[3];
      weft_pool_cover cover = {0, 0, 0, 0};
      OVER_POSITIONS(p->in) {
        if (o[2] > 0) {
          weft_pool_cover_advance(p, &cover, o[2]);
        } else {
          for (int axis = 0; axis < 2; axis++) weft_pool_covering(p, axis, o[axis], &low[axis], &high[axis]);
          cover = weft_pool_cover_begin(p);
        }
        low[2] = cover.low, high[2] = cover.high;
        to[NAME(dot)(o, p->in_step)] = STORE(NAME(share_of)(p, o, low, high, from));
      }
    }
  }
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
