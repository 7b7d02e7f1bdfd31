// Products with weights in codes: few rows read the codes as they are, which is a matter of the bytes that are read;
// for many, a part of the weight at a time becomes numbers. Where the processor multiplies bytes well, few rows are
// rounded to 16 bits a number before many of ggml's blocks multiply them.
#include <stdatomic.h>

#include "weft_dnnl.h"

#include "../common/scratch.h"
#include "../common/status.h"
#include "../common/isa.h"
#include "quantized.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  MOST_DOT_ROWS = 8,        // more rows than these make numbers of the weight first
  MOST_ROUNDED_ROWS = 12,   // the same where rows are rounded
  LEAST_ROUNDED = 1 << 15,  // codes that are worth rounding rows for
  LEAST_CODES = 1 << 15,    // worth handing to another thread
  MOST_NUMBERS = 1 << 19,   // of a part of the weight
  OUTPUTS_AT_ONCE = 16,     // whose codes stay in the first-level cache for the next rows
};

static const weft_code_kernels *code_kernels(void) {
  static const weft_code_kernels *const sets[] = {
      WEFT_ISA_SETS(&weft_code_baseline, &weft_code_avx2, &weft_code_avx512)};
  return sets[weft_isa_current()];
}

int64_t weft_code_row_bytes(int32_t format, int64_t inputs) {
  switch (format) {
    case WEFT_CODES_INT8: return inputs;
    case WEFT_CODES_INT4: return inputs / 2;
    case WEFT_CODES_Q8_0: return inputs / WEFT_CODE_UNIT * 34;
    case WEFT_CODES_Q4_0: return inputs / WEFT_CODE_UNIT * 18;
    case WEFT_CODES_Q4_1: return inputs / WEFT_CODE_UNIT * 20;
    default: return 0;
  }
}

bool weft_quantized_is_valid(const weft_quantized_weight *w) {
  bool is_plain = w->format == WEFT_CODES_INT8 || w->format == WEFT_CODES_INT4;
  if (w->outputs < 0 || w->inputs <= 0 || w->group <= 0 || weft_code_row_bytes(w->format, 32) == 0) return false;
  if (w->format != WEFT_CODES_INT8 && w->inputs % WEFT_CODE_UNIT != 0) return false;
  if (w->group != w->inputs && (w->group % WEFT_CODE_UNIT != 0 || w->inputs % w->group != 0)) return false;
  return is_plain ? w->scales != NULL : w->group == w->inputs;
}

static int64_t grain(const weft_quantized_weight *w) { return LEAST_CODES / w->inputs + 1; }

// MARK: - Numbers

typedef struct {
  const weft_quantized_weight *weight;
  int64_t first;
  float *numbers;
} decode_job;

static void run_decode(void *context, int64_t begin, int64_t end) {
  const decode_job *job = context;
  code_kernels()->decode(job->weight, job->first + begin, job->first + end,
                         job->numbers + begin * job->weight->inputs);
}

int32_t weft_dequantize(const weft_quantized_weight *weight, float *numbers) {
  weft_launch_refuse();
  if (!weft_quantized_is_valid(weight)) return WEFT_BAD_DESCRIPTION;
  decode_job job = {weight, 0, numbers};
  weft_parallel_for(weight->outputs, grain(weight), run_decode, &job);
  return WEFT_OK;
}

// MARK: - Few rows

typedef struct {
  const weft_quantized_weight *weight;
  int64_t rows;
  const float *x, *sums;
  float *y;
} dot_job;

static void run_dots(void *context, int64_t begin, int64_t end) {
  const dot_job *job = context;
  const weft_quantized_weight *w = job->weight;
  int64_t units = w->inputs / WEFT_CODE_UNIT;
  for (int64_t first = begin; first < end; first += OUTPUTS_AT_ONCE) {
    int64_t last = first + OUTPUTS_AT_ONCE < end ? first + OUTPUTS_AT_ONCE : end;
    for (int64_t r = 0; r < job->rows;) {
      int32_t rows = job->rows - r >= WEFT_DOT_ROWS ? WEFT_DOT_ROWS : 1;
      const float *sums = job->sums ? job->sums + r * units : NULL;
      code_kernels()->dot(w, first, last, rows, job->x + r * w->inputs, sums, job->y + r * w->outputs);
      r += rows;
    }
  }
}

static void sum_units(int64_t units, const float *x, float *sums) {
  for (int64_t unit = 0; unit < units; unit++, x += WEFT_CODE_UNIT) {
    float sum = 0;
    for (int i = 0; i < WEFT_CODE_UNIT; i++) sum += x[i];
    sums[unit] = sum;
  }
}

static int32_t multiply_few(const weft_quantized_weight *w, int64_t rows, const float *x, float *y) {
  dot_job job = {w, rows, x, NULL, y};
  weft_scratch_mark mark = weft_scratch_begin();
  int32_t status = WEFT_OK;
  if (w->format == WEFT_CODES_Q4_1 || w->minima) {
    int64_t units = w->inputs / WEFT_CODE_UNIT;
    float *sums = weft_scratch_take(weft_bytes3(rows, units, sizeof(float)));
    if (sums) {
      sum_units(rows * units, x, sums);
    } else {
      status = WEFT_OUT_OF_MEMORY;
    }
    job.sums = sums;
  }
  if (status == WEFT_OK) weft_parallel_for(w->outputs, grain(w), run_dots, &job);
  weft_scratch_release(mark);
  return status;
}

