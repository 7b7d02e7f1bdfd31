// Convolutions as products of windows with the packed weight. A row of the output is cut where other taps meet the
// input; between the cuts the windows are as far apart as the stride, which is all that the kernels of products need.
#include "windows.h"

#include <stdatomic.h>

#include "../common/prepared.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "../product/panels.h"
#include "weft_parallel.h"

// One axis of the windows.
typedef struct {
  int64_t in, out, kernel, stride, before;
} axis;

typedef struct {
  const weft_convolution *convolution;
  const weft_flat_pass *pass;
  axis y, x;
  int64_t planes, unit;   // the channels are in planes of their own, or `unit` elements beside each other
  int64_t columns, k;     // of a panel; rows of the packed weight
  int64_t panels;
  float *weight;
} job;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// MARK: - What is taken

// Of more channels oneDNN's kernels and Winograd's algorithm are faster.
enum { MOST_CHANNELS = 4 };

static bool moves_plainly(const weft_convolution_description *d) {
  for (int32_t i = 0; i < d->spatial; i++) {
    if (d->dilation[i] != 1) return false;
  }
  return true;
}

bool weft_windows_suits(const weft_convolution *c) {
  const weft_convolution_description *d = &c->shape;
  if (c->direction != WEFT_FORWARD || d->dtype != WEFT_FLOAT32 || d->wide || d->spatial > 2 || d->groups != 1 ||
      d->in_channels > MOST_CHANNELS || !moves_plainly(d)) {
    return false;
  }
  int64_t sizes[5];
  weft_input_sizes(d, sizes);
  if (weft_layout_of(d->spatial + 2, sizes, d->input_strides) == WEFT_LAYOUT_OTHER) return false;
  weft_output_sizes(d, sizes);
  return weft_layout_of(d->spatial + 2, sizes, d->output_strides) & WEFT_LAYOUT_LAST;
}

// MARK: - A row of the output

// The taps [begin, end) of the window at a place that meet the input.
static void meeting(const axis *a, int64_t place, int64_t *begin, int64_t *end) {
  int64_t start = place * a->stride - a->before;
  *begin = start >= 0 ? 0 : least(-start, a->kernel);
  *end = start >= a->in ? 0 : least(a->in - start, a->kernel);
  if (*end < *begin) *end = *begin;
}

// Places [first, last) whose windows meet the same taps [left, right) of a line, in row y of an image.
static void run_places(const job *work, int64_t image, int64_t y, int64_t first, int64_t last, int64_t left,
                       int64_t right) {
  const weft_convolution *c = work->convolution;
  int64_t top, bottom, unit = work->unit, line = work->x.in * unit, plane = work->y.in * line;
  meeting(&work->y, y, &top, &bottom);
  weft_window window = {
      .planes = work->planes, .plane_step = plane, .plane_rows = work->y.kernel * work->x.kernel * unit,
      .lines = right > left ? bottom - top : 0, .line_step = line, .line_rows = work->x.kernel * unit,
      .length = (right - left) * unit};
  int64_t channels = c->shape.out_channels, place = (image * work->y.out + y) * work->x.out + first;
  weft_panels product = {.n = channels, .k = work->k, .a_m = work->x.stride * unit, .c_m = channels,
                         .window = &window, .b = work->weight, .bias = c->bias,
                         .c = (float *)c->output + place * channels};
  product.a = c->input;
  if (window.lines > 0) {  // without a tap nothing is read
    int64_t row = y * work->y.stride - work->y.before + top;
    int64_t column = first * work->x.stride - work->x.before + left;
    product.a += image * work->planes * plane + row * line + column * unit;
    product.b += (top * work->x.kernel + left) * unit * work->columns;
  }
  if (work->pass && work->pass->is_clamp) {
    product.clamps = true, product.low = work->pass->low, product.high = work->pass->high;
  }
  weft_panels_run(&product, 0, last - first, 0, work->panels);
}

static void run_row(const job *work, int64_t image, int64_t y) {
  int64_t first = 0, left, right, next_left = 0, next_right = 0;
  meeting(&work->x, 0, &left, &right);
  for (int64_t x = 1; x <= work->x.out; x++) {
    bool is_over = x == work->x.out;
    if (!is_over) meeting(&work->x, x, &next_left, &next_right);
    if (!is_over && next_left == left && next_right == right) continue;
    run_places(work, image, y, first, x, left, right);
    first = x, left = next_left, right = next_right;
  }
}

enum { BLOCK_RESULTS = 1 << 14, LEAST_PER_THREAD = 1 << 17 };

