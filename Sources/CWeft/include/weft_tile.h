// The tile engine: runs compiled formulas over strided arrays, a tile of registers at a time.
//
// A program is a list of vector instructions over registers. Registers are numbered in this order:
//   inputs, parameters, constants, the position in the row (one register, always present), temporaries.
// Temporaries may be written more than once (the compiler reuses them after their last use).
#ifndef WEFT_TILE_H
#define WEFT_TILE_H

#include "weft_instructions.h"
#include "weft_types.h"

/// The type every register of a program holds. Inputs are converted on loading, outputs on storing.
typedef enum {
  WEFT_COMPUTE_FLOAT32 = 0,  // float32, float16, bfloat16 (and anything converted to them)
  WEFT_COMPUTE_FLOAT64 = 1,
  WEFT_COMPUTE_INT64 = 2,    // all integers and bool; stores wrap modulo 2^bits, bool stores `!= 0`
  WEFT_COMPUTE_UINT64 = 3,   // the same where uint64 is among them
} weft_compute;

/// Vector instructions; weft_instructions.h lists them.
#define WEFT_OPCODE(name, ...) WEFT_OP_##name,
typedef enum { WEFT_INSTRUCTIONS(WEFT_OPCODE) WEFT_OP_COUNT } weft_opcode;
#undef WEFT_OPCODE

/// The name of an instruction as weft_instructions.h has it; NULL for a number that is none's.
const char *weft_opcode_name(int32_t opcode);

typedef struct {
  uint16_t opcode;
  uint16_t destination, a, b, c, d;
} weft_instruction;

/// How an output of a program is reduced by `weft_reduce`.
typedef enum {
  WEFT_REDUCE_SUM,
  WEFT_REDUCE_PRODUCT,
  WEFT_REDUCE_MAXIMUM,
  WEFT_REDUCE_MINIMUM,
} weft_reduction;

typedef struct {
  int32_t compute;
  int32_t input_count, output_count, parameter_count, constant_count;
  int32_t register_count;  // all of them
  int32_t instruction_count;
  const weft_instruction *instructions;
  const weft_scalar *constants;
  const uint16_t *outputs;  // the register each output is stored from (may be an input register)
  bool clamps;  // integers that another integer type cannot hold become its nearest, on loading and storing: for
                // programs that hand values on instead of computing with them
} weft_program_description;

typedef struct weft_program weft_program;

/// A prepared copy of the description (nothing of it is kept by reference), or NULL if it is malformed.
weft_program *weft_program_create(const weft_program_description *description);
/// Keeps it for one more holder, who lets it go with `weft_program_destroy`.
void weft_program_keep(weft_program *program);
void weft_program_destroy(weft_program *program);

/// Elementwise: outputs[...] = program(inputs[...]) for every index of `shape`.
/// `operands` holds the inputs, then the outputs; an output may be the same view as an input.
void weft_map(const weft_program *program, int32_t rank, const int64_t *shape,
              const weft_operand *operands, const weft_scalar *parameters);

/// The arrays of one element-by-element computation, each `size` elements in a row of the program's own type.
typedef struct {
  int64_t size;
  void *const *data;  // the inputs, then the outputs; an output may be the same array as an input
} weft_dense_arrays;

/// `weft_map` over many groups of arrays with the same parameters, in one parallel region. The program reads no
/// position and reduces no rows.
void weft_map_many(const weft_program *program, int64_t count, const weft_dense_arrays *items,
                   const weft_scalar *parameters);

/// As `weft_map`, where the last axis is the row that WEFT_OP_ROW_* reduce over. An output whose stride along
/// the last axis is 0 while that axis is longer than 1 gets one value per row.
void weft_row_map(const weft_program *program, int32_t rank, const int64_t *shape,
                  const weft_operand *operands, const weft_scalar *parameters);

/// Evaluates the program at every index of `shape` and reduces output k over the axes marked in `reduced`
/// by `reductions[k]`. Outputs have strides for all axes; those of reduced axes are ignored. An empty reduction gives
/// the neutral element (0, 1, -inf, +inf; of integers the smallest and largest). Summation error stays near that
/// of pairwise summation, and the result does not depend on the number of threads.
void weft_reduce(const weft_program *program, int32_t rank, const int64_t *shape, const uint8_t *reduced,
                 const int32_t *reductions, const weft_operand *operands, const weft_scalar *parameters);

