// Recurrent layers over whole sequences: packs the weight once and walks the steps, each a product whose sums go into
// the cell while they are in cache.
//
// The work of a step is cut by rows of the batch, which depend on nothing but themselves, so that threads never wait;
// or, where rows are few, by units: then a thread reads its part of the weight alone, and all meet after each step.
#include "recurrent.h"

#include <string.h>

#include "../common/isa.h"
#include "../common/prepared.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "../common/team.h"
#include "../product/gemm.h"
#include "../tile/tile.h"
#include "weft_launch.h"

enum {
  ROWS_PER_THREAD = 8,      // fewer are cut by units
  LEAST_PER_STEP = 1 << 15, // multiply-adds per thread and step that outweigh waiting for the others
  LEAST_WORK = 1 << 17,     // multiply-adds per thread that outweigh starting it
};

typedef struct {
  const weft_recurrent *layer;
  const weft_recurrent_kernels *kernels;
  int64_t gate_count, groups, depth, size;  // groups of units; bytes of an element
  char *packed;
  bool by_units;
  bool is_fixed;   // whether the shares are to be the same on any number of threads
  int32_t shares;  // then of rows
  weft_team_barrier barrier;
  // The forward pass's.
  bool records;
  const void *bias;
  void *gates, *states, *cells, *candidates;
  // The backward pass's.
  const weft_recurrent_gradient *gradient;
} job;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static const void *at(const void *base, int64_t elements, const job *work) {
  return base ? (const char *)base + elements * work->size : NULL;
}
static void *to(void *base, int64_t elements, const job *work) {
  return base ? (char *)base + elements * work->size : NULL;
}

static const weft_recurrent_kernels *kernels_for(int32_t dtype) {
  static const weft_recurrent_kernels *const sets[] = {
      WEFT_ISA_SETS(weft_recurrent_baseline, weft_recurrent_avx2, weft_recurrent_avx512)};
  return &sets[weft_isa_current()][dtype == WEFT_FLOAT64];
}

// MARK: - Packing

static int64_t panel_elements(const job *work) { return work->depth * work->kernels->width; }

// Panels of the forward product: [gate][group][depth][width], from rows of the weight.
static void pack_rows(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  const weft_recurrent *layer = work->layer;
  for (int64_t panel = begin; panel < end; panel++) {
    int64_t gate = panel / work->groups, unit = panel % work->groups * work->kernels->width;
    weft_gemm_pack(layer->dtype, at(layer->weight, (gate * layer->hidden + unit) * layer->hidden, work),
                   least(work->kernels->width, layer->hidden - unit), work->depth, layer->hidden, 1,
                   work->kernels->width, to(work->packed, panel * panel_elements(work), work));
  }
}

// Panels of the backward product: [group][depth][width], from columns.
static void pack_columns(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  const weft_recurrent *layer = work->layer;
  for (int64_t group = begin; group < end; group++) {
    int64_t unit = group * work->kernels->width;
    weft_gemm_pack(layer->dtype, at(layer->weight, unit, work), least(work->kernels->width, layer->hidden - unit),
                   work->depth, 1, layer->hidden, work->kernels->width,
                   to(work->packed, group * panel_elements(work), work));
  }
}

// MARK: - Steps

typedef struct {
  int64_t begin, end;
} range;

static range share(int64_t count, int32_t thread, int32_t threads) {
  return (range){count * thread / threads, count * (thread + 1) / threads};
}

// The slots before and after step t.
static int64_t slot_before(const job *work, int64_t t) { return work->layer->reversed ? t + 1 : t; }
static int64_t slot_after(const job *work, int64_t t) { return work->layer->reversed ? t : t + 1; }

