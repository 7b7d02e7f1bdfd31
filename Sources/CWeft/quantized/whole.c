// Products of whole numbers of 8 bits: rows of a stand in panels, one along each lane, and rows of b are read as they
// lie, a word at a time for all lanes. So a weight needs no other layout than that of its file.
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "../common/scratch.h"
#include "../common/status.h"
#include "../common/isa.h"
#include "quantized.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum { LEAST_WORK = 1 << 17, MOST_LANES = 16 };  // multiply-adds worth handing to another thread

typedef struct {
  const weft_whole_kernels *kernels;
  int64_t rows, columns, depth, steps;
  char *panels;
  int32_t offset;  // what the panels' numbers have more than a's
  const int8_t *b;
  // What becomes of the sums: they are stored, or multiplied by both scales.
  int32_t *c;
  float *y;
  const float *row_scales, *column_scales;
  _Atomic int32_t status;
} product_job;

static const weft_whole_kernels *whole_kernels(void) {
  static const weft_whole_kernels *const sets[] = {
      WEFT_ISA_SETS(&weft_whole_baseline, &weft_whole_avx2, &weft_whole_avx512)};
#if defined(__x86_64__)
  if (weft_uses_avx512_vnni()) return &weft_whole_vnni;
#endif
  return sets[weft_isa_current()];
}

static bool prepare(product_job *job) {
  job->kernels = whole_kernels();
  job->steps = (job->depth + job->kernels->step - 1) / job->kernels->step;
  int64_t panels = (job->rows + job->kernels->lanes - 1) / job->kernels->lanes;
  size_t bytes = weft_bytes3(panels, job->steps, job->kernels->lanes * 4);
  job->panels = weft_scratch_take(bytes);
  if (job->panels) memset(job->panels, 0, bytes);
  return job->panels != NULL;
}

/// Puts a row, its words behind each other, along its lane.
static void set_lane(const product_job *job, int64_t row, const int32_t *words) {
  int64_t lanes = job->kernels->lanes;
  int32_t *lane = (int32_t *)job->panels + row / lanes * job->steps * lanes + row % lanes;
  for (int64_t k = 0; k < job->steps; k++) lane[k * lanes] = words[k];
}

// MARK: - The product

/// Columns first ... of b as a block: where they lie if that is one, else in `room`.
static const void *block_at(const product_job *job, int64_t first, char *room) {
  int64_t pitch = job->steps * 4, count = job->columns - first;
  bool is_narrow = job->kernels->step == 4;
  const int8_t *from = job->b + first * job->depth;
  if (is_narrow && pitch == job->depth && count >= WEFT_WHOLE_COLUMNS) return from;
  for (int64_t c = 0; c < WEFT_WHOLE_COLUMNS; c++, from += job->depth, room += pitch) {
    memset(room, 0, (size_t)pitch);
    if (c >= count) continue;
    if (is_narrow) {
      memcpy(room, from, (size_t)job->depth);
    } else {
      job->kernels->widen_signed(job->depth, from, room);
    }
  }
  return room - WEFT_WHOLE_COLUMNS * pitch;
}

static void store_whole(const product_job *job, int64_t row, int64_t rows, int64_t first, int64_t columns,
                        const int32_t *sums) {
  int64_t lanes = job->kernels->lanes;
  for (int64_t r = 0; r < rows; r++) {
    int32_t *to = job->c + (row + r) * job->columns + first;
    for (int64_t c = 0; c < columns; c++) to[c] = sums[c * lanes + r];
  }
}

typedef float float4 __attribute__((ext_vector_type(4)));
typedef int32_t whole4 __attribute__((ext_vector_type(4)));

