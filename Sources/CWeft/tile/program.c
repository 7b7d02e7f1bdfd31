// Checks a description, copies it, and works out what running it needs to know: who writes each output last, who
// reads each input last, and which instructions each walk over a long row must run.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "pairs.h"
#include "tile.h"
#include "walk.h"

static bool counts_are_valid(const weft_program_description *d) {
  if (d->compute < 0 || d->compute >= WEFT_COMPUTE_COUNT) return false;
  if (d->input_count < 0 || d->output_count < 0 || d->parameter_count < 0 || d->constant_count < 0) return false;
  if (d->instruction_count < 0 || d->instruction_count > UINT16_MAX || d->register_count > UINT16_MAX + 1) return false;
  int64_t fixed = (int64_t)d->input_count + d->parameter_count + d->constant_count + 1;
  return fixed <= d->register_count && d->input_count + d->output_count < WEFT_MAX_OPERANDS;
}

static uint16_t operand_of(const weft_instruction *instruction, int index) {
  return index == 0 ? instruction->a : index == 1 ? instruction->b : index == 2 ? instruction->c : instruction->d;
}

/// Every register is written before it is read, only temporaries are written, and every opcode has a kernel.
static bool instructions_are_valid(const weft_program_description *d) {
  int32_t first_temporary = d->input_count + d->parameter_count + d->constant_count + 1;
  uint8_t *written = calloc((size_t)d->register_count, 1);
  if (!written) return false;
  memset(written, 1, (size_t)first_temporary);
  bool valid = true;
  for (int32_t i = 0; valid && i < d->instruction_count; i++) {
    const weft_instruction *instruction = &d->instructions[i];
    valid = instruction->opcode < WEFT_OP_COUNT && instruction->destination >= first_temporary &&
            instruction->destination < d->register_count &&
            (weft_is_row_operation(instruction->opcode) ||
             weft_kernels_baseline.operations[d->compute][instruction->opcode]);
    for (int k = 0; valid && k < weft_operation_arity(instruction->opcode); k++) {
      uint16_t operand = operand_of(instruction, k);
      valid = operand < d->register_count && written[operand];
    }
    if (valid) written[instruction->destination] = 1;
  }
  for (int32_t k = 0; valid && k < d->output_count; k++) {
    valid = d->outputs[k] < d->register_count && written[d->outputs[k]];
  }
  free(written);
  return valid;
}

static void *copy_array(const void *source, size_t count, size_t size) {
  void *copy = malloc(count * size + 1);
  if (copy && count) memcpy(copy, source, count * size);
  return copy;
}

/// Operands an operation does not have read as its first one, so that nobody need ask how many there are.
static void fill_missing_operands(weft_instruction *instruction) {
  int32_t arity = weft_operation_arity(instruction->opcode);
  if (arity < 2) instruction->b = instruction->a;
  if (arity < 3) instruction->c = instruction->a;
  if (arity < 4) instruction->d = instruction->a;
}

/// writers[4 * i + k]: the instruction whose result operand k of instruction i is, or -1.
static int32_t *find_writers(weft_program *p, int32_t *latest) {
  const weft_program_description *d = &p->description;
  int32_t *writers = malloc(sizeof(int32_t) * 4 * ((size_t)d->instruction_count + 1));
  if (!writers) return NULL;
  for (int32_t r = 0; r < d->register_count; r++) latest[r] = -1;
  for (int32_t i = 0; i < d->instruction_count; i++) {
    for (int k = 0; k < 4; k++) {
      uint16_t operand = operand_of(&d->instructions[i], k);
      writers[4 * i + k] = latest[operand];
      if (operand < d->input_count) p->last_reader[operand] = i;
      if (operand == p->position) p->uses_position = true;
    }
    latest[d->instructions[i].destination] = i;
  }
  for (int32_t k = 0; k < d->output_count; k++) {
    p->final_writer[k] = latest[d->outputs[k]];
    if (d->outputs[k] < d->input_count) p->last_reader[d->outputs[k]] = d->instruction_count;
    if (d->outputs[k] == p->position) p->uses_position = true;
  }
  return writers;
}

