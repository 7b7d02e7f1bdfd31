// Attention for every machine of this architecture: SSE2 on x86-64, NEON on arm64.
#include "../common/isa_baseline.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_ATTENTION_SET weft_attention_baseline
#define ROWS WEFT_BASELINE_ROWS
#include "instances.h"