// Four rows of four columns: what lies along lanes comes to lie along a row.
static void store_square(const product_job *job, int64_t row, int64_t column, const int32_t *sums) {
  float4 x[4], rows;
  memcpy(&rows, job->row_scales + row, sizeof rows);
  for (int c = 0; c < 4; c++) {
    whole4 whole;
    memcpy(&whole, sums + c * job->kernels->lanes, sizeof whole);
    x[c] = __builtin_convertvector(whole, float4) * (rows * job->column_scales[column + c]);
  }
  float4 a = __builtin_shufflevector(x[0], x[1], 0, 4, 1, 5), b = __builtin_shufflevector(x[2], x[3], 0, 4, 1, 5);
  float4 c = __builtin_shufflevector(x[0], x[1], 2, 6, 3, 7), d = __builtin_shufflevector(x[2], x[3], 2, 6, 3, 7);
  const float4 turned[4] = {
      __builtin_shufflevector(a, b, 0, 1, 4, 5), __builtin_shufflevector(a, b, 2, 3, 6, 7),
      __builtin_shufflevector(c, d, 0, 1, 4, 5), __builtin_shufflevector(c, d, 2, 3, 6, 7)};
  float *to = job->y + row * job->columns + column;
  for (int r = 0; r < 4; r++) memcpy(to + r * job->columns, &turned[r], sizeof *turned);
}

static void store_scaled(const product_job *job, int64_t row, int64_t rows, int64_t first, int64_t columns,
                         const int32_t *sums) {
  int64_t lanes = job->kernels->lanes, whole_rows = columns == WEFT_WHOLE_COLUMNS ? rows / 4 * 4 : 0;
  for (int64_t r = 0; r < whole_rows; r += 4) {
    for (int c = 0; c < WEFT_WHOLE_COLUMNS; c += 4) store_square(job, row + r, first + c, sums + c * lanes + r);
  }
  const float *scales = job->column_scales + first;
  for (int64_t r = whole_rows; r < rows; r++) {
    float *to = job->y + (row + r) * job->columns + first, scale = job->row_scales[row + r];
    for (int64_t c = 0; c < columns; c++) to[c] = (float)sums[c * lanes + r] * (scale * scales[c]);
  }
}

static void run_block(const product_job *job, int64_t first, char *room) {
  const void *block = block_at(job, first, room);
  int64_t lanes = job->kernels->lanes, columns = job->columns - first;
  if (columns > WEFT_WHOLE_COLUMNS) columns = WEFT_WHOLE_COLUMNS;
  int32_t start[WEFT_WHOLE_COLUMNS] = {0}, sums[2 * WEFT_WHOLE_COLUMNS * MOST_LANES];
  if (job->offset != 0) {
    for (int c = 0; c < WEFT_WHOLE_COLUMNS; c++) {
      start[c] = -job->offset * job->kernels->total(job->steps, (const char *)block + c * job->steps * 4);
    }
  }
  for (int64_t row = 0; row < job->rows; row += 2 * lanes) {
    int32_t panels = job->rows - row > lanes ? 2 : 1;
    job->kernels->multiply(job->steps, panels, job->panels + row * job->steps * 4, block, start, sums);
    for (int32_t p = 0; p < panels; p++) {
      int64_t from = row + p * lanes, rows = job->rows - from < lanes ? job->rows - from : lanes;
      (job->c ? store_whole : store_scaled)(job, from, rows, first, columns, sums + p * WEFT_WHOLE_COLUMNS * lanes);
    }
  }
}

static void run_blocks(void *context, int64_t begin, int64_t end) {
  product_job *job = context;
  weft_scratch_mark mark = weft_scratch_begin();
  char *room = weft_scratch_take(weft_bytes3(WEFT_WHOLE_COLUMNS, job->steps, 4));
  if (room) {
    for (int64_t block = begin; block < end; block++) run_block(job, block * WEFT_WHOLE_COLUMNS, room);
  } else {
    atomic_store(&job->status, WEFT_OUT_OF_MEMORY);
  }
  weft_scratch_release(mark);
}

static void run_product(product_job *job) {
  double each = (double)job->rows * (double)job->depth * WEFT_WHOLE_COLUMNS;
  int64_t blocks = (job->columns + WEFT_WHOLE_COLUMNS - 1) / WEFT_WHOLE_COLUMNS;
  weft_parallel_for(blocks, (int64_t)(LEAST_WORK / (each + 1)) + 1, run_blocks, job);
}

