// Random integers and permutations.
#include "element.h"
#include "philox.h"
#include "weft_index.h"
#include "weft_launch.h"

typedef struct {
  int32_t dtype;
  char *output;
  uint64_t low, range;
} weft_integers_job;

static inline uint64_t weft_high_product(uint64_t a, uint64_t b) {
  return (uint64_t)((unsigned __int128)a * b >> 64);
}

static inline void weft_integers_store(const weft_integers_job *job, int64_t at, uint64_t value) {
  switch (weft_element_size(job->dtype)) {
    case 1: ((uint8_t *)job->output)[at] = (uint8_t)value; break;
    case 2: ((uint16_t *)job->output)[at] = (uint16_t)value; break;
    case 4: ((uint32_t *)job->output)[at] = (uint32_t)value; break;
    default: ((uint64_t *)job->output)[at] = value; break;
  }
}

static void weft_integers_use(const void *context, const uint32_t *words, int64_t first, int64_t count) {
  const weft_integers_job *job = context;
  for (int64_t i = 0; i < count; i++) {
    weft_integers_store(job, first + i, job->low + weft_high_product(weft_philox_long(words, i), job->range));
  }
}

/// The upper 64 bits of the 192-bit product of a 128-bit word and the range.
static void weft_integers_use_wide(const void *context, const uint32_t *words, int64_t first, int64_t count) {
  const weft_integers_job *job = context;
  for (int64_t i = 0; i < count; i++) {
    uint64_t carried = weft_high_product(weft_philox_long(words, 2 * i), job->range);
    unsigned __int128 upper = (unsigned __int128)weft_philox_long(words, 2 * i + 1) * job->range + carried;
    weft_integers_store(job, first + i, job->low + (uint64_t)(upper >> 64));
  }
}

// Element i is low + (word * range >> its bits): the 64-bit word i where the range has at most 32 bits, else the
// whole block i. Either way no number's probability is off by more than one part in 2^32.
void weft_random_integers(uint64_t seed, uint64_t offset, int64_t count, int64_t low, int64_t high, int32_t dtype,
                          void *output) {
  weft_launch_refuse();
  uint64_t range = high > low ? (uint64_t)high - (uint64_t)low : 0;
  weft_integers_job job = {dtype, output, (uint64_t)low, range};
  bool wide = range > UINT32_MAX;
  weft_philox_run(seed, offset, count, wide ? 4 : 2, wide ? weft_integers_use_wide : weft_integers_use, &job);
}

// Built up one element at a time: element i takes the place of one of the first i + 1, which the 64-bit word i picks,
// and that one moves to the end. One after the other by nature.
void weft_random_permutation(uint64_t seed, uint64_t offset, int64_t count, int64_t *output) {
  weft_launch_refuse();
  enum { batch = WEFT_PHILOX_WORDS / 2 };
  uint32_t words[WEFT_PHILOX_WORDS];
  for (int64_t first = 0; first < count; first += batch) {
    int64_t last = first + batch < count ? first + batch : count;
    weft_philox_words(seed, offset, (uint64_t)first / 2, WEFT_PHILOX_BLOCKS, words);
    for (int64_t i = first; i < last; i++) {
      int64_t place = (int64_t)weft_high_product(weft_philox_long(words, i - first), (uint64_t)i + 1);
      output[i] = place == i ? i : output[place];
      output[place] = i;
    }
  }
}
