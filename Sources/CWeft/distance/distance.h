// What the kernels of distances share: the work they are given, and their table (private).
#ifndef WEFT_DISTANCE_PRIVATE_H
#define WEFT_DISTANCE_PRIVATE_H

#include "weft_distance.h"

enum {
  /// Rows of which one item of the sums has a block of the others' distances.
  WEFT_DISTANCE_ROWS = 128,
  /// Differences that are added up in the type itself before they join a sum that keeps its rounding errors.
  WEFT_DISTANCE_DIFFERENCES = 8,
  /// Others whose shares in a gradient are added up so.
  WEFT_DISTANCE_OTHERS = 64,
};

typedef struct {
  const weft_distances *call;
  const void *rows, *others, *y, *g;
  void *result;
  bool turned;
  int64_t parts, part;  // of a gradient: how many parts the others are cut into, and how many there are in each
} weft_distance_job;

/// Computes items begin ..< end; what an item is, each kernel says.
typedef void (*weft_distance_kernel)(const weft_distance_job *job, int64_t begin, int64_t end);

typedef struct {
  int64_t side_by_side;          // rows whose elements are computed together
  weft_distance_kernel sums;     // blocks of the others, of a block of rows, of a matrix
  weft_distance_kernel gradient; // parts of the others, of a few rows, of a matrix; each part has a result of its own
} weft_distance_kernels;

// Of float32 and float64.
extern const weft_distance_kernels weft_distance_kernels_baseline[2], weft_distance_kernels_avx2[2],
    weft_distance_kernels_avx512[2];

static inline int64_t weft_distance_blocks(int64_t count, int64_t size) { return (count + size - 1) / size; }

#endif
