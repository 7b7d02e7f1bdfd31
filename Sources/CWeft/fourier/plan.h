// What the transforms of one length share (private): the passes they are made of, and roots of unity.
#ifndef WEFT_FOURIER_PLAN_H
#define WEFT_FOURIER_PLAN_H

#include <stddef.h>

#include "weft_types.h"

enum {
  /// A factor above this one is left to Bluestein's algorithm.
  WEFT_FOURIER_LARGEST_FACTOR = 31,
  WEFT_FOURIER_PASSES = 40,
  /// Numbers of a row below which those of several roots stand in one vector: the roots are then stored once for each.
  WEFT_FOURIER_SPREAD = 16,
  /// Numbers that a kernel may read and write past the end of an array.
  WEFT_FOURIER_SLACK = 64,
  /// Lines beside each other that are transformed together.
  WEFT_FOURIER_COLUMNS = 16,
};

/// One pass of Stockham's algorithm: from blocks of `stride` numbers, radix · count of them, each group of `radix`
/// blocks, `count` apart, becomes one of neighbours: y[r·p + k] = ω^(p·k) Σ x[p + count·j]·exp(-2πi·jk/radix), ω the
/// root of unity of order radix · count.
typedef struct {
  int64_t radix, count, stride;
  size_t roots;   // where ω^(p·k) begins: for each k from 1, of each p; `stride` times each where that is short
  size_t circle;  // for a radix with no text of its own: where the roots of order `radix` begin
} weft_fourier_pass;

typedef struct weft_fourier_plan weft_fourier_plan;
struct weft_fourier_plan {
  int64_t length;
  bool wide;      // float64
  int32_t users;  // the cache is one
  int32_t pass_count;
  weft_fourier_pass passes[WEFT_FOURIER_PASSES];
  size_t root_count;
  void *real, *imaginary;  // of all roots, in the plan's type
  // Bluestein's algorithm, where the length has a large factor: a convolution of `padded` numbers.
  weft_fourier_plan *convolution;
  void *chirp[2], *filter[2];
  // Of real rows: exp(-2πi·k/length) for k up to a quarter of it; the plan of half the length.
  weft_fourier_plan *half;
  void *turn[2];
};

/// The plan of a length from 2 on; give it back. NULL where there is no memory.
weft_fourier_plan *weft_fourier_plan_take(int64_t length, bool wide, bool real);
void weft_fourier_plan_give(weft_fourier_plan *plan);

#endif