// MARK: - Whole numbers

int32_t weft_integer_product(int64_t rows, int64_t columns, int64_t depth, bool is_unsigned, const void *a,
                             const int8_t *b, int32_t *c) {
  weft_launch_refuse();
  if (rows < 0 || columns < 0 || depth < 0) return WEFT_BAD_DESCRIPTION;
  product_job job = {.rows = rows, .columns = columns, .depth = depth, .b = b, .c = c};
  weft_scratch_mark mark = weft_scratch_begin();
  bool is_ready = prepare(&job);
  int32_t *words = is_ready ? weft_scratch_take(weft_bytes(job.steps, 4)) : NULL;
  if (!words) {
    weft_scratch_release(mark);
    return WEFT_OUT_OF_MEMORY;
  }
  job.offset = is_unsigned ? 0 : job.kernels->offset;
  memset(words, 0, (size_t)job.steps * 4);
  for (int64_t row = 0; row < rows; row++) {
    if (is_unsigned) {
      job.kernels->widen_unsigned(depth, (const uint8_t *)a + row * depth, words);
    } else {
      job.kernels->widen_signed(depth, (const int8_t *)a + row * depth, words);
    }
    set_lane(&job, row, words);
  }
  run_product(&job);
  weft_scratch_release(mark);
  return atomic_load(&job.status);
}

// MARK: - Rounded rows

typedef struct {
  const product_job *product;
  const float *x;
  float *scales;
  _Atomic int32_t status;
} rounding_job;

static void round_row(const rounding_job *job, int64_t row, int32_t *words) {
  const product_job *product = job->product;
  const float *x = job->x + row * product->depth;
  float largest = product->kernels->largest(product->depth, x);
  bool is_finite = largest < INFINITY;
  job->scales[row] = is_finite ? largest / 127 : NAN;
  // A factor that is not finite, of numbers so small, would make NaN of zeros.
  float factor = is_finite && largest >= 0x1p-100f ? 127 / largest : 0;
  if (is_finite) {
    product->kernels->round(product->depth, x, factor, words);
  } else {
    memset(words, 0, (size_t)product->steps * 4);
  }
  set_lane(product, row, words);
}

static void run_rounding(void *context, int64_t begin, int64_t end) {
  rounding_job *job = context;
  weft_scratch_mark mark = weft_scratch_begin();
  int32_t *words = weft_scratch_take(weft_bytes(job->product->steps, 4));
  if (words) {
    memset(words, 0, (size_t)job->product->steps * 4);
    for (int64_t row = begin; row < end; row++) round_row(job, row, words);
  } else {
    atomic_store(&job->status, WEFT_OUT_OF_MEMORY);
  }
  weft_scratch_release(mark);
}

int32_t weft_dynamic_linear(const weft_quantized_weight *weight, int64_t rows, const float *x, float *y) {
  weft_launch_refuse();
  bool has_row_scales = weight->format == WEFT_CODES_INT8 && weight->group == weight->inputs;
  if (!weft_quantized_is_valid(weight) || !has_row_scales || rows < 0) return WEFT_BAD_DESCRIPTION;
  product_job job = {.rows = rows, .columns = weight->outputs, .depth = weight->inputs, .b = weight->codes, .y = y,
                     .column_scales = weight->scales};
  weft_scratch_mark mark = weft_scratch_begin();
  float *scales = weft_scratch_take(weft_bytes(rows, sizeof(float)));
  int32_t status = scales && prepare(&job) ? WEFT_OK : WEFT_OUT_OF_MEMORY;
  if (status == WEFT_OK) {
    job.row_scales = scales;
    job.offset = job.kernels->offset;
    rounding_job rounding = {.product = &job, .x = x, .scales = scales};
    weft_parallel_for(rows, LEAST_WORK / 8 / weight->inputs + 1, run_rounding, &rounding);
    status = atomic_load(&rounding.status);
  }
  if (status == WEFT_OK) {
    run_product(&job);
    status = atomic_load(&job.status);
  }
  weft_scratch_release(mark);
  return status;
}
