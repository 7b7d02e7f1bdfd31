// Discrete Fourier transforms: Stockham's algorithm, whose passes sort as they go, on real and imaginary parts in
// arrays of their own. Lines along the last axis are transformed one by one, those along others several beside each other.
#include "fourier.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../common/isa.h"
#include "../common/scratch.h"
#include "weft_fourier.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  /// Numbers of a thread's share of the work.
  FOURIER_GRAIN = 8192,
  LONGEST_AXIS = 1 << 28,
  /// Lines up to this length are brought beside each other, as their passes are too short for whole vectors.
  SHORT_LINE = 32,
  /// Work space up to this many bytes is the thread's own, kept for the next call.
  KEPT_BYTES = 1 << 22,
};

static const weft_fourier_kernels *kernels_of(const weft_fourier_plan *plan) {
  static const weft_fourier_kernels *const sets[] = {
      WEFT_ISA_SETS(weft_fourier_kernels_baseline, weft_fourier_kernels_avx2, weft_fourier_kernels_avx512)};
  return &sets[weft_isa_current()][plan->wide];
}

// MARK: - Work space

/// Two places for the numbers of some lines, between which the passes go.
typedef struct {
  weft_fourier_parts from, to;
  weft_scratch_mark mark;
  void *own;  // to be freed
} workspace;

/// Numbers that a plan's lines take, `columns` beside each other.
static size_t room(const weft_fourier_plan *plan, size_t columns) {
  int64_t length = plan->half ? plan->half->length : plan->length;
  length = plan->convolution ? plan->convolution->length : length;
  if (plan->half && plan->half->convolution) length = plan->half->convolution->length;
  // Real lines have one number more than half of theirs.
  return (size_t)(length + 1) * columns + WEFT_FOURIER_SLACK;
}

static bool make_workspace(const weft_fourier_plan *plan, size_t columns, workspace *space) {
  // An odd number of cache lines apart, so that the four do not fall on the same sets.
  size_t number = plan->wide ? 8 : 4, bytes = ((room(plan, columns) * number + 63) & ~(size_t)63) + 64;
  space->mark = weft_scratch_begin();
  space->own = NULL;
  char *at = 4 * bytes <= KEPT_BYTES ? weft_scratch_take(4 * bytes) : (space->own = aligned_alloc(64, 4 * bytes));
  space->from = (weft_fourier_parts){at, at + bytes};
  space->to = (weft_fourier_parts){at + 2 * bytes, at + 3 * bytes};
  return at != NULL;
}

static void give_back(workspace *space) {
  free(space->own);
  weft_scratch_release(space->mark);
}

static void exchange(workspace *space) {
  weft_fourier_parts to = space->to;
  space->to = space->from;
  space->from = to;
}

static weft_fourier_parts turned(weft_fourier_parts parts) {
  return (weft_fourier_parts){parts.imaginary, parts.real};
}

// MARK: - One line, or several beside each other

static void run_passes(const weft_fourier_plan *plan, size_t columns, workspace *space) {
  const weft_fourier_kernels *kernels = kernels_of(plan);
  for (int32_t i = 0; i < plan->pass_count; i++) {
    kernels->pass(plan, &plan->passes[i], columns, space->from, space->to);
    exchange(space);
  }
}

/// Numbers past the line's own become 0.
static void clear_rest(const weft_fourier_plan *plan, weft_fourier_parts parts, int64_t from, int64_t to) {
  size_t number = plan->wide ? 8 : 4;
  memset((char *)parts.real + (size_t)from * number, 0, (size_t)(to - from) * number);
  memset((char *)parts.imaginary + (size_t)from * number, 0, (size_t)(to - from) * number);
}

/// The transform of what is in `from`, which stays there.
static void transform(const weft_fourier_plan *plan, size_t columns, workspace *space) {
  if (!plan->convolution) {
    run_passes(plan, columns, space);
    return;
  }
  const weft_fourier_kernels *kernels = kernels_of(plan);
  int64_t length = plan->length, padded = plan->convolution->length;
  weft_fourier_parts chirp = {plan->chirp[0], plan->chirp[1]}, filter = {plan->filter[0], plan->filter[1]};
  kernels->multiply((size_t)length, chirp, space->from);
  clear_rest(plan, space->from, length, padded);
  run_passes(plan->convolution, 1, space);
  kernels->multiply((size_t)padded, filter, space->from);
  // The inverse is the forward transform of exchanged parts, exchanged.
  space->from = turned(space->from);
  run_passes(plan->convolution, 1, space);
  space->from = turned(space->from);
  kernels->multiply((size_t)length, chirp, space->from);
}

bool weft_fourier_run_line(const weft_fourier_plan *plan, const void *input, void *output) {
  workspace space;
  if (!make_workspace(plan, 1, &space)) return false;
  const weft_fourier_kernels *kernels = kernels_of(plan);
  kernels->part(1, (size_t)plan->length, 0, input, space.from);
  transform(plan, 1, &space);
  kernels->pair(1, (size_t)plan->length, 0, 1, space.from, output);
  give_back(&space);
  return true;
}

