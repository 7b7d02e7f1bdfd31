// Pairs of instructions in a program.
#ifndef WEFT_PAIRS_H
#define WEFT_PAIRS_H

#include "weft_tile.h"

/// Joins the pairs of a program, whose instructions have their missing operands filled in; returns how many
/// instructions are left. Every result stays in its register.
int32_t weft_join_pairs(const weft_program_description *description, weft_instruction *instructions);

#endif
