// How calls of attention are noted and made again.
#include "launches.h"

#include "../common/status.h"

typedef struct {
  weft_attention_description description;
  const weft_operand *operands[4];  // the output; or the gradients of output, query, key and value
  const void *logarithms, *offsets;
} attention_launch;

static bool attention(const void *arguments) {
  const attention_launch *l = arguments;
  return weft_attention(&l->description, l->operands[0], (void *)l->logarithms) == WEFT_OK;
}

static bool attention_gradient(const void *arguments) {
  const attention_launch *l = arguments;
  return weft_attention_gradient(&l->description, l->operands[0], l->logarithms, l->offsets, l->operands[1],
                                 l->operands[2], l->operands[3]) == WEFT_OK;
}

static attention_launch *note(weft_launch_list *notes, weft_launch_body body,
                              const weft_attention_description *description, const void *logarithms,
                              const void *offsets) {
  attention_launch *l = weft_note_call(notes, body, sizeof *l);
  if (!l) return NULL;
  *l = (attention_launch){.description = *description, .logarithms = logarithms, .offsets = offsets};
  weft_note_operand(notes, &l->description.query, description->rank);
  weft_note_operand(notes, &l->description.key, description->rank);
  weft_note_operand(notes, &l->description.value, description->rank);
  if (description->mask.data) weft_note_operand(notes, &l->description.mask, description->rank);
  WEFT_NOTE_ADDRESSES(notes, &l->logarithms, &l->offsets);
  return l;
}

void weft_note_attention(weft_launch_list *notes, const weft_attention_description *description,
                         const weft_operand *output, void *logarithms) {
  attention_launch *l = note(notes, attention, description, logarithms, NULL);
  if (l) l->operands[0] = weft_note_operands(notes, output, 1, description->rank);
}

void weft_note_attention_gradient(weft_launch_list *notes, const weft_attention_description *description,
                                  const weft_operand *const gradients[4], const void *logarithms,
                                  const void *offsets) {
  attention_launch *l = note(notes, attention_gradient, description, logarithms, offsets);
  for (int32_t k = 0; l && k < 4; k++) l->operands[k] = weft_note_operands(notes, gradients[k], 1, description->rank);
}
