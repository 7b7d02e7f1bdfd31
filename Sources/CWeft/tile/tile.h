// Private to the tile engine: what a program looks like inside, and the table of kernels of one instruction set.
#ifndef WEFT_TILE_PRIVATE_H
#define WEFT_TILE_PRIVATE_H

#include "pair_list.h"
#include "weft_tile.h"

enum {
  /// What one register holds: 1,024 floats or 512 elements of 8 bytes, so that a dozen registers stay in the L1 cache.
  WEFT_TILE_BYTES = 4096,
  /// A uniform register holds its value this many bytes long: one vector of the widest instruction set.
  WEFT_SPLAT_BYTES = 64,
  /// The room of a register: the tile, 64 bytes that splatting kernels may write past its end, and its uniform value.
  /// No multiple of 4096, which keeps registers from falling on the same cache sets.
  WEFT_SPLAT_OFFSET = WEFT_TILE_BYTES + 128,
  WEFT_SLOT_BYTES = WEFT_SPLAT_OFFSET + WEFT_SPLAT_BYTES,
  WEFT_DTYPE_COUNT = 13,
  WEFT_COMPUTE_COUNT = 4,
  WEFT_REDUCTION_COUNT = 4,
};

/// An operand of an instruction: `step` is 1 for an array, 0 for a uniform value (WEFT_SPLAT_BYTES of it at `data`).
typedef struct {
  const void *data;
  size_t step;
} weft_lane;

/// What a program needs of one walk over a row. Stage s finishes the row reductions that depend on s others; the last
/// stage computes the outputs. An instruction that no target of the stage depends on is left out.
typedef struct {
  int32_t count;
  uint16_t *instructions;  // in program order
  uint8_t *needs_input;    // per input, then one for the position
} weft_stage;

struct weft_program {
  weft_program_description description;  // its arrays point into this allocation
  _Atomic int32_t holders;
  int32_t first_parameter, first_constant, position, first_temporary;
  bool uses_position, has_row_operations;
  int32_t cost;             // of one element, in units of about one addition
  int32_t element_bytes;    // of the compute type
  int32_t tile_elements;
  int32_t *final_writer;    // per output: the instruction that computes it, or -1
  int32_t *last_reader;     // per input: the last instruction that reads it (an output: instruction_count), or -1
  uint8_t *row_depth;       // per instruction: the number of row reductions, one after another, before it
  int32_t stage_count;
  weft_stage *stages;
  unsigned char *constant_splats;  // WEFT_SPLAT_BYTES each
  void *constant_allocation;
};

/// A fourth operand stands behind the third, at c[1].
typedef void (*weft_operation_kernel)(size_t n, void *d, const weft_lane *a, const weft_lane *b, const weft_lane *c);
/// results[row] or results[column] of a dense [rows, columns] block, in the compute type.
typedef void (*weft_reduce_kernel)(size_t rows, size_t columns, const void *source, void *results);
/// accumulator[i] = accumulator[i] ⊕ source[i]. Accumulators are double (float32 and float64) or int64; `low` carries
/// the rounding errors of float64 sums.
typedef void (*weft_accumulate_kernel)(size_t n, void *accumulator, double *low, const void *source);
typedef void (*weft_convert_kernel)(size_t n, void *d, const void *s);
/// destination[row][column] = source[row * stride], dense; up to a vector past the end is written.
typedef void (*weft_spread_kernel)(size_t rows, size_t columns, const void *source, ptrdiff_t stride,
                                   void *destination);

typedef void (*weft_normalize_kernel)(const weft_normalization *call, size_t begin, size_t end);
typedef void (*weft_normalize_gradient_kernel)(const weft_normalization_gradient *call, size_t begin, size_t end,
                                               void *sums);
/// The softmax down each of `width` columns, a multiple of 16; rows are `stride` elements apart in x and `to_stride` in
/// y, which may be x.
typedef void (*weft_softmax_kernel)(size_t length, size_t stride, size_t to_stride, size_t width, const void *x,
                                    void *y);

/// The sum of a line of floating-point numbers as it lies in memory; or sums[column] += that of a few rows,
/// `stride` elements apart.
typedef double (*weft_sum_along_kernel)(size_t n, const void *x);
typedef void (*weft_sum_down_kernel)(size_t rows, size_t columns, size_t stride, const void *x, double *sums);

typedef void (*weft_softmax_gradient_kernel)(size_t length, size_t stride, size_t width, const void *g, const void *y,
                                             void *result);
