// The general product: cuts c into blocks, each computed by one thread from packed pieces of a and b. Blocks share
// nothing, so packing is repeated by neighbours; with blocks this large that costs a few percent.
#include "gemm.h"

#include <stdatomic.h>
#include <string.h>

#include "../common/team.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "weft_parallel.h"

// A packed piece of a, one of b and the results together stay within a second-level cache of 1 MiB.
enum { BLOCK_ROWS = 192, BLOCK_COLUMNS = 384, BLOCK_K_BYTES = 1024 };
enum { LEAST_WORK = 1 << 16 };  // multiply-adds worth handing to another thread

typedef struct {
  const weft_gemm *product;
  const weft_gemm_batch *batch;
  const weft_gemm_tile *tile;
  int64_t rows, columns, depth;             // of a block
  int64_t row_blocks, column_blocks;
  _Atomic int32_t status;
} job;

static int64_t round_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static const void *offset(const void *base, int64_t elements, int64_t size) {
  return (const char *)base + elements * size;
}

// The blocks' addresses for one index of the batch.
static void locate(const job *work, int64_t index, const void **a, const void **b, void **c) {
  const weft_gemm_batch *batch = work->batch;
  int64_t size = weft_gemm_element_size(work->product->dtype), at_a = 0, at_b = 0, at_c = 0;
  int64_t result_size = weft_gemm_element_size(work->product->result_dtype);
  for (int32_t axis = batch ? batch->rank - 1 : -1; axis >= 0; axis--) {
    int64_t i = index % batch->size[axis];
    index /= batch->size[axis];
    at_a += i * batch->a[axis];
    at_b += i * batch->b[axis];
    at_c += i * batch->c[axis];
  }
  *a = offset(work->product->a, at_a, size);
  *b = offset(work->product->b, at_b, size);
  *c = (char *)work->product->c + at_c * result_size;
}

// results (rows x columns, `stride` apart) (+)= the packed pieces' product.
static void multiply(const weft_gemm_tile *tile, int64_t m, int64_t n, int64_t k, const char *a, const char *b,
                     char *results, int64_t stride, bool add) {
  for (int64_t j = 0; j < n; j += tile->columns) {
    for (int64_t i = 0; i < m; i += tile->rows) {
      tile->run(k, a + i * k * tile->size, b + j * k * tile->size, results + (i * stride + j) * tile->size, stride,
                add);
    }
  }
}

typedef struct {
  char *a, *b, *results;
} buffers;

static void run_block(const job *work, int64_t index, const buffers *memory) {
  const weft_gemm *product = work->product;
  int64_t size = weft_gemm_element_size(product->dtype);
  const void *a, *b;
  void *c;
  int64_t column = index % work->column_blocks * work->columns;
  index /= work->column_blocks;
  int64_t row = index % work->row_blocks * work->rows;
  locate(work, index / work->row_blocks, &a, &b, &c);
  int64_t m = least(work->rows, product->m - row), n = least(work->columns, product->n - column);
  int64_t stride = round_up(n, work->tile->columns);
  if (product->k == 0) {
    memset(memory->results, 0, (size_t)(m * stride * work->tile->size));
  }
  for (int64_t k = 0; k < product->k; k += work->depth) {
    int64_t depth = least(work->depth, product->k - k);
    weft_gemm_pack(product->dtype, offset(a, row * product->a_m + k * product->a_k, size), m, depth, product->a_m,
                   product->a_k, work->tile->rows, memory->a);
    weft_gemm_pack(product->dtype, offset(b, column * product->b_n + k * product->b_k, size), n, depth,
                   product->b_n, product->b_k, work->tile->columns, memory->b);
    multiply(work->tile, m, n, depth, memory->a, memory->b, memory->results, stride, k > 0);
  }
  weft_gemm_store(product, c, row, column, m, n, memory->results, stride);
}

static void run_blocks(void *context, int64_t begin, int64_t end) {
  job *work = context;
  weft_scratch_mark mark = weft_scratch_begin();
  int64_t size = work->tile->size, depth = least(work->product->k, work->depth);
  int64_t rows = round_up(work->rows, work->tile->rows), columns = round_up(work->columns, work->tile->columns);
  buffers memory = {
      .a = weft_scratch_take((size_t)(rows * depth * size)),
      .b = weft_scratch_take((size_t)(columns * depth * size)),
      .results = weft_scratch_take((size_t)(rows * columns * size)),
  };
  if (memory.a && memory.b && memory.results) {
    uint32_t word = weft_denormals_flush();
    for (int64_t i = begin; i < end; i++) run_block(work, i, &memory);
    weft_denormals_restore(word);
  } else {
    atomic_store(&work->status, WEFT_OUT_OF_MEMORY);
  }
  weft_scratch_release(mark);
}

static int64_t block_count(const job *work, int64_t repeats) {
  return work->row_blocks * work->column_blocks * repeats;
}

static void cut(job *work) {
  const weft_gemm *product = work->product;
  work->row_blocks = (product->m - 1) / work->rows + 1;
  work->column_blocks = (product->n - 1) / work->columns + 1;
}

// Starts from the largest blocks and halves them until there are enough for every thread.
static void choose_blocks(job *work, int64_t repeats) {
  const weft_gemm *product = work->product;
  int64_t row_unit = work->tile->rows, column_unit = work->tile->columns;
  int64_t threads = weft_share_count(), depth = product->k > 0 ? product->k : 1;
  work->rows = least(round_up(product->m, row_unit), round_up(BLOCK_ROWS, row_unit));
  work->columns = least(round_up(product->n, column_unit), round_up(BLOCK_COLUMNS, column_unit));
  for (cut(work); block_count(work, repeats) < (threads > 1 ? 2 * threads : 1); cut(work)) {
    if (work->rows * work->columns < 2 * LEAST_WORK / depth) return;
    if (work->columns > column_unit && (work->columns >= work->rows || work->rows <= row_unit)) {
      work->columns = round_up(work->columns / 2, column_unit);
    } else if (work->rows > row_unit) {
      work->rows = round_up(work->rows / 2, row_unit);
    } else {
      return;
    }
  }
}

int32_t weft_gemm_run(const weft_gemm *product, const weft_gemm_batch *batch) {
  int64_t repeats = 1;
  for (int32_t axis = 0; batch && axis < batch->rank; axis++) repeats *= batch->size[axis];
  if (product->m <= 0 || product->n <= 0 || repeats <= 0) return WEFT_OK;
  job work = {.product = product, .batch = batch, .tile = weft_gemm_tile_for(weft_gemm_type(product->dtype))};
  work.depth = BLOCK_K_BYTES / work.tile->size;
  choose_blocks(&work, repeats);
  int64_t each = work.rows * work.columns * least(product->k + 1, LEAST_WORK);
  int64_t grain = each >= LEAST_WORK ? 1 : LEAST_WORK / each;
  weft_parallel_for_flushing(block_count(&work, repeats), grain, run_blocks, &work);
  return atomic_load(&work.status);
}
