// The different ones of whole numbers that lie close to each other: a bit for each number of their range says whether
// it occurs, and bits are counted to find which of the different ones a number is. Parts of the line are done by a
// thread each; they do not show in the result.
#include "unique_marks.h"

#include <string.h>

#include "../common/isa.h"
#include "../common/scratch.h"
#include "weft_parallel.h"

enum {
  MOST_PARTS = 8,
  SHORTEST_PART = 1 << 15,
  /// Numbers of the range for each of the line, at most.
  SPARSEST = 4,
};

/// How often one of the different numbers occurs in a part, and where first.
typedef struct {
  uint32_t count, first;
} slot;

typedef struct {
  const uint64_t *keys;
  uint64_t smallest;
  int64_t count, part, parts;  // keys, those of a part; parts
  int64_t words, found;
  uint64_t *bits;   // [parts][words]; once all are marked, those of the first part are of all
  uint32_t *ranks;  // how many different numbers come before each word
  slot *slots;      // [parts][found]
  int64_t *firsts, *inverse, *counts;
} line;

static int64_t end_of_part(const line *l, int64_t part) {
  const int64_t end = (part + 1) * l->part;
  return end < l->count ? end : l->count;
}

static void mark(void *context, int64_t begin, int64_t end) {
  line *l = context;
  for (int64_t part = begin; part < end; part++) {
    uint64_t *bits = l->bits + part * l->words;
    memset(bits, 0, (size_t)l->words * sizeof *bits);
    for (int64_t i = part * l->part; i < end_of_part(l, part); i++) {
      const uint64_t key = l->keys[i] - l->smallest;
      bits[key >> 6] |= (uint64_t)1 << (key & 63);
    }
  }
}

/// Joins the parts' marks and counts them.
static void rank(line *l) {
  int64_t found = 0;
  for (int64_t word = 0; word < l->words; word++) {
    uint64_t bits = l->bits[word];
    for (int64_t part = 1; part < l->parts; part++) bits |= l->bits[part * l->words + word];
    l->bits[word] = bits;
    l->ranks[word] = (uint32_t)found;
    found += __builtin_popcountll(bits);
  }
  l->found = found;
}

// From the last one back, so that the first is what stays. Counting bits is one instruction where there is AVX2.
#define NUMBER(name, target)                                                                       \
  target static void number_##name(void *context, int64_t begin, int64_t end) {                    \
    line *l = context;                                                                             \
    for (int64_t part = begin; part < end; part++) {                                               \
      slot *slots = l->slots + part * l->found;                                                    \
      memset(slots, 0, (size_t)l->found * sizeof *slots);                                          \
      for (int64_t i = end_of_part(l, part) - 1; i >= part * l->part; i--) {                       \
        const uint64_t key = l->keys[i] - l->smallest, bit = (uint64_t)1 << (key & 63);            \
        const int64_t before = __builtin_popcountll(l->bits[key >> 6] & (bit - 1));                \
        const int64_t which = l->ranks[key >> 6] + before;                                         \
        l->inverse[i] = which;                                                                     \
        slots[which] = (slot){slots[which].count + 1, (uint32_t)i};                                \
      }                                                                                            \
    }                                                                                              \
  }
NUMBER(baseline, )
#if defined(__x86_64__)
NUMBER(popcount, __attribute__((target("avx2,popcnt"))))
#else
#define number_popcount number_baseline
#endif

static void join(void *context, int64_t begin, int64_t end) {
  line *l = context;
  for (int64_t which = begin; which < end; which++) {
    int64_t count = 0, first = 0;
    for (int64_t part = l->parts - 1; part >= 0; part--) {
      const slot one = l->slots[part * l->found + which];
      count += one.count;
      first = one.count > 0 ? one.first : first;
    }
    l->counts[which] = count, l->firsts[which] = first;
  }
}

static bool find_marks(line *l) {
  const weft_scratch_mark all = weft_scratch_begin();
  l->bits = weft_scratch_take(weft_bytes3(l->parts, l->words, sizeof *l->bits));
  l->ranks = weft_scratch_take(weft_bytes(l->words, sizeof *l->ranks));
  bool done = l->bits && l->ranks;
  if (done) {
    weft_parallel_for(l->parts, 1, mark, l);
    rank(l);
    // Parts that many different ones would have too many slots for are joined: two of them for each number at most.
    while (l->parts > 1 && l->parts * l->found > 2 * l->count) l->parts--;
    l->part = (l->count + l->parts - 1) / l->parts;
    l->slots = weft_scratch_take(weft_bytes3(l->parts, l->found, sizeof *l->slots));
    done = l->slots != NULL;
  }
  if (done) {
    weft_parallel_for(l->parts, 1, weft_uses_avx2() ? number_popcount : number_baseline, l);
    weft_parallel_for(l->found, SHORTEST_PART, join, l);
  }
  weft_scratch_release(all);
  return done;
}

int64_t weft_unique_marked(const uint64_t *keys, int64_t count, uint64_t smallest, uint64_t span, int64_t *firsts,
                           int64_t *inverse, int64_t *counts) {
  if (count > UINT32_MAX || span / SPARSEST > (uint64_t)count) return -1;
  line l = {.keys = keys, .smallest = smallest, .count = count, .parts = weft_thread_count(),
            .words = (int64_t)(span >> 6) + 1, .firsts = firsts, .inverse = inverse, .counts = counts};
  if (l.parts > MOST_PARTS) l.parts = MOST_PARTS;
  while (l.parts > 1 && count / l.parts < SHORTEST_PART) l.parts--;
  l.part = (count + l.parts - 1) / l.parts;
  return find_marks(&l) ? l.found : -1;
}
