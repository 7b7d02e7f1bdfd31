// How calls of the tile engine are noted (private).
#ifndef WEFT_TILE_LAUNCHES_H
#define WEFT_TILE_LAUNCHES_H

#include "../common/launch.h"
#include "weft_tile.h"

void weft_note_map(weft_launch_list *notes, const weft_program *program, int32_t rank, const int64_t *shape,
                   const weft_operand *operands, const weft_scalar *parameters);
void weft_note_row_map(weft_launch_list *notes, const weft_program *program, int32_t rank, const int64_t *shape,
                       const weft_operand *operands, const weft_scalar *parameters);
void weft_note_reduce(weft_launch_list *notes, const weft_program *program, int32_t rank, const int64_t *shape,
                      const uint8_t *reduced, const int32_t *reductions, const weft_operand *operands,
                      const weft_scalar *parameters);
void weft_note_cross_entropy(weft_launch_list *notes, const weft_cross_entropy *call);
void weft_note_cross_entropy_gradient(weft_launch_list *notes, const weft_cross_entropy_slope *call);
/// `inner` is 0 for the kernels of rows, of which there are `outer`.
void weft_note_softmax(weft_launch_list *notes, int32_t dtype, bool logarithm, int64_t outer, int64_t length,
                       int64_t inner, const void *input, void *output);
void weft_note_softmax_gradient(weft_launch_list *notes, int32_t dtype, bool logarithm, int64_t outer, int64_t length,
                                int64_t inner, const void *gradient, const void *output, void *result);
void weft_note_normalize(weft_launch_list *notes, const weft_normalization *call);
void weft_note_normalize_gradient(weft_launch_list *notes, const weft_normalization_gradient *call);

/// Makes a program stay until the list goes; returns a copy of its parameters.
const weft_scalar *weft_note_program(weft_launch_list *notes, const weft_program *program,
                                     const weft_scalar *parameters);

#endif
