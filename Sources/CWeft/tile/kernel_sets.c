// The tile kernels of each instruction set.
#include "../common/isa.h"
#include "tile.h"

const weft_kernels *weft_kernels_current(void) {
  static const weft_kernels *const sets[] = {
      WEFT_ISA_SETS(&weft_kernels_baseline, &weft_kernels_avx2, &weft_kernels_avx512)};
  return sets[weft_isa_current()];
}
