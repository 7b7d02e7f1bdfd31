// Computes one tile: brings inputs into registers, runs instructions, writes outputs.
#include "execution.h"

#include <string.h>

void weft_execution_find_direct(const weft_walk *walk, uint8_t *direct) {
  const weft_program *p = walk->program;
  int32_t dtype = weft_compute_dtype(p->description.compute);
  for (int32_t k = 0; k < walk->output_count; k++) {
    const weft_view *view = &walk->view[walk->input_count + k];
    int32_t writer = p->final_writer[k];
    direct[k] = view->dtype == dtype && view->kind == WEFT_VIEW_DENSE && writer >= 0 &&
                !weft_is_row_operation(p->description.instructions[writer].opcode);
    for (int32_t i = 0; direct[k] && i < walk->input_count; i++) {
      if (walk->view[i].data == view->data && p->last_reader[i] > writer) direct[k] = 0;
    }
    for (int32_t other = 0; direct[k] && other < k; other++) {
      if (p->final_writer[other] == writer) direct[k] = 0;
    }
  }
}

static void *slot_of(const weft_execution *e, int32_t register_index) {
  return e->slots + (size_t)register_index * WEFT_SLOT_BYTES;
}

/// Where the register is when it is uniform: behind its array, which an instruction that reads the uniform value may
/// be writing.
static void *splat_of(const weft_execution *e, int32_t register_index) {
  return e->slots + (size_t)register_index * WEFT_SLOT_BYTES + WEFT_SPLAT_OFFSET;
}

/// Takes `bytes` from the scratch memory at `*at`, keeping it aligned.
static void *take(unsigned char **at, size_t bytes) {
  void *taken = *at;
  *at += (bytes + 63) & ~(size_t)63;
  return taken;
}

/// How many elements are staged at most: a tile's, or all results of a tile that is reduced where it lies.
static size_t staged_elements(const weft_walk *walk) {
  int64_t results = 1;
  bool reduces = false;
  for (int32_t axis = 0; axis < walk->rank; axis++) {
    reduces = reduces || walk->reduced[axis];
    if (!walk->reduced[axis]) results *= walk->extent[axis];
  }
  const int64_t tile = walk->program->tile_elements;
  return (size_t)(reduces && results > tile ? results : tile);
}

static void allocate(weft_execution *e, size_t extra_bytes) {
  const weft_program_description *d = &e->program->description;
  size_t registers = (size_t)d->register_count, views = (size_t)e->walk->view_count;
  size_t pointers = sizeof(void *) * (2 * registers + (size_t)d->instruction_count + 2 * views + registers);
  size_t staging = 8 * staged_elements(e->walk) + 192;
  size_t row_slots = e->program->has_row_operations ? registers * WEFT_ROW_SLOT_BYTES : 0;
  e->mark = weft_scratch_begin();
  unsigned char *at =
      weft_scratch_need(pointers + registers * (WEFT_SLOT_BYTES + 1) + row_slots + 2 * staging + extra_bytes + 16 * 64);
  e->lanes = take(&at, sizeof(weft_lane) * registers);
  e->row_forms = take(&at, registers);
  e->row_slots = take(&at, row_slots);
  e->destinations = take(&at, sizeof(void *) * (size_t)d->instruction_count);
  e->addresses = take(&at, sizeof(void *) * views);
  e->loaded = take(&at, sizeof(void *) * views);
  e->staging = take(&at, staging);
  e->row_results = take(&at, staging);
  e->extra = take(&at, extra_bytes);
  e->slots = at;
}

void weft_execution_begin(weft_execution *e, const weft_walk *walk, const weft_scalar *parameters,
                          const uint8_t *direct, size_t extra_bytes) {
  const weft_program *p = walk->program;
  const weft_program_description *d = &p->description;
  e->program = p;
  e->kernels = weft_kernels_current();
  e->walk = walk;
  e->direct = direct;
  e->clamps = d->clamps;
  allocate(e, extra_bytes);
  for (int32_t i = 0; i < d->parameter_count; i++) {
    weft_splat(d->compute, parameters[i], splat_of(e, p->first_parameter + i));
    e->lanes[p->first_parameter + i] = (weft_lane){splat_of(e, p->first_parameter + i), 0};
  }
  for (int32_t i = 0; i < d->constant_count; i++) {
    e->lanes[p->first_constant + i] = (weft_lane){p->constant_splats + (size_t)i * WEFT_SPLAT_BYTES, 0};
  }
  for (int32_t i = 0; i < d->instruction_count; i++) {
    e->destinations[i] = slot_of(e, d->instructions[i].destination);
  }
  for (int32_t axis = 0; axis < walk->rank; axis++) e->last_extent[axis] = -1;
  e->n = e->rows = e->columns = e->kept = 0;
  e->row_axis = walk->rank - 1;
  e->keeps_rows = e->down = false;
}