// MARK: - Complex lines

typedef struct {
  const weft_fourier_plan *plan;
  int64_t inner;
  bool inverse;
  double scale;
  const char *input;
  char *output;
  atomic_bool failed;
} fourier_job;

/// `columns` lines from pair `first` on, whose numbers are `inner` pairs apart.
static void run_columns(const fourier_job *job, workspace *space, int64_t first, size_t columns) {
  const weft_fourier_kernels *kernels = kernels_of(job->plan);
  size_t pair = job->plan->wide ? 16 : 8, rows = (size_t)job->plan->length, stride = (size_t)job->inner;
  bool is_run = stride == 1;
  const char *input = job->input + (size_t)first * pair;
  kernels->part(is_run ? 1 : rows, is_run ? rows : columns, stride, input,
                job->inverse ? turned(space->from) : space->from);
  transform(job->plan, columns, space);
  kernels->pair(is_run ? 1 : rows, is_run ? rows : columns, stride, job->scale,
                job->inverse ? turned(space->from) : space->from, job->output + (size_t)first * pair);
}

static bool is_short(const weft_fourier_plan *plan) { return plan->length <= SHORT_LINE && !plan->convolution; }

/// As many short lines, which lie one behind the other.
static void run_short_lines(const fourier_job *job, workspace *space, int64_t first) {
  const weft_fourier_kernels *kernels = kernels_of(job->plan);
  const size_t bytes = (size_t)first * (job->plan->wide ? 16 : 8), length = (size_t)job->plan->length;
  kernels->part_lines(length, job->input + bytes, job->inverse ? turned(space->from) : space->from);
  transform(job->plan, WEFT_FOURIER_COLUMNS, space);
  kernels->pair_lines(length, job->scale, job->inverse ? turned(space->from) : space->from, job->output + bytes);
}

/// Groups of lines beside each other; those left over one by one.
static void run_lines(void *context, int64_t begin, int64_t end) {
  fourier_job *job = context;
  bool groups = job->inner >= WEFT_FOURIER_COLUMNS && !job->plan->convolution;
  bool turns = job->inner == 1 && is_short(job->plan);
  workspace space;
  if (!make_workspace(job->plan, groups || turns ? WEFT_FOURIER_COLUMNS : 1, &space)) {
    atomic_store(&job->failed, true);
    return;
  }
  for (int64_t line = begin; line < end;) {
    if (turns && end - line >= WEFT_FOURIER_COLUMNS) {
      run_short_lines(job, &space, line * job->plan->length);
      line += WEFT_FOURIER_COLUMNS;
      continue;
    }
    int64_t within = line % job->inner, first = (line - within) * job->plan->length + within;
    bool fits = groups && job->inner - within >= WEFT_FOURIER_COLUMNS && end - line >= WEFT_FOURIER_COLUMNS;
    int64_t columns = fits ? WEFT_FOURIER_COLUMNS : 1;
    run_columns(job, &space, first, (size_t)columns);
    line += columns;
  }
  give_back(&space);
}

bool weft_fourier(int64_t outer, int64_t length, int64_t inner, bool inverse, double scale, int32_t dtype,
                  const void *input, void *output) {
  weft_launch_refuse();
  if (outer * inner == 0 || length == 0) return true;
  if (length > LONGEST_AXIS) return false;
  weft_fourier_plan *plan = weft_fourier_plan_take(length, dtype == WEFT_FLOAT64, false);
  if (!plan) return false;
  fourier_job job = {plan, inner, inverse, scale, input, output, false};
  int64_t grain = length >= FOURIER_GRAIN ? 1 : FOURIER_GRAIN / length;
  weft_parallel_for(outer * inner, grain, run_lines, &job);
  weft_fourier_plan_give(plan);
  return !atomic_load(&job.failed);
}

// MARK: - Real rows

typedef void (*row_kernel)(const fourier_job *job, workspace *space, const char *input, char *output);

typedef struct {
  fourier_job job;
  row_kernel kernel, columns_kernel;  // of a row, and of WEFT_FOURIER_COLUMNS short ones
  int64_t input_bytes, output_bytes;  // of a row
} row_job;

/// Of an even length, as complex numbers of neighbours; else with imaginary parts of 0.
static void run_real_row(const fourier_job *job, workspace *space, const char *input, char *output) {
  const weft_fourier_plan *plan = job->plan;
  const weft_fourier_kernels *kernels = kernels_of(plan);
  size_t number = plan->wide ? 8 : 4, length = (size_t)plan->length;
  if (plan->half) {
    kernels->part(1, length / 2, 0, input, space->from);
    transform(plan->half, 1, space);
    kernels->unfold(length / 2, job->scale, (weft_fourier_parts){plan->turn[0], plan->turn[1]}, space->from, output);
    return;
  }
  memcpy(space->from.real, input, length * number);
  memset(space->from.imaginary, 0, length * number);
  transform(plan, 1, space);
  kernels->pair(1, length / 2 + 1, 0, job->scale, space->from, output);
}

