// A formula row by row, from memory to memory.
#include "map_rows.h"

#include <string.h>

#include "execution.h"
#include "row_map.h"
#include "weft_parallel.h"

enum {
  /// Shorter rows are computed several to a tile; longer ones in several tiles, between which they are shared out.
  SHORTEST_ROW = 128,
  LONGEST_ROW = 32 * 1024,
  /// The same of several instructions, each of which is a call for every row, and needs registers between them.
  SHORTEST_ROW_OF_MANY = 256,
  MOST_INPUTS = 7,
};

typedef struct {
  const weft_walk *walk;
  const weft_scalar *parameters;
} rows_call;

static bool has_length(const weft_walk *walk, int64_t length) {
  return walk->program->description.instruction_count == 1
             ? length >= SHORTEST_ROW && length <= LONGEST_ROW
             : length >= SHORTEST_ROW_OF_MANY && length <= walk->program->tile_elements;
}

bool weft_walk_is_rows(const weft_walk *walk) {
  const weft_program_description *d = &walk->program->description;
  const int32_t last = walk->rank - 1;
  if (last < 1 || !has_length(walk, walk->size[last])) return false;
  // The result is all that is written, and nothing is read after it.
  if (d->output_count != 1 || d->input_count > MOST_INPUTS || walk->view_count > d->input_count + 1 ||
      d->instruction_count == 0 || walk->program->final_writer[0] != d->instruction_count - 1) {
    return false;
  }
  bool is_array = false;
  for (int32_t k = 0; k < walk->view_count; k++) {
    const weft_view *view = &walk->view[k];
    if (view->dtype != weft_compute_dtype(d->compute) || (view->stride[last] != 1 && view->stride[last] != 0)) {
      return false;
    }
    is_array = is_array || (k < d->input_count && view->stride[last] == 1);
  }
  return is_array && walk->view[d->input_count].stride[last] == 1;
}

/// Goes to the next row: its indices, and where each view is.
static void advance(const weft_walk *walk, int64_t *at, char **places) {
  for (int32_t axis = walk->rank - 2; axis >= 0; axis--) {
    for (int32_t k = 0; k < walk->view_count; k++) places[k] += walk->view[k].stride[axis] * walk->view[k].bytes;
    if (++at[axis] < walk->size[axis]) return;
    for (int32_t k = 0; k < walk->view_count; k++) {
      places[k] -= at[axis] * walk->view[k].stride[axis] * walk->view[k].bytes;
    }
    at[axis] = 0;
  }
}

static void locate(const weft_walk *walk, int64_t row, int64_t *at, char **places) {
  for (int32_t k = 0; k < walk->view_count; k++) places[k] = walk->view[k].data;
  for (int32_t axis = walk->rank - 2; axis >= 0; axis--) {
    at[axis] = row % walk->size[axis];
    row /= walk->size[axis];
    for (int32_t k = 0; k < walk->view_count; k++) {
      places[k] += at[axis] * walk->view[k].stride[axis] * walk->view[k].bytes;
    }
  }
}

static void repeat_value(const void *value, int32_t bytes, void *splat) {
  if (bytes == 4) {
    const uint32_t bits = *(const uint32_t *)value;
    for (int i = 0; i < WEFT_SPLAT_BYTES / 4; i++) ((uint32_t *)splat)[i] = bits;
  } else {
    const uint64_t bits = *(const uint64_t *)value;
    for (int i = 0; i < WEFT_SPLAT_BYTES / 8; i++) ((uint64_t *)splat)[i] = bits;
  }
}

/// What every input is along the row that begins at `places`.
static void read_row(weft_execution *e, char *const *places, unsigned char (*splats)[WEFT_SPLAT_BYTES]) {
  const weft_walk *walk = e->walk;
  for (int32_t k = 0; k < walk->input_count; k++) {
    const bool is_array = walk->view[k].stride[walk->rank - 1] == 1;
    if (!is_array) repeat_value(places[k], walk->view[k].bytes, splats[k]);
    e->lanes[k] = (weft_lane){is_array ? (void *)places[k] : splats[k], is_array};
  }
}

static void run_row(weft_execution *e, char *result) {
  const weft_program_description *d = &e->program->description;
  const int32_t last = d->instruction_count - 1;
  if (last == 0) {
    const weft_instruction *only = &d->instructions[0];
    const weft_lane c[] = {e->lanes[only->c], e->lanes[only->d]};
    e->kernels->operations[d->compute][only->opcode](e->n, result, &e->lanes[only->a], &e->lanes[only->b], c);
    return;
  }
  e->destinations[last] = result;
  for (int32_t i = 0; i <= last; i++) weft_execution_run_one(e, i);
  // Of nothing but what the row shares.
  const int32_t written = d->outputs[0];
  if (e->lanes[written].step == 0) {
    memcpy(result, weft_execution_dense(e, written), e->n * (size_t)e->program->element_bytes);
  }
}

static void map_rows(void *context, int64_t begin, int64_t end) {
  const rows_call *call = context;
  const weft_walk *walk = call->walk;
  _Alignas(64) unsigned char splats[MOST_INPUTS][WEFT_SPLAT_BYTES];
  int64_t at[WEFT_MAX_RANK];
  char *places[MOST_INPUTS + 1];
  weft_execution e;
  weft_execution_begin(&e, walk, call->parameters, NULL, 0);
  e.n = (size_t)walk->size[walk->rank - 1];
  locate(walk, begin, at, places);
  for (int64_t row = begin; row < end; row++) {
    read_row(&e, places, splats);
    run_row(&e, places[walk->input_count]);
    advance(walk, at, places);
  }
  weft_execution_end(&e);
}

void weft_walk_map_rows(const weft_walk *walk, const weft_scalar *parameters) {
  int64_t rows = 1, length = walk->size[walk->rank - 1];
  for (int32_t axis = 0; axis < walk->rank - 1; axis++) rows *= walk->size[axis];
  rows_call call = {walk, parameters};
  weft_parallel_for(rows, WEFT_WORTH_A_THREAD / (length * walk->program->cost) + 1, map_rows, &call);
}
