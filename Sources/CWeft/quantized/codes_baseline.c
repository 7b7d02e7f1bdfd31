// Codes times floats for every machine of this architecture: SSE2 on x86-64, NEON on arm64.
#include "../common/half.h"
#include "../common/isa_baseline.h"
#include "quantized.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_CODES weft_code_baseline
#define HALF(bits) weft_from_float16(bits)
#include "codes_template.h"
