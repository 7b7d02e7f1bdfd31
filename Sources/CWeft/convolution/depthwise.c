// Convolutions of each channel by itself: the rows of the output, each cut where other taps meet the input.
#include "depthwise.h"

#include "../common/prepared.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "few_taps.h"
#include "weft_parallel.h"

// Where windows lie further apart, reading memory is all the work, which oneDNN does faster.
bool weft_depthwise_suits(const weft_convolution *c) {
  const weft_convolution_description *d = &c->shape;
  if (c->direction != WEFT_FORWARD || d->dtype != WEFT_FLOAT32 || d->wide || d->spatial > 2 ||
      d->groups != d->in_channels || d->out_channels != d->in_channels || d->groups == 1 ||
      d->stride[d->spatial - 1] > 2) {
    return false;
  }
  int64_t sizes[5];
  weft_input_sizes(d, sizes);
  if (!(weft_layout_of(d->spatial + 2, sizes, d->input_strides) & WEFT_LAYOUT_LAST)) return false;
  weft_output_sizes(d, sizes);
  return weft_layout_of(d->spatial + 2, sizes, d->output_strides) & WEFT_LAYOUT_LAST;
}

// One axis of the windows.
typedef struct {
  int64_t in, out, kernel, stride, dilation, before;
} axis;

// Results beside each other whose windows meet the same taps [left, right) of a row.
typedef struct {
  int64_t place, count, left, right;
} segment;

typedef struct {
  const weft_convolution *convolution;
  const weft_flat_pass *pass;
  axis y, x;            // of one axis, y is one point
  int64_t channels;
  bool prefetches;
  segment *segments;    // of every row
  int64_t segment_count;
  float *weight;        // tap by tap, all channels of one beside each other
} job;

// The taps [begin, end) of the window of a result that meet the input.
static void meeting(const axis *a, int64_t place, int64_t *begin, int64_t *end) {
  int64_t start = place * a->stride - a->before;
  *begin = start >= 0 ? 0 : (-start + a->dilation - 1) / a->dilation;
  *end = start >= a->in ? 0 : (a->in - start + a->dilation - 1) / a->dilation;
  if (*begin > a->kernel) *begin = a->kernel;
  if (*end > a->kernel) *end = a->kernel;
  if (*end < *begin) *end = *begin;
}

// Channels [begin, end) of a row of the output.
static void run_row(const job *work, int64_t image, int64_t y, int64_t begin, int64_t end) {
  const weft_convolution *c = work->convolution;
  int64_t channels = work->channels, top, bottom, first = image * work->y.out + y;
  meeting(&work->y, y, &top, &bottom);
  weft_depthwise_row r = {.channels = channels, .rows = bottom - top, .bias = c->bias};
  r.row = work->y.dilation * work->x.in * channels;
  r.column = work->x.dilation * channels;
  r.step = work->x.stride * channels;
  r.weight_row = work->x.kernel * channels;
  if (work->pass && work->pass->is_clamp) r.clamps = true, r.low = work->pass->low, r.high = work->pass->high;
  if (work->prefetches && bottom - top == work->y.kernel && work->y.stride <= work->y.kernel && y + 1 < work->y.out) {
    r.ahead = work->y.stride * work->x.in * channels;
    r.fresh_rows = work->y.stride;
  }
  int64_t row = image * work->y.in + y * work->y.stride - work->y.before + top * work->y.dilation;
  for (int64_t i = 0; i < work->segment_count; i++) {
    segment s = work->segments[i];
    int64_t column = s.place * work->x.stride - work->x.before + s.left * work->x.dilation;
    // Without a tap nothing is read.
    bool any = r.rows > 0 && s.right > s.left;
    r.columns = any ? s.right - s.left : 0;
    r.input = any ? (const float *)c->input + (row * work->x.in + column) * channels : work->weight;
    r.weight = any ? work->weight + (top * work->x.kernel + s.left) * channels : work->weight;
    r.output = (float *)c->output + (first * work->x.out + s.place) * channels;
    weft_depthwise_row_run(&r, s.count, begin, end);
  }
}

static void find_segments(job *work) {
  segment *last = NULL;
  for (int64_t x = 0; x < work->x.out; x++) {
    int64_t left, right;
    meeting(&work->x, x, &left, &right);
    if (last && last->left == left && last->right == right && last->count < WEFT_DEPTHWISE_MOST) {
      last->count++;
    } else {
      last = &work->segments[work->segment_count++];
      *last = (segment){x, 1, left, right};
    }
  }
}

enum { BLOCK_RESULTS = 1 << 14, LEAST_ROWS = 8, NEAR = 1 << 13, CACHED = 1 << 17, LEAST_CHANNELS = 64,
       FAR = 1 << 21, LEAST_PER_THREAD = 1 << 17, RANGE_ROWS = 6 };

