// Maps from memory to memory, without registers for what is read and written (private).
#ifndef WEFT_MAP_ROWS_H
#define WEFT_MAP_ROWS_H

#include "walk.h"

/// Whether the walk is of rows, each operand dense or one value along them, that are long enough to be computed one by
/// one: what an operand repeats from row to row is read where it lies, not written out for a tile.
bool weft_walk_is_rows(const weft_walk *walk);
void weft_walk_map_rows(const weft_walk *walk, const weft_scalar *parameters);

/// Whether the walk is dense, of one type of integers narrower than the compute type, or of bools, and of an
/// instruction whose result has the same bits there, or of two that cut it by numbers.
bool weft_walk_is_narrow(const weft_walk *walk, const weft_scalar *parameters);
void weft_walk_map_narrow(const weft_walk *walk, const weft_scalar *parameters);

#endif
