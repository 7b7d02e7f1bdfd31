// What maps and row maps share.
#ifndef WEFT_ROW_MAP_H
#define WEFT_ROW_MAP_H

#include "walk.h"

enum {
  /// The least work, in elements times their cost, that is worth waking another thread for.
  WEFT_WORTH_A_THREAD = 96 * 1024,
};

/// The fewest tiles to give a thread.
int64_t weft_tiles_per_thread(const weft_walk *walk);

#endif
