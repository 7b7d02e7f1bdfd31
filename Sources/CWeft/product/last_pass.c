// Formulas on a product's results, block by block.
#include "last_pass.h"

#include <math.h>
#include <string.h>

#include "../tile/pairs.h"
#include "../tile/tile.h"

// The step from row to row where the axes but `column` are walked as one; false if there is none.
static bool row_stride(int32_t rank, const int64_t *shape, int32_t column, const int64_t *strides, int64_t *found) {
  int64_t expected = 0;
  bool any = false;
  *found = 0;
  for (int32_t axis = rank - 1; axis >= 0; axis--) {
    if (axis == column || shape[axis] == 1) continue;
    if (any && strides[axis] != expected) return false;
    if (!any) *found = strides[axis];
    any = true;
    expected = strides[axis] * shape[axis];
  }
  return true;
}

// The number that a register holds, where that is a parameter or a constant.
static bool number(const weft_last_pass *pass, int32_t index, float *found) {
  const weft_program_description *d = &pass->program->description;
  int32_t place = index - d->input_count;
  if (place < 0 || place >= d->parameter_count + d->constant_count) return false;
  bool given = place < d->parameter_count;
  *found = (float)(given ? pass->parameters[place].real : d->constants[place - d->parameter_count].real);
  return true;
}

// Whether the formula is min(max(x, low), high) or one of the two, of the results in their own place.
static void find_clamp(const weft_last_pass *pass, const void *result, weft_flat_pass *flat) {
  const weft_program_description *d = &pass->program->description;
  flat->is_clamp = false;
  flat->low = -INFINITY;
  flat->high = INFINITY;
  if (d->compute != WEFT_COMPUTE_FLOAT32 || d->input_count != 1 || d->output_count != 1) return;
  for (int32_t i = 0; i < 2; i++) {
    bool is_same = pass->operands[i].data == result && pass->operands[i].dtype == WEFT_FLOAT32;
    if (!is_same || memcmp(flat->strides[i], flat->strides[0], sizeof flat->strides[0]) != 0) return;
  }
  int32_t value = 0, count = d->instruction_count;
  for (int32_t i = 0; i < count; i++) {
    const weft_instruction *step = &d->instructions[i];
    bool does_both = step->opcode == WEFT_OP_MAXIMUM_MINIMUM_LEFT;
    bool raises = does_both || step->opcode == WEFT_OP_MAXIMUM, cuts = does_both || step->opcode == WEFT_OP_MINIMUM;
    if (step->a != value || (!raises && !cuts) || (raises && i > 0) || (cuts && i + 1 < count)) return;
    if (raises && !number(pass, step->b, &flat->low)) return;
    if (cuts && !number(pass, does_both ? step->c : step->b, &flat->high)) return;
    value = step->destination;
  }
  bool holds = count > 0 && d->outputs[0] == value && !isnan(flat->low) && !isnan(flat->high);
  // Comparisons with NaN choose neither, and of zeros the kernels keep the wrong one above.
  flat->is_clamp = holds && flat->high != 0;
}

bool weft_last_pass_flatten(const weft_last_pass *pass, int32_t rank, const int64_t *shape, int32_t column,
                            const void *result, weft_flat_pass *flat) {
  const weft_program *program = pass->program;
  bool is_elementwise = !program->has_row_operations && !program->uses_position;
  if (!is_elementwise || pass->operand_count > WEFT_LAST_PASS_OPERANDS) return false;
  flat->pass = pass;
  for (int32_t i = 0; i < pass->operand_count; i++) {
    const int64_t *strides = pass->operands[i].strides;
    if (!row_stride(rank, shape, column, strides, &flat->strides[i][0])) return false;
    flat->strides[i][1] = strides[column];
  }
  find_clamp(pass, result, flat);
  return true;
}

void weft_flat_pass_run(const weft_flat_pass *flat, int64_t row, int64_t rows, int64_t column, int64_t columns) {
  const weft_last_pass *pass = flat->pass;
  weft_operand operands[WEFT_LAST_PASS_OPERANDS];
  for (int32_t i = 0; i < pass->operand_count; i++) {
    const int64_t *strides = flat->strides[i];
    int64_t offset = row * strides[0] + column * strides[1];
    operands[i] = pass->operands[i];
    operands[i].data = (char *)operands[i].data + offset * weft_dtype_bytes(operands[i].dtype);
    operands[i].strides = strides;
  }
  int64_t shape[] = {rows, columns};
  weft_map(pass->program, 2, shape, operands, pass->parameters);
}

void weft_last_pass_run(const weft_last_pass *pass, int32_t rank, const int64_t *shape) {
  weft_map(pass->program, rank, shape, pass->operands, pass->parameters);
}
