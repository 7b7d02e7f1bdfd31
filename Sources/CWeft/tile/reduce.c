// Reductions over any axes. The kept axes are cut into tiles, each with its accumulators; the reduced axes are walked
// for each of them. Where there are few kept tiles, the reduced tiles are cut into chunks, by the shape alone: so the
// result does not depend on the number of threads.
#include <stdlib.h>
#include <string.h>

#include "../common/scratch.h"
#include "accumulators.h"
#include "execution.h"
#include "launches.h"
#include "reduce_cut.h"
#include "row_map.h"
#include "sums.h"
#include "weft_parallel.h"

enum {
  ENOUGH_KEPT_TILES = 32,       // with so many, the reduced axes stay in one chunk
  ELEMENTS_PER_CHUNK = 65536,   // at least
  MOST_CHUNKS = 256,
};

typedef struct {
  const weft_walk *walk;
  const weft_scalar *parameters;
  const int32_t *reductions;
  int64_t kept_tiles, reduced_tiles, chunks, tiles_per_chunk;
  int64_t width;           // accumulators of one output in one tile
  int64_t block;           // of a widened tile: how much of its outermost axis is added up at a time; else 0
  int64_t row_block;       // of a tile of long rows: how much of each is added up at a time; else 0
  weft_scalar *partials;   // [kept tile][chunk][output][value or low][width], if there are several chunks
} reduce_call;

/// The part of the tile under axis `group` of its alternating kept and reduced groups.
typedef struct {
  int32_t count;
  int64_t extent[WEFT_MAX_RANK];
  bool reduced[WEFT_MAX_RANK];
} tile_groups;

/// Joins neighbouring axes of the tile that are both kept or both reduced: in the register they are one.
static tile_groups group_axes(const weft_execution *e, const int64_t *extent) {
  tile_groups groups = {.count = 0};
  for (int32_t axis = 0; axis < e->walk->rank; axis++) {
    if (extent[axis] == 1) continue;
    bool reduced = e->walk->reduced[axis];
    if (groups.count > 0 && groups.reduced[groups.count - 1] == reduced) {
      groups.extent[groups.count - 1] *= extent[axis];
    } else {
      groups.extent[groups.count] = extent[axis];
      groups.reduced[groups.count++] = reduced;
    }
  }
  return groups;
}

typedef struct {
  const weft_kernels *kernels;
  int32_t compute, reduction, bytes;
  void *results;
  const tile_groups *groups;
} gathering;

static void accumulate(const gathering *g, int64_t n, const void *source, weft_scalar *values, double *low) {
  g->kernels->accumulate[g->compute][g->reduction]((size_t)n, values, low, source);
}

/// Reduces the block under `group` into the accumulators; returns how many accumulators it covers.
static void accumulate_groups(const gathering *g, int32_t group, const char *x, weft_scalar *values, double *low) {
  const tile_groups *groups = g->groups;
  int32_t left = groups->count - group;
  const int64_t *extent = groups->extent + group;
  const bool *reduced = groups->reduced + group;
  if (left == 0 || (left == 1 && !reduced[0])) {
    accumulate(g, left ? extent[0] : 1, x, values, low);
  } else if (left == 1) {
    g->kernels->reduce_rows[g->compute][g->reduction](1, (size_t)extent[0], x, g->results);
    accumulate(g, 1, g->results, values, low);
  } else if (left == 2 && reduced[1]) {
    g->kernels->reduce_rows[g->compute][g->reduction]((size_t)extent[0], (size_t)extent[1], x, g->results);
    accumulate(g, extent[0], g->results, values, low);
  } else if (left == 2) {
    g->kernels->reduce_columns[g->compute][g->reduction]((size_t)extent[0], (size_t)extent[1], x, g->results);
    accumulate(g, extent[1], g->results, values, low);
  } else {
    int64_t elements = 1, kept = 1;
    for (int32_t i = 1; i < left; i++) elements *= extent[i], kept *= reduced[i] ? 1 : extent[i];
    for (int64_t i = 0; i < extent[0]; i++) {
      int64_t at = reduced[0] ? 0 : i * kept;
      accumulate_groups(g, group + 1, x + i * elements * g->bytes, values + at, low + at);
    }
  }
}

/// The results, in the compute type, of a tile of at most two groups that holds all of its reduced elements.
static const void *reduce_at_once(const gathering *g, const void *x) {
  const tile_groups *groups = g->groups;
  const int64_t *extent = groups->extent;
  if (groups->count == 0 || (groups->count == 1 && !groups->reduced[0])) return x;
  size_t rows = groups->count == 2 ? (size_t)extent[0] : 1, columns = (size_t)extent[groups->count - 1];
  bool along_rows = groups->reduced[groups->count - 1];
  (along_rows ? g->kernels->reduce_rows : g->kernels->reduce_columns)[g->compute][g->reduction](rows, columns, x,
                                                                                               g->results);
  return g->results;
}

