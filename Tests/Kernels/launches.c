// Calls of kernels that are noted and made again: the same results from other numbers in other memory.
#include "check.h"

enum { ROWS = 6, COLUMNS = 10, DEPTH = 7 };

/// The arrays of a chain of calls: x[ROWS, DEPTH] · w[DEPTH, COLUMNS], a formula behind it, its softmax, and their sum.
typedef struct {
  float *x, *w, *product, *shares, *sum;
} arrays;

static arrays make_arrays(void) {
  return (arrays){make_random(WEFT_FLOAT32, ROWS * DEPTH), make_random(WEFT_FLOAT32, DEPTH * COLUMNS),
                  make(WEFT_FLOAT32, ROWS * COLUMNS), make(WEFT_FLOAT32, ROWS * COLUMNS), make(WEFT_FLOAT32, 1)};
}

static void free_arrays(arrays a) { free(a.x), free(a.w), free(a.product), free(a.shares), free(a.sum); }

static bool run(const weft_program *twice, const weft_program *same, arrays a) {
  const int64_t sizes[2] = {ROWS, COLUMNS}, strides[2] = {COLUMNS, 1}, none[2] = {0, 0};
  const weft_operand behind[2] = {{a.product, strides, WEFT_FLOAT32}, {a.product, strides, WEFT_FLOAT32}};
  const weft_last_pass pass = {twice, 2, behind, NULL};
  weft_matmul_description d = {.rank = 2, .a_shape = {ROWS, DEPTH}, .b_shape = {DEPTH, COLUMNS},
                               .c_shape = {ROWS, COLUMNS}, .a_strides = {DEPTH, 1}, .b_strides = {COLUMNS, 1},
                               .c_strides = {COLUMNS, 1}, .dtype = WEFT_FLOAT32, .b_content = 4711, .last_pass = &pass};
  if (weft_matmul(&d, a.x, a.w, NULL, a.product) != 0) return false;
  weft_row_softmax(WEFT_FLOAT32, false, ROWS, COLUMNS, a.product, a.shares);
  const uint8_t reduced[2] = {1, 1};
  const int32_t by = WEFT_REDUCE_SUM;
  const weft_operand summed[2] = {{a.shares, strides, WEFT_FLOAT32}, {a.sum, none, WEFT_FLOAT32}};
  weft_reduce(same, 2, sizes, reduced, &by, summed, NULL);
  return weft_is_within(WEFT_FLOAT32, 1, a.sum, ROWS - 0.5, ROWS + 0.5);
}

/// Writes the addresses in `to` where the list has those in `from`.
static void move(const weft_launch_list *list, arrays from, arrays to) {
  const float *const olds[] = {from.x, from.w, from.product, from.shares, from.sum};
  float *const news[] = {to.x, to.w, to.product, to.shares, to.sum};
  int64_t count;
  void **const *places = weft_launch_addresses(list, &count);
  expect(count >= 10, "%d addresses", (int)count);
  for (int64_t i = 0; i < count; i++) {
    int32_t k = 0;
    while (k < 5 && *places[i] != (const void *)olds[k]) k++;
    expect(k < 5, "address %d is one of the arrays'", (int)i);
    if (k < 5) *places[i] = news[k];
  }
}

static weft_program *one_instruction(int32_t inputs, weft_instruction instruction) {
  return make_program(WEFT_COMPUTE_FLOAT32, inputs, 1, &instruction, false);
}

static void check_chain(void) {
  weft_program *twice = one_instruction(1, (weft_instruction){WEFT_OP_ADD, 2, 0, 0, 0, 0});
  weft_program *same = one_instruction(1, (weft_instruction){WEFT_OP_COPY, 2, 0, 0, 0, 0});
  arrays first = make_arrays(), second = make_arrays(), right = make_arrays();
  weft_launch_list *list = weft_launch_list_create();
  weft_launch_begin(list);
  expect(run(twice, same, first), "the calls as they are noted");
  expect(weft_launch_end(list), "all of them can be noted");
  const int64_t count = weft_launch_count(list);
  expect(count == 4, "%d calls", (int)count);
  memcpy(right.x, second.x, ROWS * DEPTH * sizeof(float));
  memcpy(right.w, second.w, DEPTH * COLUMNS * sizeof(float));
  run(twice, same, right);
  weft_program_destroy(twice), weft_program_destroy(same);  // the list keeps them
  move(list, first, second);
  expect(weft_launch(list, 0, count) == count, "all calls are made again");
  expect(memcmp(right.product, second.product, ROWS * COLUMNS * sizeof(float)) == 0, "the product");
  expect(memcmp(right.shares, second.shares, ROWS * COLUMNS * sizeof(float)) == 0, "the softmax");
  expect(right.sum[0] == second.sum[0], "the sum");
  second.x[0] = NAN;
  expect(weft_launch(list, 0, count) == 3, "the condition does not hold for NaN");
  weft_launch_list_destroy(list);
  free_arrays(first), free_arrays(second), free_arrays(right);
}

/// What cannot be noted leaves nothing behind, and blocks stay only while notes are taken.
static void check_refusals(void) {
  int64_t values[3] = {2, 0, 1}, counts[3] = {0};
  weft_launch_list *list = weft_launch_list_create();
  expect(!weft_launch_keep(values, 24), "nobody takes notes");
  weft_launch_begin(list);
  expect(weft_launch_keep(values, 24), "a block stays");
  weft_is_within(WEFT_FLOAT64, 0, values, 0, 1);
  weft_count_integers(3, values, 3, counts);
  weft_launch_refuse();
  expect(!weft_launch_end(list) && weft_launch_count(list) == 0, "worthless notes are gone");
  int64_t kept;
  expect(weft_launch_kept(list, &kept)->block == (void *)values && kept == 1, "the block is given back");
  weft_launch_refuse();
  weft_launch_list_destroy(list);
}

void check_launches(void) {
  begin("launches");
  check_chain();
  check_refusals();
}
