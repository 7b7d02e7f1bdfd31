// The gradient of a convolution's weight by Winograd's algorithm: the transposes of its transforms, and 36 products
// that sum over the tiles.
//
// Where channels are few, each part of the tiles is summed up on its own and the sums are added in order; where they
// are many, all threads share a block of tiles and each takes some of the weights. Either way the result depends on
// nothing but the number of threads.
#include <stdatomic.h>
#include <string.h>

#include "../common/scratch.h"
#include "../common/status.h"
#include "weft_parallel.h"
#include "winograd.h"

enum { WEIGHTS = WEFT_WINOGRAD_WEIGHTS, OWN_TILES = 48, MOST_PARTS = 64 };
#define OWN_BYTES ((int64_t)5 << 18)      // of one thread's block of transformed tiles
#define PART_BYTES ((int64_t)3 << 20)     // of a part's sums
#define SHARED_BYTES ((int64_t)17 << 20)  // of a block that threads share
enum { LEAST_WORK = 1 << 18 };

typedef struct {
  const weft_convolution *c;
  const weft_winograd_kernels *kernels;
  const weft_winograd_scheme *scheme;
  int64_t values;                     // of a tile and channel
  weft_winograd_tiles tiles;
  weft_winograd_weight weight;
  const float *zeros;
  int64_t width, panels, row_panels;  // channels of a panel; panels of output and input channels
  int64_t plane;                      // elements of a plane of sums, of a panel of each
  int64_t block, parts, part_tiles;
  float *sums;                        // of all parts, each by panel, input panel, position
  double *bias_sums;                  // of all parts, or NULL
  uint8_t *uneven;                    // tiles whose products are added directly in the end
  _Atomic bool any_uneven;
  _Atomic int32_t status;
} job;

typedef struct {
  job *work;
  int64_t begin, count;
  float *input, *output;  // transformed, by panel and position
  int64_t plane;
  float *sums;
  bool first, last;       // of the part's blocks
} block;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static float *take(job *work, int64_t elements) {
  float *memory = weft_scratch_take(weft_bytes(elements, 4));
  if (!memory) atomic_store(&work->status, WEFT_OUT_OF_MEMORY);
  return memory;
}

// MARK: - Tiles

static void locate(const block *b, int64_t i, const float **in, const float **out) {
  const job *work = b->work;
  weft_winograd_input_points(&work->tiles, b->begin + i, work->c->input, work->zeros, in);
  weft_winograd_output_points(&work->tiles, b->begin + i, work->c->output, work->zeros, out);
}

// A tile that would cost some weights their digits is left out: its values are zero.
static void judge(const block *b, int64_t i, const float *const *in, const float *const *out, const float *in_squares,
                  const float *out_squares) {
  job *work = b->work;
  int32_t extent[2];
  weft_winograd_extent(&work->tiles, b->begin + i, extent);
  bool uneven = !weft_winograd_gradient_even(work->scheme, extent, in_squares, out_squares) &&
                weft_winograd_gradient_inspect(&work->tiles, in, out);
  work->uneven[b->begin + i] = uneven;
  if (!uneven) return;
  atomic_store(&work->any_uneven, true);
  size_t bytes = (size_t)work->width * sizeof(float);
  for (int64_t plane = 0; plane < work->row_panels * work->values; plane++) {
    memset(b->input + plane * b->plane + i * work->width, 0, bytes);
  }
  for (int64_t panel = 0; panel < work->panels; panel++) {
    for (int64_t plane = 0; plane < work->values; plane++) {
      memset(b->output + (panel * (work->values + 1) + plane) * b->plane + i * work->width, 0, bytes);
    }
  }
}

static void transform_tiles(void *context, int64_t begin, int64_t end) {
  const block *b = context;
  const job *work = b->work;
  uint32_t word = weft_denormals_flush();
  const float *in[2][WEFT_WINOGRAD_MOST], *out[2][WEFT_WINOGRAD_MOST];
  locate(b, begin, in[begin & 1], out[begin & 1]);
  for (int64_t i = begin; i < end; i++) {
    int64_t next = i + 1 < end ? i + 1 : i;
    locate(b, next, in[next & 1], out[next & 1]);
    weft_winograd_source input = {in[i & 1], in[next & 1]}, output = {out[i & 1], out[next & 1]};
    float in_squares[WEFT_WINOGRAD_CELLS], out_squares[WEFT_WINOGRAD_CELLS];
    weft_winograd_target to_input = {b->input + i * work->width, b->plane, work->values * b->plane, false, in_squares};
    weft_winograd_target to_output = {b->output + i * work->width, b->plane, (work->values + 1) * b->plane,
                                      work->bias_sums != NULL, out_squares};
    work->scheme->input(&input, work->tiles.in_channels, &to_input);
    work->scheme->output_gradient(&output, work->tiles.out_channels, &to_output);
    judge(b, i, input.points, output.points, in_squares, out_squares);
  }
  weft_denormals_restore(word);
}

