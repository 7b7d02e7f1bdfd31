// Sums that need no tiles: along lines of memory, of squares and sizes too, or down columns.
#include "sums.h"

#include <stdlib.h>
#include <string.h>

#include "row_map.h"
#include "weft_parallel.h"

enum {
  /// Shorter lines and narrower columns are left to the tiles.
  SHORTEST_LINE = 512,
  /// The same where a result is of several lines, which cost the tiles more.
  SHORTEST_OF_SEVERAL = 32,
  NARROWEST = 64,
  /// A line is added up in pieces of so many elements, whoever adds them.
  PIECE = 65536,
  /// With so many lines none is shared out.
  ENOUGH_LINES = 32,
  /// The columns that are added up at a time, and the rows of them before what they give is put into the sums.
  WIDTH = 1024,
  ROWS = 16,
  /// With fewer blocks of columns the rows are shared out, in as many parts, none shorter than this.
  ENOUGH_BLOCKS = 8,
  FEWEST_ROWS = 64,
  /// Results that are stored together.
  RESULTS = 64,
  /// The kind of kernels behind those of float32, float16 and bfloat16.
  FLOAT64 = 3,
};

typedef struct {
  const weft_view *input, *output;
  int32_t kind;            // of the kernels: float32, float16, bfloat16, float64
  int32_t terms;           // the elements, their squares, their sizes
  int64_t outer, stride;   // lines, or groups of columns, and how far apart they lie
  int64_t again;           // how far apart the lines of one result lie, where there are several
  int64_t rows, row;       // of columns, and how far apart they lie
  int64_t length;          // of a line; or the columns
  int64_t parts, part;     // of a result's lines or of the rows, and how many of a line or how much a part has
  int64_t blocks;          // of columns
  int64_t result, column;  // how far apart results lie: of `outer`, and of columns
  double *partials;        // of each part, where there are several
} sum_job;

static const char *address(const sum_job *job, int64_t element) {
  return job->input->data + element * job->input->bytes;
}

/// Stores one result after another, `apart` elements, from element `at` on: at most WIDTH.
static void store(const sum_job *job, int64_t at, int64_t apart, int64_t count, const double *sums) {
  const bool wide = job->kind == FLOAT64;
  float rounded[WIDTH];
  for (int64_t i = 0; !wide && i < count; i++) rounded[i] = (float)sums[i];
  const char *values = wide ? (const char *)sums : (const char *)rounded;
  const int64_t bytes = wide ? sizeof *sums : sizeof *rounded;
  weft_convert_kernel convert = weft_kernels_current()->store[0][wide ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32]
                                                             [job->output->dtype];
  char *to = job->output->data + at * job->output->bytes;
  if (apart == 1) {
    convert((size_t)count, to, values);
    return;
  }
  for (int64_t i = 0; i < count; i++) convert(1, to + i * apart * job->output->bytes, values + i * bytes);
}

// MARK: - Lines

static double sum_of_part(const sum_job *job, int64_t line, int64_t part) {
  int64_t start = part % job->part * PIECE, left = job->length - start;
  const char *x = address(job, line * job->stride + part / job->part * job->again + start);
  return weft_kernels_current()->sum_along[job->kind][job->terms]((size_t)(left < PIECE ? left : PIECE), x);
}

static void sum_parts(void *context, int64_t begin, int64_t end) {
  const sum_job *job = context;
  for (int64_t i = begin; i < end; i++) job->partials[i] = sum_of_part(job, i / job->parts, i % job->parts);
}

static void sum_lines(void *context, int64_t begin, int64_t end) {
  const sum_job *job = context;
  double results[RESULTS];
  for (int64_t first = begin; first < end; first += RESULTS) {
    int64_t count = end - first < RESULTS ? end - first : RESULTS;
    for (int64_t i = 0; i < count; i++) {
      double sum = 0;
      for (int64_t part = 0; part < job->parts; part++) {
        sum += job->partials ? job->partials[(first + i) * job->parts + part] : sum_of_part(job, first + i, part);
      }
      results[i] = sum;
    }
    store(job, first * job->result, job->result, count, results);
  }
}

static bool run_lines(sum_job *job, int64_t repeats) {
  job->part = (job->length + PIECE - 1) / PIECE;
  job->parts = repeats * job->part;
  int64_t grain = WEFT_WORTH_A_THREAD / (job->length * repeats) + 1;
  if (job->outer >= ENOUGH_LINES || job->parts == 1) {
    weft_parallel_for(job->outer, grain, sum_lines, job);
    return true;
  }
  job->partials = malloc((size_t)(job->outer * job->parts) * sizeof(double));
  if (!job->partials) return false;
  grain = WEFT_WORTH_A_THREAD / (job->length < PIECE ? job->length : PIECE) + 1;
  weft_parallel_for(job->outer * job->parts, grain, sum_parts, job);
  sum_lines(job, 0, job->outer);
  free(job->partials);
  return true;
}

// MARK: - Columns

static int64_t block_width(const sum_job *job, int64_t block) {
  int64_t left = job->length - block * WIDTH;
  return left < WIDTH ? left : WIDTH;
}

static void store_block(const sum_job *job, int64_t group, int64_t block, const double *sums) {
  store(job, group * job->result + block * WIDTH * job->column, job->column, block_width(job, block), sums);
}

