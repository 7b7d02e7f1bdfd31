// The different elements of a line: its elements are sorted together with their places, in 64 bits where both fit.
#include <stdlib.h>

#include "element.h"
#include "order.h"
#include "weft_index.h"

enum {
  WEFT_UNIQUE_BLOCK = 256,
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

static bool weft_unique_entries(weft_unique_walk *walk, const uint64_t *keys, int64_t count, int32_t key_bits) {
  weft_entry *entries = malloc(2 * (size_t)count * sizeof *entries);
  if (!entries) return false;
  for (int64_t i = 0; i < count; i++) entries[i] = (weft_entry){keys[i], i};
  const weft_entry *sorted = weft_order_sort(entries, entries + count, count, key_bits);
  for (int64_t i = 0; i < count; i++) weft_unique_take(walk, sorted[i].key, sorted[i].position);
  free(entries);
  return true;
}

int64_t weft_unique(int32_t dtype, int64_t count, const void *values, int64_t *firsts, int64_t *inverse,
                    int64_t *counts) {
  if (count == 0) return 0;
  int64_t size = weft_element_size(dtype);
  int32_t key_bits = (int32_t)size * 8;
  uint64_t *keys = malloc((size_t)count * sizeof *keys), smallest = UINT64_MAX, largest = 0;
  if (!keys) return -1;
  for (int64_t first = 0; first < count; first += WEFT_UNIQUE_BLOCK) {
    int64_t part = count - first < WEFT_UNIQUE_BLOCK ? count - first : WEFT_UNIQUE_BLOCK;
    weft_order_keys(dtype, (weft_order){false, true}, (const char *)values + first * size, size, part, keys + first);
    for (int64_t i = first; i < first + part; i++) {
      smallest = keys[i] < smallest ? keys[i] : smallest;
      largest = keys[i] > largest ? keys[i] : largest;
    }
  }
  weft_unique_walk walk = {.firsts = firsts, .inverse = inverse, .counts = counts,
                           .alone = key_bits < 64 ? ((uint64_t)1 << key_bits) - 1 : UINT64_MAX,
                           .has_alone = dtype <= WEFT_BFLOAT16};
  int32_t bits = weft_order_bits(largest - smallest), place_bits = weft_order_bits((uint64_t)count - 1);
  bool is_dense = !walk.has_alone && largest - smallest < WEFT_UNIQUE_DENSE && largest - smallest < 2 * (uint64_t)count;
  bool done;
  if (is_dense) {
    done = weft_unique_counted(&walk, keys, count, smallest, (int64_t)(largest - smallest) + 1);
  } else if (bits + place_bits <= 64) {
    done = weft_unique_packed(&walk, keys, count, smallest, bits, place_bits);
  } else {
    done = weft_unique_entries(&walk, keys, count, key_bits);
  }
  free(keys);
  return done ? walk.found : -1;
}
