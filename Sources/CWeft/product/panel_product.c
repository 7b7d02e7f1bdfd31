// Products with packed panels: packing or finding what is packed, and cutting into blocks.
#include "panel_product.h"

#include <stdatomic.h>

#include "../common/prepared.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "panels.h"
#include "weft_parallel.h"

bool weft_panel_product_suits(const weft_gemm *p) {
  return p->dtype == WEFT_FLOAT32 && p->result_dtype == WEFT_FLOAT32 && !p->accumulate && p->k > 0 &&
         (p->a_k == 1 || p->k == 1) && (p->c_n == 1 || p->n == 1) && (!p->bias || p->bias_n == 1 || p->n == 1) &&
         (p->b_k == 1 || p->b_n == 1 || p->k == 1 || p->n == 1);
}

typedef struct {
  weft_panels product;
  const weft_gemm *given;
  const weft_flat_pass *pass;
  int64_t width, panels;            // columns of a panel, and how many there are
  int64_t rows, columns;            // of a block: rows, and panels
  int64_t row_blocks, column_blocks;
  float *packed;                    // all panels; NULL where each block packs those it reads
  _Atomic int32_t status;
} job;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t blocks_of(int64_t size, int64_t each) { return (size + each - 1) / each; }

// MARK: - Blocks

// Results of a block at least, where there are as many: enough for what a formula's call costs besides.
enum { BLOCK_RESULTS = 1 << 14, LEAST_TILES = 2, FEW_TILES = 6, WHOLE_TILES = 8 };
enum { BLOCKS_PER_THREAD = 4, LEAST_PER_THREAD = 1 << 18 };

static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

// Elements that the second-level cache of a core holds, and a distance at which elements displace each other in the
// first-level cache.
enum { NEAR = 1 << 18, SAME_SET = 1 << 10 };

// Whether the kernel applies the formula. What it adds is read as soon as there are results, which pays where both would
// have left the cache by then.
static bool is_in_kernel(const job *work) {
  const weft_flat_pass *pass = work->pass;
  const weft_gemm *p = work->given;
  return pass && (pass->is_clamp || (pass->is_sum && p->m * p->n > NEAR && p->c_m % SAME_SET != 0));
}

// By rows, so that each has enough results, and as many as make even work for the threads.
static void cut_rows(job *work, int64_t least_rows) {
  int64_t m = work->given->m, rows = most(BLOCK_RESULTS / work->product.n, least_rows);
  int64_t threads = BLOCKS_PER_THREAD * (int64_t)weft_thread_count();
  work->row_blocks = most(blocks_of(m, rows), least(m / least_rows, threads));
  work->rows = blocks_of(m, work->row_blocks);
  work->row_blocks = blocks_of(m, work->rows);
}

// Rows first, so that a block has whole rows, which are one piece of memory: a formula is walked fastest over these.
// Where there are few rows, by columns too.
static void cut(job *work) {
  int64_t m = work->given->m, tile = weft_panel_rows();
  bool walks = work->pass && !is_in_kernel(work) && m >= WHOLE_TILES * tile;
  cut_rows(work, (walks ? LEAST_TILES : FEW_TILES) * tile);
  int64_t wanted = blocks_of(BLOCKS_PER_THREAD * (int64_t)weft_thread_count(), work->row_blocks);
  work->columns = blocks_of(work->panels, walks ? 1 : least(wanted, work->panels));
  work->column_blocks = blocks_of(work->panels, work->columns);
}

static void pack(const job *work, int64_t panel, float *packed) {
  const weft_gemm *p = work->given;
  int64_t first = panel * work->width, columns = least(work->width, p->n - first);
  const float *source = (const float *)p->b + first * p->b_n;
  if (p->b_k == 1) {
    weft_panel_turn(source, p->b_n, columns, p->k, packed);
  } else {
    weft_gemm_pack(WEFT_FLOAT32, source, columns, p->k, p->b_n, p->b_k, work->width, packed);
  }
}

// Packs each panel where it is read next, in memory that stays in the cache.
static void pack_and_run(const job *work, int64_t row, int64_t rows, int64_t begin, int64_t end, uint32_t word,
                         float *panel) {
  weft_panels one = work->product;
  one.word = word;
  for (int64_t i = begin; i < end; i++) {
    int64_t first = i * work->width;
    pack(work, i, panel);
    one.b = panel;
    one.c = work->product.c + first;
    one.bias = work->product.bias ? work->product.bias + first : NULL;
    one.n = least(work->width, work->product.n - first);
    if (one.residual) one.residual = work->product.residual + first;
    weft_panels_run(&one, row, rows, 0, 1);
  }
}

