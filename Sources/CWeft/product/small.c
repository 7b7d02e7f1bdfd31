// float32 products that are not worth packing: the small ones, where the call costs more than the arithmetic, and those
// with few rows, where reading the matrix costs more than either.
#include <string.h>

#include "../common/team.h"
#include "../common/isa.h"
#include "../common/some_lanes.h"
#include "gemm.h"
#include "matmul_plan.h"
#include "weft_parallel.h"

#pragma clang fp contract(fast)

// MARK: - The kernels for each instruction set

#define LANES 4
#define NAME(x) base_##x
#define ROWS 4
#define DOT_ROWS 2
#include "small_template.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LANES 8
#define NAME(x) avx2_##x
#define ROWS 4
#define DOT_ROWS 2
#include "small_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))), \
                             apply_to = function)

#define LANES 16
#define NAME(x) avx512_##x
#define ROWS 8
#define DOT_ROWS 4
#include "small_template.h"
#pragma clang attribute pop

#endif

typedef void (*column_kernel)(const weft_gemm *product, int64_t begin, int64_t end);

static column_kernel kernel_for(bool dots) {
  static const column_kernel by_rows[] = {WEFT_ISA_SETS(base_rows, avx2_rows, avx512_rows)};
  static const column_kernel by_dots[] = {WEFT_ISA_SETS(base_dots, avx2_dots, avx512_dots)};
  return (dots ? by_dots : by_rows)[weft_isa_current()];
}

// MARK: - Around them

// The bias, on what the kernel stored.
static void add_bias(const weft_gemm *p, int64_t begin, int64_t end) {
  const float *bias = p->bias;
  float *c = p->c;
  for (int64_t i = 0; i < p->m; i++) {
    float *row = c + i * p->c_m;
    if (p->c_n == 1 && p->bias_n == 1) {
      for (int64_t j = begin; j < end; j++) row[j] += bias[j];
    } else {
      for (int64_t j = begin; j < end; j++) row[j * p->c_n] += bias[i * p->bias_m + j * p->bias_n];
    }
  }
}

typedef struct {
  const weft_gemm *product;
  column_kernel kernel;
} job;

static void run(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  const weft_gemm *p = work->product;
  uint32_t word = weft_denormals_flush();
  // Ranges are counted in strips of 64 columns.
  begin *= 64;
  end = end * 64 < p->n ? end * 64 : p->n;
  work->kernel(p, begin, end);
  if (p->bias) add_bias(p, begin, end);
  weft_denormals_restore(word);
}

// Measured: up to these many multiply-adds, and with so few rows, the kernels here beat oneDNN's call. Where k is adjacent
// in both operands, as in a layer of 16 tokens, that costs oneDNN a turned copy of b.
enum { SMALL = 1 << 17, SMALL_DOTS = 1 << 13, FEW_ROWS = 8, FEW_DOT_ROWS = 24, LEAST_PER_THREAD = 1 << 16 };

static bool suits(const weft_gemm *p, bool *dots) {
  // The sums' order of the two kernels differs little; what counts is which operand's elements are adjacent.
  *dots = p->a_k == 1 && p->b_k == 1 && (p->k >= 8 || p->b_n != 1);
  return *dots || (p->b_n == 1 && p->c_n == 1);
}

// Brings the product into the form a kernel takes; false if there is none or the work is too much for it.
static bool prepare(weft_gemm *p, bool *dots) {
  // Sizes of 1 leave the stride open; 1 suits most.
  if (p->k == 1) p->a_k = p->b_k = 1;
  if (p->n == 1) p->b_n = p->c_n = 1;
  if (p->m == 1) p->a_m = p->c_m = 1;
  double work = (double)p->m * (double)p->n * (double)p->k;
  bool few = p->m <= FEW_DOT_ROWS || p->n <= FEW_DOT_ROWS;
  if (work > SMALL && !few) return false;
  if (few && p->n < p->m) weft_gemm_transpose(p, NULL);
  if (!suits(p, dots)) {
    weft_gemm_transpose(p, NULL);
    if (!suits(p, dots)) return false;
  }
  return p->m <= (*dots ? FEW_DOT_ROWS : FEW_ROWS) || work <= (*dots ? SMALL_DOTS : SMALL);
}

bool weft_gemm_small_suits(const weft_gemm *product) {
  weft_gemm p = *product;
  bool dots;
  return prepare(&p, &dots);
}

bool weft_gemm_small(const weft_gemm *product) {
  weft_gemm p = *product;
  bool dots;
  if (!prepare(&p, &dots)) return false;
  job context = {&p, kernel_for(dots)};
  int64_t strip = p.m * p.k * 64, strips = (p.n + 63) / 64;
  int64_t grain = strip > LEAST_PER_THREAD ? 1 : LEAST_PER_THREAD / (strip + 1) + 1;
  // Long strips: memory is read in longer runs.
  int64_t share = strips / weft_share_count();
  weft_parallel_for_flushing(strips, grain > share ? grain : share, run, &context);
  return true;
}
