// Which instruction set the kernels use: chosen once, the best the machine has unless WEFT_ISA names a weaker one.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tile.h"

typedef struct {
  const char *name;
  const weft_kernels *kernels;
} instruction_set;

static const instruction_set sets[] = {
    {"baseline", &weft_kernels_baseline},
#if defined(__x86_64__)
    {"avx2", &weft_kernels_avx2},
    {"avx512", &weft_kernels_avx512},
#endif
};
enum { SET_COUNT = sizeof sets / sizeof *sets };

static atomic_int current = -1;

static bool machine_has(int32_t index) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (index == 1) return avx2;
  if (index == 2) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  }
#endif
  return index == 0;
}

static int32_t choose(void) {
  int32_t best = SET_COUNT - 1;
  const char *wanted = getenv("WEFT_ISA");
  for (int32_t i = 0; wanted && i < SET_COUNT; i++) {
    if (strcmp(wanted, sets[i].name) == 0) best = i;
  }
  while (!machine_has(best)) best--;
  return best;
}

const char *weft_isa_name(int32_t index) { return index >= 0 && index < SET_COUNT ? sets[index].name : NULL; }

int32_t weft_isa_current(void) {
  int32_t index = atomic_load_explicit(&current, memory_order_relaxed);
  if (index >= 0) return index;
  index = choose();
  atomic_store_explicit(&current, index, memory_order_relaxed);
  return index;
}

bool weft_isa_select(int32_t index) {
  if (index < 0 || index >= SET_COUNT || !machine_has(index)) return false;
  atomic_store_explicit(&current, index, memory_order_relaxed);
  return true;
}

const weft_kernels *weft_kernels_current(void) { return sets[weft_isa_current()].kernels; }
