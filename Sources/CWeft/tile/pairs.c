// Finds the pairs of instructions in a program that a kernel runs as one.
#include "pairs.h"

#include <stdlib.h>
#include <string.h>

#include "tile.h"

typedef enum { LEFT, RIGHT, ALONE, BOTH, AGAIN, CHOOSING } pair_form;

static const struct {
  uint16_t opcode, first, second;
  pair_form form;
} pairs[] = {
#define FACTS(first, FIRST, second, SECOND, how) \
  {WEFT_OP_##FIRST##_##SECOND##_##how, WEFT_OP_##FIRST, WEFT_OP_##SECOND, how},
    WEFT_PAIRS(FACTS) WEFT_PAIRS_OF_ONE(FACTS) WEFT_PAIRS_OF_THREE(FACTS) WEFT_CHOICES(FACTS) WEFT_CHOICE_OF_ONE(FACTS)
#undef FACTS
};

/// The values of a program: each instruction gives one.
typedef struct {
  const weft_program_description *description;
  weft_instruction *instructions;
  int32_t *writers;   // 4 * i + k: the instruction whose value operand k of instruction i is; -1 for none's
  int32_t *readings;  // how often each value is read, as a result too
  bool *shared;       // whether each value is one number for a tile, or for each of its rows: no pass is saved then
  bool *gone;         // whether each instruction is part of a later one
} joining;

static uint16_t operand_of(const weft_instruction *instruction, int place) {
  return place == 0 ? instruction->a : place == 1 ? instruction->b : place == 2 ? instruction->c : instruction->d;
}

static int32_t arity(const weft_instruction *instruction) { return weft_operation_arity(instruction->opcode); }

static bool is_number(const joining *j, uint16_t register_index) {
  int32_t first = j->description->input_count;
  return register_index >= first &&
         register_index < first + j->description->parameter_count + j->description->constant_count;
}

/// Notes who reads what; `latest` has room for every register.
static void find_values(joining *j, int32_t *latest) {
  const weft_program_description *d = j->description;
  for (int32_t r = 0; r < d->register_count; r++) latest[r] = -1;
  for (int32_t i = 0; i < d->instruction_count; i++) {
    const weft_instruction *instruction = &j->instructions[i];
    j->shared[i] = true;
    for (int k = 0; k < arity(instruction); k++) {
      uint16_t operand = operand_of(instruction, k);
      int32_t writer = latest[operand];
      j->writers[4 * i + k] = writer;
      if (writer >= 0) j->readings[writer]++;
      j->shared[i] = j->shared[i] && (writer >= 0 ? j->shared[writer] : is_number(j, operand));
    }
    if (weft_is_row_operation(instruction->opcode)) j->shared[i] = true;
    latest[instruction->destination] = i;
  }
  for (int32_t k = 0; k < d->output_count; k++) {
    if (latest[d->outputs[k]] >= 0) j->readings[latest[d->outputs[k]]]++;
  }
}

/// Whether an instruction can do its work later, where `last` stands: nobody writes over its operands before.
static bool can_wait(const joining *j, int32_t first, int32_t last) {
  for (int32_t i = first + 1; i < last; i++) {
    for (int k = 0; !j->gone[i] && k < arity(&j->instructions[first]); k++) {
      if (j->instructions[i].destination == operand_of(&j->instructions[first], k)) return false;
    }
  }
  return true;
}

/// How the second takes the first's value, its operand `place`, or at both places.
static pair_form form_of(const weft_instruction *first, const weft_instruction *second, int place) {
  bool commutes = second->opcode == WEFT_OP_ADD || second->opcode == WEFT_OP_MULTIPLY;
  if (arity(second) == 1) return ALONE;
  if (arity(second) == 3) return CHOOSING;
  if (second->a == second->b) return BOTH;
  if (arity(first) == 3) return AGAIN;
  return place == 0 || commutes ? LEFT : RIGHT;
}

/// The opcode of two as one; -1 where there is none.
static int32_t opcode_of(const weft_instruction *first, const weft_instruction *second, pair_form form) {
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    bool fits = pairs[i].first == first->opcode && pairs[i].second == second->opcode && pairs[i].form == form;
    if (fits) return pairs[i].opcode;
  }
  return -1;
}

/// Puts the two that the second chooses from behind the operands of the first.
static void choose(weft_instruction *joined, int32_t operands, const weft_instruction *second) {
  if (operands == 1) {
    joined->b = second->b, joined->c = second->c;
  } else {
    joined->c = second->b, joined->d = second->c;
  }
}

/// Joins the instruction that gives operand `place` of `last` to it, if that saves a pass; false otherwise.
static bool join(joining *j, int32_t last, int place) {
  weft_instruction *second = &j->instructions[last];
  int32_t i = j->writers[4 * last + place];
  if (i < 0 || j->gone[i] || j->shared[i] || j->instructions[i].opcode >= WEFT_OP_COUNT) return false;
  const weft_instruction *first = &j->instructions[i];
  pair_form form = form_of(first, second, place);
  int32_t opcode = opcode_of(first, second, form);
  if (opcode < 0 || j->readings[i] != (form == BOTH ? 2 : 1) || !can_wait(j, i, last)) return false;
  weft_instruction joined = {(uint16_t)opcode, second->destination, first->a, first->b, first->c, first->a};
  uint16_t other = operand_of(second, 1 - place);
  if (form == LEFT || form == RIGHT) joined.c = other;
  if (form == AGAIN && other == first->b) joined.a = first->b, joined.b = first->a;
  if (form == AGAIN && other != joined.a) return false;
  if (form == CHOOSING) choose(&joined, arity(first), second);
  *second = joined;
  j->gone[i] = true;
  return true;
}

static int32_t join_all(joining *j) {
  int32_t count = j->description->instruction_count, kept = 0;
  for (int32_t i = 0; i < count; i++) {
    int32_t operands = arity(&j->instructions[i]);
    bool takes = operands <= 2 || j->instructions[i].opcode == WEFT_OP_SELECT;
    if (takes && !join(j, i, 0) && operands == 2) join(j, i, 1);
  }
  for (int32_t i = 0; i < count; i++) {
    if (!j->gone[i]) j->instructions[kept++] = j->instructions[i];
  }
  return kept;
}

int32_t weft_join_pairs(const weft_program_description *description, weft_instruction *instructions) {
  size_t count = (size_t)description->instruction_count;
  if (weft_computes_integers(description->compute) || count < 2) return description->instruction_count;
  int32_t *numbers = calloc(5 * count + (size_t)description->register_count, sizeof *numbers);
  bool *flags = calloc(2 * count, sizeof *flags);
  int32_t kept = description->instruction_count;
  if (numbers && flags) {
    joining j = {description, instructions, numbers, numbers + 4 * count, flags, flags + count};
    find_values(&j, numbers + 5 * count);
    kept = join_all(&j);
  }
  free(numbers);
  free(flags);
  return kept;
}
