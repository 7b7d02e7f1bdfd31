// How calls of the tile engine and of its rows' kernels are noted and made again.
#include "launches.h"

#include "tile.h"

typedef struct {
  const weft_program *program;
  int32_t rank;
  const int64_t *shape;
  const uint8_t *reduced;
  const int32_t *reductions;
  const weft_operand *operands;
  const weft_scalar *parameters;
} walk_launch;

static bool map(const void *arguments) {
  const walk_launch *l = arguments;
  weft_map(l->program, l->rank, l->shape, l->operands, l->parameters);
  return true;
}

static bool row_map(const void *arguments) {
  const walk_launch *l = arguments;
  weft_row_map(l->program, l->rank, l->shape, l->operands, l->parameters);
  return true;
}

static bool reduce(const void *arguments) {
  const walk_launch *l = arguments;
  weft_reduce(l->program, l->rank, l->shape, l->reduced, l->reductions, l->operands, l->parameters);
  return true;
}

static void let_go(void *program) { weft_program_destroy(program); }

const weft_scalar *weft_note_program(weft_launch_list *notes, const weft_program *program,
                                     const weft_scalar *parameters) {
  weft_program_keep((weft_program *)program);
  weft_note_held(notes, (void *)program, let_go);
  return weft_note_copy(notes, parameters, (size_t)program->description.parameter_count * sizeof *parameters);
}

static walk_launch *note_walk(weft_launch_list *notes, weft_launch_body body, const weft_program *program, int32_t rank,
                              const int64_t *shape, const weft_operand *operands, const weft_scalar *parameters) {
  walk_launch *l = weft_note_call(notes, body, sizeof *l);
  if (!l) return NULL;
  const int32_t count = program->description.input_count + program->description.output_count;
  *l = (walk_launch){.program = program, .rank = rank};
  l->shape = weft_note_copy(notes, shape, (size_t)rank * sizeof *shape);
  l->operands = weft_note_operands(notes, operands, count, rank);
  l->parameters = weft_note_program(notes, program, parameters);
  return l;
}

void weft_note_map(weft_launch_list *notes, const weft_program *program, int32_t rank, const int64_t *shape,
                   const weft_operand *operands, const weft_scalar *parameters) {
  note_walk(notes, map, program, rank, shape, operands, parameters);
}

void weft_note_row_map(weft_launch_list *notes, const weft_program *program, int32_t rank, const int64_t *shape,
                       const weft_operand *operands, const weft_scalar *parameters) {
  note_walk(notes, row_map, program, rank, shape, operands, parameters);
}

void weft_note_reduce(weft_launch_list *notes, const weft_program *program, int32_t rank, const int64_t *shape,
                      const uint8_t *reduced, const int32_t *reductions, const weft_operand *operands,
                      const weft_scalar *parameters) {
  walk_launch *l = note_walk(notes, reduce, program, rank, shape, operands, parameters);
  if (!l) return;
  l->reduced = weft_note_copy(notes, reduced, (size_t)rank);
  l->reductions =
      weft_note_copy(notes, reductions, (size_t)program->description.output_count * sizeof *reductions);
}

typedef struct {
  int32_t dtype;
  bool logarithm;
  int64_t outer, length, inner;
  const void *gradient, *input;  // the input is the softmax where there is a gradient
  void *output;
} softmax_launch;

static bool softmax(const void *arguments) {
  const softmax_launch *l = arguments;
  if (l->inner > 0) {
    weft_softmax_along(l->dtype, l->logarithm, l->outer, l->length, l->inner, l->input, l->output);
  } else {
    weft_row_softmax(l->dtype, l->logarithm, l->outer, l->length, l->input, l->output);
  }
  return true;
}

static bool softmax_gradient(const void *arguments) {
  const softmax_launch *l = arguments;
  if (l->inner > 0) {
    weft_column_softmax_gradient(l->dtype, l->logarithm, l->outer, l->length, l->inner, l->gradient, l->input,
                                 l->output);
  } else {
    weft_row_softmax_gradient(l->dtype, l->logarithm, l->outer, l->length, l->gradient, l->input, l->output);
  }
  return true;
}

static void note_softmax(weft_launch_list *notes, weft_launch_body body, softmax_launch call) {
  softmax_launch *l = weft_note_call(notes, body, sizeof *l);
  if (!l) return;
  *l = call;
  WEFT_NOTE_ADDRESSES(notes, &l->gradient, &l->input, &l->output);
}

void weft_note_softmax(weft_launch_list *notes, int32_t dtype, bool logarithm, int64_t outer, int64_t length,
                       int64_t inner, const void *input, void *output) {
  note_softmax(notes, softmax, (softmax_launch){dtype, logarithm, outer, length, inner, NULL, input, output});
}

void weft_note_softmax_gradient(weft_launch_list *notes, int32_t dtype, bool logarithm, int64_t outer, int64_t length,
                                int64_t inner, const void *gradient, const void *output, void *result) {
  note_softmax(notes, softmax_gradient,
               (softmax_launch){dtype, logarithm, outer, length, inner, gradient, output, result});
}

static bool cross_entropy(const void *arguments) {
  weft_cross_entropy_rows(arguments);
  return true;
}

static bool cross_entropy_gradient(const void *arguments) {
  weft_cross_entropy_gradient(arguments);
  return true;
}

static bool normalize(const void *arguments) {
  weft_normalize_rows(arguments);
  return true;
}

static bool normalize_gradient(const void *arguments) { return weft_normalize_rows_gradient(arguments); }

void weft_note_cross_entropy(weft_launch_list *notes, const weft_cross_entropy *call) {
  weft_cross_entropy *l = weft_note_call(notes, cross_entropy, sizeof *l);
  if (!l) return;
  *l = *call;
  WEFT_NOTE_ADDRESSES(notes, &l->logits, &l->classes, &l->largest, &l->sums, &l->chosen);
}

void weft_note_cross_entropy_gradient(weft_launch_list *notes, const weft_cross_entropy_slope *call) {
  weft_cross_entropy_slope *l = weft_note_call(notes, cross_entropy_gradient, sizeof *l);
  if (!l) return;
  *l = *call;
  WEFT_NOTE_ADDRESSES(notes, &l->gradient, &l->count, &l->logits, &l->largest, &l->logarithms, &l->classes, &l->result);
}

void weft_note_normalize(weft_launch_list *notes, const weft_normalization *call) {
  weft_normalization *l = weft_note_call(notes, normalize, sizeof *l);
  if (!l) return;
  *l = *call;
  WEFT_NOTE_ADDRESSES(notes, &l->input, &l->weight, &l->bias, &l->output, &l->means, &l->scales);
}

void weft_note_normalize_gradient(weft_launch_list *notes, const weft_normalization_gradient *call) {
  weft_normalization_gradient *l = weft_note_call(notes, normalize_gradient, sizeof *l);
  if (!l) return;
  *l = *call;
  WEFT_NOTE_ADDRESSES(notes, &l->gradient, &l->input, &l->means, &l->scales, &l->weight, &l->input_gradient,
                      &l->weight_gradient, &l->bias_gradient);
}
