// Sorting entries: by digits where there are many, by merging where there are few, with a heap for the first few
// of many.
#include "order.h"

#include <string.h>

#include "../common/isa.h"
#include "weft_parallel.h"

/// Entries below which merging beats counting 256 digits.
enum { WEFT_ORDER_MERGE = 200, WEFT_ORDER_RUN = 12 };

static inline bool weft_order_before(weft_entry a, weft_entry b) {
  return a.key < b.key || (a.key == b.key && a.position < b.position);
}

static void weft_order_insert(weft_entry *entries, int64_t count) {
  for (int64_t i = 1; i < count; i++) {
    weft_entry entry = entries[i];
    int64_t at = i;
    for (; at > 0 && entry.key < entries[at - 1].key; at--) {
      entries[at] = entries[at - 1];
    }
    entries[at] = entry;
  }
}

/// Merges the sorted [0, middle) and [middle, count); of equal keys the left one comes first.
static void weft_order_merge(const weft_entry *from, int64_t middle, int64_t count, weft_entry *to) {
  int64_t left = 0, right = middle;
  for (int64_t i = 0; i < count; i++) {
    bool take_left = right == count || (left < middle && from[left].key <= from[right].key);
    to[i] = take_left ? from[left++] : from[right++];
  }
}

static weft_entry *weft_order_by_merging(weft_entry *entries, weft_entry *spare, int64_t count) {
  for (int64_t at = 0; at < count; at += WEFT_ORDER_RUN) {
    weft_order_insert(entries + at, count - at < WEFT_ORDER_RUN ? count - at : WEFT_ORDER_RUN);
  }
  for (int64_t run = WEFT_ORDER_RUN; run < count; run *= 2) {
    for (int64_t at = 0; at < count; at += 2 * run) {
      int64_t rest = count - at, both = rest < 2 * run ? rest : 2 * run;
      weft_order_merge(entries + at, both < run ? both : run, both, spare + at);
    }
    weft_entry *sorted = spare;
    spare = entries;
    entries = sorted;
  }
  return entries;
}

/// One stable pass by the 8 bits at `shift`. Returns where the entries are then: the pass is left out where all
/// have the same digit.
static weft_entry *weft_order_pass(weft_entry *entries, weft_entry *spare, int64_t count, int32_t shift) {
  int64_t starts[256] = {0}, total = 0;
  for (int64_t i = 0; i < count; i++) {
    starts[entries[i].key >> shift & 255]++;
  }
  if (starts[entries[0].key >> shift & 255] == count) {
    return entries;
  }
  for (int32_t digit = 0; digit < 256; digit++) {
    int64_t here = starts[digit];
    starts[digit] = total;
    total += here;
  }
  for (int64_t i = 0; i < count; i++) {
    spare[starts[entries[i].key >> shift & 255]++] = entries[i];
  }
  return spare;
}

weft_entry *weft_order_sort(weft_entry *entries, weft_entry *spare, int64_t count, int32_t bits) {
  if (count < WEFT_ORDER_MERGE) {
    return weft_order_by_merging(entries, spare, count);
  }
  for (int32_t shift = 0; shift < bits; shift += 8) {
    weft_entry *sorted = weft_order_pass(entries, spare, count, shift);
    spare = sorted == spare ? entries : spare;
    entries = sorted;
  }
  return entries;
}

// MARK: - Keys and places in one number

enum {
  WEFT_PACKED_FEW = 64,        // numbers that are inserted one by one
  WEFT_PACKED_DIGIT = 8,       // bits of a digit at most: as many runs are written to as the first-level cache has lines
  WEFT_PACKED_PARTS = 8,       // of the numbers at most, each counted and moved by a thread
  WEFT_PACKED_PART = 1 << 16,  // numbers of a part at least
};

static uint64_t *weft_packed_insert(uint64_t *numbers, int64_t count) {
  for (int64_t i = 1; i < count; i++) {
    uint64_t number = numbers[i];
    int64_t place = i;
    for (; place > 0 && numbers[place - 1] > number; place--) numbers[place] = numbers[place - 1];
    numbers[place] = number;
  }
  return numbers;
}

typedef struct {
  const uint64_t *from;
  uint64_t *to;
  int64_t count, part;  // numbers, and those of a part
  int32_t shift, values;
  int64_t (*places)[1 << WEFT_PACKED_DIGIT];  // of each part: how often each digit occurs, then where the next one goes
} weft_packed_pass;

static void weft_packed_count(void *context, int64_t begin, int64_t end) {
  const weft_packed_pass *pass = context;
  const uint64_t mask = (uint64_t)pass->values - 1;
  for (int64_t part = begin; part < end; part++) {
    int64_t *counts = pass->places[part], last = (part + 1) * pass->part;
    last = last < pass->count ? last : pass->count;
    memset(counts, 0, sizeof pass->places[part]);
    for (int64_t i = part * pass->part; i < last; i++) counts[pass->from[i] >> pass->shift & mask]++;
  }
}

