// What the kernels of grid sampling share: the work they are given, and their table (private).
#ifndef WEFT_GRID_PRIVATE_H
#define WEFT_GRID_PRIVATE_H

#include "weft_grid.h"

enum {
  /// Points, or pixels, of one item.
  WEFT_GRID_BLOCK = 64,
  /// Channels whose results at a block of points are found side by side.
  WEFT_GRID_CHANNELS = 128,
  /// Taps of a point, at most.
  WEFT_GRID_TAPS = 8,
};

typedef struct {
  const weft_grid *grid;
  const void *image, *positions, *gradient;
  void *output;
  const void *pixels;  // the images from `first` on with the channels of each pixel side by side
  void *laid_out;      // the same, where they are laid out for it
  int64_t first;       // image of a group
  int64_t chunk;       // channels of an item, in summing up an image's gradient
} weft_grid_job;

/// Computes items begin ..< end; what an item is, each kernel says.
typedef void (*weft_grid_kernel)(const weft_grid_job *job, int64_t begin, int64_t end);

/// The kernels of one element type. `pixels`: the channels of a pixel lie side by side; `planes`: the points do.
typedef struct {
  weft_grid_kernel lay_out;                                                      // blocks of pixels of the group
  weft_grid_kernel sample_pixels;                                                // blocks of points of the group
  weft_grid_kernel image_gradient_pixels;                                        // chunks of channels
  weft_grid_kernel positions_gradient_pixels;                                    // blocks of points of the group
  weft_grid_kernel sample_planes, image_gradient_planes, positions_gradient_planes;  // of all images
} weft_grid_kernels;

// Of float32 and float64. Those for AVX-512 are those for AVX2.
extern const weft_grid_kernels weft_grid_kernels_baseline[2], weft_grid_kernels_avx2[2];

static inline int64_t weft_grid_pixels(const weft_grid *grid) { return grid->size[0] * grid->size[1] * grid->size[2]; }
static inline int64_t weft_grid_blocks(int64_t count) { return (count + WEFT_GRID_BLOCK - 1) / WEFT_GRID_BLOCK; }

#endif
