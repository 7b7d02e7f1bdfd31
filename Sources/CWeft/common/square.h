// Squares of elements, turned round in registers (private).
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

// Of other elements, by taking turns of the first and the second half of the rows until each has met every other.
#define WEFT_TURNS_2(x, y) __builtin_shufflevector(x, y, 0, 2), __builtin_shufflevector(x, y, 1, 3)
#define WEFT_TURNS_8(x, y)                                 \
  __builtin_shufflevector(x, y, 0, 8, 1, 9, 2, 10, 3, 11), \
      __builtin_shufflevector(x, y, 4, 12, 5, 13, 6, 14, 7, 15)

typedef uint64_t weft_lanes_64 __attribute__((vector_size(16), aligned(8), may_alias));
typedef uint16_t weft_lanes_16 __attribute__((vector_size(16), aligned(2), may_alias));

static inline void weft_turn_square_64(const void *source, int64_t from_step, void *target, int64_t to_step) {
  const uint64_t *from = source;
  uint64_t *to = target;
  const weft_lanes_64 a = *(const weft_lanes_64 *)from, b = *(const weft_lanes_64 *)(from + from_step);
  const weft_lanes_64 turned[2] = {WEFT_TURNS_2(a, b)};
  for (int64_t i = 0; i < 2; i++) *(weft_lanes_64 *)(to + i * to_step) = turned[i];
}

static inline void weft_turn_square_16(const void *source, int64_t from_step, void *target, int64_t to_step) {
  const uint16_t *from = source;
  uint16_t *to = target;
  weft_lanes_16 a[8];
  for (int64_t i = 0; i < 8; i++) a[i] = *(const weft_lanes_16 *)(from + i * from_step);
  for (int turn = 0; turn < 3; turn++) {
    const weft_lanes_16 b[8] = {WEFT_TURNS_8(a[0], a[4]), WEFT_TURNS_8(a[1], a[5]), WEFT_TURNS_8(a[2], a[6]),
                                WEFT_TURNS_8(a[3], a[7])};
    for (int i = 0; i < 8; i++) a[i] = b[i];
  }
  for (int64_t i = 0; i < 8; i++) *(weft_lanes_16 *)(to + i * to_step) = a[i];
}

#endif
