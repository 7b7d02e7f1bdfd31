// The different elements of a line: its elements are sorted together with their places, in 64 bits where both fit.
#include <stdlib.h>

#include "../common/scratch.h"
#include "element.h"
#include "order.h"
#include "unique_marks.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  WEFT_UNIQUE_PARTS = 64,  // of the line, each turned into keys by itself
  WEFT_UNIQUE_DENSE = 1 << 16,  // a range of so many whole numbers at most is counted: its counters stay in the cache
};

typedef struct {
  int64_t *firsts, *inverse, *counts, found;
  uint64_t last, alone;  // the key before; the key whose elements all differ, that of NaN
  bool has_alone;
} weft_unique_walk;

static inline void weft_unique_take(weft_unique_walk *walk, uint64_t key, int64_t position) {
  if (walk->found == 0 || key != walk->last || (walk->has_alone && key == walk->alone)) {
    walk->firsts[walk->found] = position;
    walk->counts[walk->found++] = 0;
    walk->last = key;
  }
  walk->inverse[position] = walk->found - 1;
  walk->counts[walk->found - 1]++;
}

/// With each key and its place in one number; `keys` are overwritten.
static bool weft_unique_packed(weft_unique_walk *walk, uint64_t *keys, int64_t count, uint64_t smallest, int32_t bits,
                               int32_t place_bits) {
  uint64_t *spare = malloc((size_t)count * sizeof *spare);
  if (!spare) return false;
  for (int64_t i = 0; i < count; i++) keys[i] = place_bits < 64 ? (keys[i] - smallest) << place_bits | (uint64_t)i : 0;
  uint64_t mask = ((uint64_t)1 << place_bits) - 1;
  uint64_t *sorted = weft_order_sort_packed(keys, spare, count, place_bits, bits);
  walk->alone -= smallest;
  for (int64_t i = 0; i < count; i++) {
    weft_unique_take(walk, sorted[i] >> place_bits, (int64_t)(sorted[i] & mask));
  }
  free(spare);
  return true;
}

/// Whole numbers of a small range are counted, not sorted. `keys` are counted from the smallest.
static bool weft_unique_counted(weft_unique_walk *walk, const uint64_t *keys, int64_t count, uint64_t smallest,
                                int64_t range) {
  int64_t *ranks = calloc((size_t)range, sizeof *ranks);  // how often each occurs, then which of the different ones it is
  if (!ranks) return false;
  for (int64_t i = 0; i < count; i++) ranks[keys[i] - smallest]++;
  for (int64_t key = 0; key < range; key++) {
    if (ranks[key] == 0) continue;
    walk->counts[walk->found] = ranks[key];
    walk->firsts[walk->found] = -1;
    ranks[key] = walk->found++;
  }
  for (int64_t i = count - 1; i >= 0; i--) {
    const int64_t rank = ranks[keys[i] - smallest];
    walk->inverse[i] = rank;
    walk->firsts[rank] = i;
  }
  free(ranks);
  return true;
}

/// Whole numbers that lie close to each other; false where they do not, or where there is no memory.
static bool weft_unique_whole(weft_unique_walk *walk, const uint64_t *keys, int64_t count, uint64_t smallest,
                              uint64_t span) {
  if (span < WEFT_UNIQUE_DENSE && span < 2 * (uint64_t)count) {
    return weft_unique_counted(walk, keys, count, smallest, (int64_t)span + 1);
  }
  const int64_t found = weft_unique_marked(keys, count, smallest, span, walk->firsts, walk->inverse, walk->counts);
  if (found >= 0) walk->found = found;
  return found >= 0;
}

static bool weft_unique_entries(weft_unique_walk *walk, const uint64_t *keys, int64_t count, int32_t key_bits) {
  weft_entry *entries = malloc(2 * (size_t)count * sizeof *entries);
  if (!entries) return false;
  for (int64_t i = 0; i < count; i++) entries[i] = (weft_entry){keys[i], i};
  const weft_entry *sorted = weft_order_sort(entries, entries + count, count, key_bits);
  for (int64_t i = 0; i < count; i++) weft_unique_take(walk, sorted[i].key, sorted[i].position);
  free(entries);
  return true;
}

typedef struct {
  const char *values;
  int32_t dtype;
  int64_t count, part;  // elements, those of a part
  uint64_t *keys, smallest[WEFT_UNIQUE_PARTS], largest[WEFT_UNIQUE_PARTS];
} weft_unique_keys;

static void weft_unique_part(void *context, int64_t begin, int64_t end) {
  weft_unique_keys *job = context;
  const int64_t size = weft_element_size(job->dtype);
  for (int64_t part = begin; part < end; part++) {
    const int64_t first = part * job->part, rest = job->count - first;
    const int64_t count = rest < job->part ? rest : job->part;
    weft_order_keys(job->dtype, (weft_order){false, true}, job->values + first * size, size, count, job->keys + first);
    uint64_t smallest = UINT64_MAX, largest = 0;
    for (int64_t i = first; i < first + count; i++) {
      smallest = job->keys[i] < smallest ? job->keys[i] : smallest;
      largest = job->keys[i] > largest ? job->keys[i] : largest;
    }
    job->smallest[part] = smallest, job->largest[part] = largest;
  }
}

/// The keys of all elements, and the smallest and the largest of them.
static void weft_unique_make_keys(weft_unique_keys *job, uint64_t *smallest, uint64_t *largest) {
  job->part = (job->count + WEFT_UNIQUE_PARTS - 1) / WEFT_UNIQUE_PARTS;
  const int64_t parts = (job->count + job->part - 1) / job->part;
  weft_parallel_for(parts, WEFT_UNIQUE_DENSE / 4 / job->part + 1, weft_unique_part, job);
  *smallest = UINT64_MAX, *largest = 0;
  for (int64_t part = 0; part < parts; part++) {
    *smallest = job->smallest[part] < *smallest ? job->smallest[part] : *smallest;
    *largest = job->largest[part] > *largest ? job->largest[part] : *largest;
  }
}

int64_t weft_unique(int32_t dtype, int64_t count, const void *values, int64_t *firsts, int64_t *inverse,
                    int64_t *counts) {
  weft_launch_refuse();
  if (count == 0) return 0;
  int32_t key_bits = (int32_t)weft_element_size(dtype) * 8;
  const weft_scratch_mark memory = weft_scratch_begin();
  weft_unique_keys job = {.values = values, .dtype = dtype, .count = count,
                          .keys = weft_scratch_take(weft_bytes(count, sizeof *job.keys))};
  uint64_t smallest, largest;
  bool done = job.keys != NULL;
  if (done) weft_unique_make_keys(&job, &smallest, &largest);
  weft_unique_walk walk = {.firsts = firsts, .inverse = inverse, .counts = counts,
                           .alone = key_bits < 64 ? ((uint64_t)1 << key_bits) - 1 : UINT64_MAX,
                           .has_alone = dtype <= WEFT_BFLOAT16};
  if (done && !(!walk.has_alone && weft_unique_whole(&walk, job.keys, count, smallest, largest - smallest))) {
    int32_t bits = weft_order_bits(largest - smallest), place_bits = weft_order_bits((uint64_t)count - 1);
    done = bits + place_bits <= 64 ? weft_unique_packed(&walk, job.keys, count, smallest, bits, place_bits)
                                   : weft_unique_entries(&walk, job.keys, count, key_bits);
  }
  weft_scratch_release(memory);
  return done ? walk.found : -1;
}
