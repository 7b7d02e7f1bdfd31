// Squares of four by four elements of 32 bits, turned round in registers (private).
#ifndef WEFT_SQUARE_H
#define WEFT_SQUARE_H

#include <stdint.h>

typedef uint32_t weft_quad __attribute__((vector_size(16), aligned(4), may_alias));

/// to[column][row] = from[row][column]; steps from row to row in elements.
static inline void weft_turn_square(const void *source, int64_t from_step, void *target, int64_t to_step) {
  const uint32_t *from = source;
  uint32_t *to = target;
#define ROW(i) (*(const weft_quad *)(from + (i) * from_step))
  const weft_quad a = ROW(0), b = ROW(1), c = ROW(2), d = ROW(3);
#undef ROW
  const weft_quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ba = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const weft_quad cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), dc = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(weft_quad *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  *(weft_quad *)(to + to_step) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  *(weft_quad *)(to + 2 * to_step) = __builtin_shufflevector(ba, dc, 0, 1, 4, 5);
  *(weft_quad *)(to + 3 * to_step) = __builtin_shufflevector(ba, dc, 2, 3, 6, 7);
}

#endif