static void forward_block(const job *work, int64_t t, int64_t group, range rows) {
  const weft_recurrent *layer = work->layer;
  int64_t hidden = layer->hidden, unit = group * work->kernels->width;
  int64_t before = (slot_before(work, t) * layer->batch + rows.begin) * hidden;
  int64_t after = (slot_after(work, t) * layer->batch + rows.begin) * hidden;
  int64_t now = (t * layer->batch + rows.begin) * hidden;
  int64_t cell_before = work->records ? before : rows.begin * hidden;
  int64_t cell_after = work->records ? after : rows.begin * hidden;
  weft_recurrent_block block = {
      .cell = layer->cell, .records = work->records, .rows = rows.end - rows.begin,
      .units = least(work->kernels->width, hidden - unit), .hidden = hidden, .depth = hidden,
      .factor = at(work->states, before, work),
      .weight = at(work->packed, group * panel_elements(work), work),
      .panel_stride = work->groups * panel_elements(work),
      .gates = to(work->gates, work->gate_count * now + unit, work),
      .before = at(work->states, before + unit, work), .after = to(work->states, after + unit, work),
      .cell_before = at(work->cells, cell_before + unit, work),
      .cell_after = to(work->cells, cell_after + unit, work),
      .candidates = to(work->candidates, now + unit, work), .bias = at(work->bias, unit, work),
  };
  work->kernels->forward(&block);
}

// The gradient at step t, from that of the step that follows it in the forward pass; before the first, `t` is what
// would precede it and only the product is left.
static void backward_block(const job *work, int64_t t, int64_t group, range rows) {
  const weft_recurrent *layer = work->layer;
  const weft_recurrent_gradient *g = work->gradient;
  int64_t hidden = layer->hidden, unit = group * work->kernels->width;
  int64_t later = layer->reversed ? t - 1 : t + 1;
  bool is_last = later < 0 || later >= layer->steps, is_done = t < 0 || t >= layer->steps;
  int64_t now = (t * layer->batch + rows.begin) * hidden;
  int64_t next = (later * layer->batch + rows.begin) * hidden * work->gate_count;
  int64_t before = (slot_before(work, t) * layer->batch + rows.begin) * hidden + unit;
  int64_t after = (slot_after(work, t) * layer->batch + rows.begin) * hidden + unit;
  weft_recurrent_block block = {
      .cell = layer->cell, .rows = rows.end - rows.begin, .units = least(work->kernels->width, hidden - unit),
      .hidden = hidden, .depth = work->depth, .factor = is_last ? NULL : at(g->hidden_gates, next, work),
      .weight = at(work->packed, group * panel_elements(work), work),
      .carry = to(g->carry, rows.begin * hidden + unit, work), .output_stride = g->row_stride,
      .state_gradient = to(g->state_gradient, rows.begin * hidden + unit, work),
  };
  if (!is_done) {
    block.output_gradient = at(g->output_gradient, t * g->step_stride + rows.begin * g->row_stride + unit, work);
    block.gate_values = at(g->gates, work->gate_count * now + unit, work);
    block.gates = to(g->input_gates, work->gate_count * now + unit, work);
    block.hidden_gates = to(g->hidden_gates, work->gate_count * now + unit, work);
    block.candidates = to((void *)g->candidates, now + unit, work);
    block.before = at(g->states, before, work);
    block.after = to((void *)g->states, after, work);
    block.cell_before = at(g->cells, before, work);
    block.cell_after = to((void *)g->cells, after, work);
  }
  work->kernels->backward(&block);
}

// All blocks of one step that are this thread's, of even size.
static void run_step(const job *work, int64_t t, range groups, range rows) {
  int64_t count = rows.end - rows.begin, blocks = (count + work->kernels->rows - 1) / work->kernels->rows;
  for (int64_t group = groups.begin; group < groups.end; group++) {
    for (int64_t block = 0; block < blocks; block++) {
      range part = {rows.begin + count * block / blocks, rows.begin + count * (block + 1) / blocks};
      if (work->gradient) {
        backward_block(work, t, group, part);
      } else {
        forward_block(work, t, group, part);
      }
    }
  }
}

static void run_thread(void *context, int32_t thread, int32_t threads) {
  job *work = context;
  range groups = {0, work->groups}, rows = {0, work->layer->batch};
  if (work->by_units) {
    groups = share(work->groups, thread, threads);
  } else {
    rows = share(work->layer->batch, thread, threads);
  }
  // The gradient goes the other way, and one step further.
  int64_t steps = work->layer->steps, count = work->gradient ? steps + 1 : steps;
  bool falls = work->gradient ? !work->layer->reversed : work->layer->reversed;
  uint32_t word = weft_denormals_flush();
  for (int64_t i = 0; i < count; i++) {
    run_step(work, falls ? steps - 1 - i : i, groups, rows);
    if (work->by_units) weft_team_wait(&work->barrier, threads);
  }
  weft_denormals_restore(word);
}

