// Windows that are wide, or of uneven widths: first down each column of the input, then along the columns (private to
// template.h).

/// What the windows along the last axis are, and what their rows come to in each column of the input.
typedef struct {
  int64_t *first, *count, *parts;  // of each window; what it brings to the divisor
  int32_t *rows;                   // of each column's maximum: the flattened axes before the last
  COMPUTED *columns;
} NAME(wide);

static NAME(wide) NAME(wide_begin)(const weft_pool *p) {
  const size_t windows = (size_t)p->out[2], length = (size_t)p->in[2] + 64;
  NAME(wide) w = {.first = malloc(windows * 24 + length * (4 + sizeof(COMPUTED)) + 64)};
  if (!w.first) weft_no_memory();
  w.count = w.first + windows, w.parts = w.count + windows;
  w.columns = (COMPUTED *)(w.parts + windows);
  w.rows = (int32_t *)(w.columns + length);
  for (int64_t x = 0; x < p->out[2]; x++) {
    weft_pool_span span = weft_pool_window(p, 2, x);
    w.first[x] = span.first, w.count[x] = span.count, w.parts[x] = weft_pool_divisor_part(p, 2, x);
  }
  return w;
}

/// Adds a row of the input to the columns, or sets them.
INLINE void NAME(add_row)(const STORED *row, int64_t n, bool sets, COMPUTED *columns) {
  enum { L = NAME(lanes) };
  typedef VECTOR any_vector __attribute__((aligned(1), may_alias));
  for (int64_t x = 0; x < n; x += L) {
    VECTOR value = NAME(read)(row + x, n - x < L ? n - x : (int64_t)L, 1);
    *(any_vector *)(columns + x) = sets ? value : *(any_vector *)(columns + x) + value;
  }
}

/// Where a row of the input is larger than the columns, NaN or the first, it takes their place.
INLINE void NAME(raise_row)(const STORED *row, int64_t n, bool sets, int32_t at, const NAME(wide) *w) {
  enum { L = NAME(lanes) };
  typedef VECTOR any_vector __attribute__((aligned(1), may_alias));
  for (int64_t x = 0; x < n; x += L) {
    VECTOR value = NAME(read)(row + x, n - x < L ? n - x : (int64_t)L, 1), best = *(any_vector *)(w->columns + x);
    MASK larger = sets ? best == best | best != best : (value > best) | (value != value);
    *(any_vector *)(w->columns + x) = larger ? value : best;
    NAME(places_vector) *rows = (NAME(places_vector) *)(w->rows + x);
    *rows = __builtin_convertvector(larger, PLACES) ? (PLACES)at : *rows;
  }
}

INLINE void NAME(largest_of_columns)(const weft_pool *p, const NAME(wide) *w, int64_t x, STORED *out, int32_t *place) {
  const int64_t first = w->first[x];
  COMPUTED best = w->columns[first];
  int64_t at = w->rows[first] * p->in[2] + first;
  for (int64_t c = first + 1; c < first + w->count[x]; c++) {
    const COMPUTED value = w->columns[c];
    const int64_t position = w->rows[c] * p->in[2] + c;
    // Row by row, of equals the first, and of several NaN the last.
    const bool wins = value != value ? best == best || position > at : value == best ? position < at : value > best;
    if (wins) best = value, at = position;
  }
  *out = STORE(best);
  *place = (int32_t)at;
}

// Items are rows of output positions of one channel.
INLINE void NAME(forward_wide)(const weft_pool_job *job, int64_t begin, int64_t end, bool max) {
  const weft_pool *p = job->pool;
  NAME(wide) w = NAME(wide_begin)(p);
  for (int64_t item = begin; item < end; item++) {
    int64_t sizes[3] = {p->channels, p->out[0], p->out[1]}, at[3], n = weft_pool_split(item, 3, sizes, at);
    weft_pool_span s[3] = {weft_pool_window(p, 0, at[1]), weft_pool_window(p, 1, at[2]), {0, 0, 0}};
    const STORED *in = (const STORED *)job->input + n * p->in_batch + at[0] * p->in_channel;
    const int64_t to = n * p->out_batch + at[0] * p->out_channel + at[1] * p->out_step[0] + at[2] * p->out_step[1];
    STORED *out = (STORED *)job->output + to;
    for (int64_t row = 0; row < s[0].count * s[1].count; row++) {
      const int64_t z = s[0].first + row / s[1].count * s[0].step, y = s[1].first + row % s[1].count * s[1].step;
      const STORED *from = in + z * p->in_step[0] + y * p->in_step[1];
      if (max) {
        NAME(raise_row)(from, p->in[2], row == 0, (int32_t)(z * p->in[1] + y), &w);
      } else {
        NAME(add_row)(from, p->in[2], row == 0, w.columns);
      }
    }
    const bool is_empty = s[0].count * s[1].count == 0;
    const int64_t part = weft_pool_divisor_part(p, 0, at[1]) * weft_pool_divisor_part(p, 1, at[2]);
    for (int64_t x = 0; x < p->out[2]; x++, out += p->out_step[2]) {
      if (max && (is_empty || w.count[x] == 0)) {
        *out = STORE((COMPUTED)-INFINITY);
        job->indices[to + x * p->out_step[2]] = -1;
      } else if (max) {
        NAME(largest_of_columns)(p, &w, x, out, job->indices + to + x * p->out_step[2]);
      } else {
        COMPUTED sum = 0;
        for (int64_t c = 0; !is_empty && c < w.count[x]; c++) sum += w.columns[w.first[x] + c];
        const int64_t divisor = p->same_divisor > 0 ? p->same_divisor : part * w.parts[x];
        const COMPUTED scale = (COMPUTED)1 / (COMPUTED)(divisor > 0 ? divisor : 1);
        COMPUTED average = sum * scale;
        if (!isfinite(average) && !is_empty) {
          s[2] = (weft_pool_span){w.first[x], w.count[x], 1};
          average = NAME(sum_of_rows)(p, s, in, scale);
        }
        *out = STORE(average);
      }
    }
  }
  free(w.first);
}

static void NAME(max_wide)(const weft_pool_job *job, int64_t begin, int64_t end) {
  NAME(forward_wide)(job, begin, end, true);
}
static void NAME(average_wide)(const weft_pool_job *job, int64_t begin, int64_t end) {
  NAME(forward_wide)(job, begin, end, false);
}