/// Values are kept per row from now on: nothing is known of any register.
static void begin_keeping_rows(weft_execution *e) {
  memset(e->row_forms, WEFT_ROW_ELEMENTS, (size_t)e->program->description.register_count);
  for (int32_t k = 0; k < e->walk->view_count; k++) e->loaded[k] = (char *)UINTPTR_MAX;
}

void weft_execution_enter_rows(weft_execution *e, size_t columns) {
  bool keeps_rows = e->program->has_row_operations && columns >= WEFT_SHORTEST_KEPT_ROW && e->n > columns;
  if (keeps_rows && !e->keeps_rows) begin_keeping_rows(e);
  e->columns = columns;
  e->rows = e->kept = e->n / columns;
  e->keeps_rows = keeps_rows;
}

void weft_execution_enter_columns(weft_execution *e) {
  int32_t last = e->walk->rank - 1;
  if (!e->keeps_rows) begin_keeping_rows(e);
  e->row_axis = last - 1;
  e->rows = (size_t)e->tile.extent[last - 1];
  e->columns = e->kept = (size_t)e->tile.extent[last];
  e->keeps_rows = e->down = true;
}

// MARK: - Values that a row shares

/// Puts the values of a register that has one per row at every position of its rows too.
static void spread_rows(weft_execution *e, int32_t register_index) {
  if (!e->keeps_rows || e->row_forms[register_index] != WEFT_ROW_VALUES) return;
  weft_block block = {2, {(int64_t)e->rows, (int64_t)e->columns}, {!e->down, e->down}};
  void *slot = slot_of(e, register_index);
  weft_block_gather(&block, e->program->element_bytes, weft_execution_row_slot(e, register_index), slot);
  e->lanes[register_index] = (weft_lane){slot, 1};
  e->row_forms[register_index] = WEFT_ROW_SPREAD;
}

/// The operand as an array of one value per row, or a uniform one; false if it is neither.
static bool row_lane(const weft_execution *e, int32_t register_index, weft_lane *lane) {
  if (e->row_forms[register_index] == WEFT_ROW_ELEMENTS) {
    *lane = e->lanes[register_index];
    return lane->step == 0;
  }
  *lane = (weft_lane){weft_execution_row_slot(e, register_index), 1};
  return true;
}

/// Runs an instruction once per row, if its operands are the same along each row; else spreads those that are.
static bool run_on_rows(weft_execution *e, const weft_instruction *instruction) {
  weft_lane a, b, c[2];
  if (row_lane(e, instruction->a, &a) && row_lane(e, instruction->b, &b) && row_lane(e, instruction->c, &c[0]) &&
      row_lane(e, instruction->d, &c[1])) {
    if (!(a.step | b.step | c[0].step | c[1].step)) {
      e->row_forms[instruction->destination] = WEFT_ROW_ELEMENTS;
      return false;
    }
    e->kernels->operations[e->program->description.compute][instruction->opcode](
        e->kept, weft_execution_row_slot(e, instruction->destination), &a, &b, c);
    e->row_forms[instruction->destination] = WEFT_ROW_VALUES;
    return true;
  }
  spread_rows(e, instruction->a);
  spread_rows(e, instruction->b);
  spread_rows(e, instruction->c);
  spread_rows(e, instruction->d);
  e->row_forms[instruction->destination] = WEFT_ROW_ELEMENTS;
  return false;
}

/// Brings in an input that has one value per row; false if this one differs along the rows.
static bool load_rows(weft_execution *e, const weft_view *view, const char *address, int32_t register_index) {
  int32_t compute = e->program->description.compute;
  if (view->dtype == WEFT_POSITION || view->stride[e->row_axis] != 0) return false;
  uint8_t skipped[WEFT_MAX_RANK] = {0};
  skipped[e->row_axis] = 1;
  weft_block block = weft_block_make(e->walk, view, &e->tile, skipped);
  void *slot = weft_execution_row_slot(e, register_index);
  if (view->dtype == weft_compute_dtype(compute)) {
    weft_block_gather(&block, view->bytes, address, slot);
  } else {
    weft_block_gather(&block, view->bytes, address, e->staging);
    e->kernels->load[e->clamps][compute][view->dtype](e->kept, slot, e->staging);
  }
  e->row_forms[register_index] = WEFT_ROW_VALUES;
  return true;
}

