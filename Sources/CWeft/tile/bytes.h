// Formulas of bytes whose results are bytes: what there is of quantized networks between their products (private).
#ifndef WEFT_BYTES_H
#define WEFT_BYTES_H

#include "walk.h"

/// Computes a walk of one axis with a kernel for bytes; false, and nothing done, where there is none for it. The
/// results have the same bits as those of the program's instructions one after the other.
bool weft_byte_map(const weft_walk *walk, const weft_scalar *parameters);

#endif
