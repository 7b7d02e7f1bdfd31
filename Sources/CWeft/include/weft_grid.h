// Images sampled at the positions of a grid, and the gradients of that.
#ifndef WEFT_GRID_H
#define WEFT_GRID_H

#include "weft_types.h"

/// What lies outside of an image: 0, the nearest pixel of its border, or the image mirrored.
typedef enum { WEFT_GRID_ZEROS, WEFT_GRID_BORDER, WEFT_GRID_REFLECTION } weft_grid_padding;

/// Images [batch, channels, size...] and positions [batch, points, axes] from -1 to 1, the last axis of the image first,
/// give results [batch, channels, points]; all of one type, float32 or float64, and without gaps. The channels of a pixel
/// may lie side by side in an image that is read.
typedef struct {
  int32_t dtype, axes;  // 2 or 3 axes
  int64_t batch, channels, points;
  int64_t size[3];      // each from 1, their product below 2^31
  bool linear;          // between the pixels around, or the nearest one
  weft_grid_padding padding;
  bool align_corners;   // -1 and 1 are the centers of the outermost pixels, not their outer edges
  bool channels_last;   // the image that is read lies as [batch, size..., channels]
} weft_grid;

/// A position that is not a number gives NaN with zeros outside and `linear`, 0 with zeros and without, and else pixel 0.
/// A pixel without weight takes no part, whatever is in it.
void weft_grid_sample(const weft_grid *grid, const void *image, const void *positions, void *output);
/// output_gradient added up at the pixels that it came from, in the order of the points.
void weft_grid_image_gradient(const weft_grid *grid, const void *positions, const void *output_gradient,
                              void *image_gradient);
/// The gradient of the positions, for `linear`.
void weft_grid_positions_gradient(const weft_grid *grid, const void *image, const void *positions,
                                  const void *output_gradient, void *positions_gradient);

#endif
