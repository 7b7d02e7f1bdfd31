// Maps with row reductions. Rows that fit in a tile are computed several at a time; longer rows are walked once per
// stage, each walk finishing the reductions that the next one needs.
#include "row_map.h"

#include <string.h>

#include "accumulators.h"
#include "execution.h"
#include "launches.h"
#include "weft_parallel.h"

static void map_short_rows(void *context, int64_t begin, int64_t end) {
  const weft_row_call *call = context;
  weft_execution e;
  weft_execution_begin(&e, call->walk, call->parameters, call->direct, 0);
  size_t columns = (size_t)call->walk->size[call->walk->rank - 1];
  for (int64_t index = begin; index < end; index++) {
    weft_walk_locate(call->walk, false, index, &e.tile);
    weft_execution_enter_tile(&e);
    weft_execution_enter_rows(&e, columns);
    weft_execution_load(&e, NULL);
    weft_execution_run(&e);
    weft_execution_store(&e);
  }
  weft_execution_end(&e);
}

/// The accumulator of each row reduction of a long row, and its final value.
typedef struct {
  weft_scalar *values;
  double *low;
  unsigned char *splats;
} long_row;

static long_row make_long_row(const weft_execution *e) {
  size_t count = (size_t)e->program->description.instruction_count;
  long_row row = {.splats = e->extra};
  row.values = (weft_scalar *)(e->extra + count * WEFT_SPLAT_BYTES);
  row.low = (double *)(row.values + count);
  return row;
}

static void accumulate_piece(weft_execution *e, long_row *row, int32_t index) {
  const weft_instruction *instruction = &e->program->description.instructions[index];
  int32_t compute = e->program->description.compute, reduction = instruction->opcode - WEFT_OP_ROW_SUM;
  const void *piece = weft_execution_dense(e, instruction->a);
  e->kernels->reduce_rows[compute][reduction](1, e->n, piece, e->row_results);
  e->kernels->accumulate[compute][reduction](1, &row->values[index], &row->low[index], e->row_results);
}

static void run_stage_piece(weft_execution *e, long_row *row, int32_t s) {
  const weft_program *p = e->program;
  const weft_stage *stage = &p->stages[s];
  for (int32_t i = 0; i < stage->count; i++) {
    int32_t index = stage->instructions[i];
    const weft_instruction *instruction = &p->description.instructions[index];
    if (!weft_is_row_operation(instruction->opcode)) {
      weft_execution_run_one(e, index);
    } else if (p->row_depth[index] < s) {
      weft_execution_set_uniform(e, instruction->destination, row->splats + (size_t)index * WEFT_SPLAT_BYTES);
    } else {
      accumulate_piece(e, row, index);
    }
  }
}

/// Calls for every instruction of the stage that is a reduction it finishes.
static void start_reductions(const weft_execution *e, long_row *row, int32_t s) {
  const weft_program *p = e->program;
  for (int32_t i = 0; i < p->stages[s].count; i++) {
    int32_t index = p->stages[s].instructions[i];
    int32_t opcode = p->description.instructions[index].opcode;
    if (!weft_is_row_operation(opcode) || p->row_depth[index] != s) continue;
    weft_accumulators_clear(p->description.compute, opcode - WEFT_OP_ROW_SUM, 1, &row->values[index],
                            &row->low[index]);
  }
}

static void finish_reductions(const weft_execution *e, long_row *row, int32_t s) {
  const weft_program *p = e->program;
  for (int32_t i = 0; i < p->stages[s].count; i++) {
    int32_t index = p->stages[s].instructions[i];
    if (!weft_is_row_operation(p->description.instructions[index].opcode) || p->row_depth[index] != s) continue;
    weft_scalar value = weft_accumulator_value(p->description.compute, row->values[index], row->low[index]);
    weft_splat(p->description.compute, value, row->splats + (size_t)index * WEFT_SPLAT_BYTES);
  }
}

bool weft_row_call_is_per_row(const weft_walk *walk, int32_t row) {
  for (int32_t k = 0; k < walk->output_count; k++) {
    if (walk->view[walk->input_count + k].stride[row] != 0) return false;
  }
  return true;
}

void weft_row_call_aim(weft_execution *e, const weft_row_call *call) {
  for (int32_t k = 0; k < e->walk->output_count; k++) {
    if (call->direct[k]) e->destinations[e->program->final_writer[k]] = e->addresses[e->walk->input_count + k];
  }
}

