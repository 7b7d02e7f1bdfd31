// How a reduction's walk is cut into tiles.
#ifndef WEFT_REDUCE_CUT_H
#define WEFT_REDUCE_CUT_H

#include "walk.h"

/// Cuts a simplified walk. Where elements are reduced as they lie in memory, tiles may be longer than a register, and
/// are added up a part at a time: `block` is how much of the outermost axis, `row_block` how much of each of several long
/// rows; else 0.
void weft_reduce_cut(weft_walk *walk, const int32_t *reductions, int64_t *block, int64_t *row_block);

#endif