/// Notes the tile's extents, and tells whether they differ from the last tile's.
static bool extents_changed(weft_execution *e) {
  bool changed = e->n == 0;
  for (int32_t axis = 0; axis < e->walk->rank; axis++) {
    if (e->tile.extent[axis] == e->last_extent[axis]) continue;
    e->last_extent[axis] = e->tile.extent[axis];
    changed = true;
  }
  return changed;
}

void weft_execution_enter_tile(weft_execution *e) {
  const weft_walk *walk = e->walk;
  size_t n = 1;
  for (int32_t axis = 0; axis < walk->rank; axis++) n *= (size_t)e->tile.extent[axis];
  for (int32_t k = 0; k < walk->view_count; k++) {
    e->addresses[k] = weft_view_address(walk, &walk->view[k], &e->tile);
  }
  if (extents_changed(e)) {
    for (int32_t k = 0; k < walk->view_count; k++) e->loaded[k] = (char *)UINTPTR_MAX;
  }
  e->n = n;
}

static void load_uniform(weft_execution *e, const weft_view *view, const char *address, void *slot) {
  int32_t compute = e->program->description.compute;
  weft_scalar value;
  if (view->dtype == WEFT_POSITION) {
    if (weft_computes_integers(compute)) {
      value.integer = (int64_t)(intptr_t)address;
    } else {
      value.real = (double)(intptr_t)address;
    }
  } else if (compute == WEFT_COMPUTE_FLOAT32) {
    float number;
    e->kernels->load[e->clamps][compute][view->dtype](1, &number, address);
    value.real = number;
  } else {
    e->kernels->load[e->clamps][compute][view->dtype](1, &value, address);
  }
  weft_splat(compute, value, slot);
}

static void load_array(weft_execution *e, const weft_view *view, const char *address, void *slot) {
  int32_t compute = e->program->description.compute;
  if (view->kind == WEFT_VIEW_DENSE) {
    e->kernels->load[e->clamps][compute][view->dtype](e->n, slot, address);
    return;
  }
  weft_block block = weft_block_make(e->walk, view, &e->tile, NULL);
  if (view->dtype == WEFT_POSITION) {
    weft_block_number(&block, compute, (int64_t)(intptr_t)address, slot);
  } else if (view->dtype == weft_compute_dtype(compute)) {
    weft_block_gather(&block, view->bytes, address, slot);
  } else {
    weft_block_gather(&block, view->bytes, address, e->staging);
    e->kernels->load[e->clamps][compute][view->dtype](e->n, slot, e->staging);
  }
}

/// Is the input also an output among others? Storing one of them could then destroy it before it is stored itself.
/// (Reductions have no direct outputs and store nothing meanwhile.)
static bool must_be_copied(const weft_execution *e, int32_t k) {
  return e->direct && e->walk->output_count > 1 && k < e->walk->input_count &&
         e->program->last_reader[k] == e->program->description.instruction_count;
}

static void load_view(weft_execution *e, int32_t k, int32_t register_index) {
  const weft_view *view = &e->walk->view[k];
  char *address = e->addresses[k];
  weft_lane *lane = &e->lanes[register_index];
  bool in_place = view->kind == WEFT_VIEW_DENSE && view->dtype == weft_compute_dtype(e->program->description.compute);
  if (in_place && !must_be_copied(e, k)) {
    *lane = (weft_lane){address, 1};
    return;
  }
  bool known = address == e->loaded[k] && !must_be_copied(e, k);
  if (known && e->keeps_rows && e->row_forms[register_index] != WEFT_ROW_ELEMENTS) return;
  bool uniform = view->kind == WEFT_VIEW_UNIFORM;
  void *slot = uniform ? splat_of(e, register_index) : slot_of(e, register_index);
  *lane = (weft_lane){slot, !uniform};
  if (known) return;
  e->loaded[k] = address;
  if (e->keeps_rows && !uniform && load_rows(e, view, address, register_index)) return;
  if (uniform) {
    load_uniform(e, view, address, slot);
  } else {
    load_array(e, view, address, slot);
  }
}

