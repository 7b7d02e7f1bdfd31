// The convolution by Winograd's algorithm, and its input gradient, which is one with rotated weights.
//
// Tiles are worked on block by block, so that a block's transformed values stay in cache. Where channels are few, each
// thread takes blocks of its own and all share the transformed weights. Where they are many, the transformed weights
// are what is large: all threads share one block of tiles, and each transforms the weights of the output channels that
// it takes, some input channels at a time, so that they stay in its cache until they are multiplied. Of few tiles, whose
// weights memory hardly hands over in time, the transform's values are found in registers.
#include "winograd.h"

#include <stdatomic.h>
#include <string.h>

#include "../common/team.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "../product/panels.h"
#include "weft_parallel.h"

enum { WEIGHTS = WEFT_WINOGRAD_WEIGHTS, OWN_TILES = 48, LEAST_OWN_TILES = 12, CHUNK = 64, DEPTH = 64, TAPS = 9 };
#define OWN_BYTES ((int64_t)3 << 19)      // of one thread's block of transformed tiles
#define SHARED_BYTES ((int64_t)16 << 20)  // of a block that threads share
#define WEIGHT_BYTES ((int64_t)10 << 20)  // of all transformed weights, where each thread has its own tiles
enum { LEAST_WORK = 1 << 18 };            // multiply-adds worth handing to another thread

typedef struct {
  const weft_convolution *c;
  const weft_flat_pass *pass;        // a formula that is applied here, or NULL
  uint32_t word;                     // the floating-point control word that it is applied with
  const weft_winograd_kernels *kernels;
  const weft_winograd_scheme *scheme;
  int64_t values, points;            // of a tile and channel; results of a tile
  weft_winograd_tiles tiles;
  weft_winograd_weights weights;
  const float *input, *zeros;
  float *output;
  int64_t width, panels;             // output channels of a panel; panels
  int64_t row, panel_plane;          // elements of a row of transformed input; of a panel's plane
  int64_t block;                     // tiles
  float *shared_weights;             // all panels, or NULL
  bool is_few;                       // tiles: their values are by input channel, 6 of each tile beside each other
  _Atomic int32_t status;
} job;

// A block of tiles on its way.
typedef struct {
  job *work;
  int64_t begin, count, plane;  // of the transformed input
  float *values, *turned;       // turned: where tiles are few
  bool *uneven;                 // tiles of which some outputs are found otherwise
  uint8_t *kinds;               // how, WEFT_WINOGRAD_OUTPUTS for each tile
} block;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t round_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }

static void *take_bytes(job *work, size_t bytes) {
  void *memory = weft_scratch_take(bytes);
  if (!memory) atomic_store(&work->status, WEFT_OUT_OF_MEMORY);
  return memory;
}

static float *take(job *work, int64_t elements) { return take_bytes(work, weft_bytes(elements, 4)); }

// MARK: - Weights

// Rows [begin, end) of a panel, which are taken out of the packed taps in pieces of at most DEPTH.
static void transform_panel(job *work, int64_t panel, int64_t begin, int64_t end, float *turned, float *to) {
  for (int64_t row = begin; row < end; row += DEPTH, to += DEPTH * work->width) {
    int64_t last = row + least(DEPTH, end - row);
    if (!weft_winograd_weights_transform(&work->weights, work->scheme, panel, row, last, turned, to,
                                         work->panel_plane)) {
      atomic_store(&work->status, WEFT_NO_PRIMITIVE);
    }
  }
}

static float *take_turned(job *work) { return take(work, DEPTH * TAPS * work->width); }

static void transform_weights(void *context, int64_t begin, int64_t end) {
  job *work = context;
  int64_t rows = work->tiles.in_channels;
  weft_scratch_mark mark = weft_scratch_begin();
  float *turned = take_turned(work);
  uint32_t word = weft_denormals_flush();
  for (int64_t at = begin; at < end && turned;) {
    int64_t panel = at / rows, row = at % rows, count = least(rows - row, end - at);
    float *to = work->shared_weights + panel * WEIGHTS * work->panel_plane + row * work->width;
    transform_panel(work, panel, row, row + count, turned, to);
    at += count;
  }
  weft_denormals_restore(word);
  weft_scratch_release(mark);
}

