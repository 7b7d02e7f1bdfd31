// One thread's run of a program: its registers, and the steps of computing one tile.
#ifndef WEFT_EXECUTION_H
#define WEFT_EXECUTION_H

#include "../common/scratch.h"
#include "walk.h"

typedef struct {
  const weft_program *program;
  const weft_kernels *kernels;
  const weft_walk *walk;
  weft_lane *lanes;           // where each register's value is now
  uint8_t *row_forms;         // whether each register holds one value per row; see weft_row_form
  unsigned char *row_slots;   // WEFT_ROW_SLOT_BYTES for the values of each such register
  void **destinations;        // where each instruction writes
  char **addresses;           // of each view in the current tile
  char **loaded;              // the address each input register was copied from, to skip copying it again
  const uint8_t *direct;      // per output: may its writer write straight into memory?
  unsigned char *slots;       // WEFT_SLOT_BYTES for each register
  unsigned char *staging;     // a tile in the dtype of memory
  unsigned char *row_results; // one value per row of the tile
  unsigned char *extra;       // what the caller asked for
  weft_tile tile;
  int64_t last_extent[WEFT_MAX_RANK];
  size_t n;                   // elements in the tile
  size_t rows, columns;       // of the tile, for row reductions
  size_t kept;                // how many values are kept where rows share them: one for each row, or column
  int32_t row_axis;           // of the walk: along which a row's elements lie
  bool keeps_rows;            // whether values that a row shares are kept once per row
  bool down;                  // whether "rows" are the tile's columns: each lies across its rows
  weft_scratch_mark mark;     // what of the thread's working memory was taken before
  bool clamps;                // whether integers are clamped to the types of memory, else they wrap
} weft_execution;

enum {
  /// Shorter rows are not worth keeping their values apart.
  WEFT_SHORTEST_KEPT_ROW = 16,
  /// The values of as many rows as a tile may have then, and what kernels may write past their end.
  WEFT_ROW_SLOT_BYTES = WEFT_TILE_BYTES / WEFT_SHORTEST_KEPT_ROW + 64,
};

/// How a register is held while rows of several elements are computed, several rows to a tile: what a row shares (its
/// mean, the scale made of it) is computed once per row, and spread over the row where it meets the elements.
typedef enum {
  WEFT_ROW_ELEMENTS,  // in its lane, as without rows
  WEFT_ROW_VALUES,    // in its row slot alone
  WEFT_ROW_SPREAD,    // in both
} weft_row_form;

static inline void *weft_execution_row_slot(const weft_execution *e, int32_t register_index) {
  return e->row_slots + (size_t)register_index * WEFT_ROW_SLOT_BYTES;
}

/// Writes `value` in the compute type WEFT_SPLAT_BYTES long.
void weft_splat(int32_t compute, weft_scalar value, void *destination);
/// Fills `direct[k]` for every output: its view is a dense run in the compute type, and writing it early destroys no
/// input that is still read.
void weft_execution_find_direct(const weft_walk *walk, uint8_t *direct);

void weft_execution_begin(weft_execution *e, const weft_walk *walk, const weft_scalar *parameters,
                          const uint8_t *direct, size_t extra_bytes);
/// Gives back the memory that the run took.
static inline void weft_execution_end(weft_execution *e) { weft_scratch_release(e->mark); }
/// Call after setting `e->tile`: finds the addresses, and forgets copied inputs if the tile's extents changed.
void weft_execution_enter_tile(weft_execution *e);
/// Brings the inputs into their registers (those marked in `needed`, or all).
void weft_execution_load(weft_execution *e, const uint8_t *needed);
/// Says that the tile consists of whole rows of `columns` elements; call after entering it.
void weft_execution_enter_rows(weft_execution *e, size_t columns);
/// Says that the walk's last axis is a number of "rows" beside each other, each of which lies along the axis before it;
/// call after entering a tile of these two axes.
void weft_execution_enter_columns(weft_execution *e);
/// Runs the whole program over the tile.
void weft_execution_run(weft_execution *e);
void weft_execution_run_one(weft_execution *e, int32_t instruction);
/// The register as a dense array, whatever its lane is.
const void *weft_execution_dense(weft_execution *e, int32_t register_index);
/// Writes the outputs that are not in memory already. Axes marked in `skipped` have one value, the first.
void weft_execution_store(weft_execution *e);
/// Writes `dense`, a block in the compute type, to the output over the axes whose `skipped` mark is 0.
void weft_execution_store_block(weft_execution *e, int32_t output, const uint8_t *skipped, const void *dense);
/// Puts a finished row reduction's value (a splat of it) into a register.
void weft_execution_set_uniform(weft_execution *e, int32_t register_index, const void *splat);
/// Puts finished values, one for each "row", into a register; where they are kept so.
void weft_execution_set_kept(weft_execution *e, int32_t register_index, const void *values);

#endif