static void run_real_columns(const fourier_job *job, workspace *space, const char *input, char *output) {
  const weft_fourier_plan *plan = job->plan;
  const weft_fourier_kernels *kernels = kernels_of(plan);
  const size_t half = (size_t)plan->half->length;
  kernels->part_lines(half, input, space->from);
  transform(plan->half, WEFT_FOURIER_COLUMNS, space);
  kernels->unfold_columns(half, job->scale, (weft_fourier_parts){plan->turn[0], plan->turn[1]}, space->from, space->to);
  kernels->pair_lines(half + 1, 1, space->to, output);
}

/// The same back, by the inverse transform; the forward one is that of the conjugate numbers.
static void run_mirrored_row(const fourier_job *job, workspace *space, const char *input, char *output) {
  const weft_fourier_plan *plan = job->plan, *half = plan->half;
  const weft_fourier_kernels *kernels = kernels_of(plan);
  const double sign = job->inverse ? 1 : -1;
  size_t length = (size_t)plan->length;
  if (half) {
    kernels->fold(length / 2, sign, (weft_fourier_parts){plan->turn[0], plan->turn[1]}, input, space->from);
  } else {
    kernels->mirror(length, sign, input, space->from);
  }
  space->from = turned(space->from);
  transform(half ? half : plan, 1, space);
  space->from = turned(space->from);
  if (half) {
    kernels->pair(1, length / 2, 0, job->scale, space->from, output);
  } else {
    kernels->scale(length, job->scale, space->from.real, output);
  }
}

static void run_mirrored_columns(const fourier_job *job, workspace *space, const char *input, char *output) {
  const weft_fourier_plan *plan = job->plan;
  const weft_fourier_kernels *kernels = kernels_of(plan);
  const size_t half = (size_t)plan->half->length;
  kernels->part_lines(half + 1, input, space->to);
  kernels->fold_columns(half, job->inverse ? 1 : -1, (weft_fourier_parts){plan->turn[0], plan->turn[1]}, space->to,
                        space->from);
  space->from = turned(space->from);
  transform(plan->half, WEFT_FOURIER_COLUMNS, space);
  space->from = turned(space->from);
  kernels->pair_lines(half, job->scale, space->from, output);
}

static void run_rows(void *context, int64_t begin, int64_t end) {
  row_job *rows = context;
  workspace space;
  const weft_fourier_plan *half = rows->job.plan->half;
  const bool turns = half && is_short(half);
  if (!make_workspace(rows->job.plan, turns ? WEFT_FOURIER_COLUMNS : 1, &space)) {
    atomic_store(&rows->job.failed, true);
    return;
  }
  for (int64_t row = begin; row < end;) {
    const bool many = turns && end - row >= WEFT_FOURIER_COLUMNS;
    (many ? rows->columns_kernel : rows->kernel)(&rows->job, &space, rows->job.input + row * rows->input_bytes,
                                                 rows->job.output + row * rows->output_bytes);
    row += many ? WEFT_FOURIER_COLUMNS : 1;
  }
  give_back(&space);
}

/// Rows of `length` real numbers and of the first half of their transforms.
static bool transform_rows(int64_t count, int64_t length, fourier_job job, int32_t dtype, bool mirrored) {
  if (count == 0 || length == 0) return true;
  if (length > LONGEST_AXIS) return false;
  weft_fourier_plan *plan = weft_fourier_plan_take(length, dtype == WEFT_FLOAT64, true);
  if (!plan) return false;
  job.plan = plan;
  int64_t number = dtype == WEFT_FLOAT64 ? 8 : 4, real = length * number, half = (length / 2 + 1) * 2 * number;
  row_job rows = {job, mirrored ? run_mirrored_row : run_real_row, mirrored ? run_mirrored_columns : run_real_columns,
                  mirrored ? half : real, mirrored ? real : half};
  weft_parallel_for(count, length >= FOURIER_GRAIN ? 1 : FOURIER_GRAIN / length, run_rows, &rows);
  weft_fourier_plan_give(plan);
  return !atomic_load(&rows.job.failed);
}

bool weft_fourier_real(int64_t rows, int64_t length, double scale, int32_t dtype, const void *input, void *output) {
  weft_launch_refuse();
  return transform_rows(rows, length, (fourier_job){NULL, 1, false, scale, input, output, false}, dtype, false);
}

bool weft_fourier_mirrored(int64_t rows, int64_t length, bool inverse, double scale, int32_t dtype, const void *input,
                           void *output) {
  weft_launch_refuse();
  return transform_rows(rows, length, (fourier_job){NULL, 1, inverse, scale, input, output, false}, dtype, true);
}
