// The table of all kernels of one instruction set, named by WEFT_KERNELS.

#define BOTH_FLOATS(type)                                                                                    \
  [WEFT_OP_COPY] = type##_copy, [WEFT_OP_NEGATE] = type##_negate, [WEFT_OP_ABS] = type##_abs_kernel,               \
  [WEFT_OP_SIGN] = type##_sign, [WEFT_OP_FLOOR] = type##_floor_kernel, [WEFT_OP_CEIL] = type##_ceil_kernel,   \
  [WEFT_OP_TRUNC] = type##_trunc_kernel, [WEFT_OP_ROUND] = type##_round_kernel, [WEFT_OP_SQRT] = type##_sqrt, \
  [WEFT_OP_RSQRT] = type##_rsqrt, [WEFT_OP_RECIPROCAL] = type##_reciprocal, [WEFT_OP_DIVIDE] = type##_divide, \
  [WEFT_OP_IS_NAN] = type##_is_nan, [WEFT_OP_IS_INF] = type##_is_inf, [WEFT_OP_IS_FINITE] = type##_is_finite
#define EVERY_TYPE(type)                                                                                     \
  [WEFT_OP_NOT] = type##_not, [WEFT_OP_ADD] = type##_add, [WEFT_OP_SUBTRACT] = type##_subtract,              \
  [WEFT_OP_MULTIPLY] = type##_multiply, [WEFT_OP_MINIMUM] = type##_minimum, [WEFT_OP_MAXIMUM] = type##_maximum, \
  [WEFT_OP_EQUAL] = type##_equal, [WEFT_OP_NOT_EQUAL] = type##_not_equal, [WEFT_OP_LESS] = type##_less,      \
  [WEFT_OP_LESS_EQUAL] = type##_less_equal, [WEFT_OP_GREATER] = type##_greater,                              \
  [WEFT_OP_GREATER_EQUAL] = type##_greater_equal, [WEFT_OP_AND] = type##_and, [WEFT_OP_OR] = type##_or,      \
  [WEFT_OP_XOR] = type##_xor, [WEFT_OP_SELECT] = type##_select, [WEFT_OP_MULTIPLY_ADD] = type##_multiply_add
#define LIBRARY(type)                                                                                        \
  [WEFT_OP_TAN] = weft_##type##_tan, [WEFT_OP_ASIN] = weft_##type##_asin, [WEFT_OP_ACOS] = weft_##type##_acos, \
  [WEFT_OP_ATAN] = weft_##type##_atan, [WEFT_OP_SINH] = weft_##type##_sinh, [WEFT_OP_COSH] = weft_##type##_cosh, \
  [WEFT_OP_ASINH] = weft_##type##_asinh, [WEFT_OP_ACOSH] = weft_##type##_acosh,                              \
  [WEFT_OP_ATANH] = weft_##type##_atanh, [WEFT_OP_ATAN2] = weft_##type##_atan2,                              \
  [WEFT_OP_FLOOR_DIVIDE] = weft_##type##_floor_divide, [WEFT_OP_REMAINDER] = weft_##type##_remainder
