// The convolution by Winograd's algorithm, and its input gradient, which is one with rotated weights.
//
// Tiles are worked on block by block, so that a block's transformed values stay in cache. Where channels are few, each
// thread takes blocks of its own and all share the transformed weights. Where they are many, the transformed weights
// are what is large: all threads share one block of tiles, and each transforms the weights of the output channels that
// it takes.
#include "winograd.h"

#include <stdatomic.h>
#include <string.h>

#include "../common/team.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "weft_parallel.h"

enum { WEIGHTS = WEFT_WINOGRAD_WEIGHTS, OWN_TILES = 48, LEAST_OWN_TILES = 12, CHUNK = 64 };
#define OWN_BYTES ((int64_t)3 << 19)      // of one thread's block of transformed tiles
#define SHARED_BYTES ((int64_t)16 << 20)  // of a block that threads share
#define WEIGHT_BYTES ((int64_t)10 << 20)  // of all transformed weights, where each thread has its own tiles
enum { LEAST_WORK = 1 << 18 };            // multiply-adds worth handing to another thread

typedef struct {
  const weft_convolution *c;
  const weft_winograd_kernels *kernels;
  const weft_winograd_scheme *scheme;
  int64_t values;                    // of a tile and channel
  weft_winograd_tiles tiles;
  weft_winograd_weight weight;
  const float *input, *zeros;
  float *output;
  int64_t width, panels;             // output channels of a panel; panels
  int64_t row, panel_plane;          // elements of a row of transformed input; of a panel's plane
  int64_t block;                     // tiles
  float *shared_weights;             // all panels, or NULL
  _Atomic int32_t status;
} job;