static void weft_packed_move(void *context, int64_t begin, int64_t end) {
  const weft_packed_pass *pass = context;
  const uint64_t mask = (uint64_t)pass->values - 1;
  for (int64_t part = begin; part < end; part++) {
    int64_t *places = pass->places[part], last = (part + 1) * pass->part;
    last = last < pass->count ? last : pass->count;
    for (int64_t i = part * pass->part; i < last; i++) {
      const uint64_t number = pass->from[i];
      pass->to[places[number >> pass->shift & mask]++] = number;
    }
  }
}

/// Turns counts into places; false where all numbers have the same digit.
static bool weft_packed_place(const weft_packed_pass *pass, int64_t parts) {
  int64_t total = 0;
  for (int32_t value = 0; value < pass->values; value++) {
    const int64_t start = total;
    for (int64_t part = 0; part < parts; part++) {
      const int64_t here = pass->places[part][value];
      pass->places[part][value] = total;
      total += here;
    }
    if (total - start == pass->count) return false;
  }
  return true;
}

/// By digits of equal width, the lowest first. The parts do not show in the result.
static uint64_t *weft_packed_by_digits(uint64_t *from, uint64_t *to, int64_t count, int32_t low, int32_t bits) {
  int64_t places[WEFT_PACKED_PARTS][1 << WEFT_PACKED_DIGIT], parts = weft_thread_count();
  parts = parts < WEFT_PACKED_PARTS ? parts : WEFT_PACKED_PARTS;
  while (parts > 1 && count / parts < WEFT_PACKED_PART) parts--;
  const int32_t digits = (bits + WEFT_PACKED_DIGIT - 1) / WEFT_PACKED_DIGIT;
  const int32_t width = digits > 0 ? (bits + digits - 1) / digits : 0;
  for (int32_t digit = 0; digit < digits; digit++) {
    weft_packed_pass pass = {from, to, count, (count + parts - 1) / parts, low + digit * width, 1 << width, places};
    weft_parallel_for(parts, 1, weft_packed_count, &pass);
    if (!weft_packed_place(&pass, parts)) continue;
    weft_parallel_for(parts, 1, weft_packed_move, &pass);
    uint64_t *sorted = to;
    to = from;
    from = sorted;
  }
  return from;
}

uint64_t *weft_order_sort_packed(uint64_t *numbers, uint64_t *spare, int64_t count, int32_t low, int32_t bits) {
  if (count <= WEFT_PACKED_FEW) return weft_packed_insert(numbers, count);
  return weft_packed_by_digits(numbers, spare, count, low, bits);
}

// MARK: - The first few of many

/// Puts `entry` at place `at` of a heap of `count` entries and lets it sink from there.
static void weft_heap_sink(weft_entry *entries, int64_t count, int64_t at, weft_entry entry) {
  for (int64_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count && weft_order_before(entries[child], entries[child + 1])) {
      child++;
    }
    if (!weft_order_before(entry, entries[child])) {
      break;
    }
    entries[at] = entries[child];
    at = child;
  }
  entries[at] = entry;
}

// Most keys are larger than the heap's: so many are looked at together.
enum { WEFT_HEAP_AHEAD = 16 };

#define WEFT_HEAP_BELOW(name, target)                                                              \
  target static bool weft_heap_below_##name(const uint64_t *keys, uint64_t most) {                 \
    uint64_t below = 0;                                                                            \
    for (int64_t i = 0; i < WEFT_HEAP_AHEAD; i++) below |= keys[i] < most ? UINT64_MAX : 0;        \
    return below != 0;                                                                             \
  }
WEFT_HEAP_BELOW(baseline, )
WEFT_HEAP_BELOW(avx2, WEFT_FOR_AVX2)

void weft_heap_offer(weft_heap *heap, const uint64_t *keys, int64_t count, int64_t position) {
  int64_t i = 0;
  for (; i < count && heap->count < heap->capacity; i++) {
    heap->entries[heap->count++] = (weft_entry){keys[i], position + i};
    if (heap->count == heap->capacity) {
      for (int64_t at = heap->count / 2 - 1; at >= 0; at--) {
        weft_heap_sink(heap->entries, heap->count, at, heap->entries[at]);
      }
    }
  }
  bool (*any_below)(const uint64_t *, uint64_t) = weft_uses_avx2() ? weft_heap_below_avx2 : weft_heap_below_baseline;
  for (; i < count; i++) {
    while (count - i >= WEFT_HEAP_AHEAD && !any_below(keys + i, heap->entries[0].key)) i += WEFT_HEAP_AHEAD;
    // Of equal keys the earlier position stays.
    if (i < count && keys[i] < heap->entries[0].key) {
      weft_heap_sink(heap->entries, heap->count, 0, (weft_entry){keys[i], position + i});
    }
  }
}

void weft_heap_sort(weft_heap *heap) {
  for (int64_t count = heap->count - 1; count > 0; count--) {
    weft_entry last = heap->entries[count];
    heap->entries[count] = heap->entries[0];
    weft_heap_sink(heap->entries, count, 0, last);
  }
}
