// What this machine can do at best: the measure for the kernels.
#ifndef WEFT_PEAK_H
#define WEFT_PEAK_H

#include "weft_types.h"

/// Floating-point operations a second of all the team's threads that multiply and add registers, with the instruction
/// set in use; the best of tries over about `seconds`. float32 and float64, and bfloat16 (products added up in float32)
/// where the processor has them; 0 for other types.
double weft_peak_arithmetic(int32_t dtype, double seconds);

/// Bytes a second, read and written, of all the team's threads that copy `bytes` / 2 bytes again and again; the best of
/// tries over about `seconds`. What fits in a cache is copied there. 0 without memory.
double weft_peak_copy(int64_t bytes, double seconds);

#endif