static void run_rows(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  int64_t results = work->x.out * work->convolution->shape.out_channels, rows = BLOCK_RESULTS / results + 1;
  for (int64_t first = begin; first < end; first += rows) {
    int64_t count = least(rows, end - first);
    uint32_t word = weft_denormals_flush();
    for (int64_t i = first; i < first + count; i++) run_row(work, i / work->y.out, i % work->y.out);
    weft_denormals_restore(word);
    if (!work->pass || work->pass->is_clamp) continue;
    weft_flat_pass_run(work->pass, first * work->x.out, count * work->x.out, 0, work->convolution->shape.out_channels);
  }
}

// MARK: - The weight

// Rows in the order in which windows are read: planes, lines, and what is beside each other.
static void pack(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  const weft_convolution_description *d = &work->convolution->shape;
  const int64_t *strides = d->weight_strides;
  int64_t row = d->spatial == 2 ? strides[2] : 0, column = strides[d->spatial + 1];
  for (int64_t panel = begin; panel < end; panel++) {
    float *to = work->weight + panel * work->columns * work->k;
    int64_t first = panel * work->columns, count = least(work->columns, d->out_channels - first);
    const float *from = (const float *)work->convolution->weight + first * strides[0];
    for (int64_t k = 0; k < work->k; k++, to += work->columns) {
      int64_t x = k / work->unit % work->x.kernel, line = k / (work->unit * work->x.kernel);
      int64_t y = line % work->y.kernel, channel = work->planes > 1 ? line / work->y.kernel : k % work->unit;
      const float *tap = from + channel * strides[1] + y * row + x * column;
      for (int64_t i = 0; i < work->columns; i++) to[i] = i < count ? tap[i * strides[0]] : 0;
    }
  }
}

// Two numbers of 32 bits, either of which may be negative.
static int64_t both(int64_t high, int64_t low) { return (int64_t)((uint64_t)high << 32 | (uint32_t)low); }

static weft_prepared *prepare(const job *work, size_t bytes, bool *fill) {
  const weft_convolution_description *d = &work->convolution->shape;
  const int64_t *strides = d->weight_strides;
  int64_t row = d->spatial == 2 ? strides[2] : 0, column = strides[d->spatial + 1];
  // No other kernel's form has a negative first number.
  weft_prepared_key key = {d->weight_content, work->convolution->weight, 0,
                           {-1 - (d->out_channels << 16 | work->columns << 8 | work->planes << 4 | work->unit),
                            both(work->y.kernel, work->x.kernel), strides[0], strides[1], both(row, column)}};
  return weft_prepared_acquire(&key, bytes, fill);
}

// MARK: - All

static job describe(const weft_convolution *c, const weft_flat_pass *pass) {
  const weft_convolution_description *d = &c->shape;
  job work = {.convolution = c, .pass = pass, .y = {1, 1, 1, 1, 0}};
  int32_t last = d->spatial - 1;
  work.x = (axis){d->in_size[last], d->out_size[last], d->kernel[last], d->stride[last], d->padding_before[last]};
  if (last > 0) work.y = (axis){d->in_size[0], d->out_size[0], d->kernel[0], d->stride[0], d->padding_before[0]};
  int64_t sizes[5];
  weft_input_sizes(d, sizes);
  bool is_last = weft_layout_of(d->spatial + 2, sizes, d->input_strides) & WEFT_LAYOUT_LAST;
  work.planes = is_last ? 1 : d->in_channels;
  work.unit = is_last ? d->in_channels : 1;
  work.columns = weft_panel_columns();
  work.panels = (d->out_channels + work.columns - 1) / work.columns;
  work.k = d->in_channels * work.y.kernel * work.x.kernel;
  return work;
}

int32_t weft_windows(const weft_convolution *c, const weft_flat_pass *pass) {
  job work = describe(c, pass);
  size_t bytes = weft_bytes3(work.panels * work.columns, work.k, sizeof(float));
  bool fill = false;
  weft_prepared *kept = bytes > INT64_MAX ? NULL : prepare(&work, bytes, &fill);
  weft_scratch_mark mark = weft_scratch_begin();
  work.weight = kept ? weft_prepared_data(kept) : weft_scratch_take(bytes);
  if (work.weight) {
    if (!kept || fill) weft_parallel_for(work.panels, 1 + LEAST_PER_THREAD / (work.columns * work.k), pack, &work);
    int64_t row = work.x.out * c->shape.out_channels * work.k;
    weft_parallel_for(c->shape.batch * work.y.out, 1 + LEAST_PER_THREAD / row, run_rows, &work);
  }
  weft_scratch_release(mark);
  if (kept) weft_prepared_release(kept, fill && work.weight);
  return work.weight ? WEFT_OK : WEFT_OUT_OF_MEMORY;
}
