// Pooling kernels for one element type. Define STORED, COMPUTED, LOAD, STORE, NAME(x). No include guard.
//
// Work runs over lanes: neighbouring channels where these are adjacent in memory (or windows differ in size), else
// neighbouring output positions along the last axis.

enum { NAME(LANES) = 128 };

static inline void NAME(take_largest)(int64_t count, const STORED *in, int64_t step, COMPUTED *best, int32_t *where,
                                      int32_t position, int32_t position_step) {
  for (int64_t l = 0; l < count; l++) {
    COMPUTED value = LOAD(in[l * step]);
    // Also true for a NaN that is the first one.
    bool larger = !(value <= best[l]) & (best[l] == best[l]);
    best[l] = larger ? value : best[l];
    where[l] = larger ? position + (int32_t)l * position_step : where[l];
  }
}

static inline void NAME(add)(int64_t count, const STORED *in, int64_t step, COMPUTED *sums) {
  for (int64_t l = 0; l < count; l++) sums[l] += LOAD(in[l * step]);
}

// `count` lanes of one window: channels.
static void NAME(max_channels)(const weft_pool *p, const weft_pool_span *span, int64_t count, const STORED *in,
                               COMPUTED *best, int32_t *where) {
  bool none = true;
  for (int64_t l = 0; l < count; l++) {
    best[l] = -(COMPUTED)INFINITY;
    where[l] = 0;
  }
  for (int64_t a = 0, z = span[0].first; a < span[0].count; a++, z += span[0].step) {
    for (int64_t b = 0, y = span[1].first; b < span[1].count; b++, y += span[1].step) {
      for (int64_t c = 0, x = span[2].first; c < span[2].count; c++, x += span[2].step) {
        const STORED *from = in + z * p->in_step[0] + y * p->in_step[1] + x * p->in_step[2];
        int32_t position = (int32_t)((z * p->in[1] + y) * p->in[2] + x);
        if (none) {
          for (int64_t l = 0; l < count; l++) where[l] = position;
          none = false;
        }
        if (p->in_channel == 1) {
          NAME(take_largest)(count, from, 1, best, where, position, 0);
        } else {
          NAME(take_largest)(count, from, p->in_channel, best, where, position, 0);
        }
      }
    }
  }
}

static void NAME(sum_channels)(const weft_pool *p, const weft_pool_span *span, int64_t count, const STORED *in,
                               COMPUTED *sums) {
  for (int64_t l = 0; l < count; l++) sums[l] = 0;
  for (int64_t a = 0, z = span[0].first; a < span[0].count; a++, z += span[0].step) {
    for (int64_t b = 0, y = span[1].first; b < span[1].count; b++, y += span[1].step) {
      for (int64_t c = 0, x = span[2].first; c < span[2].count; c++, x += span[2].step) {
        const STORED *from = in + z * p->in_step[0] + y * p->in_step[1] + x * p->in_step[2];
        if (p->in_channel == 1) {
          NAME(add)(count, from, 1, sums);
        } else {
          NAME(add)(count, from, p->in_channel, sums);
        }
      }
    }
  }
}

// Items are output positions of images; lanes are channels.
static void NAME(forward_channels)(const job *work, int64_t begin, int64_t end) {
  const weft_pool *p = work->pool;
  COMPUTED values[NAME(LANES)];
  int32_t where[NAME(LANES)];
  for (int64_t item = begin; item < end; item++) {
    int64_t index[3], n = split_item(item, p->out, index);
    weft_pool_span span[3];
    for (int axis = 0; axis < 3; axis++) span[axis] = weft_pool_window(p, axis, index[axis]);
    int64_t at = n * p->out_batch + index[0] * p->out_step[0] + index[1] * p->out_step[1] + index[2] * p->out_step[2];
    const STORED *in = (const STORED *)work->input + n * p->in_batch;
    STORED *out = (STORED *)work->output + at;
    COMPUTED scale = work->indices ? 1 : (COMPUTED)1 / (COMPUTED)weft_pool_divisor(p, index);
    for (int64_t c = 0; c < p->channels; c += NAME(LANES)) {
      int64_t count = p->channels - c < NAME(LANES) ? p->channels - c : NAME(LANES);
      if (work->indices) {
        NAME(max_channels)(p, span, count, in + c * p->in_channel, values, where);
        for (int64_t l = 0; l < count; l++) work->indices[at + (c + l) * p->out_channel] = where[l];
      } else {
        NAME(sum_channels)(p, span, count, in + c * p->in_channel, values);
      }
      for (int64_t l = 0; l < count; l++) out[(c + l) * p->out_channel] = STORE(values[l] * scale);
    }
  }
}

