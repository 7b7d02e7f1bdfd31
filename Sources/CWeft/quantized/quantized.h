// The kernels of weights in codes (private).
#ifndef WEFT_QUANTIZED_KERNELS_H
#define WEFT_QUANTIZED_KERNELS_H

#include "weft_quantized.h"

enum {
  WEFT_CODE_UNIT = 32,  // codes that are decoded at a time
  WEFT_DOT_ROWS = 4,    // rows of x that share what was decoded
};

/// What floats are multiplied by.
typedef struct {
  /// numbers [end - begin][inputs] of rows begin ..< end.
  void (*decode)(const weft_quantized_weight *weight, int64_t begin, int64_t end, float *numbers);
  /// y[r * outputs + o] = x[r * inputs ...] · W[o] for o of begin ..< end and 1 or WEFT_DOT_ROWS rows; `sums` has the
  /// sum of each unit of x, [rows][inputs / 32], where there are minima.
  void (*dot)(const weft_quantized_weight *weight, int64_t begin, int64_t end, int32_t rows, const float *x,
              const float *sums, float *y);
} weft_code_kernels;

extern const weft_code_kernels weft_code_baseline, weft_code_avx2, weft_code_avx512;

enum { WEFT_ROUNDED_UNITS = 4 };  // units that are multiplied together

/// Four units of a row of x, each of 32 whole numbers of 16 bits and a scale: the halves of the first 16 numbers of
/// each unit, one unit behind the other, and those of the others. Units that the row does not have are zeros.
typedef struct {
  uint8_t high[2][64], low[2][64];
  float scales[16];  // that of each unit four times
  float sums[16];    // of each unit's numbers, each with three zeros behind
} weft_rounded_units;

static inline int64_t weft_rounded_count(int64_t inputs) {
  return (inputs / WEFT_CODE_UNIT + WEFT_ROUNDED_UNITS - 1) / WEFT_ROUNDED_UNITS;
}

/// What ggml's blocks are multiplied by where the processor multiplies bytes well.
typedef struct {
  /// Rounds a row: each number by at most a 65,534th of the largest of its unit. False where a unit cannot be: its
  /// numbers are not finite, or too small.
  bool (*round)(int32_t format, int64_t inputs, const float *x, weft_rounded_units *to);
  /// y[r * outputs + o] = x[r] · W[o] for o of begin ..< end and 1 or WEFT_DOT_ROWS rows.
  void (*dot)(const weft_quantized_weight *weight, int64_t begin, int64_t end, int32_t rows,
              const weft_rounded_units *x, float *y);
} weft_block_kernels;

extern const weft_block_kernels weft_blocks_vnni;

/// The columns of a product of whole numbers, and how many rows of a lie along the lanes.
enum { WEFT_WHOLE_COLUMNS = 8 };

/// Rows of a stand in panels, one along each lane: [panel][depth / step][lanes][step], of `step` numbers that make up 4
/// bytes, the last ones zeros. A block is WEFT_WHOLE_COLUMNS rows of b in such numbers, [columns][depth / step][step].
typedef struct {
  int32_t lanes, step;
  int32_t offset;  // what is added to a's signed numbers in a panel, so that they are not below 0
  /// count numbers as they stand in panels.
  void (*widen_signed)(int64_t count, const int8_t *from, void *to);
  void (*widen_unsigned)(int64_t count, const uint8_t *from, void *to);
  /// The nearest whole numbers to from[i] * factor, as they stand in panels. None lies beyond ±127.
  void (*round)(int64_t count, const float *from, float factor, void *to);
  /// The largest magnitude; not finite where some number is not.
  float (*largest)(int64_t count, const float *from);
  /// The sum of a column of a block.
  int32_t (*total)(int64_t steps, const void *column);
  /// sums [columns][lanes] of two panels behind each other, or of one: start[column] + a · b.
  void (*multiply)(int64_t steps, int32_t panels, const void *panel, const void *block, const int32_t *start,
                   int32_t *sums);
} weft_whole_kernels;

extern const weft_whole_kernels weft_whole_baseline, weft_whole_avx2, weft_whole_avx512, weft_whole_vnni;

/// Bytes of a row of codes; 0 for what is no format.
int64_t weft_code_row_bytes(int32_t format, int64_t inputs);
/// Whether a weight is one: its format, and sizes that go with it.
bool weft_quantized_is_valid(const weft_quantized_weight *weight);

#endif