/// Reduces and stores a tile that needs no accumulators; false if it does need them.
static bool store_at_once(weft_execution *e, const reduce_call *call) {
  const weft_program_description *d = &e->program->description;
  tile_groups groups = group_axes(e, e->tile.extent);
  if (groups.count > 2 || call->block > 0) return false;
  for (int32_t k = 0; k < d->output_count; k++) {
    gathering g = {e->kernels, d->compute, call->reductions[k], e->program->element_bytes, e->extra, &groups};
    const void *results = reduce_at_once(&g, weft_execution_dense(e, d->outputs[k]));
    weft_execution_store_block(e, k, e->walk->reduced, results);
  }
  return true;
}

/// Adds up a part of the tile, which begins `offset` elements behind its start.
static void accumulate_part(weft_execution *e, const reduce_call *call, const int64_t *extent, int64_t offset,
                            weft_scalar *accumulators) {
  const weft_program_description *d = &e->program->description;
  tile_groups groups = group_axes(e, extent);
  for (int32_t k = 0; k < d->output_count; k++) {
    weft_scalar *values = accumulators + 2 * k * call->width;
    gathering g = {e->kernels, d->compute, call->reductions[k], e->program->element_bytes, e->row_results, &groups};
    const char *x = weft_execution_dense(e, d->outputs[k]);
    accumulate_groups(&g, 0, x + offset * g.bytes, values, (double *)(values + call->width));
  }
}

/// Adds up the whole blocks, of `size` elements, of a tile that is reduced to one number; returns how many elements
/// they are.
static int64_t accumulate_blocks(weft_execution *e, const reduce_call *call, int64_t size, weft_scalar *accumulators) {
  const weft_program_description *d = &e->program->description;
  int64_t count = (int64_t)e->n / size, most = e->program->tile_elements;
  if (call->width > 1 || count > most) return 0;
  for (int32_t k = 0; k < d->output_count; k++) {
    weft_scalar *values = accumulators + 2 * k;
    const void *x = weft_execution_dense(e, d->outputs[k]);
    e->kernels->reduce_rows[d->compute][call->reductions[k]]((size_t)count, (size_t)size, x, e->row_results);
    for (int64_t i = 0; i < count; i++) {
      const char *result = (const char *)e->row_results + i * e->program->element_bytes;
      e->kernels->accumulate[d->compute][call->reductions[k]](1, values, (double *)(values + 1), result);
    }
  }
  return count * size;
}

/// A widened tile block by block, as if each were a tile.
static void accumulate_tile(weft_execution *e, const reduce_call *call, weft_scalar *accumulators) {
  int64_t extent[WEFT_MAX_RANK], inner = 1;
  memcpy(extent, e->tile.extent, sizeof extent);
  int32_t axis = 0;
  while (axis < e->walk->rank - 1 && e->walk->extent[axis] == 1) axis++;
  for (int32_t d = axis + 1; d < e->walk->rank; d++) inner *= extent[d];
  int64_t all = e->walk->rank > 0 ? extent[axis] : 1, block = call->block > 0 ? call->block : all;
  int64_t done = call->block > 0 ? accumulate_blocks(e, call, block * inner, accumulators) / inner : 0;
  for (int64_t start = done; start < all; start += block) {
    if (e->walk->rank > 0) extent[axis] = block < all - start ? block : all - start;
    accumulate_part(e, call, extent, start * inner, accumulators);
  }
}

/// Whole rows that are longer than a register, each block by block.
static void accumulate_long_rows(weft_execution *e, const reduce_call *call, weft_scalar *accumulators) {
  const weft_program_description *d = &e->program->description;
  const int64_t rows = e->tile.extent[0], length = e->tile.extent[1], bytes = e->program->element_bytes;
  for (int32_t k = 0; k < d->output_count; k++) {
    weft_scalar *values = accumulators + 2 * k * call->width;
    double *low = (double *)(values + call->width);
    gathering g = {e->kernels, d->compute, call->reductions[k], e->program->element_bytes, e->row_results, NULL};
    const char *x = weft_execution_dense(e, d->outputs[k]);
    for (int64_t row = 0; row < rows; row++) {
      for (int64_t start = 0; start < length; start += call->row_block) {
        int64_t left = length - start, count = left < call->row_block ? left : call->row_block;
        g.kernels->reduce_rows[g.compute][g.reduction](1, (size_t)count, x + (row * length + start) * bytes, g.results);
        accumulate(&g, 1, g.results, values + row, low + row);
      }
    }
  }
}

