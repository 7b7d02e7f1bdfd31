// Planes turned round, square by square (private).
#ifndef WEFT_TURN_H
#define WEFT_TURN_H

#include <stdint.h>

#include "../common/square.h"

// turn32(rows, columns, ...): to[column * to_step + row] = from[row * from_step + column]. A step of rows may be
// negative.
#define WEFT_TURN(bits, SIDE, square)                                                                                 \
  static inline __attribute__((unused)) void turn##bits(int64_t rows, int64_t columns, const uint##bits##_t *from,    \
                                                        int64_t from_step, uint##bits##_t *to, int64_t to_step) {     \
    const int64_t whole_rows = rows / SIDE * SIDE, whole_columns = columns / SIDE * SIDE;                             \
    for (int64_t row = 0; row < whole_rows; row += SIDE) {                                                            \
      for (int64_t column = 0; column < whole_columns; column += SIDE) {                                              \
        square(from + row * from_step + column, from_step, to + column * to_step + row, to_step);                     \
      }                                                                                                               \
    }                                                                                                                 \
    for (int64_t row = 0; row < rows; row++) {                                                                        \
      for (int64_t column = row < whole_rows ? whole_columns : 0; column < columns; column++) {                       \
        to[column * to_step + row] = from[row * from_step + column];                                                  \
      }                                                                                                               \
    }                                                                                                                 \
  }
#define WEFT_TURN_ONE(from, from_step, to, to_step) (*(to) = *(from))
WEFT_TURN(8, 1, WEFT_TURN_ONE)
WEFT_TURN(16, 8, weft_turn_square_16)
WEFT_TURN(32, 4, weft_turn_square)
WEFT_TURN(64, 2, weft_turn_square_64)
#undef WEFT_TURN_ONE
#undef WEFT_TURN

#endif