// MARK: - Tiles

static void judge(const block *b, int64_t i, const float *const *points, const float *squares) {
  const weft_winograd_tiles *tiles = &b->work->tiles;
  int32_t extent[2];
  weft_winograd_extent(tiles, b->begin + i, extent);
  b->uneven[i] = !weft_winograd_even(tiles->scheme, extent, squares) &&
                 weft_winograd_inspect(tiles, extent, points, b->kinds + i * WEFT_WINOGRAD_OUTPUTS);
}

static void transform_tiles(void *context, int64_t begin, int64_t end) {
  const block *b = context;
  const job *work = b->work;
  uint32_t word = weft_denormals_flush();
  const float *points[2][WEFT_WINOGRAD_MOST];
  weft_winograd_input_points(&work->tiles, b->begin + begin, work->input, work->zeros, points[begin & 1]);
  for (int64_t i = begin; i < end; i++) {
    int64_t next = i + 1 < end ? i + 1 : i;
    weft_winograd_input_points(&work->tiles, b->begin + next, work->input, work->zeros, points[next & 1]);
    weft_winograd_source from = {points[i & 1], points[next & 1]};
    float squares[WEFT_WINOGRAD_CELLS];
    weft_winograd_target to = {b->values + i * work->row, b->plane, work->width, false, squares};
    work->scheme->input(&from, work->tiles.in_channels, &to);
    judge(b, i, from.points, squares);
  }
  weft_denormals_restore(word);
}

// Some tiles by the weights of some rows of a panel: those of an item of `run_panels`.
typedef struct {
  int64_t panel, first, count;  // tiles of the block
  float *results, **points;     // where the results of each tile go
  int64_t plane;
} item;

// Asks for the nth part of the taps that are transformed next.
static void ask_for(const job *work, const float *next, int64_t n) {
  if (!next) return;
  int64_t part = DEPTH * TAPS * work->width / work->values;
  for (int64_t i = 0; i < part; i += 16) __builtin_prefetch(next + n * part + i, 0, 2);
}

static void multiply(const block *b, const item *at, const float *weights, int64_t row, int64_t rows,
                     const float *next) {
  const job *work = b->work;
  weft_winograd_product p = {.rows = at->count, .depth = rows, .a_row = work->row, .b_row = work->width,
                             .c_row = work->width, .add = row > 0};
  for (int64_t i = 0; i < work->values; i++) {
    ask_for(work, next, i);
    p.a = b->values + i * b->plane + at->first * work->row + row;
    p.b = weights + weft_winograd_weight_plane(work->scheme, i) * work->panel_plane;
    p.c = at->results + i * at->plane;
    work->kernels->multiply(&p);
  }
}

// Stores the outputs of an uneven tile that the algorithm does not find, and leaves them out of its own.
static void store_uneven(const block *b, int64_t panel, int64_t tile, weft_winograd_direct *direct,
                         const weft_winograd_result *to, float **points) {
  job *work = b->work;
  const float *inputs[WEFT_WINOGRAD_MOST];
  const uint8_t *kinds = b->kinds + tile * WEFT_WINOGRAD_OUTPUTS;
  weft_winograd_input_points(&work->tiles, b->begin + tile, work->input, work->zeros, inputs);
  if (!weft_winograd_direct_tile(direct, panel, kinds, inputs, to)) atomic_store(&work->status, WEFT_OUT_OF_MEMORY);
  for (int j = 0; j < work->points; j++) {
    if (kinds[j] != WEFT_WINOGRAD_BY_TILE) points[j] = NULL;
  }
}

// The first of the elements that are added to a point's channels from `result` on.
static const float *other_of(const job *work, const float *result) {
  int64_t offset = result - work->output, channels = work->tiles.out_channels, row = work->pass->residual_row;
  return work->pass->residual + (row == channels ? offset : offset / channels * row + offset % channels);
}

