// Convolutions through oneDNN: as a whole, or where results are to have the same bits on any number of threads cut into
// pieces, each of which oneDNN computes on one thread.
#include <stdatomic.h>
#include <string.h>

#include "../common/scratch.h"
#include "../common/status.h"
#include "../product/cut.h"
#include "../product/gemm.h"
#include "convolution_dnnl.h"
#include "weft_parallel.h"

typedef struct {
  const weft_convolution_piece *whole;
  int64_t images, rows;            // of a piece; rows of the output, all where images are whole
  int64_t channels;                // of the output
  int64_t row_pieces, channel_pieces, sums, count;  // sums: pieces of the same channels
  char *weights, *biases;          // each piece's gradients
  int64_t weight_size, bias_size;  // bytes of one of them
  _Atomic int32_t status;
} job;

enum { CHANNEL_UNIT = 16 };

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t pieces_of(int64_t size, int64_t each) { return (size + each - 1) / each; }

static int64_t product(int32_t count, const int64_t *sizes) {
  int64_t all = 1;
  for (int32_t i = 0; i < count; i++) all *= sizes[i];
  return all;
}

// MARK: - Cutting

// Where a tensor may be seen either way, it is seen as the other one is.
static void find_layouts(weft_convolution_piece *piece) {
  const weft_convolution_description *d = &piece->convolution.shape;
  int64_t sizes[5];
  int32_t rank = d->spatial + 2;
  weft_input_sizes(d, sizes);
  weft_layout in = weft_layout_of(rank, sizes, d->input_strides);
  weft_output_sizes(d, sizes);
  weft_layout out = weft_layout_of(rank, sizes, d->output_strides);
  if (in == WEFT_LAYOUT_BOTH) in = out;
  if (out == WEFT_LAYOUT_BOTH) out = in;
  piece->input_layout = in == WEFT_LAYOUT_FIRST ? WEFT_LAYOUT_FIRST : WEFT_LAYOUT_LAST;
  piece->output_layout = out == WEFT_LAYOUT_FIRST ? WEFT_LAYOUT_FIRST : WEFT_LAYOUT_LAST;
}

// As many points of the output share a weight in each piece at least: it is read, or summed up, for each.
enum { FORWARD_POINTS = 64, GRADIENT_POINTS = 512, LEAST_ROWS = 4, LEAST_CHANNELS = 64 };
enum { PARTS_BYTES = 64 << 20 };  // what all gradients of parts may take

static int64_t wanted_pieces(const weft_convolution *c, int64_t points) {
  const weft_convolution_description *d = &c->shape;
  double each = (double)(d->in_channels / d->groups * d->out_channels) * (double)product(d->spatial, d->kernel);
  return weft_pieces_worth((double)points * each);
}

static int64_t row_pieces(const job *work, int64_t wanted) {
  const weft_convolution *c = &work->whole->convolution;
  if (c->direction != WEFT_FORWARD || work->images > 1) return 1;
  int64_t rows = least(pieces_of(wanted, c->shape.batch), c->shape.out_size[0] / LEAST_ROWS);
  return rows > 1 ? rows : 1;
}

static int64_t channel_pieces(const job *work, int64_t wanted) {
  const weft_convolution *c = &work->whole->convolution;
  if (c->direction == WEFT_BACKWARD_INPUT || c->shape.groups > 1) return 1;
  int64_t pieces = least(wanted / work->count, c->shape.out_channels / LEAST_CHANNELS);
  return pieces > 1 ? pieces : 1;
}

// By points of the output, where there are enough, and by its channels.
static void cut(job *work) {
  const weft_convolution *c = &work->whole->convolution;
  const weft_convolution_description *d = &c->shape;
  int64_t points = d->batch * product(d->spatial, d->out_size), wanted = wanted_pieces(c, points);
  int64_t most = points / (c->direction == WEFT_BACKWARD_WEIGHT ? GRADIENT_POINTS : FORWARD_POINTS);
  if (c->direction == WEFT_BACKWARD_WEIGHT) {  // each piece has a gradient of its own
    int64_t sizes[5];
    weft_weight_sizes(d, sizes);
    most = least(most, PARTS_BYTES / (4 * product(d->spatial + 2, sizes) + 1));
  }
  int64_t by_points = least(wanted, most > 1 ? most : 1);
  work->images = pieces_of(d->batch, least(by_points, d->batch));
  work->rows = pieces_of(d->out_size[0], row_pieces(work, by_points));
  work->row_pieces = pieces_of(d->out_size[0], work->rows);
  work->sums = pieces_of(d->batch, work->images) * work->row_pieces;
  work->count = work->sums;
  work->channels = pieces_of(d->out_channels, channel_pieces(work, wanted) * CHANNEL_UNIT) * CHANNEL_UNIT;
  work->channel_pieces = pieces_of(d->out_channels, work->channels);
  work->count = work->sums * work->channel_pieces;
}

