// The kernels of distances for every processor.
#include "distance.h"

#define WEFT_VECTOR_BYTES 16
#define WEFT_DISTANCE_KERNELS weft_distance_kernels_baseline
#include "kernels.h"