#define SPECIAL(type)                                                                                        \
  [WEFT_OP_LOG_GAMMA] = weft_##type##_log_gamma, [WEFT_OP_DIGAMMA] = weft_##type##_digamma,                  \
  [WEFT_OP_ERF_INVERSE] = weft_##type##_erf_inverse, [WEFT_OP_ERFC_SCALED] = weft_##type##_erfc_scaled,      \
  [WEFT_OP_NORMAL_QUANTILE] = weft_##type##_normal_quantile, [WEFT_OP_BESSEL_I0] = weft_##type##_bessel_i0,  \
  [WEFT_OP_BESSEL_I0_SCALED] = weft_##type##_bessel_i0_scaled, [WEFT_OP_BESSEL_I1] = weft_##type##_bessel_i1, \
  [WEFT_OP_BESSEL_I1_SCALED] = weft_##type##_bessel_i1_scaled, [WEFT_OP_BESSEL_J0] = weft_##type##_bessel_j0, \
  [WEFT_OP_BESSEL_J1] = weft_##type##_bessel_j1, [WEFT_OP_BESSEL_Y0] = weft_##type##_bessel_y0,              \
  [WEFT_OP_BESSEL_Y1] = weft_##type##_bessel_y1, [WEFT_OP_SIGNIFICAND] = weft_##type##_significand,          \
  [WEFT_OP_EXPONENT] = weft_##type##_exponent, [WEFT_OP_FMOD] = weft_##type##_fmod,                          \
  [WEFT_OP_ZETA] = weft_##type##_zeta, [WEFT_OP_NEXT_AFTER] = weft_##type##_next_after,                      \
  [WEFT_OP_GAMMA_LOWER] = weft_##type##_gamma_lower, [WEFT_OP_GAMMA_UPPER] = weft_##type##_gamma_upper
// `rare` are those that float64 leaves to the C library.
#define TRANSCENDENTAL(type, rare)                                                                           \
  [WEFT_OP_EXP] = type##_exp, [WEFT_OP_EXP2] = rare##_exp2, [WEFT_OP_EXPM1] = type##_expm1,                  \
  [WEFT_OP_LOG] = type##_log, [WEFT_OP_LOG2] = rare##_log2, [WEFT_OP_LOG10] = rare##_log10,                  \
  [WEFT_OP_LOG1P] = type##_log1p, [WEFT_OP_SIN] = type##_sin, [WEFT_OP_COS] = type##_cos,                    \
  [WEFT_OP_TANH] = type##_tanh, [WEFT_OP_ERF] = type##_erf, [WEFT_OP_ERFC] = type##_erfc,                    \
  [WEFT_OP_SIGMOID] = type##_sigmoid, [WEFT_OP_POW] = rare##_pow

