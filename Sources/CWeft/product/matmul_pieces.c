// Products cut into blocks where results are to have the same bits on any number of threads: oneDNN computes each on one.
#include <stdatomic.h>

#include "../common/status.h"
#include "cut.h"
#include "matmul_dnnl.h"
#include "weft_parallel.h"

enum { LEAST_SIDE = 32, SIDE_UNIT = 16 };

typedef struct {
  const weft_gemm *product;
  const weft_gemm_batch *batch;
  int64_t repeats, rows, columns;  // of a block; repeats along the first axis of the batch
  int64_t row_blocks, column_blocks, count;
  _Atomic int32_t status;
} job;

static int64_t round_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }
static int64_t blocks_of(int64_t size, int64_t each) { return (size + each - 1) / each; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static double multiplications(const weft_gemm *p, const weft_gemm_batch *batch) {
  double work = (double)p->m * (double)p->n * (double)p->k;
  for (int32_t axis = 0; axis < batch->rank; axis++) work *= (double)batch->size[axis];
  return work;
}

static void count_blocks(job *work, int64_t repeats) {
  work->row_blocks = blocks_of(work->product->m, work->rows);
  work->column_blocks = blocks_of(work->product->n, work->columns);
  work->count = blocks_of(repeats, work->repeats) * work->row_blocks * work->column_blocks;
}

// By repeats first, then the longer side in half: square blocks share the most.
static void cut(job *work) {
  int64_t wanted = weft_pieces_worth(multiplications(work->product, work->batch));
  int64_t repeats = work->batch->rank > 0 ? work->batch->size[0] : 1;
  work->repeats = blocks_of(repeats, least(wanted, repeats));
  work->rows = work->product->m;
  work->columns = work->product->n;
  for (count_blocks(work, repeats); work->count < wanted; count_blocks(work, repeats)) {
    int64_t *longer = work->rows > work->columns ? &work->rows : &work->columns;
    if (*longer < 2 * LEAST_SIDE) return;
    *longer = round_up((*longer + 1) / 2, SIDE_UNIT);
  }
}

static const void *offset(const void *base, int64_t elements, int32_t dtype) {
  return base ? (const char *)base + elements * weft_gemm_element_size(dtype) : NULL;
}

static int32_t compute_block(const job *work, int64_t index) {
  weft_gemm p = *work->product;
  weft_gemm_batch batch = *work->batch;
  int64_t column = index % work->column_blocks * work->columns;
  index /= work->column_blocks;
  int64_t row = index % work->row_blocks * work->rows, first = index / work->row_blocks * work->repeats;
  int64_t a = row * p.a_m, b = column * p.b_n, c = row * p.c_m + column * p.c_n;
  if (batch.rank > 0) {
    a += first * batch.a[0];
    b += first * batch.b[0];
    c += first * batch.c[0];
    batch.size[0] = least(work->repeats, batch.size[0] - first);
  }
  p.m = least(work->rows, p.m - row);
  p.n = least(work->columns, p.n - column);
  p.a = offset(p.a, a, p.dtype);
  p.b = offset(p.b, b, p.dtype);
  p.c = (void *)offset(p.c, c, p.result_dtype);
  p.bias = offset(p.bias, column * p.bias_n, p.result_dtype);
  return weft_matmul_piece_run(&p, &batch);
}

static void compute_blocks(void *context, int64_t begin, int64_t end) {
  job *work = context;
  for (int64_t i = begin; i < end; i++) {
    int32_t status = compute_block(work, i);
    if (status != WEFT_OK) atomic_store(&work->status, status);
  }
}

int32_t weft_matmul_pieces(const weft_gemm *product, const weft_gemm_batch *batch) {
  job work = {.product = product, .batch = batch};
  cut(&work);
  weft_parallel_for(work.count, 1, compute_blocks, &work);
  return atomic_load(&work.status);
}
