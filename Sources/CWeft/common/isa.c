// Which instruction set the kernels use: chosen once for all of them, the best that the machine has unless WEFT_ISA
// names a weaker one. Nothing else in the library asks the processor what it can do.
#include "isa.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weft_system.h"

static const char *const names[] = {WEFT_ISA_SETS("baseline", "avx2", "avx512")};
enum { SETS = sizeof names / sizeof *names };

static atomic_int current = -1;

#if defined(__x86_64__)

static bool machine_has(int32_t index) {
  __builtin_cpu_init();
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (index == WEFT_AVX2) return avx2;
  if (index == WEFT_AVX512) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  }
  return index == WEFT_BASELINE;
}

bool weft_uses_avx512_bfloat16(void) { return weft_uses_avx512() && __builtin_cpu_supports("avx512bf16"); }
bool weft_uses_avx512_vnni(void) { return weft_uses_avx512() && __builtin_cpu_supports("avx512vnni"); }

#else

static bool machine_has(int32_t index) { return index == WEFT_BASELINE; }

bool weft_uses_avx512_bfloat16(void) { return false; }
bool weft_uses_avx512_vnni(void) { return false; }

#endif

// Going on with another set would let tests pass that tested something else.
static _Noreturn void refuse(const char *wanted) {
  char list[64] = "";
  for (int32_t i = 0; i < SETS; i++) {
    if (!machine_has(i)) continue;
    if (*list) strcat(list, ", ");
    strcat(list, names[i]);
  }
  fprintf(stderr, "WEFT_ISA names the instruction set of Weft's kernels, on this machine one of: %s. It is \"%s\". "
          "Without it in the environment, the best one is used. [machine.isa]\n", list, wanted);
  _Exit(EXIT_FAILURE);
}

static int32_t choose(void) {
  const char *wanted = getenv("WEFT_ISA");
  if (wanted && *wanted) {
    for (int32_t i = 0; i < SETS; i++) {
      if (strcmp(wanted, names[i]) == 0 && machine_has(i)) return i;
    }
    refuse(wanted);
  }
  int32_t best = SETS - 1;
  while (!machine_has(best)) best--;
  return best;
}

const char *weft_isa_name(int32_t index) { return index >= 0 && index < SETS ? names[index] : NULL; }

int32_t weft_isa_current(void) {
  int32_t index = atomic_load_explicit(&current, memory_order_relaxed);
  if (index >= 0) return index;
  int unknown = -1;
  // Whoever is first wins, and says what there is to say of the kernels that now begin.
  if (atomic_compare_exchange_strong(&current, &unknown, choose()) && !weft_is_optimized()) weft_say_unoptimized();
  return atomic_load_explicit(&current, memory_order_relaxed);
}

bool weft_isa_select(int32_t index) {
  if (index < 0 || index >= SETS || !machine_has(index)) return false;
  atomic_store_explicit(&current, index, memory_order_relaxed);
  return true;
}
