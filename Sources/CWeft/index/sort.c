// Sorting lines along an axis, and the first few of each.
#include "../common/scratch.h"
#include "element.h"
#include "order.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  WEFT_SORT_BLOCK = 256,
  WEFT_SORT_MANY = 4096,  // elements of a line from which on keys and places in one number are worth it
};

typedef struct {
  const weft_index_walk *walk;
  int32_t dtype;
  weft_order order;
  int64_t length, count, size;                       // of the line, of its output; of an element in bytes
  int64_t input_step, values_step, positions_step;   // along the axis, in bytes
  bool partial;                                      // so few are wanted that a heap finds them faster
  weft_entry *entries;                               // memory of the thread at work; NULL if there was none
} weft_sort_job;

static int64_t weft_sort_memory(const weft_sort_job *job) { return job->partial ? job->count : 2 * job->length; }

static void weft_sort_write(const weft_sort_job *job, const char *input, int64_t at, int64_t position, char *values,
                            char *positions) {
  const char *from = input + position * job->input_step;
  char *to = values + at * job->values_step;
  *(int64_t *)(positions + at * job->positions_step) = position;
  switch (job->size) {
    case 1: *to = *from; break;
    case 2: *(uint16_t *)to = *(const uint16_t *)from; break;
    case 4: *(uint32_t *)to = *(const uint32_t *)from; break;
    default: *(uint64_t *)to = *(const uint64_t *)from; break;
  }
}

/// The first `count` of a long line, by a heap.
static void weft_sort_partially(const weft_sort_job *job, const char *input) {
  uint64_t keys[WEFT_SORT_BLOCK];
  weft_heap heap = {job->entries, 0, job->count};
  for (int64_t first = 0; first < job->length; first += WEFT_SORT_BLOCK) {
    int64_t rest = job->length - first, count = rest < WEFT_SORT_BLOCK ? rest : WEFT_SORT_BLOCK;
    weft_order_keys(job->dtype, job->order, input + first * job->input_step, job->input_step, count, keys);
    weft_heap_offer(&heap, keys, count, first);
  }
  weft_heap_sort(&heap);
}

/// The keys of a line, and their bits above the smallest, which is taken from them.
static int32_t weft_sort_keys(const weft_sort_job *job, const char *input, uint64_t *keys, uint64_t *least) {
  uint64_t smallest = UINT64_MAX, largest = 0;
  for (int64_t first = 0; first < job->length; first += WEFT_SORT_BLOCK) {
    int64_t rest = job->length - first, count = rest < WEFT_SORT_BLOCK ? rest : WEFT_SORT_BLOCK;
    weft_order_keys(job->dtype, job->order, input + first * job->input_step, job->input_step, count, keys + first);
    for (int64_t i = first; i < first + count; i++) {
      smallest = keys[i] < smallest ? keys[i] : smallest;
      largest = keys[i] > largest ? keys[i] : largest;
    }
  }
  for (int64_t i = 0; i < job->length; i++) keys[i] -= smallest;
  *least = smallest;
  return weft_order_bits(largest - smallest);
}

/// Writes a line sorted by keys with their places in one number. Whole numbers are their own keys, but for the sign, and are
/// not fetched from all over the line.
static void weft_sort_write_packed(const weft_sort_job *job, const char *input, const uint64_t *sorted,
                                   int32_t place_bits, uint64_t smallest, char *values, char *positions) {
  const uint64_t mask = ((uint64_t)1 << place_bits) - 1;
  if (job->dtype != WEFT_INT64 || job->order.reverse) {
    for (int64_t at = 0; at < job->count; at++) {
      weft_sort_write(job, input, at, (int64_t)(sorted[at] & mask), values, positions);
    }
    return;
  }
  for (int64_t at = 0; at < job->count; at++) {
    const uint64_t key = (sorted[at] >> place_bits) + smallest;
    *(int64_t *)(positions + at * job->positions_step) = (int64_t)(sorted[at] & mask);
    *(uint64_t *)(values + at * job->values_step) = key ^ (uint64_t)1 << 63;
  }
}