static void run_shares(void *context, int64_t begin, int64_t end) {
  job *work = context;
  for (int64_t i = begin; i < end; i++) run_thread(work, (int32_t)i, work->shares);
}

// MARK: - Threads

static int32_t choose_threads(job *work) {
  const weft_recurrent *layer = work->layer;
  double step = (double)layer->batch * (double)layer->hidden * (double)(layer->hidden * work->gate_count);
  int64_t threads = work->is_fixed ? weft_share_count() : weft_thread_count();
  if (step * (double)layer->steps < (double)threads * LEAST_WORK) return 1;
  if (layer->batch >= threads * ROWS_PER_THREAD) return (int32_t)threads;
  // Threads that share the units meet after each step: they must be as many as there are shares, and in a crowd one of
  // them is always late. One alone takes the rows as they would, and so computes the same bits.
  if (!work->is_fixed && work->groups >= threads && step >= (double)threads * LEAST_PER_STEP) {
    work->by_units = true;
    return weft_parallel_crowded() ? 1 : (int32_t)threads;
  }
  return (int32_t)least(threads, layer->batch);
}

static void pack(job *work, int64_t panels) {
  int64_t grain = LEAST_WORK / 4 / panel_elements(work) + 1;
  weft_parallel_for(panels, grain, work->gradient ? pack_columns : pack_rows, work);
}

static weft_prepared *prepare(const job *work, size_t bytes, bool *fill) {
  const weft_recurrent *layer = work->layer;
  // In training the weight is another one each time, and both passes would have to be kept.
  weft_prepared_key key = {work->gradient ? 0 : layer->weight_content, layer->weight, 0,
                           {work->gate_count, layer->hidden, work->kernels->width, work->size, -1}};
  return weft_prepared_acquire(&key, bytes, fill);
}

static void run_steps(job *work) {
  work->is_fixed = weft_is_deterministic();
  work->shares = choose_threads(work);
  if (work->is_fixed) {
    weft_parallel_for(work->shares, 1, run_shares, work);
  } else {
    weft_team_run(work->shares, run_thread, work);
  }
}

static int32_t run(job *work) {
  const weft_recurrent *layer = work->layer;
  if (layer->dtype != WEFT_FLOAT32 && layer->dtype != WEFT_FLOAT64) return WEFT_UNSUPPORTED_DTYPE;
  if (layer->batch <= 0 || layer->hidden <= 0) return WEFT_OK;
  work->kernels = kernels_for(layer->dtype);
  work->size = layer->dtype == WEFT_FLOAT64 ? 8 : 4;
  work->gate_count = layer->cell == WEFT_CELL_LSTM ? 4 : layer->cell == WEFT_CELL_GRU ? 3 : 1;
  work->groups = (layer->hidden + work->kernels->width - 1) / work->kernels->width;
  work->depth = work->gradient ? layer->hidden * work->gate_count : layer->hidden;
  int64_t panels = work->gradient ? work->groups : work->groups * work->gate_count;
  size_t bytes = weft_bytes3(panels, panel_elements(work), work->size);
  if (bytes > INT64_MAX) return WEFT_OUT_OF_MEMORY;
  bool fill = false;
  weft_prepared *kept = prepare(work, bytes, &fill);
  weft_scratch_mark mark = weft_scratch_begin();
  work->packed = kept ? weft_prepared_data(kept) : weft_scratch_take(bytes);
  if (work->packed) {
    if (!kept || fill) pack(work, panels);
    run_steps(work);
  }
  weft_scratch_release(mark);
  if (kept) weft_prepared_release(kept, fill);
  return work->packed ? WEFT_OK : WEFT_OUT_OF_MEMORY;
}

int32_t weft_recurrent_forward(const weft_recurrent *layer, bool records, const void *bias, void *gates, void *states,
                               void *cells, void *candidates) {
  weft_launch_refuse();
  job work = {.layer = layer, .records = records, .bias = bias, .gates = gates, .states = states, .cells = cells,
              .candidates = candidates};
  return run(&work);
}

int32_t weft_recurrent_backward(const weft_recurrent *layer, const weft_recurrent_gradient *gradient) {
  weft_launch_refuse();
  job work = {.layer = layer, .gradient = gradient};
  return run(&work);
}
