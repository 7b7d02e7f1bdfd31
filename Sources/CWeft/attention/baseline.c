// Attention for every machine of this architecture: SSE2 on x86-64, NEON on arm64.
#pragma STDC FP_CONTRACT ON

#define WEFT_VECTOR_BYTES 16
#define WEFT_ATTENTION_SET weft_attention_baseline
#if defined(__aarch64__)
#define WEFT_HAS_ROUND
#define ROWS 8
#else
#define ROWS 4
#endif
#include "instances.h"
