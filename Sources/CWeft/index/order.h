// The order of elements as unsigned keys, and sorting by them.
#ifndef WEFT_INDEX_ORDER_H
#define WEFT_INDEX_ORDER_H

#include "weft_types.h"

/// What becomes of an element's place in the order.
typedef struct {
  bool reverse;      // the larger element has the smaller key
  bool nan_largest;  // NaN has the largest key, whatever `reverse` says; else the smallest
} weft_order;

/// Writes the keys of `count` elements `step` bytes apart. A key uses the low bits, as many as the element has;
/// equal elements (0 and -0, all NaNs) have equal keys.
void weft_order_keys(int32_t dtype, weft_order order, const char *data, int64_t step, int64_t count,
                     uint64_t *keys);

typedef struct {
  uint64_t key;
  int64_t position;
} weft_entry;

/// Sorts entries by key, then by position; they must come with ascending positions. `spare` has their size.
/// Keys have `bits` bits. Returns `entries` or `spare`, whichever holds the result.
weft_entry *weft_order_sort(weft_entry *entries, weft_entry *spare, int64_t count, int32_t bits);

/// Sorts numbers by their bits from `low` up, `bits` of them; they must come in the order of those below. `spare` has their
/// size. Returns `numbers` or `spare`, whichever holds the result.
uint64_t *weft_order_sort_packed(uint64_t *numbers, uint64_t *spare, int64_t count, int32_t low, int32_t bits);

/// How many bits hold the numbers up to `most`.
static inline int32_t weft_order_bits(uint64_t most) { return most == 0 ? 0 : 64 - __builtin_clzll(most); }

/// Keeps the `capacity` smallest entries seen: a heap with the largest of them first.
typedef struct {
  weft_entry *entries;
  int64_t count, capacity;
} weft_heap;

/// Offers entries with the keys given and positions from `position` on, larger than any offered before.
void weft_heap_offer(weft_heap *heap, const uint64_t *keys, int64_t count, int64_t position);
/// Sorts the heap's entries in place.
void weft_heap_sort(weft_heap *heap);

#endif
