// The kernels for every machine of this architecture: SSE2 on x86-64, NEON on arm64.
#include <math.h>

#include "../common/isa_baseline.h"
#include "scalar_kernels.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_KERNELS weft_kernels_baseline
#include "kernels/all.h"
