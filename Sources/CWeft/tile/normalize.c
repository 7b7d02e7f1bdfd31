// Layer and root-mean-square normalization of rows.
#include <stdlib.h>

#include "launches.h"
#include "row_map.h"
#include "tile.h"
#include "weft_parallel.h"

enum {
  /// Of an element, in units of about one addition: what is worth a thread follows from it.
  COST = 4,
  /// Rows whose contributions to the sums of weight and bias are added up in the rows' own type.
  ROWS_PER_CHUNK = 64,
};

static void normalize(void *context, int64_t begin, int64_t end) {
  const weft_normalization *call = context;
  weft_kernels_current()->normalize_rows[call->dtype == WEFT_FLOAT64](call, (size_t)begin, (size_t)end);
}

void weft_normalize_rows(const weft_normalization *call) {
  WEFT_NOTED(weft_note_normalize(notes, call));
  if (call->columns == 0) return;
  weft_parallel_for(call->rows, WEFT_WORTH_A_THREAD / (call->columns * COST) + 1, normalize, (void *)call);
}

typedef struct {
  const weft_normalization_gradient *call;
  size_t chunk_bytes;
  char *sums;  // of each chunk: those of the weight, then those of the bias; NULL where nobody wants them
} gradient_job;

static void find_gradients(void *context, int64_t begin, int64_t end) {
  const gradient_job *job = context;
  const weft_normalization_gradient *call = job->call;
  for (int64_t chunk = begin; chunk < end; chunk++) {
    int64_t first = chunk * ROWS_PER_CHUNK, last = first + ROWS_PER_CHUNK;
    weft_kernels_current()->normalize_gradient_rows[call->dtype == WEFT_FLOAT64](
        call, (size_t)first, (size_t)(last < call->rows ? last : call->rows),
        job->sums ? job->sums + (size_t)chunk * job->chunk_bytes : NULL);
  }
}

/// Adds up the chunks in their order, whichever threads they came from.
static void add_chunks(const gradient_job *job, int64_t chunks) {
  const weft_normalization_gradient *call = job->call;
  bool wide = call->dtype == WEFT_FLOAT64;
  size_t n = (size_t)call->columns;
  for (size_t i = 0; i < 2 * n; i++) {
    double sum = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++) {
      const char *sums = job->sums + (size_t)chunk * job->chunk_bytes;
      sum += wide ? ((const double *)sums)[i] : (double)((const float *)sums)[i];
    }
    void *to = i < n ? call->weight_gradient : call->bias_gradient;
    if (wide) {
      ((double *)to)[i % n] = sum;
    } else {
      ((float *)to)[i % n] = (float)sum;
    }
  }
}

bool weft_normalize_rows_gradient(const weft_normalization_gradient *call) {
  WEFT_NOTED(weft_note_normalize_gradient(notes, call));
  if (call->columns == 0) return true;
  int64_t chunks = (call->rows + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK;
  gradient_job job = {call, 2 * (size_t)call->columns * (call->dtype == WEFT_FLOAT64 ? 8 : 4), NULL};
  if (call->weight_gradient) {
    job.sums = malloc((size_t)(chunks > 0 ? chunks : 1) * job.chunk_bytes);
    if (!job.sums) return false;
  }
  int64_t work = call->columns * COST * ROWS_PER_CHUNK;
  weft_parallel_for(chunks, WEFT_WORTH_A_THREAD / work + 1, find_gradients, &job);
  if (job.sums) add_chunks(&job, chunks);
  free(job.sums);
  return true;
}
