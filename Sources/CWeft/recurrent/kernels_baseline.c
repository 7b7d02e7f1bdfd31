// The kernels for every machine of this architecture: SSE2 on x86-64, NEON on arm64.
#include <math.h>

#include "../common/isa_baseline.h"
#include "recurrent.h"

#pragma clang fp contract(fast)

#define WEFT_RECURRENT weft_recurrent_baseline
#define MOST_ROWS WEFT_BASELINE_ROWS
#include "kernels_template.h"