// Asks for what is added to the results of a tile.
static void ask_for_others(const job *work, float *const *points) {
  for (int j = 0; j < work->points; j++) {
    if (!points[j]) continue;
    const float *other = other_of(work, points[j]);
    __builtin_prefetch(other);
    __builtin_prefetch(other + work->width / 2);
  }
}

static void store(const block *b, const item *at, weft_winograd_direct *direct) {
  const job *work = b->work;
  int64_t channel = at->panel * work->width;
  weft_winograd_result to = {.channels = least(work->width, work->tiles.out_channels - channel),
                             .bias = work->c->bias ? (const float *)work->c->bias + channel : NULL};
  if (work->pass && work->pass->is_clamp) to.clamps = true, to.low = work->pass->low, to.high = work->pass->high;
  for (int64_t i = 0; i < at->count; i++) {
    float **points = at->points + i * work->points, *own[WEFT_WINOGRAD_MOST];
    int64_t tile = at->first + i;
    weft_winograd_output_points(&work->tiles, b->begin + tile, work->output, NULL, (const float **)points);
    for (int j = 0; j < work->points; j++) points[j] = points[j] ? points[j] + channel : NULL;
    to.points = points;
    if (work->pass && work->pass->is_sum) ask_for_others(work, points);
    if (b->uneven[tile]) {
      memcpy(own, points, (size_t)work->points * sizeof *own);
      store_uneven(b, at->panel, tile, direct, &to, own);
      to.points = own;
    }
    work->scheme->output(at->results + i * work->width, at->plane, &to);
  }
  weft_winograd_direct_flush(direct, &to);
}

// The formula behind the convolution, while the results are in the cache: a sum, and what was not cut by the transform.
static void finish(const block *b, const item *at) {
  const job *work = b->work;
  const weft_flat_pass *pass = work->pass;
  const float *others[WEFT_WINOGRAD_MOST];
  weft_winograd_finish f = {.others = pass->is_sum ? others : NULL, .count = work->points,
                            .channels = least(work->width, work->tiles.out_channels - at->panel * work->width),
                            .clamps = pass->is_clamp || pass->clamps, .low = pass->low, .high = pass->high};
  for (int64_t i = 0; i < at->count; i++) {
    if (!pass->is_sum && !b->uneven[at->first + i]) continue;
    f.points = at->points + i * work->points;
    for (int64_t j = 0; pass->is_sum && j < f.count; j++) {
      others[j] = f.points[j] ? other_of(work, f.points[j]) : NULL;
    }
    work->kernels->finish(&f);
  }
}

// The products of an item. Where its tiles are all there are, weights are transformed some rows at a time; else all of
// a panel's, for the items behind it.
static void run_item(const block *b, const item *at, int64_t depth, bool is_prepared, float *turned, float *weights) {
  job *work = b->work;
  int64_t channels = work->tiles.in_channels;
  for (int64_t row = 0; row < channels; row += depth) {
    int64_t rows = least(depth, channels - row);
    if (!is_prepared) transform_panel(work, at->panel, row, row + rows, turned, weights);
    multiply(b, at, weights, row, rows, weft_winograd_weights_ahead(&work->weights, at->panel, row + rows));
  }
}

// The same of few tiles.
static void run_few(const block *b, const item *at, float *turned) {
  job *work = b->work;
  int64_t channels = work->tiles.in_channels;
  weft_winograd_few p = {.tiles = at->count, .step = channels * work->width, .c = at->results, .c_plane = at->plane,
                         .c_row = work->width};
  for (int64_t row = 0; row < channels; row += DEPTH) {
    p.depth = least(DEPTH, channels - row);
    p.taps = weft_winograd_weights_taps(&work->weights, at->panel, row, row + p.depth, turned);
    p.next = weft_winograd_weights_ahead(&work->weights, at->panel, row + p.depth);
    p.values = b->turned + row * work->width;
    p.add = row > 0;
    if (!(work->kernels->multiply_few(&p) <= WEFT_WINOGRAD_LARGE)) atomic_store(&work->status, WEFT_NO_PRIMITIVE);
  }
}

