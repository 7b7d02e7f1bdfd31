// Discrete Fourier transforms of any length, through the transform of Eigen (kissfft).
#ifndef WEFT_FOURIER_H
#define WEFT_FOURIER_H

#include "weft_types.h"

/// `rows` transforms of `length` complex numbers each (real and imaginary part side by side), from `input` to `output`,
/// which are apart: output[k] = scale · Σ input[j]·exp(∓2πi·jk/length), minus for the forward one. float32 or float64,
/// without gaps. Returns false where memory ran out.
bool weft_fourier(int64_t rows, int64_t length, bool inverse, double scale, int32_t dtype, const void *input,
                  void *output);

/// The numbers 0 through length / 2 of the forward transforms of real rows.
bool weft_fourier_real(int64_t rows, int64_t length, double scale, int32_t dtype, const void *input, void *output);

#endif