/// One walk over the row.
static void run_stage(weft_execution *e, const weft_row_call *call, long_row *row, int32_t s) {
  const weft_walk *walk = e->walk;
  int32_t last = walk->rank - 1;
  bool stores = s == e->program->stage_count - 1;
  int64_t pieces = stores && call->is_per_row ? 1 : walk->tiles[last];
  start_reductions(e, row, s);
  for (int64_t piece = 0; piece < pieces; piece++) {
    int64_t start = piece * walk->extent[last], left = walk->size[last] - start;
    e->tile.start[last] = start;
    e->tile.extent[last] = left < walk->extent[last] ? left : walk->extent[last];
    weft_execution_enter_tile(e);
    e->rows = e->kept = 1, e->columns = e->n;
    weft_execution_load(e, e->program->stages[s].needs_input);
    if (stores) weft_row_call_aim(e, call);
    run_stage_piece(e, row, s);
    if (stores) weft_execution_store(e);
  }
  finish_reductions(e, row, s);
}

void weft_row_call_aim_at_registers(weft_execution *e) {
  for (int32_t k = 0; k < e->walk->output_count; k++) {
    int32_t writer = e->program->final_writer[k];
    if (writer < 0) continue;
    size_t slot = e->program->description.instructions[writer].destination;
    e->destinations[writer] = e->slots + slot * WEFT_SLOT_BYTES;
  }
}

static void map_long_rows(void *context, int64_t begin, int64_t end) {
  const weft_row_call *call = context;
  const weft_walk *walk = call->walk;
  size_t count = (size_t)walk->program->description.instruction_count;
  weft_execution e;
  weft_execution_begin(&e, walk, call->parameters, call->direct, count * (WEFT_SPLAT_BYTES + 16));
  long_row row = make_long_row(&e);
  for (int64_t index = begin; index < end; index++) {
    weft_walk_locate(walk, false, index * walk->tiles[walk->rank - 1], &e.tile);
    weft_row_call_aim_at_registers(&e);
    for (int32_t s = 0; s < walk->program->stage_count; s++) run_stage(&e, call, &row, s);
  }
  weft_execution_end(&e);
}

static bool has_row_outputs(const weft_program *program, int32_t rank, const int64_t *shape,
                            const weft_operand *operands) {
  for (int32_t k = 0; rank > 0 && shape[rank - 1] > 1 && k < program->description.output_count; k++) {
    if (operands[program->description.input_count + k].strides[rank - 1] == 0) return true;
  }
  return false;
}

static void map_rows(weft_walk *walk, const weft_scalar *parameters) {
  const weft_program *program = walk->program;
  int32_t last = walk->rank - 1;
  bool is_short = walk->size[last] <= program->tile_elements;
  weft_walk_cut(walk, program->tile_elements);
  if (!is_short) {
    for (int32_t axis = 0; axis < last; axis++) walk->extent[axis] = 1, walk->tiles[axis] = walk->size[axis];
  }
  weft_walk_classify(walk);
  weft_row_call call = {.walk = walk, .parameters = parameters,
                        .is_per_row = weft_row_call_is_per_row(walk, last)};
  weft_execution_find_direct(walk, call.direct);
  int64_t tiles = weft_walk_tiles(walk, false), grain = weft_tiles_per_thread(walk);
  if (is_short) {
    weft_parallel_for(tiles, grain, map_short_rows, &call);
  } else {
    int64_t rows_grain = grain / walk->tiles[last];
    weft_parallel_for(tiles / walk->tiles[last], rows_grain > 1 ? rows_grain : 1, map_long_rows, &call);
  }
}

void weft_row_map(const weft_program *program, int32_t rank, const int64_t *shape, const weft_operand *operands,
                  const weft_scalar *parameters) {
  WEFT_NOTED(weft_note_row_map(notes, program, rank, shape, operands, parameters));
  if (!program->has_row_operations && !has_row_outputs(program, rank, shape, operands)) {
    weft_map(program, rank, shape, operands, parameters);
    return;
  }
  weft_walk walk;
  if (!weft_walk_init(&walk, program, rank, shape, NULL, operands)) return;
  if (rank == 0) {  // one row of one element
    walk.rank = 1;
    walk.size[0] = 1, walk.reduced[0] = 0;
    for (int32_t k = 0; k < walk.view_count; k++) walk.view[k].stride[0] = 0;
  }
  weft_walk_simplify(&walk, 1, false);
  if (weft_rows_lie_across(&walk)) {
    weft_column_map(&walk, parameters);
  } else {
    map_rows(&walk, parameters);
  }
}