// Panels of output channels, each for chunks of the block's tiles.
static void run_panels(void *context, int64_t begin, int64_t end) {
  const block *b = context;
  job *work = b->work;
  weft_scratch_mark mark = weft_scratch_begin();
  int64_t chunks = (b->count + CHUNK - 1) / CHUNK, plane = least(b->count, CHUNK) * work->width + 16, prepared = -1;
  int64_t channels = work->tiles.in_channels, depth = work->shared_weights || chunks > 1 ? channels : DEPTH;
  item at = {.results = take(work, work->values * plane), .plane = plane};
  at.points = take_bytes(work, weft_bytes3(least(b->count, CHUNK), work->points, sizeof(float *)));
  float *weights = work->shared_weights, *turned = NULL;
  if (!weights) turned = take_turned(work);
  if (!weights && !work->is_few) weights = take(work, WEIGHTS * work->panel_plane);
  bool has_memory = at.results && at.points && (work->shared_weights || turned) && (work->is_few || weights);
  weft_winograd_direct direct = {.kernels = work->kernels, .tiles = &work->tiles, .weight = &work->weights.given,
                                 .zeros = work->zeros, .panel = -1};
  uint32_t word = weft_denormals_flush();
  for (int64_t i = begin; i < end && has_memory; i++) {
    at.panel = i / chunks, at.first = i % chunks * CHUNK, at.count = least(CHUNK, b->count - at.first);
    float *now = work->shared_weights ? weights + at.panel * WEIGHTS * work->panel_plane : weights;
    if (work->is_few) {
      run_few(b, &at, turned);
    } else {
      run_item(b, &at, depth, work->shared_weights || (depth >= channels && prepared == at.panel), turned, now);
    }
    prepared = at.panel;
    store(b, &at, &direct);
    if (!work->pass) continue;
    weft_denormals_restore(work->word);
    finish(b, &at);
    weft_denormals_flush();
  }
  weft_denormals_restore(word);
  weft_scratch_release(mark);
}

// The values of few tiles by input channel: six, and of each all tiles.
static void turn_values(void *context, int64_t begin, int64_t end) {
  const block *b = context;
  const job *work = b->work;
  int64_t channels = work->tiles.in_channels;
  for (int64_t i = begin; i < end; i++) {
    weft_panel_turn(b->values + 6 * i * b->plane, work->row, 6 * b->count, channels,
                    b->turned + i * channels * work->width);
  }
}

static void run_blocks(void *context, int64_t begin, int64_t end) {
  job *work = context;
  weft_scratch_mark mark = weft_scratch_begin();
  block b = {.work = work, .plane = work->block * work->row + (work->is_few ? 0 : 16)};
  b.values = take(work, work->values * b.plane);
  b.uneven = take_bytes(work, (size_t)work->block);
  b.kinds = take_bytes(work, weft_bytes(work->block, WEFT_WINOGRAD_OUTPUTS));
  if (work->is_few) b.turned = take(work, 6 * work->tiles.in_channels * work->width);
  for (int64_t i = begin; i < end && b.values && b.uneven && b.kinds && (b.turned || !work->is_few); i++) {
    b.begin = i * work->block;
    b.count = least(work->block, work->tiles.tiles - b.begin);
    int64_t channels = work->tiles.in_channels, chunks = (b.count + CHUNK - 1) / CHUNK;
    weft_parallel_for_flushing(b.count, LEAST_WORK / (work->values * 8 * channels) + 1, transform_tiles, &b);
    if (work->is_few) weft_parallel_for(6, 3, turn_values, &b);
    int64_t each = work->values * channels * work->width * least(b.count, CHUNK);
    weft_parallel_for_flushing(work->panels * chunks, LEAST_WORK / each + 1, run_panels, &b);
  }
  weft_scratch_release(mark);
}

// MARK: - The whole

