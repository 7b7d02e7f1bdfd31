// Writes the results of a tile to memory.
#include "execution.h"

void weft_execution_store_block(weft_execution *e, int32_t output, const uint8_t *skipped, const void *dense) {
  const weft_view *view = &e->walk->view[e->walk->input_count + output];
  char *address = e->addresses[e->walk->input_count + output];
  int32_t compute = e->program->description.compute;
  weft_block block = weft_block_make(e->walk, view, &e->tile, skipped);
  bool dense_run = block.rank == 0 || (block.rank == 1 && block.stride[0] == 1);
  int64_t n = 1;
  for (int32_t axis = 0; axis < block.rank; axis++) n *= block.extent[axis];
  void *converted = dense_run ? (void *)address : e->row_results;
  if (dense_run || view->dtype != weft_compute_dtype(compute)) {
    e->kernels->store[e->clamps][compute][view->dtype]((size_t)n, converted, dense);
    dense = converted;
  }
  if (!dense_run) weft_block_scatter(&block, view->bytes, address, dense);
}

/// Has the output a value per row only, while the tile's rows are longer?
static bool is_per_row(const weft_execution *e, int32_t output) {
  const weft_walk *walk = e->walk;
  int32_t axis = e->row_axis;
  return axis >= 0 && walk->size[axis] > 1 && walk->view[walk->input_count + output].stride[axis] == 0;
}

static void store_row_values(weft_execution *e, int32_t output) {
  int32_t register_index = e->program->description.outputs[output];
  uint8_t skipped[WEFT_MAX_RANK] = {0};
  skipped[e->row_axis] = 1;
  if (e->keeps_rows && e->row_forms[register_index] != WEFT_ROW_ELEMENTS) {
    weft_execution_store_block(e, output, skipped, weft_execution_row_slot(e, register_index));
    return;
  }
  const weft_lane *lane = &e->lanes[register_index];
  weft_block block = {1, {(int64_t)e->kept}, {(int64_t)(lane->step * (e->down ? 1 : e->columns))}};
  weft_block_gather(&block, e->program->element_bytes, lane->data, e->staging);
  weft_execution_store_block(e, output, skipped, e->staging);
}

void weft_execution_store(weft_execution *e) {
  const weft_program_description *d = &e->program->description;
  for (int32_t k = 0; k < d->output_count; k++) {
    if (is_per_row(e, k)) {
      if (e->tile.start[e->row_axis] == 0) store_row_values(e, k);
      continue;
    }
    const void *dense = weft_execution_dense(e, d->outputs[k]);
    if (dense != e->addresses[e->walk->input_count + k]) weft_execution_store_block(e, k, NULL, dense);
  }
}
