// The logarithm of the softmax along an axis that lies across memory.
#include "row_map.h"
#include "tile.h"
#include "weft_parallel.h"

enum {
  /// Columns that are computed side by side: a few vectors of every instruction set.
  WIDTH = WEFT_LOG_SOFTMAX_COLUMNS,
  /// Of an element, in units of about one addition.
  COST = 16,
};

typedef struct {
  int64_t length, inner, blocks;
  const float *input;
  float *output;
} log_softmax_job;

static void find_blocks(void *context, int64_t begin, int64_t end) {
  const log_softmax_job *job = context;
  const weft_kernels *kernels = weft_kernels_current();
  for (int64_t item = begin; item < end; item++) {
    int64_t column = item % job->blocks * WIDTH, left = job->inner - column;
    // A last block that is narrow begins earlier, and finds some columns once more.
    if (left < WIDTH) column = job->inner - WIDTH;
    int64_t at = item / job->blocks * job->length * job->inner + column;
    kernels->log_softmax_columns((size_t)job->length, (size_t)job->inner, WIDTH, job->input + at, job->output + at);
  }
}

void weft_log_softmax(int64_t outer, int64_t length, int64_t inner, const float *input, float *output) {
  if (length == 0) return;
  log_softmax_job job = {length, inner, (inner + WIDTH - 1) / WIDTH, input, output};
  weft_parallel_for(outer * job.blocks, WEFT_WORTH_A_THREAD / (length * WIDTH * COST) + 1, find_blocks, &job);
}