static void clear_accumulators(const weft_execution *e, const reduce_call *call, weft_scalar *accumulators) {
  const weft_program_description *d = &e->program->description;
  for (int32_t k = 0; k < d->output_count; k++) {
    weft_scalar *values = accumulators + 2 * k * call->width;
    weft_accumulators_clear(d->compute, call->reductions[k], call->width, values, (double *)(values + call->width));
  }
}

static void store_accumulators(weft_execution *e, const reduce_call *call, const weft_scalar *accumulators) {
  const weft_program_description *d = &e->program->description;
  for (int32_t axis = 0; axis < e->walk->rank; axis++) {
    if (e->walk->reduced[axis]) e->tile.start[axis] = 0, e->tile.extent[axis] = 1;
  }
  weft_execution_enter_tile(e);
  for (int32_t k = 0; k < d->output_count; k++) {
    const weft_scalar *values = accumulators + 2 * k * call->width;
    weft_accumulators_finish(d->compute, (int64_t)e->n, values, (const double *)(values + call->width), e->staging);
    weft_execution_store_block(e, k, e->walk->reduced, e->staging);
  }
}

/// The kernel that adds up what the last instruction gives, where that is all that becomes of a tile; else NULL.
static weft_sum_of_kernel sum_of_last(const weft_execution *e, const reduce_call *call) {
  const weft_program_description *d = &e->program->description;
  const bool adds_up = call->width == 1 && d->output_count == 1 && call->reductions[0] == WEFT_REDUCE_SUM &&
                       call->reduced_tiles > 1 && e->program->final_writer[0] == d->instruction_count - 1;
  if (!adds_up || weft_computes_integers(d->compute) || d->instruction_count == 0) return NULL;
  return e->kernels->sums_of[d->compute][d->instructions[d->instruction_count - 1].opcode];
}

/// Adds up a tile by such a kernel; false, the last instruction having run, where its operands are the same everywhere.
static bool accumulate_last(weft_execution *e, weft_sum_of_kernel sum_of, weft_scalar *accumulators) {
  const weft_program_description *d = &e->program->description;
  const weft_instruction *last = &d->instructions[d->instruction_count - 1];
  for (int32_t i = 0; i < d->instruction_count - 1; i++) weft_execution_run_one(e, i);
  const weft_lane a = e->lanes[last->a], b = e->lanes[last->b], c = e->lanes[last->c];
  if (!(a.step | b.step | c.step)) {
    weft_execution_run_one(e, d->instruction_count - 1);
    return false;
  }
  sum_of(e->n, &a, &b, &c, e->row_results);
  e->kernels->accumulate[d->compute][WEFT_REDUCE_SUM](1, accumulators, (double *)(accumulators + 1), e->row_results);
  return true;
}

/// Reduces the elements of one kept tile in one chunk: stores the results, or leaves them in the partials.
static void reduce_chunk(weft_execution *e, const reduce_call *call, int64_t kept, int64_t chunk,
                         weft_scalar *accumulators) {
  int64_t begin = chunk * call->tiles_per_chunk, end = begin + call->tiles_per_chunk;
  if (end > call->reduced_tiles) end = call->reduced_tiles;
  weft_walk_locate(call->walk, false, kept, &e->tile);
  const weft_sum_of_kernel sum_of = sum_of_last(e, call);
  for (int64_t index = begin; index < end; index++) {
    weft_walk_locate(call->walk, true, index, &e->tile);
    weft_execution_enter_tile(e);
    weft_execution_load(e, NULL);
    if (sum_of && index == begin) clear_accumulators(e, call, accumulators);
    if (sum_of && accumulate_last(e, sum_of, accumulators)) continue;
    if (!sum_of) weft_execution_run(e);
    if (call->reduced_tiles == 1 && call->row_block == 0 && store_at_once(e, call)) return;
    if (!sum_of && index == begin) clear_accumulators(e, call, accumulators);
    if (call->row_block > 0) {
      accumulate_long_rows(e, call, accumulators);
    } else {
      accumulate_tile(e, call, accumulators);
    }
  }
  if (begin >= end) clear_accumulators(e, call, accumulators);
  if (!call->partials) store_accumulators(e, call, accumulators);
}

