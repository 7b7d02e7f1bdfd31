// The pooling kernels of one element type. No include guard. Define
//   NAME(x)                 x with the type's prefix
//   STORED, STORED_VECTOR   what memory holds           COMPUTED, VECTOR, MASK   what is computed in, its comparisons
//   PLACES                  int32 in as many lanes      WIDEN, NARROW            vectors from memory and to it
//   LOAD, STORE             the same of one element     EVERY_SECOND(a, b)       a's even lanes, then b's odd ones

enum { NAME(lanes) = sizeof(VECTOR) / sizeof(COMPUTED) };

typedef STORED_VECTOR NAME(stored_vector) __attribute__((aligned(1), may_alias));
typedef PLACES NAME(places_vector) __attribute__((aligned(1), may_alias));

// MARK: - Reading and writing `count` lanes that lie `step` apart

INLINE VECTOR NAME(read)(const STORED *from, int64_t count, int64_t step) {
  enum { L = NAME(lanes) };
  if (count == L && step == 1) return WIDEN(*(const NAME(stored_vector) *)from);
  if (count == L && step == 2) {
    return EVERY_SECOND(WIDEN(*(const NAME(stored_vector) *)from), WIDEN(*(const NAME(stored_vector) *)(from + L - 1)));
  }
  STORED few[L] = {0};
  for (int64_t i = 0; i < count; i++) few[i] = from[i * step];
  return WIDEN(*(const NAME(stored_vector) *)few);
}

/// The last `left` of n neighbours, fewer than lanes; 0 in the other lanes.
INLINE VECTOR NAME(read_last)(const STORED *from, int64_t n, int64_t left) {
  enum { L = NAME(lanes) };
  if (n < L) return NAME(read)(from, n, 1);
  VECTOR last = NAME(read)(from + n - L, L, 1);
  PLACES place;
  for (int lane = 0; lane < L; lane++) place[lane] = lane;
  MASK wanted = __builtin_convertvector(place >= (PLACES)((int32_t)(L - left)), MASK);
  return wanted ? last : (VECTOR)(COMPUTED)0;
}

INLINE void NAME(write)(STORED *to, VECTOR values, int64_t count, int64_t step) {
  if (count == NAME(lanes) && step == 1) {
    *(NAME(stored_vector) *)to = NARROW(values);
    return;
  }
  STORED few[NAME(lanes)];
  *(NAME(stored_vector) *)few = NARROW(values);
  for (int64_t i = 0; i < count; i++) to[i * step] = few[i];
}

INLINE PLACES NAME(read_places)(const int32_t *from, int64_t count) {
  if (count == NAME(lanes)) return *(const NAME(places_vector) *)from;
  int32_t few[NAME(lanes)] = {0};
  for (int64_t i = 0; i < count; i++) few[i] = from[i];
  return *(const NAME(places_vector) *)few;
}

INLINE void NAME(write_places)(int32_t *to, PLACES places, int64_t count, int64_t step) {
  if (count == NAME(lanes) && step == 1) {
    *(NAME(places_vector) *)to = places;
    return;
  }
  for (int64_t i = 0; i < count; i++) to[i * step] = places[i];
}

// MARK: - Windows forward

/// Where the lanes of a window lie: `count` of them in each of up to four vectors.
typedef struct {
  int64_t count, in_step, out_step;
  int32_t place_step;  // from a lane's window to that of the next
} NAME(layout);

