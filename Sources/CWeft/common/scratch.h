// Working memory of the calling thread, taken and given back as a stack (private).
#ifndef WEFT_SCRATCH_H
#define WEFT_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  void *block;
  size_t used;
} weft_scratch_mark;

/// Remembers how much is taken; `weft_scratch_release` gives back whatever was taken since.
weft_scratch_mark weft_scratch_begin(void);
void weft_scratch_release(weft_scratch_mark mark);
/// `bytes` of memory aligned to 64, or NULL. Valid until released. Holds garbage.
void *weft_scratch_take(size_t bytes);

/// Ends the process with a line on standard error, where a kernel that has no way to fail lacks working memory.
_Noreturn void weft_no_memory(void);

/// a * b bytes, or SIZE_MAX (which `weft_scratch_take` refuses) if that overflows or is negative.
static inline size_t weft_bytes(int64_t a, int64_t b) {
  int64_t product;
  if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product)) return SIZE_MAX;
  return (size_t)product;
}

static inline size_t weft_bytes3(int64_t a, int64_t b, int64_t c) {
  size_t product = weft_bytes(a, b);
  return product > INT64_MAX ? SIZE_MAX : weft_bytes((int64_t)product, c);
}

#endif
