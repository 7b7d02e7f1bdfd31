// The kernels for every machine of this architecture: SSE2 on x86-64, NEON on arm64.
#include <math.h>

#include "scalar_kernels.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_VECTOR_BYTES 16
#define WEFT_KERNELS weft_kernels_baseline
#if defined(__aarch64__)
#define WEFT_HAS_ROUND
#define WEFT_HAS_HALF
#endif
#include "kernels/all.h"
