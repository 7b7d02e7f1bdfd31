// The tile engine: runs compiled formulas over strided arrays, a tile of registers at a time.
//
// A program is a list of vector instructions over registers. Registers are numbered in this order:
//   inputs, parameters, constants, the position in the row (one register, always present), temporaries.
// Temporaries may be written more than once (the compiler reuses them after their last use).
#ifndef WEFT_TILE_H
#define WEFT_TILE_H

#include "weft_types.h"

/// The type every register of a program holds. Inputs are converted on loading, outputs on storing.
typedef enum {
  WEFT_COMPUTE_FLOAT32 = 0,  // float32, float16, bfloat16 (and anything converted to them)
  WEFT_COMPUTE_FLOAT64 = 1,
  WEFT_COMPUTE_INT64 = 2,    // all integers and bool; stores wrap modulo 2^bits, bool stores `!= 0`
  WEFT_COMPUTE_UINT64 = 3,   // the same where uint64 is among them
} weft_compute;

/// Vector instructions. Truth values are 1 and 0 in the compute type; any value other than 0 counts as true.
typedef enum {
  // dst = f(a)
  WEFT_OP_COPY,
  WEFT_OP_NEGATE,
  WEFT_OP_ABS,
  WEFT_OP_SIGN,        // -1, 0, 1; NaN stays NaN
  WEFT_OP_FLOOR,
  WEFT_OP_CEIL,
  WEFT_OP_TRUNC,
  WEFT_OP_ROUND,       // half to even
  WEFT_OP_SQRT,
  WEFT_OP_RSQRT,
  WEFT_OP_RECIPROCAL,
  WEFT_OP_EXP,
  WEFT_OP_EXP2,
  WEFT_OP_EXPM1,
  WEFT_OP_LOG,
  WEFT_OP_LOG2,
  WEFT_OP_LOG10,
  WEFT_OP_LOG1P,
  WEFT_OP_SIN,
  WEFT_OP_COS,
  WEFT_OP_TAN,
  WEFT_OP_ASIN,
  WEFT_OP_ACOS,
  WEFT_OP_ATAN,
  WEFT_OP_SINH,
  WEFT_OP_COSH,
  WEFT_OP_TANH,
  WEFT_OP_ASINH,
  WEFT_OP_ACOSH,
  WEFT_OP_ATANH,
  WEFT_OP_ERF,
  WEFT_OP_ERFC,
  WEFT_OP_SIGMOID,
  WEFT_OP_LOG_GAMMA,   // these to the exponent: floating point only
  WEFT_OP_DIGAMMA,
  WEFT_OP_ERF_INVERSE,
  WEFT_OP_ERFC_SCALED, // exp(a * a) * erfc(a)
  WEFT_OP_NORMAL_QUANTILE,
  WEFT_OP_BESSEL_I0,
  WEFT_OP_BESSEL_I0_SCALED,  // times exp(-|a|)
  WEFT_OP_BESSEL_I1,
  WEFT_OP_BESSEL_I1_SCALED,
  WEFT_OP_BESSEL_J0,
  WEFT_OP_BESSEL_J1,
  WEFT_OP_BESSEL_Y0,
  WEFT_OP_BESSEL_Y1,
  WEFT_OP_SIGNIFICAND, // a = significand * 2^exponent, the significand in [0.5, 1) or 0
  WEFT_OP_EXPONENT,
  WEFT_OP_IS_NAN,
  WEFT_OP_IS_INF,
  WEFT_OP_IS_FINITE,
  WEFT_OP_NOT,         // a == 0
  // dst = f(a, b)
  WEFT_OP_ADD,
  WEFT_OP_SUBTRACT,
  WEFT_OP_MULTIPLY,
  WEFT_OP_DIVIDE,      // int64: truncating; division by zero gives 0
  WEFT_OP_FLOOR_DIVIDE,
  WEFT_OP_REMAINDER,   // sign of the divisor, as Python's %; int64 by zero gives 0
  WEFT_OP_POW,         // int64: by repeated squaring; a negative exponent gives 0 unless |a| is 1
  WEFT_OP_ATAN2,
  WEFT_OP_MINIMUM,     // NaN if either is NaN
  WEFT_OP_MAXIMUM,     // NaN if either is NaN
  WEFT_OP_EQUAL,
  WEFT_OP_NOT_EQUAL,
  WEFT_OP_LESS,
  WEFT_OP_LESS_EQUAL,
  WEFT_OP_GREATER,
  WEFT_OP_GREATER_EQUAL,
  WEFT_OP_AND,
  WEFT_OP_OR,
  WEFT_OP_XOR,
  WEFT_OP_FMOD,        // sign of the dividend, as C's fmod; int64 by zero gives 0
  WEFT_OP_ZETA,        // these to the upper integral: floating point only
  WEFT_OP_NEXT_AFTER,  // the next number of the compute type from a towards b
  WEFT_OP_GAMMA_LOWER,
  WEFT_OP_GAMMA_UPPER,
  WEFT_OP_BIT_AND,     // the rest: int64 and uint64 only
  WEFT_OP_BIT_OR,
  WEFT_OP_BIT_XOR,
  WEFT_OP_SHIFT_LEFT,  // shifts by less than 0 or more than 63 push every bit out
  WEFT_OP_SHIFT_RIGHT,
  WEFT_OP_GCD,
  WEFT_OP_LCM,
  // dst = f(a, b, c)
  WEFT_OP_SELECT,      // a != 0 ? b : c
  WEFT_OP_MULTIPLY_ADD, // a * b + c
  // dst = the whole row's result, at every position of the row
  WEFT_OP_ROW_SUM,
  WEFT_OP_ROW_PRODUCT,
  WEFT_OP_ROW_MAXIMUM, // NaN if the row holds one
  WEFT_OP_ROW_MINIMUM,
  WEFT_OP_COUNT,
} weft_opcode;

typedef struct {
  uint16_t opcode;
  uint16_t destination, a, b, c;
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

/// y = x - log Σ e^x along an axis of `length`, with `outer` axes before it and `inner` behind, at least
/// WEFT_LOG_SOFTMAX_COLUMNS elements: with fewer, `weft_row_map` serves as well. Both are contiguous.
void weft_log_softmax(int64_t outer, int64_t length, int64_t inner, const float *input, float *output);
enum { WEFT_LOG_SOFTMAX_COLUMNS = 64 };

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
