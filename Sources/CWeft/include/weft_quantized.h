// Weights in codes of 8 and 4 bits: turned into numbers, multiplied as they are, and products of whole numbers.
#ifndef WEFT_QUANTIZED_H
#define WEFT_QUANTIZED_H

#include "weft_types.h"

/// How codes stand for a row's numbers. The last three are ggml's blocks of 32, which hold their scales.
typedef enum {
  WEFT_CODES_INT8,  // one byte each: scale * code
  WEFT_CODES_INT4,  // 32 in 16 bytes, element i low in byte i and element i + 16 high in it: scale * (code - 8),
                    // or with minima scale * code + minimum
  WEFT_CODES_Q8_0,
  WEFT_CODES_Q4_0,
  WEFT_CODES_Q4_1,
} weft_code_format;

/// A weight [outputs, inputs]. Codes lie row by row, as many bytes each as the format needs.
typedef struct {
  int32_t format;
  int64_t outputs, inputs;  // inputs a multiple of 32 but for int8
  int64_t group;            // how many inputs share a scale: all of them, or a multiple of 32 that divides them
  const void *codes;
  const float *scales, *minima;  // [outputs][inputs / group]; minima of int4 only, or NULL
} weft_quantized_weight;

// Each returns 0, or a code that `weft_status_message` explains.

/// numbers [outputs][inputs], to the bit what `gguf.quants` for Python makes of ggml's blocks.
int32_t weft_dequantize(const weft_quantized_weight *weight, float *numbers);
/// y [rows][outputs] = x [rows][inputs] · Wᵀ. Few rows read the codes as they are; for many, parts of W become numbers.
/// Before 32,768 and more codes of ggml's blocks, few rows may be rounded to 16 bits: each number by at most a 65,534th
/// of the largest of its unit of 32.
int32_t weft_quantized_linear(const weft_quantized_weight *weight, int64_t rows, const float *x, float *y);
/// The same with each row of x brought to whole numbers of -127 ... 127 first, for codes of int8 with a scale a row:
/// exact but for that. A row that is not finite gives NaN.
int32_t weft_dynamic_linear(const weft_quantized_weight *weight, int64_t rows, const float *x, float *y);

/// c [rows][columns] = a [rows][depth] · b [columns][depth]ᵀ, sums modulo 2^32. `a` is of int8, or of uint8.
int32_t weft_integer_product(int64_t rows, int64_t columns, int64_t depth, bool is_unsigned, const void *a,
                             const int8_t *b, int32_t *c);

#endif
