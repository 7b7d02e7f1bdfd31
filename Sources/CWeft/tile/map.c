// Elementwise maps.
#include "bytes.h"
#include "copy.h"
#include "execution.h"
#include "launches.h"
#include "map_rows.h"
#include "row_map.h"
#include "weft_parallel.h"

enum {
  /// Of a tile of which nothing is kept in registers: long enough for what a tile costs besides.
  PLAIN_TILE_ELEMENTS = 16 * 1024,
};

typedef struct {
  const weft_walk *walk;
  const weft_scalar *parameters;
  uint8_t direct[WEFT_MAX_OPERANDS];
} map_call;

static void map_tiles(void *context, int64_t begin, int64_t end) {
  const map_call *call = context;
  weft_execution e;
  weft_execution_begin(&e, call->walk, call->parameters, call->direct, 0);
  for (int64_t index = begin; index < end; index++) {
    weft_walk_locate(call->walk, false, index, &e.tile);
    weft_execution_enter_tile(&e);
    weft_execution_load(&e, NULL);
    weft_execution_run(&e);
    weft_execution_store(&e);
  }
  weft_execution_end(&e);
}

/// One instruction from memory to memory, as most calls are: no tile of it is ever in a register.
static bool needs_no_register(const weft_walk *walk) {
  const weft_program_description *d = &walk->program->description;
  if (walk->rank != 1 || d->instruction_count != 1 || d->output_count != 1 || walk->view_count > d->input_count + 1) {
    return false;
  }
  int32_t arrays = 0;
  for (int32_t k = 0; k < walk->view_count; k++) {
    const weft_view *view = &walk->view[k];
    if (view->dtype != weft_compute_dtype(d->compute) || (view->stride[0] != 1 && view->stride[0] != 0)) return false;
    arrays += view->stride[0] == 1;
  }
  return arrays > 1 && walk->view[d->input_count].stride[0] == 1 && walk->program->final_writer[0] == 0;
}

void weft_map(const weft_program *program, int32_t rank, const int64_t *shape, const weft_operand *operands,
              const weft_scalar *parameters) {
  WEFT_NOTED(weft_note_map(notes, program, rank, shape, operands, parameters));
  if (program->has_row_operations) {
    weft_row_map(program, rank, shape, operands, parameters);
    return;
  }
  weft_walk walk;
  if (!weft_walk_init(&walk, program, rank, shape, NULL, operands)) return;
  weft_walk_simplify(&walk, 0, false);
  if (weft_walk_is_copy(&walk)) {
    weft_walk_copy(&walk);
    return;
  }
  if (weft_byte_map(&walk, parameters)) return;
  if (weft_walk_is_narrow(&walk, parameters)) {
    weft_walk_map_narrow(&walk, parameters);
    return;
  }
  if (weft_walk_is_rows(&walk)) {
    weft_walk_map_rows(&walk, parameters);
    return;
  }
  if (needs_no_register(&walk)) {
    weft_walk_cut(&walk, PLAIN_TILE_ELEMENTS);
  } else {
    weft_walk_cut_square(&walk, program->tile_elements);
  }
  weft_walk_classify(&walk);
  map_call call = {.walk = &walk, .parameters = parameters};
  weft_execution_find_direct(&walk, call.direct);
  weft_parallel_for(weft_walk_tiles(&walk, false), weft_tiles_per_thread(&walk), map_tiles, &call);
}

int64_t weft_tiles_per_thread(const weft_walk *walk) {
  int64_t elements = 1;
  for (int32_t axis = 0; axis < walk->rank; axis++) elements *= walk->extent[axis];
  int64_t tiles = WEFT_WORTH_A_THREAD / (elements * walk->program->cost + 1);
  return tiles > 1 ? tiles : 1;
}