weft_winograd_weight weft_winograd_weights_of(const weft_convolution *c) {
  const int64_t *s = c->shape.weight_strides;
  const float *data = c->weight;
  if (c->direction != WEFT_BACKWARD_INPUT) return (weft_winograd_weight){data, s[1], s[0], s[2], s[3]};
  return (weft_winograd_weight){data + 2 * s[2] + 2 * s[3], s[0], s[1], -s[2], -s[3]};
}

// The size of the fewest blocks of at most `most` tiles.
static int64_t even(int64_t tiles, int64_t most) {
  int64_t blocks = (tiles + most - 1) / most;
  return (tiles + blocks - 1) / blocks;
}

static void run_job(job *work) {
  int64_t channels = work->tiles.in_channels, tile_bytes = work->values * 4 * work->row;
  int64_t own = OWN_BYTES / tile_bytes / work->kernels->tile_rows * work->kernels->tile_rows;
  if (own > OWN_TILES) own = OWN_TILES;
  int64_t weight_bytes = work->panels * WEIGHTS * work->panel_plane * 4;
  bool alone = !work->is_few && own >= LEAST_OWN_TILES && weight_bytes <= WEIGHT_BYTES &&
               work->tiles.tiles >= 2 * own * weft_share_count();
  int64_t most = work->is_few ? work->tiles.tiles : alone ? own : even(work->tiles.tiles, SHARED_BYTES / tile_bytes + 1);
  work->block = least(work->tiles.tiles, most);
  if (alone || (!work->is_few && work->panels < weft_share_count())) {
    work->shared_weights = take(work, weight_bytes / 4);
    if (!work->shared_weights) return;
    weft_parallel_for_flushing(work->panels * channels, 256, transform_weights, work);
  }
  int64_t blocks = (work->tiles.tiles + work->block - 1) / work->block;
  if (alone) {
    weft_parallel_for_flushing(blocks, 1, run_blocks, work);
  } else {
    run_blocks(work, 0, blocks);
  }
}

// Formulas that are applied tile by tile.
static const weft_flat_pass *pass_of(const weft_convolution *c) {
  return c->pass && (c->pass->is_clamp || c->pass->is_sum) ? c->pass : NULL;
}

static void run_with_zeros(job *work) {
  weft_scratch_mark mark = weft_scratch_begin();
  float *zeros = take(work, work->tiles.in_channels);
  if (zeros) {
    memset(zeros, 0, (size_t)work->tiles.in_channels * 4);
    work->zeros = zeros;
    run_job(work);
  }
  weft_scratch_release(mark);
}

int32_t weft_winograd_forward(weft_convolution *c) {
  bool backward = c->direction == WEFT_BACKWARD_INPUT;
  job work = {.c = c, .kernels = weft_winograd_kernels_current(), .tiles = weft_winograd_cut(&c->shape, backward),
              .pass = pass_of(c), .input = backward ? c->output : c->input, .output = backward ? c->input : c->output};
  work.scheme = work.tiles.scheme;
  work.values = work.scheme->side * work.scheme->side;
  work.points = work.scheme->out * work.scheme->out;
  work.width = 2 * work.kernels->lanes;
  work.panels = (work.tiles.out_channels + work.width - 1) / work.width;
  work.row = round_up(work.tiles.in_channels, 16) + 16;
  work.panel_plane = work.tiles.in_channels * work.width + 16;
  work.is_few = !backward && work.scheme == &work.kernels->plain && weft_winograd_takes_few(&work.tiles);
  work.word = weft_denormals_flush();
  weft_denormals_restore(work.word);
  weft_winograd_weights_find(c, work.width, &work.weights);
  if (work.weights.has_one_sign && weft_winograd_inputs_have_one_sign(c)) {
    atomic_store(&work.status, WEFT_NO_PRIMITIVE);
  } else {
    run_with_zeros(&work);
  }
  weft_winograd_weights_release(&work.weights);
  int32_t status = atomic_load(&work.status);
  if (status == WEFT_OK) c->is_finished = work.pass != NULL;
  return status;
}
