// Pairs of instructions that are run as one: what the first gives goes straight into the second, by a kernel that
// rounds as the two do. A pass over a tile costs more than the arithmetic of most instructions.
#ifndef WEFT_PAIR_LIST_H
#define WEFT_PAIR_LIST_H

#include "weft_tile.h"

// ROW(first, FIRST, second, SECOND, how the second takes the first's value t)
//
//   LEFT   second(t, c)    RIGHT   second(c, t)    ALONE   second(t)    BOTH   second(t, t)    AGAIN   second(t, a)
//   CHOOSING   t ? c : d, or, the first reading a alone, t ? b : c
//
// The first reads a, or a and b; AGAIN is for one that reads a, b and c. Both exist in float32 and float64.
#define WEFT_PAIRS_AFTER(ROW, first, FIRST)          \
  ROW(first, FIRST, add, ADD, LEFT)                  \
  ROW(first, FIRST, subtract, SUBTRACT, LEFT)        \
  ROW(first, FIRST, subtract, SUBTRACT, RIGHT)       \
  ROW(first, FIRST, multiply, MULTIPLY, LEFT)        \
  ROW(first, FIRST, minimum, MINIMUM, LEFT)          \
  ROW(first, FIRST, maximum, MAXIMUM, LEFT)          \
  ROW(first, FIRST, multiply, MULTIPLY, BOTH)        \
  ROW(first, FIRST, abs, ABS, ALONE)                 \
  ROW(first, FIRST, negate, NEGATE, ALONE)           \
  ROW(first, FIRST, exp, EXP, ALONE)

#define WEFT_PAIRS(ROW)                              \
  WEFT_PAIRS_AFTER(ROW, add, ADD)                    \
  WEFT_PAIRS_AFTER(ROW, subtract, SUBTRACT)          \
  WEFT_PAIRS_AFTER(ROW, multiply, MULTIPLY)          \
  ROW(minimum, MINIMUM, maximum, MAXIMUM, LEFT)      \
  ROW(minimum, MINIMUM, multiply, MULTIPLY, LEFT)    \
  ROW(maximum, MAXIMUM, minimum, MINIMUM, LEFT)      \
  ROW(maximum, MAXIMUM, multiply, MULTIPLY, LEFT)    \
  ROW(multiply, MULTIPLY, erfc, ERFC, ALONE)         \
  ROW(multiply, MULTIPLY, sigmoid, SIGMOID, ALONE)

// The first of one operand.
#define WEFT_PAIRS_OF_ONE(ROW)                       \
  ROW(exp, EXP, multiply, MULTIPLY, LEFT)            \
  ROW(erfc, ERFC, multiply, MULTIPLY, LEFT)          \
  ROW(sigmoid, SIGMOID, multiply, MULTIPLY, LEFT)    \
  ROW(hard_sigmoid, HARD_SIGMOID, multiply, MULTIPLY, LEFT)  \
  ROW(tanh, TANH, multiply, MULTIPLY, LEFT)          \
  ROW(log, LOG, multiply, MULTIPLY, LEFT)            \
  ROW(floor, FLOOR, subtract, SUBTRACT, RIGHT)       \
  ROW(trunc, TRUNC, subtract, SUBTRACT, RIGHT)

// The first of three operands.
#define WEFT_PAIRS_OF_THREE(ROW)                             \
  ROW(multiply_add, MULTIPLY_ADD, multiply, MULTIPLY, AGAIN) \
  ROW(multiply_add, MULTIPLY_ADD, multiply, MULTIPLY, BOTH)  \
  ROW(multiply_add, MULTIPLY_ADD, exp, EXP, ALONE)           \
  ROW(multiply_add, MULTIPLY_ADD, sigmoid, SIGMOID, ALONE)

// Comparisons, where SELECT asks for nothing else.
#define WEFT_CHOICES(ROW)                                    \
  ROW(equal, EQUAL, select, SELECT, CHOOSING)                 \
  ROW(not_equal, NOT_EQUAL, select, SELECT, CHOOSING)         \
  ROW(less, LESS, select, SELECT, CHOOSING)                   \
  ROW(less_equal, LESS_EQUAL, select, SELECT, CHOOSING)       \
  ROW(greater, GREATER, select, SELECT, CHOOSING)             \
  ROW(greater_equal, GREATER_EQUAL, select, SELECT, CHOOSING)
#define WEFT_CHOICE_OF_ONE(ROW) ROW(is_nan, IS_NAN, select, SELECT, CHOOSING)

// Their opcodes follow those of the instructions.
#define WEFT_PAIR_OPCODE(first, FIRST, second, SECOND, how) WEFT_OP_##FIRST##_##SECOND##_##how,
enum {
  WEFT_BEFORE_PAIRS = WEFT_OP_COUNT - 1,
  WEFT_PAIRS(WEFT_PAIR_OPCODE) WEFT_PAIRS_OF_ONE(WEFT_PAIR_OPCODE) WEFT_PAIRS_OF_THREE(WEFT_PAIR_OPCODE)
  WEFT_CHOICES(WEFT_PAIR_OPCODE) WEFT_CHOICE_OF_ONE(WEFT_PAIR_OPCODE)
  WEFT_OPCODE_COUNT,
};

#endif
