// One elementwise program over many arrays at once: an optimizer's step in one parallel region, however many parameters
// it has and however small they are.
#include "execution.h"
#include "row_map.h"
#include "weft_parallel.h"
#include "weft_launch.h"

typedef struct {
  const weft_program *program;
  const weft_scalar *parameters;
  const weft_dense_arrays *items;
  int64_t item_count;
} many_call;

static int64_t tile_count(const weft_program *program, int64_t size) {
  return (size + program->tile_elements - 1) / program->tile_elements;
}

/// The walk of one item; it reads and writes plain runs of memory.
static void make_walk(weft_walk *walk, const many_call *call, const weft_dense_arrays *item) {
  const weft_program_description *d = &call->program->description;
  static const int64_t one = 1;
  weft_operand operands[WEFT_MAX_OPERANDS];
  int32_t dtype = weft_compute_dtype(d->compute);
  for (int32_t k = 0; k < d->input_count + d->output_count; k++) {
    operands[k] = (weft_operand){item->data[k], &one, dtype};
  }
  weft_walk_init(walk, call->program, 1, &item->size, NULL, operands);
  weft_walk_cut(walk, call->program->tile_elements);
  weft_walk_classify(walk);
}

static void map_item(const many_call *call, const weft_dense_arrays *item, int64_t first, int64_t end) {
  weft_walk walk;
  make_walk(&walk, call, item);
  uint8_t direct[WEFT_MAX_OPERANDS];
  weft_execution_find_direct(&walk, direct);
  weft_execution e;
  weft_execution_begin(&e, &walk, call->parameters, direct, 0);
  for (int64_t tile = first; tile < end && tile < walk.tiles[0]; tile++) {
    weft_walk_locate(&walk, false, tile, &e.tile);
    weft_execution_enter_tile(&e);
    weft_execution_load(&e, NULL);
    weft_execution_run(&e);
    weft_execution_store(&e);
  }
  weft_execution_end(&e);
}

/// Tiles are numbered through all items.
static void map_range(void *context, int64_t begin, int64_t end) {
  const many_call *call = context;
  int64_t start = 0;
  for (int64_t i = 0; i < call->item_count && start < end; i++) {
    int64_t tiles = tile_count(call->program, call->items[i].size);
    if (tiles > 0 && start + tiles > begin) {
      int64_t first = begin > start ? begin - start : 0;
      map_item(call, &call->items[i], first, end - start < tiles ? end - start : tiles);
    }
    start += tiles;
  }
}

void weft_map_many(const weft_program *program, int64_t count, const weft_dense_arrays *items,
                   const weft_scalar *parameters) {
  weft_launch_refuse();
  int64_t tiles = 0, elements = 0;
  for (int64_t i = 0; i < count; i++) {
    tiles += tile_count(program, items[i].size);
    elements += items[i].size;
  }
  if (tiles == 0) return;
  many_call call = {program, parameters, items, count};
  int64_t average = elements / tiles + 1;
  int64_t grain = WEFT_WORTH_A_THREAD / (average * program->cost + 1);
  weft_parallel_for(tiles, grain > 1 ? grain : 1, map_range, &call);
}
