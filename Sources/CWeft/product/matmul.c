// Matrix products: chooses who computes them.
#include "launches.h"
#include "matmul_dnnl.h"
#include "matmul_plan.h"
#include "panel_product.h"
#include "../common/status.h"
#include "weft_parallel.h"

enum { SMALL = 1 << 14 };  // multiply-adds

typedef struct {
  const weft_gemm *product;
  const weft_gemm_batch *batch;
} job;

static void run_small(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  const weft_gemm_batch *batch = work->batch;
  for (int64_t item = begin; item < end; item++) {
    weft_gemm p = *work->product;
    int64_t rest = item;
    for (int32_t axis = batch->rank - 1; axis >= 0; axis--) {
      int64_t i = rest % batch->size[axis];
      rest /= batch->size[axis];
      p.a = (const float *)p.a + i * batch->a[axis];
      p.b = (const float *)p.b + i * batch->b[axis];
      p.c = (float *)p.c + i * batch->c[axis];
    }
    weft_gemm_small(&p);
  }
}

// Many products, each too small to pack.
static bool run_each_small(const weft_gemm *product, const weft_gemm_batch *batch) {
  double work = (double)product->m * (double)product->n * (double)product->k;
  if (work > SMALL || !weft_gemm_small_suits(product)) return false;
  int64_t count = 1;
  for (int32_t axis = 0; axis < batch->rank; axis++) count *= batch->size[axis];
  job all = {product, batch};
  weft_parallel_for(count, (int64_t)(4 * SMALL / (work + 512)) + 1, run_small, &all);
  return true;
}

// Measured: fewer rows, and shorter ones, read a weight as fast where it lies; with more the product takes so long that
// oneDNN may pack it too. What is not kept is packed for each call, which may take memory as large as the weight.
enum { LEAST_PANEL_ROWS = 8, MOST_PANEL_ROWS = 96, LEAST_PANEL_SIDE = 64, MOST_PACKED = 1 << 22 };

// Products with a weight whose rows are its outputs, that is used again: a row of results is adjacent, one of the
// weight is not. (Other weights are read as fast where they lie.)
static bool suits_panels(const weft_gemm *p, const weft_gemm_batch *batch, uint64_t content) {
  bool is_large = p->n >= LEAST_PANEL_SIDE && p->k >= LEAST_PANEL_SIDE && p->n <= MOST_PACKED / p->k;
  bool has_few_rows = p->m >= LEAST_PANEL_ROWS && p->m <= MOST_PANEL_ROWS;
  return content && batch->rank == 0 && p->b_k == 1 && has_few_rows && is_large && weft_panel_product_suits(p);
}

// The formula of a product is told by rows where the product itself is, all its axes but the last being rows.
static int32_t run_panels(const weft_matmul_description *d, const weft_gemm *product, bool *is_finished) {
  weft_flat_pass flat;
  const weft_last_pass *pass = d->last_pass;
  *is_finished = pass && weft_last_pass_flatten(pass, d->rank, d->c_shape, d->rank - 1, product->c, &flat);
  return weft_panel_product(product, d->b_content, *is_finished ? &flat : NULL);
}

static int32_t run(const weft_matmul_description *description, const void *a, const void *b, const void *bias, void *c,
                   bool *is_finished) {
  weft_gemm product;
  weft_gemm_batch batch;
  bool empty;
  int32_t status = weft_matmul_plan(description, a, b, bias, c, &product, &batch, &empty);
  *is_finished = empty;
  if (status != WEFT_OK || empty) return status;
  if (suits_panels(&product, &batch, description->b_content)) return run_panels(description, &product, is_finished);
  if (weft_gemm_tiny(&product, &batch)) return WEFT_OK;
  if (product.dtype == WEFT_FLOAT32) {
    if (batch.rank == 0 ? weft_gemm_small(&product) : run_each_small(&product, &batch)) return WEFT_OK;
  }
  if (weft_matmul_dnnl(&product, &batch, &status)) return status;
  return weft_gemm_run(&product, &batch);
}

int32_t weft_matmul(const weft_matmul_description *description, const void *a, const void *b, const void *bias,
                    void *c) {
  WEFT_NOTED(weft_note_matmul(notes, description, a, b, bias, c));
  bool is_finished;
  int32_t status = run(description, a, b, bias, c, &is_finished);
  const weft_last_pass *pass = description->last_pass;
  if (status == WEFT_OK && pass && !is_finished) weft_last_pass_run(pass, description->rank, description->c_shape);
  return status;
}