// A block of tiles on its way.
typedef struct {
  job *work;
  int64_t begin, count, plane;  // of the transformed input
  float *values;
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

// Weights that are not finite, or nearly so, belong to other kernels: every output would have them.
static void transform_panel(job *work, int64_t panel, int64_t begin, int64_t end, float *to) {
  int64_t first = panel * work->width;
  const float *from = work->weight.data + first * work->weight.column;
  int64_t columns = least(work->width, work->tiles.out_channels - first);
  for (int64_t row = begin; row < end; row++) {
    float squares = work->scheme->weight(&work->weight, from + row * work->weight.row, columns,
                                         to + row * work->width, work->panel_plane);
    if (!(squares <= WEFT_WINOGRAD_LARGE)) atomic_store(&work->status, WEFT_NO_PRIMITIVE);
  }
}

static void transform_weights(void *context, int64_t begin, int64_t end) {
  job *work = context;
  int64_t rows = work->tiles.in_channels;
  uint32_t word = weft_denormals_flush();
  for (int64_t at = begin; at < end;) {
    int64_t panel = at / rows, row = at % rows, count = least(rows - row, end - at);
    transform_panel(work, panel, row, row + count, work->shared_weights + panel * WEIGHTS * work->panel_plane);
    at += count;
  }
  weft_denormals_restore(word);
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

static void multiply(const block *b, const float *weights, int64_t first, int64_t count, float *results,
                     int64_t plane) {
  const job *work = b->work;
  weft_winograd_product p = {.rows = count, .depth = work->tiles.in_channels, .a_row = work->row,
                             .b_row = work->width, .c_row = work->width};
  for (int64_t i = 0; i < work->values; i++) {
    p.a = b->values + i * b->plane + first * work->row;
    p.b = weights + weft_winograd_weight_plane(work->scheme, i) * work->panel_plane;
    p.c = results + i * plane;
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
  for (int j = 0; j < work->scheme->out * work->scheme->out; j++) {
    if (kinds[j] != WEFT_WINOGRAD_BY_TILE) points[j] = NULL;
  }
}

static void store(const block *b, int64_t panel, int64_t first, int64_t count, const float *results, int64_t plane,
                  weft_winograd_direct *direct) {
  const job *work = b->work;
  int64_t channel = panel * work->width;
  float *points[WEFT_WINOGRAD_MOST];
  weft_winograd_result to = {points, least(work->width, work->tiles.out_channels - channel),
                             work->c->bias ? (const float *)work->c->bias + channel : NULL};
  for (int64_t i = 0; i < count; i++) {
    weft_winograd_output_points(&work->tiles, b->begin + first + i, work->output, NULL, (const float **)points);
    for (int j = 0; j < work->scheme->out * work->scheme->out; j++) points[j] = points[j] ? points[j] + channel : NULL;
    if (b->uneven[first + i]) store_uneven(b, panel, first + i, direct, &to, points);
    work->scheme->output(results + i * work->width, plane, &to);
  }
  weft_winograd_direct_flush(direct, &to);
}

// Panels of output channels, each for chunks of the block's tiles.
static void run_panels(void *context, int64_t begin, int64_t end) {
  const block *b = context;
  job *work = b->work;
  weft_scratch_mark mark = weft_scratch_begin();
  int64_t chunks = (b->count + CHUNK - 1) / CHUNK, plane = least(b->count, CHUNK) * work->width + 16, prepared = -1;
  float *results = take(work, work->values * plane), *weights = work->shared_weights;
  if (!weights) weights = take(work, WEIGHTS * work->panel_plane);
  weft_winograd_direct direct = {.kernels = work->kernels, .tiles = &work->tiles, .weight = &work->weight,
                                 .zeros = work->zeros, .panel = -1};
  uint32_t word = weft_denormals_flush();
  for (int64_t i = begin; i < end && results && weights; i++) {
    int64_t panel = i / chunks, first = i % chunks * CHUNK, count = least(CHUNK, b->count - first);
    const float *now = weights;
    if (work->shared_weights) {
      now += panel * WEIGHTS * work->panel_plane;
    } else if (prepared != panel) {
      transform_panel(work, panel, 0, work->tiles.in_channels, weights);
      prepared = panel;
    }
    multiply(b, now, first, count, results, plane);
    store(b, panel, first, count, results, plane, &direct);
  }
  weft_denormals_restore(word);
  weft_scratch_release(mark);
}

static void run_blocks(void *context, int64_t begin, int64_t end) {
  job *work = context;
  weft_scratch_mark mark = weft_scratch_begin();
  block b = {.work = work, .plane = work->block * work->row + 16};
  b.values = take(work, work->values * b.plane);
  b.uneven = take_bytes(work, (size_t)work->block);
  b.kinds = take_bytes(work, weft_bytes(work->block, WEFT_WINOGRAD_OUTPUTS));
  for (int64_t i = begin; i < end && b.values && b.uneven && b.kinds; i++) {
    b.begin = i * work->block;
    b.count = least(work->block, work->tiles.tiles - b.begin);
    int64_t channels = work->tiles.in_channels, chunks = (b.count + CHUNK - 1) / CHUNK;
    weft_parallel_for_flushing(b.count, LEAST_WORK / (work->values * 8 * channels) + 1, transform_tiles, &b);
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
  bool alone = own >= LEAST_OWN_TILES && weight_bytes <= WEIGHT_BYTES &&
               work->tiles.tiles >= 2 * own * weft_share_count();
  work->block = least(work->tiles.tiles, alone ? own : even(work->tiles.tiles, SHARED_BYTES / tile_bytes + 1));
  if (alone || work->panels < weft_share_count()) {
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

int32_t weft_winograd_forward(const weft_convolution *c) {
  bool backward = c->direction == WEFT_BACKWARD_INPUT;
  job work = {.c = c, .kernels = weft_winograd_kernels_current(), .tiles = weft_winograd_cut(&c->shape, backward),
              .weight = weft_winograd_weights_of(c), .input = backward ? c->output : c->input,
              .output = backward ? c->input : c->output};
  work.scheme = work.tiles.scheme;
  work.values = work.scheme->side * work.scheme->side;
  work.width = 2 * work.kernels->lanes;
  work.panels = (work.tiles.out_channels + work.width - 1) / work.width;
  work.row = round_up(work.tiles.in_channels, 16) + 16;
  work.panel_plane = work.tiles.in_channels * work.width + 16;
  weft_scratch_mark mark = weft_scratch_begin();
  float *zeros = take(&work, work.tiles.in_channels);
  if (zeros) {
    memset(zeros, 0, (size_t)work.tiles.in_channels * 4);
    work.zeros = zeros;
    run_job(&work);
  }
  weft_scratch_release(mark);
  return atomic_load(&work.status);
}
