// How often integers occur.
#include <stdlib.h>

#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  /// Up to so many counters, each thread has its own; with more they would not stay in its cache.
  WEFT_COUNT_OWN = 1 << 14,
  /// So few counters that equal neighbours would wait for each other: every fourth value has a set of its own.
  WEFT_COUNT_FEW = 1 << 10,
  WEFT_COUNT_SETS = 4,
};

typedef struct {
  const int64_t *values;
  int64_t count, length, *counts;
} weft_count_job;

/// Adds counters of one thread to those of all.
static void weft_count_add(int64_t *counts, const int64_t *own, int64_t length) {
  for (int64_t i = 0; i < length; i++) {
    if (own[i]) {
      __atomic_fetch_add(&counts[i], own[i], __ATOMIC_RELAXED);
    }
  }
}

static void weft_count_apart(const weft_count_job *job, int64_t begin, int64_t end, int64_t *own, int64_t sets) {
  const int64_t *values = job->values, apart = sets > 1 ? job->length : 0;
  int64_t i = begin;
  for (; i + WEFT_COUNT_SETS <= end; i += WEFT_COUNT_SETS) {
    own[values[i]]++;
    own[values[i + 1] + apart]++;
    own[values[i + 2] + 2 * apart]++;
    own[values[i + 3] + 3 * apart]++;
  }
  for (; i < end; i++) {
    own[values[i]]++;
  }
  for (int64_t set = 0; set < sets; set++) {
    weft_count_add(job->counts, own + set * job->length, job->length);
  }
}

static void weft_count_body(void *context, int64_t begin, int64_t end) {
  const weft_count_job *job = context;
  int64_t sets = job->length <= WEFT_COUNT_FEW ? WEFT_COUNT_SETS : 1;
  // Not for a few values, which are fewer than the counters to be cleared and added.
  bool is_worth_it = job->length <= WEFT_COUNT_OWN && sets * job->length <= end - begin;
  int64_t *own = is_worth_it ? calloc((size_t)(sets * job->length), sizeof *own) : NULL;
  if (own) {
    weft_count_apart(job, begin, end, own, sets);
  } else if (end - begin == job->count) {
    for (int64_t i = begin; i < end; i++) {
      job->counts[job->values[i]]++;
    }
  } else {
    for (int64_t i = begin; i < end; i++) {
      __atomic_fetch_add(&job->counts[job->values[i]], 1, __ATOMIC_RELAXED);
    }
  }
  free(own);
}

void weft_count_integers(int64_t count, const int64_t *values, int64_t length, int64_t *counts) {
  weft_launch_refuse();
  weft_count_job job = {values, count, length, counts};
  weft_parallel_for(count, WEFT_INDEX_GRAIN, weft_count_body, &job);
}
