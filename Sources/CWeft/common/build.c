// How the kernels were compiled: without optimization, as in a debug build, nothing they compute is other, and everything
// is slow.
#include <stdio.h>
#include <stdlib.h>

#include "weft_system.h"

bool weft_is_optimized(void) {
#if defined(__OPTIMIZE__)
  return true;
#else
  return false;
#endif
}

void weft_say(const char *text) {
  const char *quiet = getenv("WEFT_QUIET");
  if (quiet && *quiet) return;
  fprintf(stderr, "weft: %s (WEFT_QUIET=1 leaves this out)\n", text);
}

void weft_say_unoptimized(void) {
  weft_say("the kernels were compiled without optimization, which makes them up to ten times slower: build with "
           "`-c release`, or with `-Xcc -O2` for a debug build");
}
