// The pooling kernels for every machine of this architecture.
#include "../common/isa_baseline.h"
#include "pool.h"

#define WEFT_POOL_KERNELS weft_pool_kernels_baseline
#include "kernels.h"
