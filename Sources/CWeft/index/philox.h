// Philox 4x32-10, the counter-based generator of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3".
#ifndef WEFT_INDEX_PHILOX_H
#define WEFT_INDEX_PHILOX_H

#include "weft_types.h"

// The bits of a stream. The key is the seed (its low word first). The counter's words 2 and 3 are the offset (low
// word first), words 0 and 1 number the block: streams of different offsets never share a block, and each has 2^64
// of them. Block b gives 32-bit words 4b ..< 4b + 4, and 64-bit words 2b and 2b + 1 (low half first).

/// Writes 32-bit words 4 * block ..< 4 * (block + count).
void weft_philox_words(uint64_t seed, uint64_t offset, uint64_t block, int64_t count, uint32_t *words);

/// The 64-bit word at `index` of the 32-bit words given.
static inline uint64_t weft_philox_long(const uint32_t *words, int64_t index) {
  return words[2 * index] | (uint64_t)words[2 * index + 1] << 32;
}

/// Blocks generated together.
#define WEFT_PHILOX_BLOCKS 64
#define WEFT_PHILOX_WORDS (4 * WEFT_PHILOX_BLOCKS)

/// Turns the words from a multiple of WEFT_PHILOX_WORDS on into `count` elements of the output from `first` on.
typedef void (*weft_philox_use)(const void *context, const uint32_t *words, int64_t first, int64_t count);

/// Generates `words_each` words (1, 2 or 4) for each of `count` elements, on the team's threads.
void weft_philox_run(uint64_t seed, uint64_t offset, int64_t count, int64_t words_each, weft_philox_use use,
                     const void *context);

#endif
