// Maps with row reductions whose rows lie across memory: the softmax along the first axis of a matrix. Neighbouring rows
// are computed side by side, as the columns of a tile, so that memory is read in runs and nothing is transposed. Rows
// that fit in a tile are walked once; longer ones once per stage, as in row_map.c.
#include <string.h>

#include "accumulators.h"
#include "execution.h"
#include "row_map.h"
#include "weft_parallel.h"

enum {
  /// The most rows side by side, in bytes of their elements: as many as a register has kept values.
  WIDEST_BYTES = 256,
  /// The fewest, in elements, and the fewest elements of a tile, that are worth it.
  NARROWEST = 16,
  LEAST_ELEMENTS = 256,
  /// With fewer groups of rows than these, groups are made narrower.
  ENOUGH_GROUPS = 8,
};

/// Does an operand that has both axes lie closer along `lane` than along the rows?
static bool lies_across(const weft_walk *walk, int32_t lane, int32_t row) {
  for (int32_t i = 0; i < walk->input_count + walk->output_count; i++) {
    // The outputs first: they are written, which costs most.
    int32_t k = i < walk->output_count ? walk->input_count + i : i - walk->output_count;
    int64_t x = walk->view[k].stride[lane], y = walk->view[k].stride[row];
    x = x < 0 ? -x : x, y = y < 0 ? -y : y;
    if (x != 0 && y != 0) return x < y;
  }
  return false;
}

bool weft_rows_lie_across(const weft_walk *walk) {
  int32_t row = walk->rank - 1, lane = row - 1;
  if (lane < 0 || walk->size[lane] < NARROWEST || !lies_across(walk, lane, row)) return false;
  int64_t width = walk->size[lane] < 64 ? walk->size[lane] : 64;
  return walk->size[row] * width >= LEAST_ELEMENTS && walk->program->has_row_operations;
}

/// The number of rows side by side in a tile.
static int64_t choose_width(const weft_walk *walk, int64_t length, int64_t lanes, int64_t others) {
  int64_t most = WIDEST_BYTES / walk->program->element_bytes, room = walk->program->tile_elements / length;
  if (room >= NARROWEST && room < most) most = room / NARROWEST * NARROWEST;
  while (most > NARROWEST && others * (lanes / most) < ENOUGH_GROUPS) {
    most = (most / 2 + NARROWEST - 1) / NARROWEST * NARROWEST;
  }
  return lanes < most ? lanes : most;
}

/// How much of a row is in a tile: it depends on the row's length alone, as the order of additions does then, so that a
/// row gives the same alone as among others.
static int64_t piece_length(const weft_program *program, int64_t length) {
  bool fits = length <= program->tile_elements / NARROWEST;
  return fits ? length : program->tile_elements / (WIDEST_BYTES / program->element_bytes);
}

/// Cuts tiles of `width` rows, all of them or a part, and one index of every other axis.
static void cut(weft_walk *walk) {
  int32_t lane = walk->rank - 1, row = lane - 1;
  int64_t others = 1;
  for (int32_t axis = 0; axis < row; axis++) {
    others *= walk->size[axis];
    walk->extent[axis] = 1, walk->tiles[axis] = walk->size[axis];
  }
  int64_t length = walk->size[row], width = choose_width(walk, length, walk->size[lane], others);
  walk->extent[lane] = width;
  walk->extent[row] = piece_length(walk->program, length);
  for (int32_t axis = row; axis <= lane; axis++) {
    walk->tiles[axis] = (walk->size[axis] + walk->extent[axis] - 1) / walk->extent[axis];
  }
}

/// Sets the tile to piece `piece` of the rows of a group.
static void enter_piece(weft_execution *e, int64_t piece) {
  int32_t row = e->walk->rank - 2;
  int64_t start = piece * e->walk->extent[row], left = e->walk->size[row] - start;
  e->tile.start[row] = start;
  e->tile.extent[row] = left < e->walk->extent[row] ? left : e->walk->extent[row];
  weft_execution_enter_tile(e);
  weft_execution_enter_columns(e);
}

// MARK: - Rows in pieces

/// What each row reduction of a group has gathered, and made of it: `width` values of each.
typedef struct {
  weft_scalar *values;
  double *low;
  unsigned char *finished;
  size_t width, finished_bytes;
} group;

static size_t group_bytes(const weft_walk *walk) {
  size_t count = (size_t)walk->program->description.instruction_count, width = (size_t)walk->extent[walk->rank - 1];
  return count * width * (sizeof(weft_scalar) + 2 * sizeof(double));
}

static group make_group(const weft_execution *e) {
  size_t count = (size_t)e->program->description.instruction_count, width = (size_t)e->walk->extent[e->walk->rank - 1];
  group g = {.values = (weft_scalar *)e->extra, .width = width, .finished_bytes = width * sizeof(double)};
  g.low = (double *)(g.values + count * width);
  g.finished = (unsigned char *)(g.low + count * width);
  return g;
}

