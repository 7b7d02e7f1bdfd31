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
    int64_t block = item % job->blocks, start = item / job->blocks * job->length * job->inner;
    int64_t at = start + block * WIDTH;
    kernels->log_softmax_columns((size_t)job->length, (size_t)job->inner, WIDTH, job->input + at, job->output + at);
    if (block < job->blocks - 1 || job->inner % WIDTH == 0) continue;
    // The columns left over, in a block that begins earlier and finds some of this thread's once more.
    at = start + job->inner - WIDTH;
    kernels->log_softmax_columns((size_t)job->length, (size_t)job->inner, WIDTH, job->input + at, job->output + at);
  }
}

void weft_log_softmax(int64_t outer, int64_t length, int64_t inner, const float *input, float *output) {
  if (length == 0) return;
  log_softmax_job job = {length, inner, inner / WIDTH, input, output};
  weft_parallel_for(outer * job.blocks, WEFT_WORTH_A_THREAD / (length * WIDTH * COST) + 1, find_blocks, &job);
}
