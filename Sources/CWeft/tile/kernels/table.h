// The table of all kernels of one instruction set, named by WEFT_KERNELS.

// The kernel that the list of instructions names, of each type.
#define OPERATION_F32(name, operands, cost, f32, f64, i64, u64) [WEFT_OP_##name] = f32,
#define OPERATION_F64(name, operands, cost, f32, f64, i64, u64) [WEFT_OP_##name] = f64,
#define OPERATION_I64(name, operands, cost, f32, f64, i64, u64) [WEFT_OP_##name] = i64,
#define OPERATION_U64(name, operands, cost, f32, f64, i64, u64) [WEFT_OP_##name] = u64,
#define PAIR_F32(first, FIRST, second, SECOND, how) \
  [WEFT_OP_##FIRST##_##SECOND##_##how] = f32_##first##_##second##_##how,
#define PAIR_F64(first, FIRST, second, SECOND, how) \
  [WEFT_OP_##FIRST##_##SECOND##_##how] = f64_##first##_##second##_##how,
#define NONE NULL
#define SHARED(kernel) kernel
#define PAIRS(function) EACH(function)
#define PAIRS_OF_FLOATS(function) EACH(function)

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

#define OF_SUMS(type)                                                                 \
  [WEFT_OP_MULTIPLY] = type##_sum_of_MULTIPLY,                                        \
  [WEFT_OP_MULTIPLY_MULTIPLY_LEFT] = type##_sum_of_MULTIPLY_MULTIPLY_LEFT,            \
  [WEFT_OP_SUBTRACT_ABS_ALONE] = type##_sum_of_SUBTRACT_ABS_ALONE,                    \
  [WEFT_OP_SUBTRACT_MULTIPLY_BOTH] = type##_sum_of_SUBTRACT_MULTIPLY_BOTH,            \
  [WEFT_OP_MULTIPLY_ADD_MULTIPLY_AGAIN] = type##_sum_of_MULTIPLY_ADD_MULTIPLY_AGAIN
#define SUMS_OF(type) {sum_along_##type##_itself, sum_along_##type##_square, sum_along_##type##_size}

const weft_kernels WEFT_KERNELS = {
    .operations =
        {
            {
#define VECTORS(kernel) f32_##kernel
#define EACH(function) WEFT_SCALAR(f32, function)
                WEFT_INSTRUCTIONS(OPERATION_F32) WEFT_PAIRS(PAIR_F32) WEFT_PAIRS_OF_ONE(PAIR_F32)
                    WEFT_PAIRS_OF_THREE(PAIR_F32) WEFT_CHOICES(PAIR_F32) WEFT_CHOICE_OF_ONE(PAIR_F32)
#undef VECTORS
#undef EACH
            },
            {
#define VECTORS(kernel) f64_##kernel
#define EACH(function) WEFT_SCALAR(f64, function)
                WEFT_INSTRUCTIONS(OPERATION_F64) WEFT_PAIRS(PAIR_F64) WEFT_PAIRS_OF_ONE(PAIR_F64)
                    WEFT_PAIRS_OF_THREE(PAIR_F64) WEFT_CHOICES(PAIR_F64) WEFT_CHOICE_OF_ONE(PAIR_F64)
#undef VECTORS
#undef EACH
            },
            {
#define VECTORS(kernel) i64_##kernel
#define EACH(function) WEFT_SCALAR(i64, function)
                WEFT_INSTRUCTIONS(OPERATION_I64)
#undef VECTORS
#undef EACH
            },
            {
#define VECTORS(kernel) u64_##kernel
#define EACH(function) WEFT_SCALAR(u64, function)
                WEFT_INSTRUCTIONS(OPERATION_U64)
#undef VECTORS
#undef EACH
            },
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
    .softmax_columns = {{f32_softmax_columns, f32_log_softmax_columns}, {f64_softmax_columns, f64_log_softmax_columns}},
    .softmax_rows = {{f32_softmax_rows, f32_log_softmax_rows}, {f64_softmax_rows, f64_log_softmax_rows}},
    .softmax_gradient_columns = {{f32_softmax_gradient_columns, f32_log_softmax_gradient_columns},
                                 {f64_softmax_gradient_columns, f64_log_softmax_gradient_columns}},
    .column_exponentials = f32_column_exponentials,
    .column_shares = f32_column_shares,
    .byte_pairs = f32_byte_pairs,
    .sums_of = {{OF_SUMS(f32)}, {OF_SUMS(f64)}},
    .row_exponentials = f32_row_exponentials,
    .row_shares = f32_row_shares,
    .normalize_gradient_rows = {f32_normalize_gradient_rows, f64_normalize_gradient_rows},
    .sum_along = {SUMS_OF(float32), SUMS_OF(float16), SUMS_OF(bfloat16), SUMS_OF(float64)},
    .sum_down = {sum_down_float32, sum_down_float16, sum_down_bfloat16},
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
