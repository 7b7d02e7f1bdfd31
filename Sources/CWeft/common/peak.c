// What this machine can do at best. The loops do nothing useful, in ways a compiler cannot see through: their factors
// come from volatile memory, and what they compute goes back there.
#include "weft_peak.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "isa.h"
#include "weft_parallel.h"
#include "weft_system.h"
#include "weft_tile.h"

// As many independent sums as hide the latency of an addition on any processor; they fit in 16 registers.
enum { SUMS = 12 };

static volatile double factor = 0.999, addend = 0.001;
static _Atomic double sink;

// Each computes `rounds` times SUMS vectors of sums and says what that is worth: the operations of one round.
typedef struct {
  double (*run)(int64_t rounds);
  double operations;
} arithmetic_loop;

#define LOOP(name, attribute, vector, set, step, first)        \
  attribute static double name(int64_t rounds) {               \
    const vector a = set(factor), b = set(addend);             \
    vector x[SUMS];                                            \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) x[i] = set(addend * i); \
    for (int64_t r = 0; r < rounds; r++) {                     \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) x[i] = step;          \
    }                                                          \
    vector total = x[0];                                       \
    _Pragma("clang loop unroll(full)") for (int i = 1; i < SUMS; i++) total = total + x[i];   \
    return first;                                              \
  }

typedef float float4 __attribute__((vector_size(16)));
typedef double double2 __attribute__((vector_size(16)));
static inline float4 set_float4(double v) { return (float4){(float)v, (float)v, (float)v, (float)v}; }
static inline double2 set_double2(double v) { return (double2){v, v}; }

LOOP(float_baseline, , float4, set_float4, x[i] * a + b, (double)total[0])
LOOP(double_baseline, , double2, set_double2, x[i] * a + b, total[0])

// Of float32, float64 and bfloat16.
static const arithmetic_loop baseline_loops[3] = {{float_baseline, 2 * 4 * SUMS}, {double_baseline, 2 * 2 * SUMS}};

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f")))
#define BF16 __attribute__((target("avx512f,avx512bf16")))
#define SET_PS256(v) _mm256_set1_ps((float)(v))
#define SET_PS512(v) _mm512_set1_ps((float)(v))

LOOP(float_avx2, AVX2, __m256, SET_PS256, _mm256_fmadd_ps(x[i], a, b), (double)total[0])
LOOP(double_avx2, AVX2, __m256d, _mm256_set1_pd, _mm256_fmadd_pd(x[i], a, b), total[0])
LOOP(float_avx512, AVX512, __m512, SET_PS512, _mm512_fmadd_ps(x[i], a, b), (double)total[0])
LOOP(double_avx512, AVX512, __m512d, _mm512_set1_pd, _mm512_fmadd_pd(x[i], a, b), total[0])
LOOP(bfloat16_avx512, BF16, __m512, SET_PS512, _mm512_dpbf16_ps(x[i], (__m512bh)a, (__m512bh)b), (double)total[0])

static const arithmetic_loop avx2_loops[3] = {{float_avx2, 2 * 8 * SUMS}, {double_avx2, 2 * 4 * SUMS}};
static const arithmetic_loop avx512_loops[3] = {{float_avx512, 2 * 16 * SUMS}, {double_avx512, 2 * 8 * SUMS},
                                                {bfloat16_avx512, 2 * 32 * SUMS}};
#endif

static const arithmetic_loop *find_loop(int32_t dtype) {
  static const arithmetic_loop *const sets[] = {WEFT_ISA_SETS(baseline_loops, avx2_loops, avx512_loops)};
  const arithmetic_loop *loops = sets[weft_isa_current()];
  switch (dtype) {
    case WEFT_FLOAT32: return &loops[0];
    case WEFT_FLOAT64: return &loops[1];
    case WEFT_BFLOAT16: return weft_uses_avx512_bfloat16() ? &loops[2] : NULL;
    default: return NULL;
  }
}

static double seconds_now(void) { return (double)weft_clock_nanoseconds() * 1e-9; }

typedef struct {
  const arithmetic_loop *loop;
  int64_t rounds;
} arithmetic_work;

static void run_arithmetic(void *context, int64_t begin, int64_t end) {
  const arithmetic_work *work = context;
  double sum = 0;
  for (int64_t i = begin; i < end; i++) sum += work->loop->run(work->rounds);
  atomic_store_explicit(&sink, sum, memory_order_relaxed);  // so that the loops are not left out
}

double weft_peak_arithmetic(int32_t dtype, double seconds) {
  arithmetic_work work = {find_loop(dtype), 1 << 20};
  if (!work.loop) return 0;
  int64_t threads = weft_thread_count();
  double best = 0, end = seconds_now() + seconds;
  do {
    double start = seconds_now();
    weft_parallel_for(threads, 1, run_arithmetic, &work);
    double rate = work.loop->operations * (double)work.rounds * (double)threads / (seconds_now() - start);
    if (rate > best) best = rate;
  } while (seconds_now() < end);
  return best;
}

typedef struct {
  char *from, *to;
  int64_t share, repeats;  // bytes a thread copies, and how often
} copy_work;

static void run_copy(void *context, int64_t begin, int64_t end) {
  const copy_work *work = context;
  for (int64_t i = begin; i < end; i++) {
    for (int64_t r = 0; r < work->repeats; r++) {
      memcpy(work->to + i * work->share, work->from + i * work->share, (size_t)work->share);
      __asm__ volatile("" ::: "memory");  // each copy counts
    }
  }
}

double weft_peak_copy(int64_t bytes, double seconds) {
  int64_t threads = weft_thread_count();
  copy_work work = {.share = (bytes / 2 / threads + 63) / 64 * 64};
  if (work.share < 64) work.share = 64;
  size_t size = (size_t)(work.share * threads);
  work.from = aligned_alloc(64, size);
  work.to = aligned_alloc(64, size);
  double best = 0, end = seconds_now() + seconds;
  // A try moves 32 MiB or more, so that starting the threads does not count.
  work.repeats = 1 + (1 << 24) / (int64_t)size;
  if (work.from && work.to) {
    memset(work.from, 1, size);
    memset(work.to, 2, size);
    do {
      double start = seconds_now();
      weft_parallel_for(threads, 1, run_copy, &work);
      double rate = 2.0 * (double)size * (double)work.repeats / (seconds_now() - start);
      if (rate > best) best = rate;
    } while (seconds_now() < end);
  }
  free(work.from);
  free(work.to);
  return best;
}