// MARK: - The bias

static void add_bias(const block *b, double *sums) {
  int64_t width = b->work->width, channels = b->work->tiles.out_channels;
  for (int64_t first = 0; first < channels; first += width) {
    const float *tile = b->output + (first / width * (b->work->values + 1) + b->work->values) * b->plane;
    for (int64_t i = 0; i < b->count; i++, tile += width) {
      for (int64_t c = 0; c < least(width, channels - first); c++) sums[first + c] += tile[c];
    }
  }
}

static void store_bias(const job *work) {
  float *bias = work->c->bias;
  for (int64_t c = 0; c < work->tiles.out_channels; c++) {
    double total = 0;
    for (int64_t part = 0; part < work->parts; part++) total += work->bias_sums[part * work->tiles.out_channels + c];
    bias[c] = (float)total;
  }
}

// MARK: - Weights

static void store(const job *work, int64_t piece, const float *sums) {
  int64_t panel = piece / work->row_panels, row = piece % work->row_panels * work->width, column = panel * work->width;
  float *to = (float *)work->c->weight + row * work->weight.row + column * work->weight.column;
  int64_t rows = least(work->width, work->tiles.in_channels - row);
  for (int64_t i = 0; i < rows; i++) {
    work->scheme->weight_gradient(&work->weight, sums + i * work->width, work->plane,
                                   least(work->width, work->tiles.out_channels - column), to + i * work->weight.row);
  }
}

static void multiply(const block *b, int64_t piece, float *sums) {
  const job *work = b->work;
  int64_t panel = piece / work->row_panels, row = piece % work->row_panels * work->width;
  weft_winograd_product p = {.rows = least(work->width, work->tiles.in_channels - row), .depth = b->count,
                             .a_row = work->width, .b_row = work->width, .c_row = work->width};
  uint64_t begun = 0;  // planes of sums that hold something
  for (int64_t i = 0; i < work->values; i++) {
    int64_t plane = weft_winograd_weight_plane(work->scheme, i);
    p.a = b->input + (row / work->width * work->values + i) * b->plane;
    p.b = b->output + (panel * (work->values + 1) + i) * b->plane;
    p.c = sums + plane * work->plane;
    p.add = !b->first || begun >> plane & 1;
    begun |= (uint64_t)1 << plane;
    work->kernels->multiply_transposed(&p);
  }
}

// Pieces: a panel of input and one of output channels each.
static void run_pieces(void *context, int64_t begin, int64_t end) {
  const block *b = context;
  job *work = b->work;
  weft_scratch_mark mark = weft_scratch_begin();
  float *own = work->sums ? NULL : take(work, WEIGHTS * work->plane);
  uint32_t word = weft_denormals_flush();
  for (int64_t i = begin; i < end && (own || work->sums); i++) {
    float *sums = own ? own : b->sums + i * WEIGHTS * work->plane;
    multiply(b, i, sums);
    if (b->last && work->parts == 1) store(work, i, sums);
  }
  weft_denormals_restore(word);
  weft_scratch_release(mark);
}

static void run_parts(void *context, int64_t begin, int64_t end) {
  job *work = context;
  weft_scratch_mark mark = weft_scratch_begin();
  int64_t pieces = work->panels * work->row_panels;
  block b = {.work = work, .plane = work->block * work->width + 16};
  b.input = take(work, work->row_panels * work->values * b.plane);
  b.output = take(work, work->panels * (work->values + 1) * b.plane);
  for (int64_t part = begin; part < end && b.input && b.output; part++) {
    int64_t stop = least((part + 1) * work->part_tiles, work->tiles.tiles);
    b.sums = work->sums ? work->sums + part * pieces * WEIGHTS * work->plane : NULL;
    for (b.begin = part * work->part_tiles; b.begin < stop; b.begin += b.count) {
      b.count = least(work->block, stop - b.begin);
      b.first = b.begin == part * work->part_tiles;
      b.last = b.begin + b.count == stop;
      weft_parallel_for(b.count, LEAST_WORK / (work->values * 8 * work->tiles.in_channels) + 1, transform_tiles, &b);
      if (work->bias_sums) add_bias(&b, work->bias_sums + part * work->tiles.out_channels);
      weft_parallel_for(pieces, LEAST_WORK / (work->values * work->plane * b.count) + 1, run_pieces, &b);
    }
  }
  weft_scratch_release(mark);
}