/// Sorts a line and writes it: keys and places in one number where both fit in it, else as entries.
static void weft_sort_line(const weft_sort_job *job, const char *input, char *values, char *positions) {
  int64_t length = job->length;
  uint64_t *keys = (uint64_t *)job->entries + 2 * length;  // behind what the first entries take
  uint64_t smallest;
  int32_t bits = weft_sort_keys(job, input, keys, &smallest), place_bits = weft_order_bits((uint64_t)length - 1);
  if (length >= WEFT_SORT_MANY && bits + place_bits < 64) {
    for (int64_t i = 0; i < length; i++) keys[i] = keys[i] << place_bits | (uint64_t)i;
    const uint64_t *sorted = weft_order_sort_packed(keys, (uint64_t *)job->entries, length, place_bits, bits);
    weft_sort_write_packed(job, input, sorted, place_bits, smallest, values, positions);
    return;
  }
  for (int64_t i = 0; i < length; i++) job->entries[i] = (weft_entry){keys[i], i};
  const weft_entry *sorted = weft_order_sort(job->entries, job->entries + length, length, bits);
  for (int64_t at = 0; at < job->count; at++) weft_sort_write(job, input, at, sorted[at].position, values, positions);
}

/// Sorts without memory, for when none is to be had: finds each entry as the least of those after the one before.
static void weft_sort_slowly(const weft_sort_job *job, const char *input, char *values, char *positions) {
  weft_entry previous = {0, -1};
  for (int64_t at = 0; at < job->count; at++) {
    weft_entry best = {UINT64_MAX, INT64_MAX};
    for (int64_t i = 0; i < job->length; i++) {
      uint64_t key;
      weft_order_keys(job->dtype, job->order, input + i * job->input_step, 0, 1, &key);
      bool after = key > previous.key || (key == previous.key && i > previous.position);
      if (after && (key < best.key || (key == best.key && i < best.position))) {
        best = (weft_entry){key, i};
      }
    }
    weft_sort_write(job, input, at, best.position, values, positions);
    previous = best;
  }
}

static void weft_sort_row(void *context, char *const *data, const int64_t *strides, int64_t count,
                          int64_t position) {
  (void)position;
  const weft_sort_job *job = context;
  for (int64_t line = 0; line < count; line++) {
    const char *input = data[0] + line * strides[0];
    char *values = data[1] + line * strides[1], *positions = data[2] + line * strides[2];
    if (job->entries == NULL) {
      weft_sort_slowly(job, input, values, positions);
      continue;
    }
    if (!job->partial) {
      weft_sort_line(job, input, values, positions);
      continue;
    }
    weft_sort_partially(job, input);
    for (int64_t at = 0; at < job->count; at++) {
      weft_sort_write(job, input, at, job->entries[at].position, values, positions);
    }
  }
}

static void weft_sort_body(void *context, int64_t begin, int64_t end) {
  weft_sort_job job = *(const weft_sort_job *)context;
  weft_scratch_mark mark = weft_scratch_begin();
  job.entries = weft_scratch_take(weft_bytes(weft_sort_memory(&job), sizeof *job.entries));
  weft_index_walk_run(job.walk, begin, end, weft_sort_row, &job);
  weft_scratch_release(mark);
}

void weft_sort(int32_t rank, const int64_t *shape, int32_t axis, bool descending, int64_t count,
               const weft_operand *input, const weft_operand *values, const weft_operand *positions) {
  weft_launch_refuse();
  int64_t size = weft_element_size(input->dtype), length = shape[axis];
  weft_index_walk walk;
  weft_index_walk_start(&walk, rank, shape, axis);
  weft_index_walk_add(&walk, input, size, -1);
  weft_index_walk_add(&walk, values, size, -1);
  weft_index_walk_add(&walk, positions, sizeof(int64_t), -1);
  weft_index_walk_merge(&walk);
  count = count < length ? count : length;
  if (walk.count == 0 || count <= 0) {
    return;
  }
  weft_sort_job job = {
      .walk = &walk,
      .dtype = input->dtype,
      .order = {descending, !descending},
      .length = length,
      .count = count,
      .size = size,
      .input_step = input->strides[axis] * size,
      .values_step = values->strides[axis] * size,
      .positions_step = positions->strides[axis] * (int64_t)sizeof(int64_t),
      .partial = count <= length / 16 || (count <= 16 && count < length),
  };
  // A sorted element costs several times what a moved one does.
  weft_parallel_for(walk.count, weft_lines_grain(4 * length), weft_sort_body, &job);
}
