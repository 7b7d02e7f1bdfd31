// The kernels of convolutions of each channel by itself for each instruction set, and the choice among them.
#include "depthwise.h"

#include "../common/isa.h"
#include "../common/some_lanes.h"

#pragma clang fp contract(fast)

#define LANES 4
#define MOST_SUMS 8
#define NAME(x) base_##x
#include "depthwise_template.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LANES 8
#define MOST_SUMS 8
#define NAME(x) avx2_##x
#include "depthwise_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))), \
                             apply_to = function)

#define LANES 16
#define MOST_SUMS 16
#define NAME(x) avx512_##x
#include "depthwise_template.h"
#pragma clang attribute pop

#endif

typedef void (*kernel)(const weft_depthwise_row *row, int64_t count, int64_t begin, int64_t end);

void weft_depthwise_row_run(const weft_depthwise_row *row, int64_t count, int64_t begin, int64_t end) {
  static const kernel kernels[] = {WEFT_ISA_SETS(base_depthwise, avx2_depthwise, avx512_depthwise)};
  kernels[weft_isa_current()](row, count, begin, end);
}