// Adds the parts' sums, in order, and transforms them.
static void finish(void *context, int64_t begin, int64_t end) {
  job *work = context;
  int64_t size = WEIGHTS * work->plane, all = work->panels * work->row_panels * size;
  uint32_t word = weft_denormals_flush();
  for (int64_t piece = begin; piece < end; piece++) {
    float *total = work->sums + piece * size;
    for (int64_t part = 1; part < work->parts; part++) {
      const float *more = total + part * all;
      for (int64_t i = 0; i < size; i++) total[i] += more[i];
    }
    store(work, piece, total);
  }
  weft_denormals_restore(word);
}

// Adds the products of the tiles that were left out.
static void add_uneven(void *context, int64_t begin, int64_t end) {
  job *work = context;
  uint32_t word = weft_denormals_flush();
  for (int64_t piece = begin; piece < end; piece++) {
    int64_t row = piece % work->row_panels * work->width, column = piece / work->row_panels * work->width;
    if (!weft_winograd_direct_gradient(work->c, &work->tiles, work->zeros, work->uneven, row, column)) {
      atomic_store(&work->status, WEFT_OUT_OF_MEMORY);
    }
  }
  weft_denormals_restore(word);
}

// MARK: - The whole

static void run_job(job *work) {
  int64_t tile_bytes = work->values * 4 * work->width * (work->panels + work->row_panels);
  int64_t threads = weft_share_count();
  int64_t own = least(OWN_BYTES / tile_bytes, OWN_TILES), pieces = work->panels * work->row_panels;
  int64_t sums = pieces * WEIGHTS * work->plane, tiles = work->tiles.tiles;
  bool alone = threads > 1 && own >= 16 && sums * 4 <= PART_BYTES && tiles >= 2 * own * threads;
  work->parts = alone ? least(threads, MOST_PARTS) : 1;
  work->part_tiles = (tiles + work->parts - 1) / work->parts;
  work->parts = (tiles + work->part_tiles - 1) / work->part_tiles;  // none without tiles: its sums would not be written
  int64_t most = alone ? own : SHARED_BYTES / tile_bytes + 1, blocks = (work->part_tiles + most - 1) / most;
  work->block = (work->part_tiles + blocks - 1) / blocks;
  work->uneven = (uint8_t *)take(work, tiles / 4 + 1);
  if (!work->uneven) return;
  if (work->block < tiles && !(work->sums = take(work, work->parts * sums))) return;
  if (work->c->bias) {
    int64_t count = work->parts * work->tiles.out_channels;
    work->bias_sums = (double *)take(work, 2 * count);
    if (!work->bias_sums) return;
    memset(work->bias_sums, 0, (size_t)count * sizeof(double));
  }
  if (alone) {
    weft_parallel_for(work->parts, 1, run_parts, work);
    if (atomic_load(&work->status) == WEFT_OK) weft_parallel_for(pieces, 1, finish, work);
  } else {
    run_parts(work, 0, 1);
  }
  if (atomic_load(&work->status) == WEFT_OK && atomic_load(&work->any_uneven)) {
    weft_parallel_for(pieces, 1, add_uneven, work);
  }
  if (work->bias_sums && atomic_load(&work->status) == WEFT_OK) store_bias(work);
}

int32_t weft_winograd_weight_gradient(const weft_convolution *c) {
  const int64_t *s = c->shape.weight_strides;
  job work = {.c = c, .kernels = weft_winograd_kernels_current(), .tiles = weft_winograd_cut(&c->shape, false),
              .weight = {c->weight, s[1], s[0], s[2], s[3]}};
  work.scheme = work.tiles.scheme;
  work.values = work.scheme->side * work.scheme->side;
  work.width = 2 * work.kernels->lanes;
  work.panels = (work.tiles.out_channels + work.width - 1) / work.width;
  work.row_panels = (work.tiles.in_channels + work.width - 1) / work.width;
  work.plane = work.width * work.width + 16;
  int64_t most = work.tiles.in_channels > work.tiles.out_channels ? work.tiles.in_channels : work.tiles.out_channels;
  weft_scratch_mark mark = weft_scratch_begin();
  float *zeros = take(&work, most);
  if (zeros) {
    memset(zeros, 0, (size_t)most * 4);
    work.zeros = zeros;
    run_job(&work);
  }
  weft_scratch_release(mark);
  return atomic_load(&work.status);
}
