// Between the driver of the Fourier transforms and their kernels (private).
#ifndef WEFT_FOURIER_PRIVATE_H
#define WEFT_FOURIER_PRIVATE_H

#include "line.h"
#include "plan.h"

/// Numbers as two arrays, of their real and imaginary parts.
typedef struct {
  void *real, *imaginary;
} weft_fourier_parts;

/// Kernels of one instruction set and type. All arrays have room for WEFT_FOURIER_SLACK numbers more.
typedef struct {
  /// One pass over lines of which `columns` lie side by side, 1 or WEFT_FOURIER_COLUMNS.
  void (*pass)(const weft_fourier_plan *plan, const weft_fourier_pass *pass, size_t columns, weft_fourier_parts from,
               weft_fourier_parts to);
  /// Parts from pairs, `stride` pairs from one row of `columns` to the next, and back, times `scale`.
  void (*part)(size_t rows, size_t columns, size_t stride, const void *pairs, weft_fourier_parts to);
  void (*pair)(size_t rows, size_t columns, size_t stride, double scale, weft_fourier_parts from, void *pairs);
  /// to[i] = scale · to[i] · by[i], of complex numbers; the conjugate of `by` where asked for.
  void (*multiply)(size_t count, weft_fourier_parts by, weft_fourier_parts to);
  /// The transform of 2 · half real numbers from that of their pairs, as pairs, times `scale`.
  void (*unfold)(size_t half, double scale, weft_fourier_parts turn, weft_fourier_parts from, void *pairs);
  /// The transform of the pairs of 2 · half real numbers from the first half of theirs, whose imaginary parts are
  /// multiplied by a sign.
  void (*fold)(size_t half, double sign, weft_fourier_parts turn, const void *pairs, weft_fourier_parts to);
  /// The whole transform of an odd number of real numbers from its first half, likewise.
  void (*mirror)(size_t length, double sign, const void *pairs, weft_fourier_parts to);
  void (*scale)(size_t count, double factor, const void *from, void *to);
  /// `unfold` and `fold` of WEFT_FOURIER_COLUMNS lines beside each other, to and from parts.
  void (*unfold_columns)(size_t half, double scale, weft_fourier_parts turn, weft_fourier_parts from,
                         weft_fourier_parts to);
  void (*fold_columns)(size_t half, double sign, weft_fourier_parts turn, weft_fourier_parts from,
                       weft_fourier_parts to);
  /// As many lines of pairs that lie one behind the other, brought beside each other, and back, times `scale`.
  void (*part_lines)(size_t length, const void *pairs, weft_fourier_parts to);
  void (*pair_lines)(size_t length, double scale, weft_fourier_parts from, void *pairs);
} weft_fourier_kernels;

extern const weft_fourier_kernels weft_fourier_kernels_baseline[2], weft_fourier_kernels_avx2[2],
    weft_fourier_kernels_avx512[2];

#endif
