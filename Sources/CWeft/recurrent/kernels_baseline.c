// The kernels for every machine of this architecture: SSE2 on x86-64, NEON on arm64.
#include <math.h>

#include "recurrent.h"

#pragma clang fp contract(fast)

#define WEFT_VECTOR_BYTES 16
#define WEFT_RECURRENT weft_recurrent_baseline
#if defined(__aarch64__)
#define WEFT_HAS_ROUND
#define MOST_ROWS 8
#else
#define MOST_ROWS 4
#endif
#include "kernels_template.h"
