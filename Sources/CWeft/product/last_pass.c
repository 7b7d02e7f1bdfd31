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

// Whether an operand is the result in its own place.
static bool is_result(const weft_flat_pass *flat, int32_t index, const void *result) {
  const weft_operand *operand = &flat->pass->operands[index];
  int32_t last = flat->pass->operand_count - 1;
  return operand->data == result && operand->dtype == WEFT_FLOAT32 &&
         memcmp(flat->strides[index], flat->strides[last], sizeof flat->strides[last]) == 0;
}

// Whether the steps from `first` on cut `value` to low ... high, or to what is left of one of the two.
static bool cuts(const weft_last_pass *pass, int32_t first, int32_t value, bool is_raised, weft_flat_pass *flat) {
  const weft_program_description *d = &pass->program->description;
  int32_t count = d->instruction_count;
  for (int32_t i = first; i < count; i++) {
    const weft_instruction *step = &d->instructions[i];
    bool does_both = step->opcode == WEFT_OP_MAXIMUM_MINIMUM_LEFT;
    bool raises = does_both || step->opcode == WEFT_OP_MAXIMUM, lowers = does_both || step->opcode == WEFT_OP_MINIMUM;
    if (step->a != value || (!raises && !lowers) || (raises && (i > first || is_raised)) || (lowers && i + 1 < count)) {
      return false;
    }
    if (raises && !number(pass, step->b, &flat->low)) return false;
    if (lowers && !number(pass, does_both ? step->c : step->b, &flat->high)) return false;
    value = step->destination;
  }
  // Comparisons with NaN choose neither, and of zeros the kernels keep the wrong one above.
  return d->outputs[0] == value && !isnan(flat->low) && !isnan(flat->high) && flat->high != 0;
}

// Whether the formula begins with the sum of the result and of other elements, and is cut at most.
static bool find_sum(const weft_last_pass *pass, int32_t own, weft_flat_pass *flat) {
  const weft_program_description *d = &pass->program->description;
  const weft_operand *other = &pass->operands[1 - own];
  if (d->instruction_count < 1 || other->dtype != WEFT_FLOAT32 || other->data == pass->operands[own].data ||
      flat->strides[1 - own][1] != 1) {
    return false;
  }
  const weft_instruction *sum = &d->instructions[0];
  bool raises = sum->opcode == WEFT_OP_ADD_MAXIMUM_LEFT;
  if (sum->a + sum->b != 1 || (!raises && sum->opcode != WEFT_OP_ADD)) return false;
  if (raises && !number(pass, sum->c, &flat->low)) return false;
  flat->residual = other->data;
  flat->residual_row = flat->strides[1 - own][0];
  flat->clamps = raises || d->instruction_count > 1;
  return cuts(pass, 1, sum->destination, raises, flat);
}

// Whether the formula is min(max(x, low), high) or one of the two, of the results in their own place, or of their sums
// with others.
static void find_kind(const weft_last_pass *pass, const void *result, weft_flat_pass *flat) {
  const weft_program_description *d = &pass->program->description;
  flat->is_clamp = flat->is_sum = false;
  flat->residual = NULL;
  flat->low = -INFINITY;
  flat->high = INFINITY;
  if (d->compute != WEFT_COMPUTE_FLOAT32 || d->input_count < 1 || d->input_count > 2 || d->output_count != 1 ||
      !is_result(flat, d->input_count, result)) {
    return;
  }
  bool is_first = is_result(flat, 0, result);
  if (d->input_count == 1) {
    flat->is_clamp = is_first && d->instruction_count > 0 && cuts(pass, 0, 0, false, flat);
  } else if (is_first || is_result(flat, 1, result)) {
    flat->is_sum = find_sum(pass, is_first ? 0 : 1, flat);
  }
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
  find_kind(pass, result, flat);
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
