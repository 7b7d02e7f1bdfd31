// How a call walks its arrays: the axes in memory order, merged where they can be, cut into tiles.
#ifndef WEFT_WALK_H
#define WEFT_WALK_H

#include "tile.h"

enum {
  WEFT_MAX_OPERANDS = 64,
  /// The dtype of the made-up operand that is the position along the last axis: its "address" is the number itself.
  WEFT_POSITION = WEFT_DTYPE_COUNT,
};

typedef enum {
  WEFT_VIEW_UNIFORM,  // one value in the whole tile
  WEFT_VIEW_DENSE,    // the tile is one run of memory
  WEFT_VIEW_STRIDED,
} weft_view_kind;

/// One operand over the axes of the walk.
typedef struct {
  char *data;
  int32_t dtype, bytes;
  weft_view_kind kind;
  int64_t stride[WEFT_MAX_RANK];
} weft_view;

/// The views are the inputs, the outputs, then the position if the program uses it.
typedef struct {
  const weft_program *program;
  int32_t rank, input_count, output_count, view_count;
  int64_t size[WEFT_MAX_RANK];
  int64_t extent[WEFT_MAX_RANK];  // of a tile, but for the last tiles along an axis
  int64_t tiles[WEFT_MAX_RANK];   // how many along each axis
  uint8_t reduced[WEFT_MAX_RANK];
  weft_view view[WEFT_MAX_OPERANDS];
} weft_walk;

/// One tile of a walk.
typedef struct {
  int64_t start[WEFT_MAX_RANK], extent[WEFT_MAX_RANK];
} weft_tile;

/// Takes in the call. `reduced` may be NULL. Returns false if there is no element to compute (a kept axis of size 0).
bool weft_walk_init(weft_walk *walk, const weft_program *program, int32_t rank, const int64_t *shape,
                    const uint8_t *reduced, const weft_operand *operands);
/// Drops axes of size 1, sorts the others outermost first by the outputs' strides (or the inputs'), and merges
/// neighbours that every operand walks as one. The last `pinned` axes stay as they are.
void weft_walk_simplify(weft_walk *walk, int32_t pinned, bool inputs_first);
/// Exchanges two axes.
void weft_walk_swap(weft_walk *walk, int32_t a, int32_t b);
/// Cuts tiles of up to `tile_elements`: whole inner axes and a share of the next one.
void weft_walk_cut(weft_walk *walk, int32_t tile_elements);
/// As weft_walk_cut, but square where an operand is transposed, so that its cache lines are used whole.
void weft_walk_cut_square(weft_walk *walk, int32_t tile_elements);
/// Finds each view's kind; call once the extents are final.
void weft_walk_classify(weft_walk *walk);

/// The number of tiles along the axes whose `reduced` mark is `reduced`.
int64_t weft_walk_tiles(const weft_walk *walk, bool reduced);
/// Sets the start and extent of tile `index` along those axes.
void weft_walk_locate(const weft_walk *walk, bool reduced, int64_t index, weft_tile *tile);
/// The address of a view's first element in the tile.
char *weft_view_address(const weft_walk *walk, const weft_view *view, const weft_tile *tile);

/// A tile's part of a view: its axes longer than 1, outermost first, merged where memory and tile run on.
typedef struct {
  int32_t rank;
  int64_t extent[WEFT_MAX_RANK], stride[WEFT_MAX_RANK];
} weft_block;

/// The block of a view over the axes whose `skipped` mark is 0 (NULL: all of them).
weft_block weft_block_make(const weft_walk *walk, const weft_view *view, const weft_tile *tile, const uint8_t *skipped);
/// Copies elements of `bytes` bytes between strided memory and a dense array. Gathering may write up to 64 bytes past
/// the end of the dense array.
void weft_block_gather(const weft_block *block, int32_t bytes, const void *memory, void *dense);
void weft_block_scatter(const weft_block *block, int32_t bytes, void *memory, const void *dense);
/// Fills a dense array with first + Σ index · stride in the compute type.
void weft_block_number(const weft_block *block, int32_t compute, int64_t first, void *dense);

#endif