/// The softmax, or its `logarithm`, along an axis of `length`, with `outer` axes before it and `inner` behind. Both
/// tensors are contiguous, of one type: float32, float64, or of half precision, which is computed in float32. Fewer
/// columns than WEFT_SOFTMAX_COLUMNS, and those of half precision, take memory for `length` times as many numbers, rows
/// of half precision for `length`; of very few columns, but for one, and of short rows `weft_row_map` makes more.
void weft_softmax_along(int32_t dtype, bool logarithm, int64_t outer, int64_t length, int64_t inner, const void *input,
                  void *output);
enum { WEFT_SOFTMAX_COLUMNS = 64 };

/// The gradient of the softmax y, or of its logarithm, from that of the result: y(g - Σg·y), or g - e^y·Σg. All are
/// contiguous and of one type, float32 or float64, with at least WEFT_SOFTMAX_COLUMNS `inner` elements.
void weft_column_softmax_gradient(int32_t dtype, bool logarithm, int64_t outer, int64_t length, int64_t inner,
                                  const void *gradient, const void *output, void *result);

/// The same of contiguous rows of float32 or of half precision, and its gradient. Each thread takes memory for
/// 3 · WEFT_SOFTMAX_COLUMNS rows in float32; of long ones `weft_row_map` makes more.
void weft_row_softmax(int32_t dtype, bool logarithm, int64_t rows, int64_t length, const void *input, void *output);
void weft_row_softmax_gradient(int32_t dtype, bool logarithm, int64_t rows, int64_t length, const void *gradient,
                               const void *y, void *result);

/// The cross-entropy of rows of `columns` logits with one class each, everything contiguous: each row's largest logit
/// m, Σe^(x - m), and x - m of its class, 0 where it is none. Rows whose logits lie `inner` elements apart, others
/// between them, are at least WEFT_CROSS_ENTROPY_COLUMNS; the number of rows is a multiple of `inner`.
typedef struct {
  int64_t rows, columns, inner;
  const float *logits;
  const void *classes;
  int32_t class_dtype;  // of integers
  float *largest, *sums, *chosen;
} weft_cross_entropy;

void weft_cross_entropy_rows(const weft_cross_entropy *call);
enum { WEFT_CROSS_ENTROPY_COLUMNS = 16 };

/// The gradient of the logits of the mean: (e^(x - m - log Σe^(x - m)) - [class])·g/n, with one number for g and one for
/// n, and 0 in rows of the class `ignored`.
typedef struct {
  int64_t rows, columns, inner, ignored;
  const float *gradient, *count;  // g and n
  const float *logits, *largest, *logarithms;
  const void *classes;
  int32_t class_dtype;
  float *result;
} weft_cross_entropy_slope;

void weft_cross_entropy_gradient(const weft_cross_entropy_slope *call);

/// Rows of `columns` elements brought to mean 0 and mean square 1: y = (x - μ)·r·weight + bias, r = 1/√(mean (x - μ)² + ε).
/// Everything is contiguous and of one type, float32 or float64. Without `means` μ is 0; weight and bias may be NULL.
typedef struct {
  int32_t dtype;
  int64_t rows, columns;
  double epsilon;
  const void *input, *weight, *bias;
  void *output, *means, *scales;  // one mean and one r for each row
} weft_normalization;

void weft_normalize_rows(const weft_normalization *call);

/// The gradients, from that of the result, g: with x̂ = (x - μ)·r and h = g·weight, of the input
/// r(h - mean h - x̂·mean(h·x̂)), of the weight Σg·x̂ and of the bias Σg over the rows. The weight may be NULL, and
/// both gradients of parameters where nobody wants them; nothing else.
typedef struct {
  int32_t dtype;
  int64_t rows, columns;
  const void *gradient, *input, *means, *scales, *weight;
  void *input_gradient, *weight_gradient, *bias_gradient;
} weft_normalization_gradient;

/// false where there was no memory. The sums do not depend on the number of threads.
bool weft_normalize_rows_gradient(const weft_normalization_gradient *call);

/// The instruction sets there are kernels for, weakest first; NULL past the end.
const char *weft_isa_name(int32_t index);
/// The one in use: the best this machine has, unless `WEFT_ISA` names a weaker one. Where that names none of this
/// machine's, the process ends with a message.
int32_t weft_isa_current(void);
/// Chooses another one (for tests); false if this machine lacks it.
bool weft_isa_select(int32_t index);

#endif