// MARK: - A piece

static void *offset(void *base, int64_t elements, int32_t dtype) {
  return base ? (char *)base + elements * weft_gemm_element_size(dtype) : NULL;
}

// Elements from one image to the next, and from one row of it to the next.
static int64_t image_step(const int64_t *sizes, int32_t rank) { return product(rank - 1, sizes + 1); }
static int64_t row_step(const int64_t *sizes, int32_t rank, weft_layout layout) {
  return product(rank - 3, sizes + 3) * (layout == WEFT_LAYOUT_LAST ? sizes[1] : 1);
}

// The input's rows that rows [begin, end) of the output are made of; what is missing is padding.
static void take_rows(weft_convolution_description *d, int64_t begin, int64_t end, int64_t *first) {
  int64_t from = begin * d->stride[0] - d->padding_before[0];
  int64_t to = (end - 1) * d->stride[0] - d->padding_before[0] + d->dilation[0] * (d->kernel[0] - 1) + 1;
  int64_t size = d->in_size[0];
  *first = from < 0 ? 0 : least(from, size - 1);
  int64_t last = to > size ? size : to <= *first ? *first + 1 : to;
  d->padding_before[0] = *first - from;
  d->padding_after[0] = to - last;
  d->in_size[0] = last - *first;
  d->out_size[0] = end - begin;
}

// Some channels of the output, with the weight's and the bias's part of them.
static void take_channels(weft_convolution_piece *piece, int64_t first, int64_t count) {
  weft_convolution *c = &piece->convolution;
  weft_convolution_description *d = &c->shape;
  int64_t out[5];
  weft_output_sizes(d, out);
  int64_t step = piece->output_layout == WEFT_LAYOUT_LAST ? 1 : product(d->spatial, out + 2);
  int32_t weight_dtype = d->wide ? WEFT_FLOAT32 : d->dtype;
  bool is_own = c->weight_at == c->weight;
  c->output = offset(c->output, first * step, d->dtype);
  c->weight = offset(c->weight, first * d->weight_strides[0], weight_dtype);
  c->bias = offset(c->bias, first, weight_dtype);
  if (is_own) c->weight_at = c->weight;
  d->out_channels = count;
}

static weft_convolution_piece nth_piece(const job *work, int64_t index) {
  weft_convolution_piece piece = *work->whole;
  weft_convolution *c = &piece.convolution;
  weft_convolution_description *d = &c->shape;
  int64_t sum = index % work->sums, channel = index / work->sums * work->channels, first = 0;
  int64_t in[5], out[5], image = sum / work->row_pieces * work->images, row = sum % work->row_pieces * work->rows;
  int32_t rank = d->spatial + 2;
  weft_input_sizes(d, in);
  weft_output_sizes(d, out);
  if (work->weights) {
    c->weight = work->weights + sum * work->weight_size;
    if (c->bias) c->bias = work->biases + sum * work->bias_size;
  }
  if (work->channel_pieces > 1) take_channels(&piece, channel, least(work->channels, out[1] - channel));
  d->batch = least(work->images, d->batch - image);
  if (work->row_pieces > 1) take_rows(d, row, least(row + work->rows, out[2]), &first);
  int64_t input = image * image_step(in, rank) + first * row_step(in, rank, piece.input_layout);
  int64_t output = image * image_step(out, rank) + row * row_step(out, rank, piece.output_layout);
  c->input = offset(c->input, input, d->dtype);
  c->output = offset(c->output, output, d->dtype);
  return piece;
}

static void run_pieces(void *context, int64_t begin, int64_t end) {
  job *work = context;
  for (int64_t i = begin; i < end; i++) {
    weft_convolution_piece piece = nth_piece(work, i);
    int32_t status = weft_convolution_piece_run(&piece);
    if (status != WEFT_OK) atomic_store(&work->status, status);
  }
}

// MARK: - The weight's gradient

enum { ADD_GRAIN = 1 << 14 };

typedef struct {
  const float *parts;
  int64_t count, stride;
  float *sums;
} addition;