void weft_execution_load(weft_execution *e, const uint8_t *needed) {
  const weft_walk *walk = e->walk;
  for (int32_t i = 0; i < walk->input_count; i++) {
    if (!needed || needed[i]) load_view(e, i, i);
  }
  int32_t position = walk->input_count + walk->output_count;
  if (position < walk->view_count && (!needed || needed[walk->input_count])) {
    load_view(e, position, e->program->position);
  }
}

void weft_execution_set_uniform(weft_execution *e, int32_t register_index, const void *splat) {
  void *slot = splat_of(e, register_index);
  memcpy(slot, splat, WEFT_SPLAT_BYTES);
  e->lanes[register_index] = (weft_lane){slot, 0};
}

void weft_execution_set_kept(weft_execution *e, int32_t register_index, const void *values) {
  size_t bytes = e->kept * (size_t)e->program->element_bytes;
  memcpy(weft_execution_row_slot(e, register_index), values, bytes);
  e->row_forms[register_index] = WEFT_ROW_VALUES;
}

const void *weft_execution_dense(weft_execution *e, int32_t register_index) {
  spread_rows(e, register_index);
  weft_lane *lane = &e->lanes[register_index];
  if (lane->step) return lane->data;
  weft_block block = {1, {(int64_t)e->n}, {0}};
  weft_block_gather(&block, e->program->element_bytes, lane->data, e->staging);
  return e->staging;
}

/// Reduces each row of the tile to one value, then spreads it over the row, at once or when it is asked for.
static void run_row_operation(weft_execution *e, const weft_instruction *instruction) {
  int32_t compute = e->program->description.compute;
  weft_reduce_kernel reduce =
      (e->down ? e->kernels->reduce_down : e->kernels->reduce_rows)[compute][instruction->opcode - WEFT_OP_ROW_SUM];
  const void *source = weft_execution_dense(e, instruction->a);
  if (e->keeps_rows) {
    reduce(e->rows, e->columns, source, weft_execution_row_slot(e, instruction->destination));
    e->row_forms[instruction->destination] = WEFT_ROW_VALUES;
    return;
  }
  reduce(e->rows, e->columns, source, e->row_results);
  bool one_row = e->rows == 1;
  void *slot = one_row ? splat_of(e, instruction->destination) : slot_of(e, instruction->destination);
  weft_block block = {2, {(int64_t)e->rows, one_row ? WEFT_SPLAT_BYTES / e->program->element_bytes
                                                    : (int64_t)e->columns}, {1, 0}};
  weft_block_gather(&block, e->program->element_bytes, e->row_results, slot);
  e->lanes[instruction->destination] = (weft_lane){slot, !one_row};
}

void weft_execution_run_one(weft_execution *e, int32_t index) {
  const weft_instruction *instruction = &e->program->description.instructions[index];
  if (weft_is_row_operation(instruction->opcode)) {
    run_row_operation(e, instruction);
    return;
  }
  if (e->keeps_rows && run_on_rows(e, instruction)) return;
  weft_operation_kernel kernel = e->kernels->operations[e->program->description.compute][instruction->opcode];
  weft_lane a = e->lanes[instruction->a], b = e->lanes[instruction->b];
  weft_lane c[] = {e->lanes[instruction->c], e->lanes[instruction->d]};
  weft_lane *result = &e->lanes[instruction->destination];
  if (a.step | b.step | c[0].step | c[1].step) {
    *result = (weft_lane){e->destinations[index], 1};
    kernel(e->n, e->destinations[index], &a, &b, c);
    return;
  }
  // Of uniform operands the result is uniform too: one splat of it is enough. As arrays of that length, for the
  // destination may be one of them.
  void *splat = splat_of(e, instruction->destination);
  a.step = b.step = c[0].step = c[1].step = 1;
  *result = (weft_lane){splat, 0};
  kernel((size_t)(WEFT_SPLAT_BYTES / e->program->element_bytes), splat, &a, &b, c);
}

static void aim_direct_outputs(weft_execution *e) {
  for (int32_t k = 0; e->direct && k < e->walk->output_count; k++) {
    if (e->direct[k]) e->destinations[e->program->final_writer[k]] = e->addresses[e->walk->input_count + k];
  }
}

void weft_execution_run(weft_execution *e) {
  aim_direct_outputs(e);
  for (int32_t i = 0; i < e->program->description.instruction_count; i++) weft_execution_run_one(e, i);
}
