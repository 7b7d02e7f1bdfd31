// Sums that need no tiles: along lines of memory, of squares and sizes too, or down columns.
#ifndef WEFT_SUMS_H
#define WEFT_SUMS_H

#include "walk.h"

/// Sums a simplified walk's one input, or its squares or sizes, if it is of floating point and lies in lines
/// or columns; false where the tiles must do it. The result does not depend on the number of threads.
bool weft_sum_plain(const weft_walk *walk, const int32_t *reductions);

#endif