static void run_block(const job *work, int64_t index, float *panel) {
  int64_t row = index / work->column_blocks * work->rows, rows = least(work->rows, work->given->m - row);
  int64_t begin = index % work->column_blocks * work->columns, end = least(begin + work->columns, work->panels);
  uint32_t word = weft_denormals_flush();
  if (panel) {
    pack_and_run(work, row, rows, begin, end, word, panel);
  } else {
    weft_panels product = work->product;
    product.word = word;
    weft_panels_run(&product, row, rows, begin, end);
  }
  weft_denormals_restore(word);
  if (!work->pass || is_in_kernel(work)) return;
  int64_t column = begin * work->width;
  weft_flat_pass_run(work->pass, row, rows, column, least(end * work->width, work->product.n) - column);
}

static void run_blocks(void *context, int64_t begin, int64_t end) {
  job *work = context;
  weft_scratch_mark mark = weft_scratch_begin();
  float *panel = work->product.b ? NULL : weft_scratch_take(weft_bytes3(work->width, work->product.k, sizeof(float)));
  if (!panel && !work->product.b) {
    atomic_store(&work->status, WEFT_OUT_OF_MEMORY);
  } else {
    for (int64_t i = begin; i < end; i++) run_block(work, i, panel);
  }
  weft_scratch_release(mark);
}

static void run_packing(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  for (int64_t i = begin; i < end; i++) pack(work, i, work->packed + i * work->width * work->product.k);
}

// MARK: - What is packed

static weft_prepared *prepare(const job *work, uint64_t content, size_t bytes, bool *fill) {
  const weft_gemm *p = work->given;
  weft_prepared_key key = {content, p->b, 0, {p->n, p->k, p->b_n, p->b_k, work->width}};
  return weft_prepared_acquire(&key, bytes, fill);
}

static void pack_all(job *work) {
  weft_parallel_for(work->panels, 1 + LEAST_PER_THREAD / (work->width * work->product.k), run_packing, work);
}

static int32_t compute(job *work) {
  int64_t block = least(work->rows, work->given->m) * work->columns * work->width * work->product.k;
  weft_parallel_for(work->row_blocks * work->column_blocks, 1 + LEAST_PER_THREAD / (block + 1), run_blocks, work);
  return atomic_load(&work->status);
}

// With nothing kept: what one block alone reads is packed there, panel by panel, the rest before.
static int32_t compute_unkept(job *work, size_t bytes) {
  if (work->row_blocks == 1) return compute(work);
  weft_scratch_mark mark = weft_scratch_begin();
  work->packed = weft_scratch_take(bytes);
  int32_t status = WEFT_OUT_OF_MEMORY;
  if (work->packed) {
    pack_all(work);
    work->product.b = work->packed;
    status = compute(work);
  }
  weft_scratch_release(mark);
  return status;
}

int32_t weft_panel_product(const weft_gemm *p, uint64_t content, const weft_flat_pass *pass) {
  job work = {.given = p, .pass = pass, .width = weft_panel_columns()};
  work.product = (weft_panels){.n = p->n, .k = p->k, .a_m = p->a_m, .c_m = p->c_m, .a = p->a, .bias = p->bias,
                               .c = p->c, .is_far = p->m * p->k > NEAR / 2 && p->a_m % SAME_SET != 0};
  if (is_in_kernel(&work)) {
    work.product.clamps = pass->is_clamp || pass->clamps;
    work.product.low = pass->low, work.product.high = pass->high;
    work.product.residual = pass->residual, work.product.residual_m = pass->residual_row;
  }
  work.panels = blocks_of(p->n, work.width);
  cut(&work);
  size_t bytes = weft_bytes3(work.panels * work.width, p->k, sizeof(float));
  if (bytes > INT64_MAX) return WEFT_OUT_OF_MEMORY;
  bool fill = false;
  weft_prepared *kept = prepare(&work, content, bytes, &fill);
  if (!kept) return compute_unkept(&work, bytes);
  work.packed = weft_prepared_data(kept);
  if (fill) pack_all(&work);
  work.product.b = work.packed;
  int32_t status = compute(&work);
  weft_prepared_release(kept, fill);
  return status;
}