static void sum_columns(void *context, int64_t begin, int64_t end) {
  const sum_job *job = context;
  double own[WIDTH];
  for (int64_t item = begin; item < end; item++) {
    int64_t part = item % job->parts, block = item / job->parts % job->blocks, group = item / job->parts / job->blocks;
    int64_t width = block_width(job, block), last = (part + 1) * job->part;
    double *sums = job->partials ? job->partials + item * WIDTH : own;
    memset(sums, 0, (size_t)width * sizeof *sums);
    if (last > job->rows) last = job->rows;
    for (int64_t row = part * job->part; row < last; row += ROWS) {
      const char *x = address(job, group * job->stride + row * job->row + block * WIDTH);
      int64_t rows = last - row < ROWS ? last - row : ROWS;
      weft_kernels_current()->sum_down[job->kind]((size_t)rows, (size_t)width, (size_t)job->row, x, sums);
    }
    if (!job->partials) store_block(job, group, block, sums);
  }
}

/// Adds the parts of each block together, in order.
static void join_parts(const sum_job *job) {
  for (int64_t item = 0; item < job->outer * job->blocks; item++) {
    double *sums = job->partials + item * job->parts * WIDTH;
    for (int64_t part = 1; part < job->parts; part++) {
      const double *others = sums + part * WIDTH;
      for (int64_t i = 0; i < WIDTH; i++) sums[i] += others[i];
    }
    store_block(job, item / job->blocks, item % job->blocks, sums);
  }
}

static bool run_columns(sum_job *job) {
  job->blocks = (job->length + WIDTH - 1) / WIDTH;
  int64_t items = job->outer * job->blocks, most = job->rows / FEWEST_ROWS;
  job->parts = items < ENOUGH_BLOCKS ? ENOUGH_BLOCKS / items : 1;
  if (job->parts > most) job->parts = most > 1 ? most : 1;
  job->part = (job->rows + job->parts - 1) / job->parts;
  if (job->parts > 1) {
    job->partials = calloc((size_t)(items * job->parts) * WIDTH, sizeof(double));
    if (!job->partials) return false;
  }
  int64_t width = job->length < WIDTH ? job->length : WIDTH, grain = WEFT_WORTH_A_THREAD / (width * job->part) + 1;
  weft_parallel_for(items * job->parts, grain, sum_columns, job);
  if (job->partials) join_parts(job);
  free(job->partials);
  return true;
}

/// The kernels for elements of a type, or -1. Sums of float64 itself, which may cancel, keep what they round off.
static int32_t kind_of(int32_t compute, int32_t dtype, int32_t terms) {
  if (compute == WEFT_COMPUTE_FLOAT64) return dtype == WEFT_FLOAT64 && terms > 0 ? FLOAT64 : -1;
  if (compute != WEFT_COMPUTE_FLOAT32) return -1;
  return dtype == WEFT_FLOAT32 ? 0 : dtype == WEFT_FLOAT16 ? 1 : dtype == WEFT_BFLOAT16 ? 2 : -1;
}

/// What a program adds up of its one input: the elements, their squares or their sizes; -1 for anything else.
static int32_t terms_of(const weft_program_description *d) {
  if (d->instruction_count == 0) return d->outputs[0] == 0 ? 0 : -1;
  const weft_instruction *only = d->instructions;
  if (d->instruction_count > 1 || only->a != 0 || only->destination != d->outputs[0]) return -1;
  return only->opcode == WEFT_OP_MULTIPLY && only->b == 0 ? 1 : only->opcode == WEFT_OP_ABS ? 2 : -1;
}

/// Lines of which several, along the first of three axes, give one result.
static bool run_repeated_lines(const weft_walk *walk, sum_job *job) {
  const bool several = walk->reduced[0] && !walk->reduced[1] && walk->reduced[2];
  // Those of float64 would need what their sums round off, too. Tiles hold short lines of whole vectors well.
  const bool fills_tiles = job->length <= 64 && job->length % 32 == 0;
  if (!several || job->kind == FLOAT64 || fills_tiles || job->length < SHORTEST_OF_SEVERAL || walk->size[0] == 0) {
    return false;
  }
  job->outer = walk->size[1], job->stride = walk->view[0].stride[1], job->result = walk->view[1].stride[1];
  job->again = walk->view[0].stride[0];
  return run_lines(job, walk->size[0]);
}

bool weft_sum_plain(const weft_walk *walk, const int32_t *reductions) {
  const weft_program_description *d = &walk->program->description;
  int32_t last = walk->rank - 1;
  bool fits = walk->input_count == 1 && walk->view_count == 2 && last >= 0 && reductions[0] == WEFT_REDUCE_SUM &&
              terms_of(d) >= 0;
  const weft_view *x = &walk->view[0], *y = &walk->view[1];
  const int32_t terms = terms_of(d), kind = kind_of(d->compute, x->dtype, terms);
  if (!fits || kind < 0 || x->stride[last] != 1) return false;
  bool down = !walk->reduced[last];
  int32_t outer = last - (down ? 2 : 1);
  sum_job job = {.input = x, .output = y, .kind = kind, .terms = terms, .outer = 1,
                 .length = walk->size[last]};
  if (last == 2 && !down) return run_repeated_lines(walk, &job);
  if (outer > 0 || (outer == 0 && walk->reduced[0]) || (down && (last == 0 || !walk->reduced[last - 1]))) return false;
  if (outer == 0) job.outer = walk->size[0], job.stride = x->stride[0], job.result = y->stride[0];
  if (!down) return job.length >= SHORTEST_LINE && run_lines(&job, 1);
  job.rows = walk->size[last - 1], job.row = x->stride[last - 1], job.column = y->stride[last];
  return job.terms == 0 && job.rows > 0 && job.row > 0 && job.length >= NARROWEST && run_columns(&job);
}
