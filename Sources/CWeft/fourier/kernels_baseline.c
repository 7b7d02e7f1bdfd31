// The kernels of Fourier transforms for every machine of this architecture.
#include "../common/isa_baseline.h"
#include "fourier.h"

#pragma STDC FP_CONTRACT ON

#define WEFT_FOURIER_KERNELS weft_fourier_kernels_baseline
#include "kernels.h"