/// The maxima of one window of each lane: the last NaN, or the first of equals.
INLINE void NAME(max_window)(int vectors, NAME(layout) lay, const weft_pool *p, const weft_pool_span *s,
                             const STORED *in, STORED *out, int32_t *places) {
  enum { L = NAME(lanes) };
  VECTOR best[4];
  PLACES place[4], steps;
  for (int i = 0; i < L; i++) steps[i] = i * lay.place_step;
  int32_t first = (int32_t)((s[0].first * p->in[1] + s[1].first) * p->in[2] + s[2].first);
  // A window wholly in the padding has no place.
  if (s[0].count * s[1].count * s[2].count == 0) first = -1, steps = steps * 0;
  for (int v = 0; v < vectors; v++) best[v] = (VECTOR)(COMPUTED)-INFINITY, place[v] = first + steps;
  for (int64_t a = 0, z = s[0].first; a < s[0].count; a++, z += s[0].step) {
    for (int64_t b = 0, y = s[1].first; b < s[1].count; b++, y += s[1].step) {
      const STORED *row = in + z * p->in_step[0] + y * p->in_step[1];
      int64_t position = (z * p->in[1] + y) * p->in[2];
      for (int64_t c = 0, x = s[2].first; c < s[2].count; c++, x += s[2].step) {
        for (int v = 0; v < vectors; v++) {
          VECTOR value = NAME(read)(row + x * p->in_step[2] + v * L, lay.count, lay.in_step);
          MASK larger = (value > best[v]) | (value != value);
          best[v] = larger ? value : best[v];
          place[v] = __builtin_convertvector(larger, PLACES) ? (int32_t)(position + x) + steps : place[v];
        }
      }
    }
  }
  for (int v = 0; v < vectors; v++) {
    NAME(write)(out + v * L, best[v], lay.count, lay.out_step);
    NAME(write_places)(places + v * L, place[v], lay.count, lay.out_step);
  }
}

/// The sums of one window of each lane, each element times `factor`.
INLINE void NAME(window_sums)(int vectors, NAME(layout) lay, const weft_pool *p, const weft_pool_span *s,
                              const STORED *in, COMPUTED factor, VECTOR *sum) {
  enum { L = NAME(lanes) };
  for (int v = 0; v < vectors; v++) sum[v] = (VECTOR)(COMPUTED)0;
  for (int64_t a = 0, z = s[0].first; a < s[0].count; a++, z += s[0].step) {
    for (int64_t b = 0, y = s[1].first; b < s[1].count; b++, y += s[1].step) {
      const STORED *row = in + z * p->in_step[0] + y * p->in_step[1];
      for (int64_t c = 0, x = s[2].first; c < s[2].count; c++, x += s[2].step) {
        for (int v = 0; v < vectors; v++) {
          sum[v] += NAME(read)(row + x * p->in_step[2] + v * L, lay.count, lay.in_step) * factor;
        }
      }
    }
  }
}

/// Windows whose averages are not finite, once more with each element scaled before it is added: a sum may leave the
/// range where its average does not.
static __attribute__((noinline)) void NAME(average_scaled)(int vectors, NAME(layout) lay, const weft_pool *p,
                                                           const weft_pool_span *s, const STORED *in, STORED *out,
                                                           COMPUTED scale, const VECTOR *sum) {
  enum { L = NAME(lanes) };
  VECTOR careful[4];
  NAME(window_sums)(vectors, lay, p, s, in, scale, careful);
  for (int v = 0; v < vectors; v++) {
    VECTOR plain = sum[v] * scale;
    NAME(write)(out + v * L, plain - plain == 0 ? plain : careful[v], lay.count, lay.out_step);
  }
}

INLINE void NAME(average_window)(int vectors, NAME(layout) lay, const weft_pool *p, const weft_pool_span *s,
                                 const STORED *in, STORED *out, COMPUTED scale) {
  enum { L = NAME(lanes) };
  VECTOR sum[4];
  NAME(window_sums)(vectors, lay, p, s, in, 1, sum);
  VECTOR strange = (VECTOR)(COMPUTED)0;  // NaN where one of the results is infinite or NaN
  for (int v = 0; v < vectors; v++) strange += sum[v] * scale * 0;
  if (__builtin_reduce_or(strange != strange)) {
    NAME(average_scaled)(vectors, lay, p, s, in, out, scale, sum);
    return;
  }
  for (int v = 0; v < vectors; v++) NAME(write)(out + v * L, sum[v] * scale, lay.count, lay.out_step);
}

