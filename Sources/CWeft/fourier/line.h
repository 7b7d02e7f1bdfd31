// One line, transformed by the calling thread (private): also what a plan makes of its own numbers.
#ifndef WEFT_FOURIER_LINE_H
#define WEFT_FOURIER_LINE_H

#include <stdbool.h>

struct weft_fourier_plan;

/// Transforms one line from pairs to pairs; false where there was no memory.
bool weft_fourier_run_line(const struct weft_fourier_plan *plan, const void *input, void *output);

#endif
