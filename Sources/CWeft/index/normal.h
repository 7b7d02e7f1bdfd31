// Standard normal numbers from random words.
#ifndef WEFT_INDEX_NORMAL_H
#define WEFT_INDEX_NORMAL_H

#include "weft_types.h"

/// values[2p] and values[2p + 1] from words[2p] and words[2p + 1], for p in 0 ..< pairs.
void weft_normal_float32(const uint32_t *words, int64_t pairs, float *values);
/// The same from 64-bit words, each two words with the low half first.
void weft_normal_float64(const uint32_t *words, int64_t pairs, double *values);

#endif
