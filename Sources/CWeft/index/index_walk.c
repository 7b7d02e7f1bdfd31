// The walk shared by the index kernels.
#include "index_walk.h"

#include "weft_parallel.h"

int64_t weft_index_walk_count(int32_t rank, const int64_t *shape) {
  int64_t count = 1;
  for (int32_t d = 0; d < rank; d++) {
    count *= shape[d];
  }
  return count;
}

int64_t weft_index_walk_part_size(int64_t count) {
  int64_t size = (count + WEFT_INDEX_WALK_PARTS - 1) / WEFT_INDEX_WALK_PARTS;
  return size < WEFT_INDEX_GRAIN ? WEFT_INDEX_GRAIN : size;
}

void weft_index_walk_start(weft_index_walk *walk, int32_t rank, const int64_t *shape, int32_t axis) {
  walk->rank = rank;
  walk->operands = 0;
  for (int32_t d = 0; d < rank; d++) {
    walk->shape[d] = d == axis ? 1 : shape[d];
  }
  walk->count = weft_index_walk_count(rank, walk->shape);
}

void weft_index_walk_add(weft_index_walk *walk, const weft_operand *operand, int64_t size, int32_t still_axis) {
  int32_t k = walk->operands++;
  walk->data[k] = operand->data;
  for (int32_t d = 0; d < walk->rank; d++) {
    walk->strides[k][d] = d == still_axis ? 0 : operand->strides[d] * size;
  }
}

/// Whether every operand goes from axis `outer` to axis `inner` as along one axis.
static bool weft_index_walk_joins(const weft_index_walk *walk, int32_t outer, int32_t inner) {
  for (int32_t k = 0; k < walk->operands; k++) {
    if (walk->strides[k][outer] != walk->strides[k][inner] * walk->shape[inner]) {
      return false;
    }
  }
  return true;
}

static void weft_index_walk_copy_axis(weft_index_walk *walk, int32_t from, int32_t to) {
  walk->shape[to] = walk->shape[from];
  for (int32_t k = 0; k < walk->operands; k++) {
    walk->strides[k][to] = walk->strides[k][from];
  }
}

void weft_index_walk_merge(weft_index_walk *walk) {
  int32_t kept = 0;
  for (int32_t d = 0; d < walk->rank; d++) {
    if (walk->shape[d] == 1) {
      continue;
    }
    if (kept > 0 && weft_index_walk_joins(walk, kept - 1, d)) {
      int64_t outer = walk->shape[kept - 1];
      weft_index_walk_copy_axis(walk, d, kept - 1);
      walk->shape[kept - 1] *= outer;
    } else {
      weft_index_walk_copy_axis(walk, d, kept++);
    }
  }
  // A single element is a row of one.
  if (kept == 0) {
    walk->shape[0] = 1;
    for (int32_t k = 0; k < walk->operands; k++) {
      walk->strides[k][0] = 0;
    }
    kept = 1;
  }
  walk->rank = kept;
}

/// Sets coordinates and addresses for row-major position `position`.
static void weft_index_walk_seek(const weft_index_walk *walk, int64_t position, int64_t *at, char **data) {
  for (int32_t k = 0; k < walk->operands; k++) {
    data[k] = walk->data[k];
  }
  for (int32_t d = walk->rank - 1; d >= 0; d--) {
    at[d] = position % walk->shape[d];
    position /= walk->shape[d];
    for (int32_t k = 0; k < walk->operands; k++) {
      data[k] += at[d] * walk->strides[k][d];
    }
  }
}

/// From the end of a row to the start of the next: the innermost coordinate is at `at[last]`.
static void weft_index_walk_next(const weft_index_walk *walk, int64_t *at, char **data) {
  for (int32_t d = walk->rank - 1; d > 0 && at[d] == walk->shape[d]; d--) {
    for (int32_t k = 0; k < walk->operands; k++) {
      data[k] += walk->strides[k][d - 1] - at[d] * walk->strides[k][d];
    }
    at[d] = 0;
    at[d - 1]++;
  }
}

void weft_index_walk_run(const weft_index_walk *walk, int64_t begin, int64_t end, weft_index_walk_row row,
                         void *context) {
  if (begin >= end) {
    return;
  }
  int32_t last = walk->rank - 1;
  int64_t at[WEFT_MAX_RANK], strides[WEFT_INDEX_WALK_OPERANDS];
  char *data[WEFT_INDEX_WALK_OPERANDS];
  weft_index_walk_seek(walk, begin, at, data);
  for (int32_t k = 0; k < walk->operands; k++) {
    strides[k] = walk->strides[k][last];
  }
  for (int64_t position = begin; position < end;) {
    int64_t count = walk->shape[last] - at[last];
    count = count < end - position ? count : end - position;
    row(context, data, strides, count, position);
    position += count;
    at[last] += count;
    for (int32_t k = 0; k < walk->operands; k++) {
      data[k] += count * strides[k];
    }
    weft_index_walk_next(walk, at, data);
  }
}

typedef struct {
  const weft_index_walk *walk;
  weft_index_walk_row row;
  void *context;
} weft_index_walk_job;

static void weft_index_walk_body(void *context, int64_t begin, int64_t end) {
  const weft_index_walk_job *job = context;
  weft_index_walk_run(job->walk, begin, end, job->row, job->context);
}

void weft_index_walk_parallel(const weft_index_walk *walk, int64_t grain, weft_index_walk_row row, void *context) {
  if (walk->count == 0) {
    return;
  }
  weft_index_walk_job job = {walk, row, context};
  weft_parallel_for(walk->count, grain, weft_index_walk_body, &job);
}
