// The different ones of whole numbers that lie close to each other (private).
#ifndef WEFT_INDEX_UNIQUE_MARKS_H
#define WEFT_INDEX_UNIQUE_MARKS_H

#include "weft_types.h"

/// `weft_unique` of whole numbers by their keys, which lie between `smallest` and that plus `span`; -1 where the span
/// is much larger than there are numbers, or where there is no memory.
int64_t weft_unique_marked(const uint64_t *keys, int64_t count, uint64_t smallest, uint64_t span, int64_t *firsts,
                           int64_t *inverse, int64_t *counts);

#endif