/// Runs CALL(vectors, count, channel) for blocks that cover all channels, in fours and twos of whole vectors. The last
/// one overlaps the one before it, where there are not channels enough for another.
#define OVER_CHANNELS(channels, CALL)                                   \
  do {                                                                  \
    enum { L = NAME(lanes) };                                           \
    int64_t c = 0, all = channels;                                      \
    for (; c + 4 * L <= all; c += 4 * L) CALL(4, L, c);                 \
    for (; c + 2 * L <= all; c += 2 * L) CALL(2, L, c);                 \
    for (; c + L <= all; c += L) CALL(1, L, c);                         \
    if (c < all && all > L) CALL(1, L, all - L);                        \
    if (c < all && all < L) CALL(1, all, (int64_t)0);                   \
  } while (0)

/// As OVER_CHANNELS, for channels that are not neighbours.
#define OVER_APART_CHANNELS(channels, CALL)                             \
  do {                                                                  \
    enum { L = NAME(lanes) };                                           \
    for (int64_t c = 0, all = channels; c < all; c += L) {              \
      CALL(1, all - c < L ? all - c : (int64_t)L, c);                   \
    }                                                                   \
  } while (0)

/// The scale of an average over the window at `index`.
INLINE COMPUTED NAME(scale)(const weft_pool *p, const int64_t *index) {
  return (COMPUTED)1 / (COMPUTED)weft_pool_divisor(p, index);
}

// Items are rows of output positions of all channels.
static void NAME(forward_channels)(const weft_pool_job *job, int64_t begin, int64_t end, bool max) {
  const weft_pool *p = job->pool;
  for (int64_t item = begin; item < end; item++) {
    int64_t index[3] = {0}, n = weft_pool_split(item, 2, p->out, index);
    weft_pool_span span[3] = {weft_pool_window(p, 0, index[0]), weft_pool_window(p, 1, index[1])};
    const STORED *in = (const STORED *)job->input + n * p->in_batch;
    int64_t row = n * p->out_batch + index[0] * p->out_step[0] + index[1] * p->out_step[1];
    for (index[2] = 0; index[2] < p->out[2]; index[2]++) {
      int64_t at = row + index[2] * p->out_step[2];
      STORED *out = (STORED *)job->output + at;
      span[2] = weft_pool_window(p, 2, index[2]);
      COMPUTED scale = max ? 1 : NAME(scale)(p, index);
#define NEIGHBOURS(vectors, count, c)                                                                         \
  max ? NAME(max_window)(vectors, (NAME(layout)){count, 1, 1, 0}, p, span, in + c, out + c, job->indices + at + c) \
      : NAME(average_window)(vectors, (NAME(layout)){count, 1, 1, 0}, p, span, in + c, out + c, scale)
#define APART(vectors, count, c)                                                                                  \
  max ? NAME(max_window)(vectors, (NAME(layout)){count, p->in_channel, p->out_channel, 0}, p, span,               \
                         in + c * p->in_channel, out + c * p->out_channel, job->indices + at + c * p->out_channel) \
      : NAME(average_window)(vectors, (NAME(layout)){count, p->in_channel, p->out_channel, 0}, p, span,           \
                             in + c * p->in_channel, out + c * p->out_channel, scale)
      if (p->in_channel == 1 && p->out_channel == 1) {
        OVER_CHANNELS(p->channels, NEIGHBOURS);
      } else {
        OVER_APART_CHANNELS(p->channels, APART);
      }
#undef NEIGHBOURS
#undef APART
    }
  }
}

static void NAME(max_channels)(const weft_pool_job *job, int64_t begin, int64_t end) {
  NAME(forward_channels)(job, begin, end, true);
}
static void NAME(average_channels)(const weft_pool_job *job, int64_t begin, int64_t end) {
  NAME(forward_channels)(job, begin, end, false);
}