#define PER_REDUCTION(type, part) \
  {type##_sum_##part, type##_product_##part, type##_maximum_##part, type##_minimum_##part}
#define PER_ACCUMULATION(type) \
  {type##_accumulate_sum, type##_accumulate_product, type##_accumulate_maximum, type##_accumulate_minimum}
// In the order of `weft_dtype`.
#define PER_DTYPE(floats, integers, float32, float64, int64, uint64)                                         \
  {float32, float64, floats##_float16, floats##_bfloat16, integers##_int8, integers##_uint8, integers##_int32, int64, \
   floats##_bool, integers##_int16, integers##_uint16, integers##_uint32, uint64}
#define LOADS_OF_FLOATS                                                                                      \
  PER_DTYPE(load_f32, load_f32, load_f32_float32, load_f32_float64, load_f32_int64, load_f32_uint64),        \
      PER_DTYPE(load_f64, load_f64, load_f64_float32, load_f64_float64, load_f64_int64, load_f64_uint64)
#define STORES_OF_FLOATS                                                                                     \
  PER_DTYPE(store_f32, store_f32, load_f32_float32, store_f32_float64, store_f32_int64, store_f32_uint64),   \
      PER_DTYPE(store_f64, store_f64, store_f64_float32, load_f64_float64, store_f64_int64, store_f64_uint64)
#define clamp_to_u64_uint8 load_u64_uint8
#define clamp_to_u64_uint16 load_u64_uint16
#define clamp_to_u64_uint32 load_u64_uint32

#define INTEGERS(type)                                                                                       \
  [WEFT_OP_COPY] = type##_copy, [WEFT_OP_NEGATE] = type##_negate, [WEFT_OP_ABS] = type##_abs,                \
  [WEFT_OP_SIGN] = type##_sign, [WEFT_OP_FLOOR] = type##_copy, [WEFT_OP_CEIL] = type##_copy,                 \
  [WEFT_OP_TRUNC] = type##_copy, [WEFT_OP_ROUND] = type##_copy, [WEFT_OP_IS_NAN] = i64_never,                \
  [WEFT_OP_IS_INF] = i64_never, [WEFT_OP_IS_FINITE] = i64_always, [WEFT_OP_DIVIDE] = weft_##type##_divide,   \
  [WEFT_OP_FLOOR_DIVIDE] = weft_##type##_floor_divide, [WEFT_OP_REMAINDER] = weft_##type##_remainder,        \
  [WEFT_OP_POW] = weft_##type##_pow, [WEFT_OP_FMOD] = weft_##type##_fmod,                                    \
  [WEFT_OP_BIT_AND] = weft_i64_bit_and, [WEFT_OP_BIT_OR] = weft_i64_bit_or,                                  \
  [WEFT_OP_BIT_XOR] = weft_i64_bit_xor, [WEFT_OP_SHIFT_LEFT] = weft_i64_shift_left,                          \
  [WEFT_OP_SHIFT_RIGHT] = weft_##type##_shift_right, [WEFT_OP_GCD] = weft_##type##_gcd,                      \
  [WEFT_OP_LCM] = weft_##type##_lcm

const weft_kernels WEFT_KERNELS = {
    .operations =
        {
            {BOTH_FLOATS(f32), EVERY_TYPE(f32), LIBRARY(f32), SPECIAL(f32), TRANSCENDENTAL(f32, f32)},
            {BOTH_FLOATS(f64), EVERY_TYPE(f64), LIBRARY(f64), SPECIAL(f64), TRANSCENDENTAL(f64, weft_f64)},
            {EVERY_TYPE(i64), INTEGERS(i64)},
            {EVERY_TYPE(u64), INTEGERS(u64)},
        },
    .reduce_rows = {PER_REDUCTION(f32, rows), PER_REDUCTION(f64, rows), PER_REDUCTION(i64, rows),
                    PER_REDUCTION(u64, rows)},
    .reduce_columns = {PER_REDUCTION(f32, columns), PER_REDUCTION(f64, columns), PER_REDUCTION(i64, columns),
                       PER_REDUCTION(u64, columns)},
    .reduce_down = {PER_REDUCTION(f32, down), PER_REDUCTION(f64, down), PER_REDUCTION(i64, down),
                    PER_REDUCTION(u64, down)},
    .accumulate = {PER_ACCUMULATION(f32), PER_ACCUMULATION(f64), PER_ACCUMULATION(i64), PER_ACCUMULATION(u64)},
    .spread = {f32_spread, i64_spread},
    .normalize_rows = {f32_normalize_rows, f64_normalize_rows},
    .log_softmax_columns = f32_log_softmax_columns,
    .normalize_gradient_rows = {f32_normalize_gradient_rows, f64_normalize_gradient_rows},
    .load =
        {
            {LOADS_OF_FLOATS,
             PER_DTYPE(load_i64, load_i64, load_i64_float32, load_i64_float64, load_i64_int64, load_i64_uint64),
             PER_DTYPE(load_u64, load_u64, load_u64_float32, load_u64_float64, load_u64_int64, load_u64_uint64)},
            {LOADS_OF_FLOATS,
             PER_DTYPE(load_i64, load_i64, load_i64_float32, load_i64_float64, load_i64_int64, clamp_to_i64_uint64),
             PER_DTYPE(load_u64, clamp_to_u64, load_u64_float32, load_u64_float64, clamp_to_u64_int64,
                       load_u64_uint64)},
        },
    .store =
        {
            {STORES_OF_FLOATS,
             PER_DTYPE(store_i64, store_i64, store_i64_float32, store_i64_float64, load_i64_int64, store_i64_uint64),
             PER_DTYPE(store_u64, store_u64, store_u64_float32, store_u64_float64, store_u64_int64, load_u64_uint64)},
            {STORES_OF_FLOATS,
             PER_DTYPE(store_i64, clamp_i64, store_i64_float32, store_i64_float64, load_i64_int64, clamp_i64_uint64),
             PER_DTYPE(store_u64, clamp_u64, store_u64_float32, store_u64_float64, clamp_u64_int64, load_u64_uint64)},
        },
};