/// The number of row reductions, one after another, before each instruction; returns the number of stages.
static int32_t find_depths(weft_program *p, const int32_t *writers) {
  const weft_program_description *d = &p->description;
  int32_t stages = 1;
  for (int32_t i = 0; i < d->instruction_count; i++) {
    int32_t depth = 0;
    for (int k = 0; k < 4; k++) {
      int32_t writer = writers[4 * i + k];
      if (writer < 0) continue;
      int32_t after = p->row_depth[writer] + weft_is_row_operation(d->instructions[writer].opcode);
      if (after > depth) depth = after;
    }
    p->row_depth[i] = (uint8_t)depth;
    if (weft_is_row_operation(d->instructions[i].opcode)) {
      p->has_row_operations = true;
      if (depth + 2 > stages) stages = depth + 2;
    }
  }
  return stages;
}

/// Marks what stage `s` must run: its targets, and what they depend on back to the reductions already finished.
static void mark_stage(const weft_program *p, const int32_t *writers, int32_t s, uint8_t *needed) {
  const weft_program_description *d = &p->description;
  memset(needed, 0, (size_t)d->instruction_count);
  bool last = s == p->stage_count - 1;
  for (int32_t k = 0; last && k < d->output_count; k++) {
    if (p->final_writer[k] >= 0) needed[p->final_writer[k]] = 1;
  }
  for (int32_t i = d->instruction_count - 1; i >= 0; i--) {
    bool reduces = weft_is_row_operation(d->instructions[i].opcode);
    if (!last && reduces && p->row_depth[i] == s) needed[i] = 1;
    bool finished = reduces && p->row_depth[i] < s;
    for (int k = 0; needed[i] && !finished && k < 4; k++) {
      if (writers[4 * i + k] >= 0) needed[writers[4 * i + k]] = 1;
    }
  }
}

static void note_input(const weft_program *p, weft_stage *stage, uint16_t operand) {
  if (operand < p->description.input_count) stage->needs_input[operand] = 1;
  if (operand == p->position) stage->needs_input[p->description.input_count] = 1;
}

static bool build_stage(const weft_program *p, int32_t s, const uint8_t *needed) {
  const weft_program_description *d = &p->description;
  weft_stage *stage = &p->stages[s];
  stage->instructions = malloc(sizeof(uint16_t) * ((size_t)d->instruction_count + 1));
  stage->needs_input = calloc((size_t)d->input_count + 1, 1);
  if (!stage->instructions || !stage->needs_input) return false;
  for (int32_t i = 0; i < d->instruction_count; i++) {
    if (!needed[i]) continue;
    stage->instructions[stage->count++] = (uint16_t)i;
    bool finished = weft_is_row_operation(d->instructions[i].opcode) && p->row_depth[i] < s;
    for (int k = 0; !finished && k < 4; k++) note_input(p, stage, operand_of(&d->instructions[i], k));
  }
  for (int32_t k = 0; s == p->stage_count - 1 && k < d->output_count; k++) note_input(p, stage, d->outputs[k]);
  return true;
}

static bool analyze(weft_program *p) {
  const weft_program_description *d = &p->description;
  int32_t *latest = malloc(sizeof(int32_t) * (size_t)d->register_count);
  uint8_t *needed = malloc((size_t)d->instruction_count + 1);
  int32_t *writers = latest ? find_writers(p, latest) : NULL;
  bool done = writers && needed;
  if (done) {
    p->stage_count = find_depths(p, writers);
    p->stages = calloc((size_t)p->stage_count, sizeof(weft_stage));
    done = p->stages != NULL;
  }
  for (int32_t s = 0; done && s < p->stage_count; s++) {
    mark_stage(p, writers, s, needed);
    done = build_stage(p, s, needed);
  }
  free(latest);
  free(needed);
  free(writers);
  return done;
}

