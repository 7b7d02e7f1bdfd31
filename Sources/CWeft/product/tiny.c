// Many products of a few numbers each, as of rotations and points: each would cost more to prepare than to compute.
#include "../common/isa.h"
#include "../common/team.h"
#include "gemm.h"
#include "matmul_plan.h"
#include "weft_parallel.h"

#pragma clang fp contract(fast)

#define TINY_INLINE static inline __attribute__((always_inline))

enum {
  /// Columns and steps, at most.
  TINY = 4,
  /// Rows, at most.
  MOST_ROWS = 64,
  LEAST_PER_THREAD = 1 << 16,
};

#define ELEMENT float
#define NAME(x) base_float_##x
#include "tiny_template.h"
#define ELEMENT double
#define NAME(x) base_double_##x
#include "tiny_template.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define ELEMENT float
#define NAME(x) avx2_float_##x
#include "tiny_template.h"
#define ELEMENT double
#define NAME(x) avx2_double_##x
#include "tiny_template.h"
#pragma clang attribute pop
#endif

typedef void (*kernel)(const weft_gemm *product, const weft_gemm_batch *batch, int64_t begin, int64_t end);

static kernel kernel_for(int32_t dtype) {
  static const kernel of_float[] = {WEFT_ISA_SETS(base_float_run, avx2_float_run, avx2_float_run)};
  static const kernel of_double[] = {WEFT_ISA_SETS(base_double_run, avx2_double_run, avx2_double_run)};
  return (dtype == WEFT_FLOAT64 ? of_double : of_float)[weft_isa_current()];
}

typedef struct {
  const weft_gemm *product;
  const weft_gemm_batch *batch;
  kernel run;
} job;

static void run(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  // As every product of float32 does.
  const bool flushes = work->product->dtype == WEFT_FLOAT32;
  uint32_t word = flushes ? weft_denormals_flush() : 0;
  work->run(work->product, work->batch, begin, end);
  if (flushes) weft_denormals_restore(word);
}

bool weft_gemm_tiny(const weft_gemm *product, const weft_gemm_batch *batch) {
  if (product->dtype != WEFT_FLOAT32 && product->dtype != WEFT_FLOAT64) return false;
  if (batch->rank == 0 || product->bias || product->k == 0 || product->k > TINY) return false;
  weft_gemm p = *product;
  weft_gemm_batch turned = *batch;
  if (p.n > TINY) weft_gemm_transpose(&p, &turned);
  if (p.n > TINY || p.m > MOST_ROWS) return false;
  int64_t count = 1;
  for (int32_t axis = 0; axis < batch->rank; axis++) count *= batch->size[axis];
  job work = {&p, &turned, kernel_for(p.dtype)};
  weft_parallel_for(count, LEAST_PER_THREAD / (p.m * p.n * p.k + 16) + 1, run, &work);
  return true;
}
