// Which instruction set the kernels use: chosen once for all of them, the best that the machine has unless WEFT_ISA
// names a weaker one. Nothing else in the library asks the processor what it can do.
#include "isa.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[WEFT_ISA_COUNT] = {"baseline", "avx2", "avx512"};
#if defined(__x86_64__)
enum { SETS = WEFT_ISA_COUNT };
#else
enum { SETS = 1 };
#endif

static atomic_int current = -1;

static bool machine_has(int32_t index) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (index == WEFT_AVX2) return avx2;
  if (index == WEFT_AVX512) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  }
#endif
  return index == WEFT_BASELINE;
}

static int32_t choose(void) {
  int32_t best = SETS - 1;
  const char *wanted = getenv("WEFT_ISA");
  for (int32_t i = 0; wanted && i < SETS; i++) {
    if (strcmp(wanted, names[i]) == 0) best = i;
  }
  while (!machine_has(best)) best--;
  return best;
}

const char *weft_isa_name(int32_t index) { return index >= 0 && index < SETS ? names[index] : NULL; }

int32_t weft_isa_current(void) {
  int32_t index = atomic_load_explicit(&current, memory_order_relaxed);
  if (index >= 0) return index;
  index = choose();
  atomic_store_explicit(&current, index, memory_order_relaxed);
  return index;
}

bool weft_isa_select(int32_t index) {
  if (index < 0 || index >= SETS || !machine_has(index)) return false;
  atomic_store_explicit(&current, index, memory_order_relaxed);
  return true;
}

bool weft_uses_avx512_bfloat16(void) {
#if defined(__x86_64__)
  return weft_uses_avx512() && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}