void weft_splat(int32_t compute, weft_scalar value, void *destination) {
  for (int32_t i = 0; compute == WEFT_COMPUTE_FLOAT32 && i < WEFT_SPLAT_BYTES / 4; i++) {
    ((float *)destination)[i] = (float)value.real;
  }
  for (int32_t i = 0; compute != WEFT_COMPUTE_FLOAT32 && i < WEFT_SPLAT_BYTES / 8; i++) {
    ((weft_scalar *)destination)[i] = value;
  }
}

static bool copy_description(weft_program *p, const weft_program_description *d) {
  p->description.instructions = copy_array(d->instructions, (size_t)d->instruction_count, sizeof(weft_instruction));
  p->description.constants = copy_array(d->constants, (size_t)d->constant_count, sizeof(weft_scalar));
  p->description.outputs = copy_array(d->outputs, (size_t)d->output_count, sizeof(uint16_t));
  p->final_writer = malloc(sizeof(int32_t) * ((size_t)d->output_count + 1));
  p->last_reader = malloc(sizeof(int32_t) * ((size_t)d->input_count + 1));
  p->row_depth = calloc((size_t)d->instruction_count + 1, 1);
  p->constant_allocation = malloc(((size_t)d->constant_count + 1) * WEFT_SPLAT_BYTES + 64);
  return p->description.instructions && p->description.constants && p->description.outputs && p->final_writer &&
         p->last_reader && p->row_depth && p->constant_allocation;
}

static void prepare(weft_program *p) {
  const weft_program_description *d = &p->description;
  p->first_parameter = d->input_count;
  p->first_constant = p->first_parameter + d->parameter_count;
  p->position = p->first_constant + d->constant_count;
  p->first_temporary = p->position + 1;
  p->element_bytes = weft_dtype_bytes(weft_compute_dtype(d->compute));
  p->tile_elements = WEFT_TILE_BYTES / p->element_bytes;
  p->cost = 1 + (d->input_count + d->output_count) / 2;
  weft_instruction *instructions = (weft_instruction *)d->instructions;
  for (int32_t i = 0; i < d->instruction_count; i++) {
    fill_missing_operands(&instructions[i]);
    p->cost += weft_operation_cost(instructions[i].opcode);
  }
  p->description.instruction_count = weft_join_pairs(d, instructions);
  for (int32_t i = 0; i < d->input_count; i++) p->last_reader[i] = -1;
  p->constant_splats = (unsigned char *)(((uintptr_t)p->constant_allocation + 63) & ~(uintptr_t)63);
  for (int32_t i = 0; i < d->constant_count; i++) {
    weft_splat(d->compute, d->constants[i], p->constant_splats + (size_t)i * WEFT_SPLAT_BYTES);
  }
}

weft_program *weft_program_create(const weft_program_description *description) {
  if (!description || !counts_are_valid(description) || !instructions_are_valid(description)) return NULL;
  weft_program *p = calloc(1, sizeof *p);
  if (!p) return NULL;
  p->description = *description;
  p->holders = 1;
  if (!copy_description(p, description)) {
    weft_program_destroy(p);
    return NULL;
  }
  prepare(p);
  if (analyze(p)) return p;
  weft_program_destroy(p);
  return NULL;
}

void weft_program_keep(weft_program *program) {
  atomic_fetch_add_explicit(&program->holders, 1, memory_order_relaxed);
}

void weft_program_destroy(weft_program *program) {
  if (!program || atomic_fetch_sub_explicit(&program->holders, 1, memory_order_acq_rel) > 1) return;
  for (int32_t s = 0; program->stages && s < program->stage_count; s++) {
    free(program->stages[s].instructions);
    free(program->stages[s].needs_input);
  }
  free(program->stages);
  free((void *)program->description.instructions);
  free((void *)program->description.constants);
  free((void *)program->description.outputs);
  free(program->final_writer);
  free(program->last_reader);
  free(program->row_depth);
  free(program->constant_allocation);
  free(program);
}
