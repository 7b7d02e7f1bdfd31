// The kernels of grid sampling for every processor.
#include "grid.h"

#define WEFT_GRID_KERNELS weft_grid_kernels_baseline
#include "kernels.h"
