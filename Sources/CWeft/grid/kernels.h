// The kernels of grid sampling of both element types, for the instruction set the including file has set up. No include
// guard.
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../common/scratch.h"

// A sum of products is the same on every machine: no multiplication is fused with an addition.
#pragma STDC FP_CONTRACT OFF

#define REAL float
#define NAME(x) float32_##x
#define FLOOR floorf
#define NEAREST rintf
#define REMAINDER fmodf
#include "template.h"

#define REAL double
#define NAME(x) float64_##x
#define FLOOR floor
#define NEAREST rint
#define REMAINDER fmod
#include "template.h"

#define KERNELS(type)                                                                                              \
  {type##_lay_out,       type##_sample_pixels,         type##_image_gradient_pixels, type##_positions_gradient_pixels, \
   type##_sample_planes, type##_image_gradient_planes, type##_positions_gradient_planes}

const weft_grid_kernels WEFT_GRID_KERNELS[2] = {KERNELS(float32), KERNELS(float64)};