/// Begins a thread's run. Sums and products are computed numbers: they wrap in a smaller type, whatever is summed.
static void begin_run(weft_execution *e, const reduce_call *call, size_t extra_bytes) {
  weft_execution_begin(e, call->walk, call->parameters, NULL, extra_bytes);
  for (int32_t k = 0; k < call->walk->output_count; k++) {
    if (call->reductions[k] <= WEFT_REDUCE_PRODUCT) e->clamps = false;
  }
}

static size_t accumulators_per_chunk(const reduce_call *call) {
  return 2 * (size_t)call->walk->output_count * (size_t)call->width;
}

static void reduce_items(void *context, int64_t begin, int64_t end) {
  const reduce_call *call = context;
  size_t size = accumulators_per_chunk(call);
  weft_execution e;
  begin_run(&e, call, size * sizeof(weft_scalar));
  for (int64_t item = begin; item < end; item++) {
    weft_scalar *accumulators = call->partials ? call->partials + (size_t)item * size : (weft_scalar *)e.extra;
    reduce_chunk(&e, call, item / call->chunks, item % call->chunks, accumulators);
  }
  weft_execution_end(&e);
}

/// Adds the chunks of each kept tile together, in order.
static void combine_chunks(const reduce_call *call) {
  const weft_program_description *d = &call->walk->program->description;
  size_t size = accumulators_per_chunk(call);
  weft_execution e;
  begin_run(&e, call, 0);
  for (int64_t kept = 0; kept < call->kept_tiles; kept++) {
    weft_scalar *first = call->partials + (size_t)(kept * call->chunks) * size;
    for (int64_t chunk = 1; chunk < call->chunks; chunk++) {
      for (int32_t k = 0; k < d->output_count; k++) {
        weft_scalar *values = first + 2 * k * call->width, *others = values + (size_t)chunk * size;
        weft_accumulators_combine(e.kernels, d->compute, call->reductions[k], call->width, values,
                                  (double *)(values + call->width), others, (const double *)(others + call->width));
      }
    }
    weft_walk_locate(call->walk, false, kept, &e.tile);
    store_accumulators(&e, call, first);
  }
  weft_execution_end(&e);
}

static void choose_chunks(reduce_call *call, int64_t tile_elements) {
  int64_t least = ELEMENTS_PER_CHUNK / tile_elements + 1;
  int64_t most = call->kept_tiles < ENOUGH_KEPT_TILES ? MOST_CHUNKS / call->kept_tiles : 1;
  int64_t chunks = call->reduced_tiles / least;
  if (chunks > most) chunks = most;
  if (chunks < 1) chunks = 1;
  call->tiles_per_chunk = (call->reduced_tiles + chunks - 1) / chunks;
  call->chunks = call->tiles_per_chunk ? (call->reduced_tiles + call->tiles_per_chunk - 1) / call->tiles_per_chunk : 1;
}

static void reduce_walk(reduce_call *call) {
  const weft_walk *walk = call->walk;
  int64_t elements = 1;
  call->width = 1;
  for (int32_t axis = 0; axis < walk->rank; axis++) {
    elements *= walk->extent[axis] > 0 ? walk->extent[axis] : 1;
    if (!walk->reduced[axis]) call->width *= walk->extent[axis];
  }
  call->kept_tiles = weft_walk_tiles(walk, false);
  call->reduced_tiles = weft_walk_tiles(walk, true);
  choose_chunks(call, elements);
  int64_t items = call->kept_tiles * call->chunks;
  if (call->chunks > 1) {
    call->partials = malloc((size_t)items * accumulators_per_chunk(call) * sizeof(weft_scalar));
    if (!call->partials) weft_no_memory();
  }
  int64_t grain = WEFT_WORTH_A_THREAD / (elements * walk->program->cost * call->tiles_per_chunk + 1);
  weft_parallel_for(items, grain > 1 ? grain : 1, reduce_items, call);
  if (call->partials) combine_chunks(call);
  free(call->partials);
}

void weft_reduce(const weft_program *program, int32_t rank, const int64_t *shape, const uint8_t *reduced,
                 const int32_t *reductions, const weft_operand *operands, const weft_scalar *parameters) {
  WEFT_NOTED(weft_note_reduce(notes, program, rank, shape, reduced, reductions, operands, parameters));
  weft_walk walk;
  if (!weft_walk_init(&walk, program, rank, shape, reduced, operands)) return;
  weft_walk_simplify(&walk, 0, true);
  if (weft_sum_plain(&walk, reductions)) return;
  int64_t block = 0, row_block = 0;
  weft_reduce_cut(&walk, reductions, &block, &row_block);
  weft_walk_classify(&walk);
  reduce_call call = {
      .walk = &walk, .parameters = parameters, .reductions = reductions, .block = block, .row_block = row_block};
  reduce_walk(&call);
}
