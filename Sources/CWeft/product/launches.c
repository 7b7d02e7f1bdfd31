// How calls of products and convolutions are noted and made again.
#include "launches.h"

#include "../common/status.h"
#include "../tile/launches.h"
#include "../tile/tile.h"

/// The copy of a formula behind a kernel, whose operands have `rank` axes; NULL where there is none.
static const weft_last_pass *note_pass(weft_launch_list *notes, const weft_last_pass *pass, int32_t rank) {
  if (!pass) return NULL;
  weft_last_pass *copy = weft_note_copy(notes, pass, sizeof *pass);
  if (!copy) return NULL;
  copy->operands = weft_note_operands(notes, pass->operands, pass->operand_count, rank);
  copy->parameters = weft_note_program(notes, pass->program, pass->parameters);
  return copy;
}

typedef struct {
  weft_matmul_description description;
  const void *a, *b, *bias;
  void *c;
} matmul_launch;

static bool matmul(const void *arguments) {
  const matmul_launch *l = arguments;
  return weft_matmul(&l->description, l->a, l->b, l->bias, l->c) == WEFT_OK;
}

void weft_note_matmul(weft_launch_list *notes, const weft_matmul_description *description, const void *a, const void *b,
                      const void *bias, void *c) {
  matmul_launch *l = weft_note_call(notes, matmul, sizeof *l);
  if (!l) return;
  *l = (matmul_launch){*description, a, b, bias, c};
  l->description.last_pass = note_pass(notes, description->last_pass, description->rank);
  WEFT_NOTE_ADDRESSES(notes, &l->a, &l->b, &l->bias, &l->c);
  weft_note_content(notes, &l->description.b_content, &l->b);
}

typedef struct {
  weft_convolution_kernel kernel;
  weft_convolution_description description;
  const void *a, *b, *c;
  void *result;
} convolution_launch;

static bool convolution(const void *arguments) {
  const convolution_launch *l = arguments;
  return l->kernel(&l->description, l->a, l->b, l->c, l->result) == WEFT_OK;
}

void weft_note_convolution(weft_launch_list *notes, weft_convolution_kernel kernel,
                           const weft_convolution_description *description, const void *a, const void *b, const void *c,
                           void *result) {
  convolution_launch *l = weft_note_call(notes, convolution, sizeof *l);
  if (!l) return;
  *l = (convolution_launch){kernel, *description, a, b, c, result};
  l->description.last_pass = note_pass(notes, description->last_pass, description->spatial + 2);
  WEFT_NOTE_ADDRESSES(notes, &l->a, &l->b, &l->c, &l->result);
  weft_note_content(notes, &l->description.weight_content, &l->b);
}
