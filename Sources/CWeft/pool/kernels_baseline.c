// The pooling kernels for any processor.
#include "pool.h"

#define WEFT_VECTOR_BYTES 16
#define WEFT_POOL_KERNELS weft_pool_kernels_baseline
#include "kernels.h"