// The lanes of a row whose window has position `tap` inside the input, from `first` up to the result.
static inline int64_t NAME(inside)(const weft_pool *p, int64_t tap, int64_t row, int64_t count, int64_t *first) {
  int64_t start = row * p->stride[2] - p->padding[2] + tap * p->dilation[2], room = p->in[2] - start;
  *first = start < 0 ? (-start + p->stride[2] - 1) / p->stride[2] : 0;
  int64_t end = room > 0 ? (room - 1) / p->stride[2] + 1 : 0;
  return end < count ? end : count;
}

// A row of windows of one channel, `count` of them from output position `row`.
static void NAME(row)(const job *work, const weft_pool_span *span, int64_t row, int64_t count, const STORED *in,
                      COMPUTED *values, int32_t *where) {
  const weft_pool *p = work->pool;
  int64_t step = p->stride[2] * p->in_step[2];
  for (int64_t l = 0; l < count; l++) values[l] = work->indices ? -(COMPUTED)INFINITY : 0;
  if (work->indices) {
    for (int64_t l = 0; l < count; l++) {
      weft_pool_span x = weft_pool_window(p, 2, row + l);
      where[l] = (int32_t)((span[0].first * p->in[1] + span[1].first) * p->in[2] + x.first);
      if (span[0].count * span[1].count * x.count == 0) where[l] = 0;
    }
  }
  for (int64_t a = 0, z = span[0].first; a < span[0].count; a++, z += span[0].step) {
    for (int64_t b = 0, y = span[1].first; b < span[1].count; b++, y += span[1].step) {
      for (int64_t tap = 0; tap < p->kernel[2]; tap++) {
        int64_t first, end = NAME(inside)(p, tap, row, count, &first);
        if (first >= end) continue;
        int64_t x = (row + first) * p->stride[2] - p->padding[2] + tap * p->dilation[2];
        const STORED *from = in + z * p->in_step[0] + y * p->in_step[1] + x * p->in_step[2];
        if (work->indices) {
          NAME(take_largest)(end - first, from, step, values + first, where + first,
                             (int32_t)((z * p->in[1] + y) * p->in[2] + x), (int32_t)p->stride[2]);
        } else if (step == 1) {
          NAME(add)(end - first, from, 1, values + first);
        } else {
          NAME(add)(end - first, from, step, values + first);
        }
      }
    }
  }
}

// Items are rows of output positions of one channel; lanes are positions.
static void NAME(forward_rows)(const job *work, int64_t begin, int64_t end) {
  const weft_pool *p = work->pool;
  COMPUTED values[NAME(LANES)];
  int32_t where[NAME(LANES)];
  for (int64_t item = begin; item < end; item++) {
    int64_t rows[3] = {p->channels, p->out[0], p->out[1]}, place[3], n = split_item(item, rows, place);
    int64_t index[3] = {place[1], place[2], 0};
    weft_pool_span span[3] = {weft_pool_window(p, 0, index[0]), weft_pool_window(p, 1, index[1]), {0, 0, 0}};
    const STORED *in = (const STORED *)work->input + n * p->in_batch + place[0] * p->in_channel;
    int64_t at = n * p->out_batch + place[0] * p->out_channel + index[0] * p->out_step[0] + index[1] * p->out_step[1];
    for (int64_t x = 0; x < p->out[2]; x += NAME(LANES)) {
      int64_t count = p->out[2] - x < NAME(LANES) ? p->out[2] - x : NAME(LANES);
      NAME(row)(work, span, x, count, in, values, where);
      for (int64_t l = 0; l < count; l++) {
        int64_t to = at + (x + l) * p->out_step[2];
        index[2] = x + l;
        COMPUTED value = values[l];
        if (work->indices) {
          work->indices[to] = where[l];
        } else {
          value *= (COMPUTED)1 / (COMPUTED)weft_pool_divisor(p, index);
        }
        ((STORED *)work->output)[to] = STORE(value);
      }
    }
  }
}

