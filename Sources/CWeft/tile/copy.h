// Copies without registers (private).
#ifndef WEFT_TILE_COPY_H
#define WEFT_TILE_COPY_H

#include "walk.h"

/// Whether a simplified walk copies elements as they are, in runs that are worth it.
bool weft_walk_is_copy(const weft_walk *walk);
void weft_walk_copy(const weft_walk *walk);

#endif