// How many channels several rows are computed of at once: where an image is in the second-level cache, so few that what
// one row's windows share with the next row's is in the first-level cache; else all, as memory is read in order.
static int64_t channels_at_once(const job *work) {
  if (work->y.in * work->x.in * work->channels > CACHED) return work->channels;
  int64_t rows = work->y.dilation * (work->y.kernel - 1) + 1, channels = NEAR / (work->x.in * rows) / 16 * 16;
  return channels > LEAST_CHANNELS ? channels : LEAST_CHANNELS;
}

static void run_block(const job *work, int64_t first, int64_t rows) {
  int64_t channels = channels_at_once(work);
  uint32_t word = weft_denormals_flush();
  for (int64_t begin = 0; begin < work->channels; begin += channels) {
    int64_t end = work->channels - begin < channels ? work->channels : begin + channels;
    for (int64_t i = first; i < first + rows; i++) run_row(work, i / work->y.out, i % work->y.out, begin, end);
  }
  weft_denormals_restore(word);
  if (!work->pass || work->pass->is_clamp) return;
  weft_flat_pass_run(work->pass, first * work->x.out, rows * work->x.out, 0, work->channels);
}

// Rows of one range share what their windows read; two threads are to have one each.
static int64_t rows_of_range(const job *work, int64_t multiplications) {
  int64_t worth = 1 + LEAST_PER_THREAD / multiplications;
  int64_t half = work->convolution->shape.batch * work->y.out / 2, shared = half < RANGE_ROWS ? half : RANGE_ROWS;
  return worth > shared ? worth : shared;
}

static void run_rows(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  int64_t rows = BLOCK_RESULTS / (work->x.out * work->channels) + 1;
  if (rows < LEAST_ROWS) rows = LEAST_ROWS;
  for (int64_t first = begin; first < end; first += rows) {
    run_block(work, first, end - first < rows ? end - first : rows);
  }
}

// The taps' weights, all channels of one beside each other.
static void turn_weight(const job *work, const int64_t *strides, int32_t spatial) {
  const float *from = work->convolution->weight;
  int64_t column = strides[spatial + 1], row = spatial == 2 ? strides[2] : 0;
  for (int64_t y = 0, tap = 0; y < work->y.kernel; y++) {
    for (int64_t x = 0; x < work->x.kernel; x++, tap++) {
      float *to = work->weight + tap * work->channels;
      for (int64_t c = 0; c < work->channels; c++) to[c] = from[c * strides[0] + y * row + x * column];
    }
  }
}

static axis nth_axis(const weft_convolution_description *d, int32_t i) {
  return (axis){d->in_size[i], d->out_size[i], d->kernel[i], d->stride[i], d->dilation[i], d->padding_before[i]};
}

static weft_prepared *prepare(const job *work, size_t bytes, bool *fill) {
  const weft_convolution_description *d = &work->convolution->shape;
  const int64_t *strides = d->weight_strides;
  int64_t row = d->spatial == 2 ? strides[2] : 0, column = strides[d->spatial + 1];
  weft_prepared_key key = {d->weight_content, work->convolution->weight, 0,
                           {work->channels, work->y.kernel << 32 | work->x.kernel, strides[0], row, ~column}};
  return weft_prepared_acquire(&key, bytes, fill);
}

int32_t weft_depthwise(const weft_convolution *c, const weft_flat_pass *pass) {
  const weft_convolution_description *d = &c->shape;
  job work = {.convolution = c, .pass = pass, .y = {1, 1, 1, 1, 1, 0}, .channels = d->in_channels};
  if (d->spatial == 2) work.y = nth_axis(d, 0);
  work.x = nth_axis(d, d->spatial - 1);
  int64_t taps = work.y.kernel * work.x.kernel, row = work.x.out * work.channels * taps;
  work.prefetches = d->batch * work.y.in * work.x.in * work.channels > FAR;
  size_t bytes = weft_bytes3(taps, work.channels, sizeof(float));
  bool fill = false;
  weft_prepared *kept = bytes > INT64_MAX ? NULL : prepare(&work, bytes, &fill);
  weft_scratch_mark mark = weft_scratch_begin();
  work.weight = kept ? weft_prepared_data(kept) : weft_scratch_take(bytes);
  work.segments = weft_scratch_take(weft_bytes(work.x.out, sizeof(segment)));
  bool has_memory = work.weight && work.segments;
  if (has_memory) {
    find_segments(&work);
    if (!kept || fill) turn_weight(&work, d->weight_strides, d->spatial);
    weft_parallel_for(d->batch * work.y.out, rows_of_range(&work, row), run_rows, &work);
  }
  weft_scratch_release(mark);
  if (kept) weft_prepared_release(kept, fill && has_memory);
  return has_memory ? WEFT_OK : WEFT_OUT_OF_MEMORY;
}
