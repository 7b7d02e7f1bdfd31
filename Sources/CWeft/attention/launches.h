// How calls of attention are noted (private).
#ifndef WEFT_ATTENTION_LAUNCHES_H
#define WEFT_ATTENTION_LAUNCHES_H

#include "../common/launch.h"
#include "weft_attention.h"

void weft_note_attention(weft_launch_list *notes, const weft_attention_description *description,
                         const weft_operand *output, void *logarithms);

/// `gradients` are those of the output, the query, the key and the value.
void weft_note_attention_gradient(weft_launch_list *notes, const weft_attention_description *description,
                                  const weft_operand *const gradients[4], const void *logarithms, const void *offsets);

#endif
