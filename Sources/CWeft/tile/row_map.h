// What maps and row maps share.
#ifndef WEFT_ROW_MAP_H
#define WEFT_ROW_MAP_H

#include "execution.h"

enum {
  /// The least work, in elements times their cost, that is worth waking another thread for.
  WEFT_WORTH_A_THREAD = 96 * 1024,
};

/// The fewest tiles to give a thread.
int64_t weft_tiles_per_thread(const weft_walk *walk);

/// One call of a row map.
typedef struct {
  const weft_walk *walk;
  const weft_scalar *parameters;
  bool is_per_row;  // whether every output has one value per row
  uint8_t direct[WEFT_MAX_OPERANDS];
} weft_row_call;

/// Whether every output has one value per row, rows lying along axis `row`.
bool weft_row_call_is_per_row(const weft_walk *walk, int32_t row);
/// Lets the instructions that may write straight into an output do so in this tile.
void weft_row_call_aim(weft_execution *e, const weft_row_call *call);
/// Lets them write into their registers, as they must in the stages before the last.
void weft_row_call_aim_at_registers(weft_execution *e);

/// Whether the rows, along the last axis, lie across memory, and neighbouring ones are better computed side by side.
bool weft_rows_lie_across(const weft_walk *walk);
/// Computes such rows; the walk is simplified, not cut.
void weft_column_map(weft_walk *walk, const weft_scalar *parameters);

#endif
