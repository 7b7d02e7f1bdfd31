// Walking strided operands over one shape, in row-major order, a run of the innermost axis at a time.
#ifndef WEFT_INDEX_WALK_H
#define WEFT_INDEX_WALK_H

#include "weft_types.h"

/// Operands a walk can carry.
#define WEFT_INDEX_WALK_OPERANDS 3
/// Elements below which another thread costs more than it brings.
#define WEFT_INDEX_GRAIN 16384

typedef struct {
  int32_t rank, operands;
  int64_t count;
  int64_t shape[WEFT_MAX_RANK];
  char *data[WEFT_INDEX_WALK_OPERANDS];
  int64_t strides[WEFT_INDEX_WALK_OPERANDS][WEFT_MAX_RANK];  // in bytes
} weft_index_walk;

/// Handles `count` elements from row-major position `position` on: element i of operand k is at
/// data[k] + i * strides[k].
typedef void (*weft_index_walk_row)(void *context, char *const *data, const int64_t *strides, int64_t count,
                                    int64_t position);

/// A walk over `shape`, or over its lines along `axis` if `axis` is not negative (that axis then counts as size 1).
void weft_index_walk_start(weft_index_walk *walk, int32_t rank, const int64_t *shape, int32_t axis);
/// Adds an operand of elements of `size` bytes; its stride along `still_axis` (if not negative) counts as 0.
void weft_index_walk_add(weft_index_walk *walk, const weft_operand *operand, int64_t size, int32_t still_axis);
/// Drops axes of size 1 and merges those that all operands cross with one stride. Call it once, before running.
void weft_index_walk_merge(weft_index_walk *walk);
/// Hands the positions [begin, end) to `row` on the calling thread.
void weft_index_walk_run(const weft_index_walk *walk, int64_t begin, int64_t end, weft_index_walk_row row,
                         void *context);
/// Hands all positions to `row` on the team's threads, at least `grain` of them to each.
void weft_index_walk_parallel(const weft_index_walk *walk, int64_t grain, weft_index_walk_row row, void *context);

/// The number of elements of a shape.
int64_t weft_index_walk_count(int32_t rank, const int64_t *shape);

/// The number of parts into which `count` elements are cut for results collected part by part: it depends on
/// `count` alone, and is at most WEFT_INDEX_WALK_PARTS.
#define WEFT_INDEX_WALK_PARTS 256
int64_t weft_index_walk_part_size(int64_t count);

/// Lines of `length` elements that are worth a thread.
static inline int64_t weft_lines_grain(int64_t length) {
  return length >= WEFT_INDEX_GRAIN ? 1 : WEFT_INDEX_GRAIN / (length > 0 ? length : 1);
}

/// Whether the lines of a walk lie side by side in its first operand: closer to each other than the elements of
/// one, which are `step` bytes apart.
static inline bool weft_lines_adjacent(const weft_index_walk *walk, int64_t step) {
  int64_t apart = walk->strides[0][walk->rank - 1];
  return (apart < 0 ? -apart : apart) < (step < 0 ? -step : step);
}

#endif