// The windows that an input position belongs to.
static void NAME(gather_windows)(const weft_pool *p, const int64_t *index, int64_t count, const STORED *out,
                                 COMPUTED *sums) {
  int64_t low[3], high[3], o[3];
  for (int axis = 0; axis < 3; axis++) covering(p, axis, index[axis], &low[axis], &high[axis]);
  for (int64_t l = 0; l < count; l++) sums[l] = 0;
  for (o[0] = low[0]; o[0] <= high[0]; o[0]++) {
    if (!covers(p, 0, o[0], index[0])) continue;
    for (o[1] = low[1]; o[1] <= high[1]; o[1]++) {
      if (!covers(p, 1, o[1], index[1])) continue;
      for (o[2] = low[2]; o[2] <= high[2]; o[2]++) {
        if (!covers(p, 2, o[2], index[2])) continue;
        const STORED *from = out + o[0] * p->out_step[0] + o[1] * p->out_step[1] + o[2] * p->out_step[2];
        COMPUTED scale = (COMPUTED)1 / (COMPUTED)weft_pool_divisor(p, o);
        if (p->out_channel == 1) {
          for (int64_t l = 0; l < count; l++) sums[l] += scale * LOAD(from[l]);
        } else {
          for (int64_t l = 0; l < count; l++) sums[l] += scale * LOAD(from[l * p->out_channel]);
        }
      }
    }
  }
}

// Items are input positions, of one channel each (`single`) or of all.
static void NAME(backward)(const job *work, int64_t begin, int64_t end) {
  const weft_pool *p = work->pool;
  COMPUTED sums[NAME(LANES)];
  for (int64_t item = begin; item < end; item++) {
    int64_t index[3], image = split_item(item, p->in, index), first = 0, n = image, channels = p->channels;
    if (work->single) {
      n = image / p->channels;
      first = image % p->channels;
      channels = first + 1;
    }
    STORED *in = (STORED *)work->output + n * p->in_batch + index[0] * p->in_step[0] + index[1] * p->in_step[1] +
                 index[2] * p->in_step[2];
    for (int64_t c = first; c < channels; c += NAME(LANES)) {
      int64_t count = channels - c < NAME(LANES) ? channels - c : NAME(LANES);
      NAME(gather_windows)(p, index, count, (const STORED *)work->input + n * p->out_batch + c * p->out_channel, sums);
      for (int64_t l = 0; l < count; l++) in[(c + l) * p->in_channel] = STORE(sums[l]);
    }
  }
}

// Items are groups of channels of one image: what one writes no other touches.
static void NAME(scatter)(const job *work, int64_t begin, int64_t end) {
  const weft_pool *p = work->pool;
  int64_t groups = (p->channels + work->group - 1) / work->group;
  for (int64_t item = begin; item < end; item++) {
    int64_t n = item / groups, c = item % groups * work->group;
    int64_t count = p->channels - c < work->group ? p->channels - c : work->group;
    STORED *in = (STORED *)work->output + n * p->in_batch + c * p->in_channel;
    int64_t at = n * p->out_batch + c * p->out_channel;
    for (int64_t i = 0; i < p->in[0] * p->in[1] * p->in[2]; i++) {
      STORED *to = in + place(p, i);
      for (int64_t l = 0; l < count; l++) to[l * p->in_channel] = STORE(0);
    }
    for (int64_t i = 0; i < p->out[0] * p->out[1] * p->out[2]; i++) {
      int64_t o[3], from = at;
      split_item(i, p->out, o);
      for (int axis = 0; axis < 3; axis++) from += o[axis] * p->out_step[axis];
      for (int64_t l = 0; l < count; l++) {
        int64_t source = from + l * p->out_channel;
        STORED *to = in + l * p->in_channel + place(p, work->indices[source]);
        *to = STORE(LOAD(*to) + LOAD(((const STORED *)work->input)[source]));
      }
    }
  }
}

static void NAME(gather)(const job *work, int64_t begin, int64_t end) {
  const weft_pool *p = work->pool;
  for (int64_t item = begin; item < end; item++) {
    int64_t index[3], image = split_item(item, p->out, index), first = 0, n = image, channels = p->channels;
    if (work->single) {
      n = image / p->channels;
      first = image % p->channels;
      channels = first + 1;
    }
    const STORED *in = (const STORED *)work->input + n * p->in_batch;
    int64_t at = n * p->out_batch;
    for (int axis = 0; axis < 3; axis++) at += index[axis] * p->out_step[axis];
    for (int64_t c = first; c < channels; c++) {
      int64_t to = at + c * p->out_channel;
      ((STORED *)work->output)[to] = in[c * p->in_channel + place(p, work->indices[to])];
    }
  }
}

static const kernels NAME(kernels) = {NAME(forward_channels), NAME(forward_rows), NAME(backward), NAME(scatter),
                                      NAME(gather)};

#undef STORED
#undef COMPUTED
#undef LOAD
#undef STORE
#undef NAME