/// The sum of `n` neighbours, each times `factor`, in four vectors side by side.
INLINE COMPUTED NAME(sum_of_run)(const STORED *from, int64_t n, COMPUTED factor) {
  enum { L = NAME(lanes) };
  VECTOR s0 = (VECTOR)(COMPUTED)0, s1 = s0, s2 = s0, s3 = s0;
  int64_t i = 0;
  for (; i + 4 * L <= n; i += 4 * L) {
    s0 += NAME(read)(from + i, L, 1) * factor, s1 += NAME(read)(from + i + L, L, 1) * factor;
    s2 += NAME(read)(from + i + 2 * L, L, 1) * factor, s3 += NAME(read)(from + i + 3 * L, L, 1) * factor;
  }
  for (; i + L <= n; i += L) s0 += NAME(read)(from + i, L, 1) * factor;
  if (i < n) s1 += NAME(read_last)(from, n, n - i) * factor;
  s0 = (s0 + s1) + (s2 + s3);
  // In pairs, which need not wait for each other.
  COMPUTED sums[L];
  for (int lane = 0; lane < L; lane++) sums[lane] = s0[lane];
  for (int half = L / 2; half > 0; half /= 2) {
    for (int lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
  }
  return sums[0];
}

/// The sum over a window whose rows lie at `in`, each element times `factor`.
INLINE COMPUTED NAME(sum_of_rows)(const weft_pool *p, const weft_pool_span *s, const STORED *in, COMPUTED factor) {
  bool joined = s[1].step == 1 && s[2].count == p->in[2] && p->in_step[1] == p->in[2];
  int64_t rows = joined ? 1 : s[1].count, run = joined ? s[1].count * s[2].count : s[2].count;
  COMPUTED sum = 0;
  for (int64_t a = 0; a < s[0].count; a++) {
    for (int64_t b = 0; b < rows; b++) {
      sum += NAME(sum_of_run)(in + (s[0].first + a * s[0].step) * p->in_step[0] +
                              (s[1].first + b * s[1].step) * p->in_step[1] + s[2].first, run, factor);
    }
  }
  return sum;
}

/// The average over one window of a channel.
INLINE STORED NAME(average_of_rows)(const weft_pool *p, const weft_pool_span *s, const STORED *in, COMPUTED scale) {
  COMPUTED average = NAME(sum_of_rows)(p, s, in, 1) * scale;
  if (!isfinite(average)) average = NAME(sum_of_rows)(p, s, in, scale);
  return STORE(average);
}

/// The one window that each channel has.
static void NAME(average_whole)(const weft_pool_job *job, int64_t begin, int64_t end) {
  const weft_pool *p = job->pool;
  const int64_t index[3] = {0};
  const weft_pool_span s[3] = {weft_pool_window(p, 0, 0), weft_pool_window(p, 1, 0), weft_pool_window(p, 2, 0)};
  const COMPUTED scale = NAME(scale)(p, index);
  int64_t n = begin / p->channels, channel = begin % p->channels;
  for (int64_t item = begin; item < end; item++) {
    const STORED *in = (const STORED *)job->input + n * p->in_batch + channel * p->in_channel;
    STORED *out = (STORED *)job->output + n * p->out_batch + channel * p->out_channel;
    *out = NAME(average_of_rows)(p, s, in, scale);
    if (++channel == p->channels) channel = 0, n++;
  }
}

// Items are rows of output positions of one channel, few of them and of wide windows: the lanes are neighbours in a window.
static void NAME(average_runs)(const weft_pool_job *job, int64_t begin, int64_t end) {
  const weft_pool *p = job->pool;
  if (p->out[0] * p->out[1] * p->out[2] == 1) {
    NAME(average_whole)(job, begin, end);
    return;
  }
  for (int64_t item = begin; item < end; item++) {
    int64_t sizes[3] = {p->channels, p->out[0], p->out[1]}, place[3], n = weft_pool_split(item, 3, sizes, place);
    int64_t index[3] = {place[1], place[2], 0};
    weft_pool_span s[3] = {weft_pool_window(p, 0, index[0]), weft_pool_window(p, 1, index[1]), {0, 0, 0}};
    const STORED *in = (const STORED *)job->input + n * p->in_batch + place[0] * p->in_channel;
    STORED *out = (STORED *)job->output + n * p->out_batch + place[0] * p->out_channel + index[0] * p->out_step[0] +
                  index[1] * p->out_step[1];
    for (; index[2] < p->out[2]; index[2]++) {
      s[2] = weft_pool_window(p, 2, index[2]);
      out[index[2] * p->out_step[2]] = NAME(average_of_rows)(p, s, in, NAME(scale)(p, index));
    }
  }
}

#include "wide_template.h"

/// Windows `x` and on of a row; all of them lie inside the input where there are several.
INLINE void NAME(row_of_windows)(const weft_pool_job *job, bool max, int64_t count, int64_t in_step, int64_t *index,
                                 int64_t x, weft_pool_span *span, const STORED *in, int64_t at) {
  const weft_pool *p = job->pool;
  NAME(layout) lay = {count, in_step, p->out_step[2], (int32_t)p->stride[2]};
  index[2] = x;
  span[2] = weft_pool_window(p, 2, x);
  at += x * p->out_step[2];
  if (max) {
    NAME(max_window)(1, lay, p, span, in, (STORED *)job->output + at, job->indices + at);
  } else {
    NAME(average_window)(1, lay, p, span, in, (STORED *)job->output + at, NAME(scale)(p, index));
  }
}

// Items are rows of output positions of one channel.
INLINE void NAME(forward_positions)(const weft_pool_job *job, int64_t begin, int64_t end, bool max, int64_t in_step) {
  enum { L = NAME(lanes) };
  const weft_pool *p = job->pool;
  // The windows low ..< high lie inside.
  int64_t low = (p->padding[2] + p->stride[2] - 1) / p->stride[2];
  int64_t room = p->in[2] - 1 - p->dilation[2] * (p->kernel[2] - 1) + p->padding[2];
  int64_t high = room < 0 ? 0 : room / p->stride[2] + 1;
  if (high > p->out[2]) high = p->out[2];
  for (int64_t item = begin; item < end; item++) {
    int64_t sizes[3] = {p->channels, p->out[0], p->out[1]}, place[3], n = weft_pool_split(item, 3, sizes, place);
    int64_t index[3] = {place[1], place[2], 0}, x = 0;
    weft_pool_span span[3] = {weft_pool_window(p, 0, index[0]), weft_pool_window(p, 1, index[1]), {0, 0, 0}};
    const STORED *in = (const STORED *)job->input + n * p->in_batch + place[0] * p->in_channel;
    int64_t at = n * p->out_batch + place[0] * p->out_channel + index[0] * p->out_step[0] + index[1] * p->out_step[1];
    for (; x < low && x < p->out[2]; x++) NAME(row_of_windows)(job, max, 1, 1, index, x, span, in, at);
    for (; x + L <= high; x += L) NAME(row_of_windows)(job, max, L, in_step, index, x, span, in, at);
    if (x < high && high - low >= L) {
      NAME(row_of_windows)(job, max, L, in_step, index, high - L, span, in, at);
      x = high;
    } else if (x < high) {
      NAME(row_of_windows)(job, max, high - x, in_step, index, x, span, in, at);
      x = high;
    }
    for (; x < p->out[2]; x++) NAME(row_of_windows)(job, max, 1, 1, index, x, span, in, at);
  }
}

/// The usual steps as constants, so that lanes are read in whole vectors.
INLINE void NAME(positions)(const weft_pool_job *job, int64_t begin, int64_t end, bool max) {
  int64_t step = job->pool->stride[2] * job->pool->in_step[2];
  if (step == 1) {
    NAME(forward_positions)(job, begin, end, max, 1);
  } else if (step == 2) {
    NAME(forward_positions)(job, begin, end, max, 2);
  } else {
    NAME(forward_positions)(job, begin, end, max, step);
  }
}

static void NAME(max_positions)(const weft_pool_job *job, int64_t begin, int64_t end) {
  NAME(positions)(job, begin, end, true);
}
static void NAME(average_positions)(const weft_pool_job *job, int64_t begin, int64_t end) {
  NAME(positions)(job, begin, end, false);
}