// MARK: - Rounded rows

typedef struct {
  const weft_quantized_weight *weight;
  const weft_block_kernels *kernels;
  int64_t rows, pitch;
  const float *x;
  weft_rounded_units *rounded;
  float *y;
  _Atomic bool fails;
} block_job;

static void run_rounding(void *context, int64_t begin, int64_t end) {
  block_job *job = context;
  int64_t inputs = job->weight->inputs;
  for (int64_t row = begin; row < end; row++) {
    weft_rounded_units *to = job->rounded + row * job->pitch;
    if (!job->kernels->round(job->weight->format, inputs, job->x + row * inputs, to)) atomic_store(&job->fails, true);
  }
}

static void run_blocks(void *context, int64_t begin, int64_t end) {
  const block_job *job = context;
  for (int64_t first = begin; first < end; first += OUTPUTS_AT_ONCE) {
    int64_t last = first + OUTPUTS_AT_ONCE < end ? first + OUTPUTS_AT_ONCE : end;
    for (int64_t r = 0; r < job->rows;) {
      int32_t rows = job->rows - r >= WEFT_DOT_ROWS ? WEFT_DOT_ROWS : 1;
      float *y = job->y + r * job->weight->outputs;
      job->kernels->dot(job->weight, first, last, rows, job->rounded + r * job->pitch, y);
      r += rows;
    }
  }
}

static const weft_block_kernels *block_kernels(const weft_quantized_weight *w) {
#if defined(__x86_64__)
  bool is_large = w->inputs >= LEAST_ROUNDED / (w->outputs + 1);
  if (w->format >= WEFT_CODES_Q8_0 && is_large && weft_uses_avx512_vnni()) return &weft_blocks_vnni;
#else
  (void)w;
#endif
  return NULL;
}

/// False where rows cannot be rounded, or there is no memory for it.
static bool multiply_rounded(const weft_quantized_weight *w, int64_t rows, const float *x, float *y) {
  block_job job = {.weight = w, .kernels = block_kernels(w), .rows = rows, .pitch = weft_rounded_count(w->inputs),
                   .x = x, .y = y};
  if (!job.kernels) return false;
  weft_scratch_mark mark = weft_scratch_begin();
  job.rounded = weft_scratch_take(weft_bytes3(rows, job.pitch, sizeof *job.rounded));
  bool is_done = job.rounded != NULL;
  if (is_done) {
    weft_parallel_for(rows, LEAST_CODES / 4 / w->inputs + 1, run_rounding, &job);
    is_done = !atomic_load(&job.fails);
  }
  if (is_done) weft_parallel_for(w->outputs, grain(w) / rows + 1, run_blocks, &job);
  weft_scratch_release(mark);
  return is_done;
}

// MARK: - Many rows

static int32_t multiply_part(const weft_quantized_weight *w, int64_t rows, const float *x, const float *part,
                             int64_t outputs, float *y) {
  weft_matmul_description d = {
      .rank = 2, .dtype = WEFT_FLOAT32,
      .a_shape = {rows, w->inputs}, .a_strides = {w->inputs, 1},
      .b_shape = {w->inputs, outputs}, .b_strides = {1, w->inputs},
      .c_shape = {rows, outputs}, .c_strides = {w->outputs, 1}};
  return weft_matmul(&d, x, part, NULL, y);
}

static int32_t multiply_many(const weft_quantized_weight *w, int64_t rows, const float *x, float *y) {
  int64_t most = (MOST_NUMBERS / w->inputs / 64 + 1) * 64;  // a multiple of what the product packs together
  weft_scratch_mark mark = weft_scratch_begin();
  float *numbers = weft_scratch_take(weft_bytes3(most, w->inputs, sizeof(float)));
  int32_t status = numbers ? WEFT_OK : WEFT_OUT_OF_MEMORY;
  for (int64_t first = 0; first < w->outputs && status == WEFT_OK; first += most) {
    int64_t outputs = w->outputs - first < most ? w->outputs - first : most;
    decode_job job = {w, first, numbers};
    weft_parallel_for(outputs, grain(w), run_decode, &job);
    status = multiply_part(w, rows, x, numbers, outputs, y + first);
  }
  weft_scratch_release(mark);
  return status;
}

int32_t weft_quantized_linear(const weft_quantized_weight *weight, int64_t rows, const float *x, float *y) {
  weft_launch_refuse();
  if (!weft_quantized_is_valid(weight) || rows < 0) return WEFT_BAD_DESCRIPTION;
  if (rows > 0 && rows <= MOST_ROUNDED_ROWS && multiply_rounded(weight, rows, x, y)) return WEFT_OK;
  return rows <= MOST_DOT_ROWS ? multiply_few(weight, rows, x, y) : multiply_many(weight, rows, x, y);
}