static void add_up(void *context, int64_t begin, int64_t end) {
  const addition *a = context;
  if (a->sums != a->parts) memcpy(a->sums + begin, a->parts + begin, (size_t)(end - begin) * sizeof(float));
  for (int64_t part = 1; part < a->count; part++) {
    const float *from = a->parts + part * a->stride;
    for (int64_t i = begin; i < end; i++) a->sums[i] += from[i];
  }
}

static void add_parts(const void *parts, int64_t count, int64_t bytes, int64_t elements, void *sums) {
  addition a = {parts, count, bytes / (int64_t)sizeof(float), sums};
  weft_parallel_for(elements, ADD_GRAIN, add_up, &a);
}

// Stores sums of float32 as the gradient's type.
static void store(const void *sums, int64_t count, int32_t dtype, void *to) {
  int64_t one = 1;
  weft_copy_strided(1, &count, WEFT_FLOAT32, sums, &one, dtype, to, &one);
}

// Pieces of the same channels have a sum each, in float32, and these are added in order.
static int32_t add_pieces(job *work, int64_t elements, int32_t dtype) {
  const weft_convolution *c = &work->whole->convolution;
  int64_t channels = c->shape.out_channels, unit = 64 / (int64_t)sizeof(float);
  bool is_narrow = dtype != WEFT_FLOAT32;
  work->weight_size = pieces_of(elements, unit) * 64;
  work->bias_size = pieces_of(channels, unit) * 64;
  work->weights = weft_scratch_take((size_t)(work->sums * work->weight_size));
  work->biases = weft_scratch_take((size_t)(work->sums * work->bias_size));
  if (!work->weights || !work->biases) return WEFT_OUT_OF_MEMORY;
  weft_parallel_for(work->count, 1, run_pieces, work);
  if (atomic_load(&work->status) != WEFT_OK) return atomic_load(&work->status);
  add_parts(work->weights, work->sums, work->weight_size, elements, is_narrow ? work->weights : c->weight);
  if (is_narrow) store(work->weights, elements, dtype, c->weight);
  if (!c->bias) return WEFT_OK;
  add_parts(work->biases, work->sums, work->bias_size, channels, is_narrow ? work->biases : c->bias);
  if (is_narrow) store(work->biases, channels, dtype, c->bias);
  return WEFT_OK;
}

static int32_t run_weight_gradient(job *work, weft_convolution_piece *whole) {
  weft_convolution_description *d = &whole->convolution.shape;
  int64_t sizes[5];
  weft_weight_sizes(d, sizes);
  int32_t dtype = d->wide ? WEFT_FLOAT32 : d->dtype;
  d->wide = d->dtype != WEFT_FLOAT32;
  weft_scratch_mark mark = weft_scratch_begin();
  int32_t status = add_pieces(work, product(d->spatial + 2, sizes), dtype);
  weft_scratch_release(mark);
  return status;
}

// MARK: - Interface

enum { SERIAL = 100000 };  // multiply-adds: one thread is done with fewer before another one has begun

static double multiplications(const weft_convolution_description *d) {
  return (double)d->batch * (double)product(d->spatial, d->out_size) * (double)(d->in_channels / d->groups) *
         (double)d->out_channels * (double)product(d->spatial, d->kernel);
}

static int32_t run_whole(const weft_convolution_piece *whole) {
  if (multiplications(&whole->convolution.shape) >= SERIAL) return weft_convolution_piece_run(whole);
  bool before = weft_parallel_keep_serial(true);
  int32_t status = weft_convolution_piece_run(whole);
  weft_parallel_keep_serial(before);
  return status;
}

int32_t weft_convolution_dnnl(const weft_convolution *c) {
  const weft_convolution_description *d = &c->shape;
  weft_convolution_piece whole = {.convolution = *c, .whole_in = d->in_size[0], .whole_out = d->out_size[0],
                                  .whole_channels = d->out_channels};
  find_layouts(&whole);
  // Sums of whole numbers are the same in any order.
  bool is_exact = d->dtype == WEFT_INT8 || d->dtype == WEFT_UINT8;
  if (is_exact || !weft_is_deterministic()) return run_whole(&whole);
  job work = {.whole = &whole};
  cut(&work);
  if (work.count == 1) return weft_convolution_piece_run(&whole);
  if (c->direction == WEFT_BACKWARD_WEIGHT && work.sums > 1) return run_weight_gradient(&work, &whole);
  weft_parallel_for(work.count, 1, run_pieces, &work);
  return atomic_load(&work.status);
}