/// The largest of a row and Σe^(x - it); and e^(x - largest - logarithm)·scale, of which it returns what is at `place`,
/// unscaled.
typedef void (*weft_row_exponentials_kernel)(size_t n, const float *x, float *largest, float *sum);
typedef float (*weft_row_shares_kernel)(size_t n, const float *x, float largest, float logarithm, float scale,
                                        size_t place, float *result);
/// The same down each of `width` columns, a multiple of 16; columns that are not kept, with all bits 0, give 0.
typedef void (*weft_column_exponentials_kernel)(size_t length, size_t stride, size_t width, const float *x,
                                                float *largest, float *sums);
typedef void (*weft_column_shares_kernel)(size_t length, size_t stride, size_t width, const float *x,
                                          const float *largest, const float *logarithms, const int32_t *kept,
                                          float scale, float *result);
/// The sum of what an instruction gives, in the order of a row's.
typedef void (*weft_sum_of_kernel)(size_t n, const weft_lane *a, const weft_lane *b, const weft_lane *c, void *result);

/// The bytes round(x / divisor) + offset, cut to low ... high, where x is the sum, or the product, of what bytes a and b
/// stand for, which is (byte - zero) · scale. NaN gives 0.
typedef struct {
  bool multiplies, is_signed;
  float zero[2], scale[2], divisor, offset, low, high;
} weft_byte_pairs;

typedef void (*weft_byte_pairs_kernel)(const weft_byte_pairs *pairs, size_t n, const void *a, const void *b,
                                       void *result);

/// The kernels of one instruction set.
typedef struct {
  weft_operation_kernel operations[WEFT_COMPUTE_COUNT][WEFT_OPCODE_COUNT];  // NULL where one does not exist
  weft_reduce_kernel reduce_rows[WEFT_COMPUTE_COUNT][WEFT_REDUCTION_COUNT];
  weft_reduce_kernel reduce_columns[WEFT_COMPUTE_COUNT][WEFT_REDUCTION_COUNT];
  // Columns too, each in the order of its rows: a result does not depend on how many stand beside it.
  weft_reduce_kernel reduce_down[WEFT_COMPUTE_COUNT][WEFT_REDUCTION_COUNT];
  weft_accumulate_kernel accumulate[WEFT_COMPUTE_COUNT][WEFT_REDUCTION_COUNT];
  weft_spread_kernel spread[2];  // of elements of 4 and of 8 bytes
  weft_normalize_kernel normalize_rows[2];  // of float32 and float64
  weft_normalize_gradient_kernel normalize_gradient_rows[2];
  weft_softmax_kernel softmax_columns[2][2];  // of float32 and float64, and the logarithms
  weft_reduce_kernel softmax_rows[2][2];
  weft_softmax_gradient_kernel softmax_gradient_columns[2][2];
  weft_row_exponentials_kernel row_exponentials;
  weft_row_shares_kernel row_shares;
  weft_column_exponentials_kernel column_exponentials;
  weft_column_shares_kernel column_shares;
  weft_byte_pairs_kernel byte_pairs;
  weft_sum_of_kernel sums_of[2][WEFT_OPCODE_COUNT];  // of float32 and float64; NULL where one does not exist
  weft_sum_along_kernel sum_along[4][3];  // of float32, float16, bfloat16, float64; of each, its square, its size
  weft_sum_down_kernel sum_down[3];
  // The first of each as arithmetic wants it (integers wrap), the second as a conversion (integers are clamped).
  weft_convert_kernel load[2][WEFT_COMPUTE_COUNT][WEFT_DTYPE_COUNT];
  weft_convert_kernel store[2][WEFT_COMPUTE_COUNT][WEFT_DTYPE_COUNT];
} weft_kernels;

// Which of them there are, isa.h says.
extern const weft_kernels weft_kernels_baseline, weft_kernels_avx2, weft_kernels_avx512;

const weft_kernels *weft_kernels_current(void);

/// The bytes of one element of `dtype`.
int32_t weft_dtype_bytes(int32_t dtype);
/// The dtype whose memory form equals the compute type.
int32_t weft_compute_dtype(int32_t compute);
static inline bool weft_computes_integers(int32_t compute) { return compute >= WEFT_COMPUTE_INT64; }
bool weft_is_row_operation(int32_t opcode);
/// The cost of an operation, in units of about one addition.
int32_t weft_operation_cost(int32_t opcode);
int32_t weft_operation_arity(int32_t opcode);

#endif
