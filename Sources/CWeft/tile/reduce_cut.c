// Cuts a reduction's walk: tiles of a register, or longer ones where nothing is kept in registers.
#include "reduce_cut.h"

enum {
  PLAIN_TILE_BYTES = 65536,     // of a tile that is reduced where it lies in memory
  LONG_TILE_BYTES = 131072,     // of one of rows longer than a register, at most
};

/// Whether the elements are reduced as they lie in memory: then no register bounds a tile.
static bool is_plain(const weft_walk *walk) {
  const weft_program *p = walk->program;
  return p->description.instruction_count == 0 && walk->input_count == 1 && walk->view_count == 2 &&
         walk->view[0].dtype == weft_compute_dtype(p->description.compute);
}

/// Makes the tile of whole rows larger. The order of additions in a row stays what it is.
static void widen_plain_rows(weft_walk *walk) {
  const weft_view *x = &walk->view[0];
  bool is_rows = walk->rank == 2 && !walk->reduced[0] && walk->reduced[1] && walk->extent[1] == walk->size[1] &&
                 walk->size[1] > 0 && x->stride[1] == 1 && x->stride[0] == walk->size[1];
  if (!is_rows) return;
  int64_t rows = PLAIN_TILE_BYTES / (walk->size[1] * x->bytes);
  if (rows > walk->program->tile_elements) rows = walk->program->tile_elements;
  if (rows <= walk->extent[0]) return;
  walk->extent[0] = rows < walk->size[0] ? rows : walk->size[0];
  walk->tiles[0] = (walk->size[0] + walk->extent[0] - 1) / walk->extent[0];
}

/// Whether a result is the same in whatever order elements are brought together.
static bool is_exact(const weft_program *program, const int32_t *reductions) {
  for (int32_t k = 0; k < program->description.output_count; k++) {
    if (!weft_computes_integers(program->description.compute) && reductions[k] <= WEFT_REDUCE_PRODUCT) return false;
  }
  return true;
}

/// Makes a tile of whole rows that are longer than a register: several of them, so that what each tile costs does not
/// show. Returns the block of a row that is still added up by itself, which keeps rounding errors small; 0 if none is, and
/// -1 if the tile stays as it is.
static int64_t widen_long_rows(weft_walk *walk, const int32_t *reductions) {
  const weft_view *x = &walk->view[0];
  bool is_rows = walk->rank == 2 && !walk->reduced[0] && walk->reduced[1] && walk->extent[1] < walk->size[1] &&
                 x->stride[1] == 1 && x->stride[0] == walk->size[1];
  if (!is_rows || 2 * walk->size[1] * x->bytes > LONG_TILE_BYTES) return -1;
  int64_t block = walk->extent[1], rows = LONG_TILE_BYTES / (walk->size[1] * x->bytes);
  walk->extent[0] = rows < walk->size[0] ? rows : walk->size[0];
  walk->extent[1] = walk->size[1];
  walk->tiles[0] = (walk->size[0] + walk->extent[0] - 1) / walk->extent[0];
  walk->tiles[1] = 1;
  return is_exact(walk->program, reductions) ? 0 : block;
}

/// Makes the tile longer along a reduced axis that did not fit, with all axes inside it; returns the block of it that
/// is still added up by itself, which keeps rounding errors small, or 0.
static int64_t lengthen_plain_tile(weft_walk *walk) {
  const weft_view *x = &walk->view[0];
  int32_t axis = walk->rank - 1;
  int64_t inner = 1;
  for (; axis >= 0 && walk->extent[axis] == walk->size[axis]; axis--) {
    if (x->stride[axis] != inner) return 0;
    inner *= walk->size[axis];
  }
  if (axis < 0 || !walk->reduced[axis] || x->stride[axis] != inner || inner == 0) return 0;
  int64_t block = walk->extent[axis], blocks = PLAIN_TILE_BYTES / (block * inner * x->bytes);
  if (blocks < 2) return 0;
  walk->extent[axis] = blocks * block < walk->size[axis] ? blocks * block : walk->size[axis];
  walk->tiles[axis] = (walk->size[axis] + walk->extent[axis] - 1) / walk->extent[axis];
  return block;
}

/// Makes a tile of a few whole rows that are wider than a register and are reduced down their columns; false if it stays as
/// it is.
static bool widen_columns(weft_walk *walk) {
  const weft_view *x = &walk->view[0];
  bool is_columns = walk->rank == 2 && walk->reduced[0] && !walk->reduced[1] && walk->extent[1] < walk->size[1] &&
                    x->stride[1] == 1 && x->stride[0] == walk->size[1];
  int64_t rows = is_columns ? PLAIN_TILE_BYTES / (walk->size[1] * x->bytes) : 0;
  if (rows < 2) return false;
  walk->extent[0] = rows < walk->size[0] ? rows : walk->size[0];
  walk->extent[1] = walk->size[1];
  walk->tiles[0] = (walk->size[0] + walk->extent[0] - 1) / walk->extent[0];
  walk->tiles[1] = 1;
  return true;
}

void weft_reduce_cut(weft_walk *walk, const int32_t *reductions, int64_t *block, int64_t *row_block) {
  weft_walk_cut(walk, walk->program->tile_elements);
  *block = *row_block = 0;
  if (!is_plain(walk)) return;
  *row_block = widen_long_rows(walk, reductions);
  if (*row_block >= 0) return;
  *row_block = 0;
  *block = widen_columns(walk) ? 1 : lengthen_plain_tile(walk);
  if (*block == 0) {
    widen_plain_rows(walk);
  } else if (is_exact(walk->program, reductions)) {
    *block = 0;
  }
}
