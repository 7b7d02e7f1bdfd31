// The kernels of Sources/CWeft through their public headers, each family beside the plainest loops that say the same.
// One line a family; the exit status says whether all is well. With the argument "sets" it only says which instruction
// sets this machine has.
#include "check.h"

static int print_sets(void) {
  for (int32_t i = 0; weft_isa_name(i); i++) {
    if (weft_isa_select(i)) puts(weft_isa_name(i));
  }
  return EXIT_SUCCESS;
}

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "sets") == 0) return print_sets();
  printf("instruction set %s, %d threads, %s\n", weft_isa_name(weft_isa_current()), weft_thread_count(),
         weft_cpu_name());
  check_formulas();
  check_pairs();
  check_pieces();
  check_conversions();
  check_maps();
  check_byte_maps();
  check_direct_maps();
  check_rounded_once();
  check_reductions();
  check_sums();
  check_normalizations();
  check_cross_entropy();
  check_products();
  check_convolutions();
  check_whole_convolutions();
  check_memory();
  check_recent();
  check_last_passes();
  check_pools();
  check_quantized();
  check_recurrent();
  check_attention();
  check_random();
  check_indexing();
  check_bags_of_rows();
  check_scans();
  check_grids();
  check_distances();
  check_padding();
  check_special();
  check_transforms();
  check_threads();
  check_launches();
  check_trees();
  return finish() ? EXIT_SUCCESS : EXIT_FAILURE;
}