static bool finishes(const weft_program *p, int32_t index, int32_t s) {
  return weft_is_row_operation(p->description.instructions[index].opcode) && p->row_depth[index] == s;
}

static void start_reductions(const weft_execution *e, group *g, int32_t s) {
  const weft_program *p = e->program;
  for (int32_t i = 0; i < p->stages[s].count; i++) {
    int32_t index = p->stages[s].instructions[i];
    if (!finishes(p, index, s)) continue;
    weft_accumulators_clear(p->description.compute, p->description.instructions[index].opcode - WEFT_OP_ROW_SUM,
                            (int64_t)g->width, g->values + (size_t)index * g->width, g->low + (size_t)index * g->width);
  }
}

static void finish_reductions(const weft_execution *e, group *g, int32_t s) {
  const weft_program *p = e->program;
  for (int32_t i = 0; i < p->stages[s].count; i++) {
    int32_t index = p->stages[s].instructions[i];
    if (!finishes(p, index, s)) continue;
    weft_accumulators_finish(p->description.compute, (int64_t)g->width, g->values + (size_t)index * g->width,
                             g->low + (size_t)index * g->width, g->finished + (size_t)index * g->finished_bytes);
  }
}

static void accumulate_piece(weft_execution *e, group *g, int32_t index) {
  const weft_instruction *instruction = &e->program->description.instructions[index];
  int32_t compute = e->program->description.compute, reduction = instruction->opcode - WEFT_OP_ROW_SUM;
  const void *piece = weft_execution_dense(e, instruction->a);
  e->kernels->reduce_down[compute][reduction](e->rows, e->columns, piece, e->row_results);
  e->kernels->accumulate[compute][reduction](e->columns, g->values + (size_t)index * g->width,
                                             g->low + (size_t)index * g->width, e->row_results);
}

static void run_stage_piece(weft_execution *e, group *g, int32_t s) {
  const weft_program *p = e->program;
  for (int32_t i = 0; i < p->stages[s].count; i++) {
    int32_t index = p->stages[s].instructions[i];
    const weft_instruction *instruction = &p->description.instructions[index];
    if (!weft_is_row_operation(instruction->opcode)) {
      weft_execution_run_one(e, index);
    } else if (p->row_depth[index] < s) {
      weft_execution_set_kept(e, instruction->destination, g->finished + (size_t)index * g->finished_bytes);
    } else {
      accumulate_piece(e, g, index);
    }
  }
}

static void run_stage(weft_execution *e, const weft_row_call *call, group *g, int32_t s) {
  bool stores = s == e->program->stage_count - 1;
  int64_t pieces = stores && call->is_per_row ? 1 : e->walk->tiles[e->walk->rank - 2];
  start_reductions(e, g, s);
  for (int64_t piece = 0; piece < pieces; piece++) {
    enter_piece(e, piece);
    weft_execution_load(e, e->program->stages[s].needs_input);
    if (stores) weft_row_call_aim(e, call);
    run_stage_piece(e, g, s);
    if (stores) weft_execution_store(e);
  }
  finish_reductions(e, g, s);
}

static void map_groups(void *context, int64_t begin, int64_t end) {
  const weft_row_call *call = context;
  const weft_walk *walk = call->walk;
  int32_t row = walk->rank - 2;
  bool at_once = walk->tiles[row] == 1;
  weft_execution e;
  weft_execution_begin(&e, walk, call->parameters, call->direct, at_once ? 0 : group_bytes(walk));
  group g = make_group(&e);
  for (int64_t index = begin; index < end; index++) {
    int64_t lanes = walk->tiles[row + 1];
    weft_walk_locate(walk, false, index / lanes * walk->tiles[row] * lanes + index % lanes, &e.tile);
    if (at_once) {
      enter_piece(&e, 0);
      weft_execution_load(&e, NULL);
      weft_execution_run(&e);
      weft_execution_store(&e);
      continue;
    }
    weft_row_call_aim_at_registers(&e);
    for (int32_t s = 0; s < walk->program->stage_count; s++) run_stage(&e, call, &g, s);
  }
  weft_execution_end(&e);
}

void weft_column_map(weft_walk *walk, const weft_scalar *parameters) {
  int32_t row = walk->rank - 2;
  weft_walk_swap(walk, row, row + 1);
  cut(walk);
  weft_walk_classify(walk);
  weft_row_call call = {.walk = walk, .parameters = parameters, .is_per_row = weft_row_call_is_per_row(walk, row)};
  weft_execution_find_direct(walk, call.direct);
  int64_t groups = weft_walk_tiles(walk, false) / walk->tiles[row];
  int64_t grain = weft_tiles_per_thread(walk) / walk->tiles[row];
  weft_parallel_for(groups, grain > 1 ? grain : 1, map_groups, &call);
}
