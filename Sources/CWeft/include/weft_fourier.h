// Discrete Fourier transforms of any length.
#ifndef WEFT_FOURIER_H
#define WEFT_FOURIER_H

#include "weft_types.h"

/// Transforms along an axis of `length` complex numbers (real and imaginary part side by side), with `outer` axes before
/// it and `inner` behind, from `input` to `output`, which are apart: output[k] = scale · Σ input[j]·exp(∓2πi·jk/length),
/// minus for the forward one. float32 or float64, without gaps. A line gives the same bits wherever it lies. Returns
/// false where memory ran out or the axis is longer than 2^28.
bool weft_fourier(int64_t outer, int64_t length, int64_t inner, bool inverse, double scale, int32_t dtype,
                  const void *input, void *output);

/// The numbers 0 through length / 2 of the forward transforms of real rows.
bool weft_fourier_real(int64_t rows, int64_t length, double scale, int32_t dtype, const void *input, void *output);

/// Rows of `length` real numbers: the transforms, inverse or forward, of rows of which the numbers 0 through length / 2
/// are given, the others being their mirror images, conjugate. The imaginary parts of number 0 and, for an even length,
/// of the last one take no part.
bool weft_fourier_mirrored(int64_t rows, int64_t length, bool inverse, double scale, int32_t dtype, const void *input,
                           void *output);

#endif
