// The kernels of distances of both element types, for the instruction set the including file has set up. No include
// guard.
#include <stdlib.h>
#include <string.h>

#include "../common/scratch.h"

#pragma STDC FP_CONTRACT ON

#define INLINE static inline __attribute__((always_inline))

#define REAL float
#define WHOLE int32_t
#define NAME(x) float32_##x
#define LEAST 0x1p-126f
#include "template.h"

#define REAL double
#define WHOLE int64_t
#define NAME(x) float64_##x
#define LEAST 0x1p-1022
#include "template.h"

#define KERNELS(type) {2 * WEFT_VECTOR_BYTES / sizeof(type##_number), type##_sums, type##_gradient}

const weft_distance_kernels WEFT_DISTANCE_KERNELS[2] = {KERNELS(float32), KERNELS(float64)};
