// Running sums and products along an axis.
#include "element.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

// Adjacent lines scanned side by side, so that memory is crossed in its own order.
enum { WEFT_SCAN_BLOCK = 64 };

typedef struct {
  int64_t length, input_step, output_step;  // along the axis, in bytes
  weft_scan_mode mode;
  bool side_by_side;
} weft_scan_plan;

// What partial results are kept in: each is rounded to the elements' type once, and may leave its range on the way.
#define WEFT_SCAN_IN_FLOATING(A) double
#define WEFT_SCAN_IN_INTEGER(A) A
#define WEFT_SCAN_IN_BOOLEAN(A) A

// `load`s and `store`s at (line, j) of the block, and the two loops over them: one line with its accumulator in a
// register, or lines side by side.
#define WEFT_SCAN_INPUT(T, line, j) (*(const T *)(input + (line) * input_line + (j) * input_step))
#define WEFT_SCAN_OUTPUT(T, line, j) (*(T *)(output + (line) * output_line + (j) * output_step))

#define WEFT_SCAN_LINE(T, A, S, load, store, COMBINE)       \
  {                                                         \
    S sum = (A)load(WEFT_SCAN_INPUT(T, 0, 0));              \
    WEFT_SCAN_OUTPUT(T, 0, 0) = store((A)sum);              \
    for (int64_t j = 1; j < plan->length; j++) {            \
      S value = (A)load(WEFT_SCAN_INPUT(T, 0, j));          \
      sum = COMBINE(sum, value);                            \
      WEFT_SCAN_OUTPUT(T, 0, j) = store((A)sum);            \
    }                                                       \
  }

// Four lines that lie one behind the other: their sums wait for each other no more.
#define WEFT_SCAN_FOUR(T, A, S, load, store, COMBINE)       \
  {                                                         \
    S sums[4];                                              \
    for (int64_t line = 0; line < 4; line++) {              \
      sums[line] = (A)load(WEFT_SCAN_INPUT(T, line, 0));    \
      WEFT_SCAN_OUTPUT(T, line, 0) = store((A)sums[line]);  \
    }                                                       \
    for (int64_t j = 1; j < plan->length; j++) {            \
      S next[4];                                            \
      for (int64_t line = 0; line < 4; line++) next[line] = (A)load(WEFT_SCAN_INPUT(T, line, j)); \
      for (int64_t line = 0; line < 4; line++) {            \
        sums[line] = COMBINE(sums[line], next[line]);       \
        WEFT_SCAN_OUTPUT(T, line, j) = store((A)sums[line]); \
      }                                                     \
    }                                                       \
  }

#define WEFT_SCAN_LINES(T, A, S, load, store, COMBINE)      \
  {                                                         \
    S sums[WEFT_SCAN_BLOCK];                                \
    for (int64_t line = 0; line < lines; line++) {          \
      sums[line] = (A)load(WEFT_SCAN_INPUT(T, line, 0));    \
      WEFT_SCAN_OUTPUT(T, line, 0) = store((A)sums[line]);  \
    }                                                       \
    for (int64_t j = 1; j < plan->length; j++) {            \
      for (int64_t line = 0; line < lines; line++) {        \
        S value = (A)load(WEFT_SCAN_INPUT(T, line, j));     \
        sums[line] = COMBINE(sums[line], value);            \
        WEFT_SCAN_OUTPUT(T, line, j) = store((A)sums[line]); \
      }                                                     \
    }                                                       \
  }

#define WEFT_SCAN_CASE(T, A, S, load, store, COMBINE)  \
  if (lines == 1) {                                    \
    WEFT_SCAN_LINE(T, A, S, load, store, COMBINE)      \
  } else if (!plan->side_by_side) {                    \
    WEFT_SCAN_FOUR(T, A, S, load, store, COMBINE)      \
  } else {                                             \
    WEFT_SCAN_LINES(T, A, S, load, store, COMBINE)     \
  }                                                    \
  break;

#define WEFT_SCAN_BLOCK_OF(name, dtype, T, A, load, store, kind)                                                \
  static void weft_scan_block_##name(const weft_scan_plan *plan, const char *input, int64_t input_line,        \
                                     char *output, int64_t output_line, int64_t lines) {                       \
    const int64_t input_step = plan->input_step, output_step = plan->output_step;                              \
    switch (plan->mode) {                                                                                      \
      case WEFT_SCAN_SUM: WEFT_SCAN_CASE(T, A, WEFT_SCAN_IN_##kind(A), load, store, WEFT_ADD_##kind)           \
      case WEFT_SCAN_PRODUCT: WEFT_SCAN_CASE(T, A, WEFT_SCAN_IN_##kind(A), load, store, WEFT_PRODUCT_##kind)   \
    }                                                                                                          \
  }                                                                                                            \
  static void weft_scan_row_##name(void *context, char *const *data, const int64_t *strides, int64_t count,    \
                                   int64_t position) {                                                         \
    (void)position;                                                                                            \
    const weft_scan_plan *plan = context;                                                                      \
    for (int64_t line = 0; line < count;) {                                                                    \
      int64_t lines = count - line < WEFT_SCAN_BLOCK ? count - line : WEFT_SCAN_BLOCK;                         \
      if (!plan->side_by_side) lines = lines < 4 ? 1 : 4;                                                      \
      weft_scan_block_##name(plan, data[0] + line * strides[0], strides[0], data[1] + line * strides[1],       \
                             strides[1], lines);                                                               \
      line += lines;                                                                                           \
    }                                                                                                          \
  }
WEFT_EACH_DTYPE(WEFT_SCAN_BLOCK_OF)

typedef struct {
  const weft_index_walk *walk;
  weft_index_walk_row row;
  weft_scan_plan plan;
} weft_scan_job;

static void weft_scan_body(void *context, int64_t begin, int64_t end) {
  weft_scan_job *job = context;
  uint32_t word = weft_denormals_flush();
  weft_index_walk_run(job->walk, begin, end, job->row, &job->plan);
  weft_denormals_restore(word);
}

void weft_scan(int32_t rank, const int64_t *shape, int32_t axis, weft_scan_mode mode, const weft_operand *input,
               const weft_operand *output) {
  weft_launch_refuse();
#define WEFT_SCAN_ROW_OF(name, dtype, T, A, load, store, kind) [dtype] = weft_scan_row_##name,
  static const weft_index_walk_row rows[] = {WEFT_EACH_DTYPE(WEFT_SCAN_ROW_OF)};
  int64_t size = weft_element_size(input->dtype);
  weft_index_walk walk;
  weft_index_walk_start(&walk, rank, shape, axis);
  weft_index_walk_add(&walk, input, size, -1);
  weft_index_walk_add(&walk, output, size, -1);
  weft_index_walk_merge(&walk);
  if (walk.count == 0 || shape[axis] == 0) {
    return;
  }
  int64_t step = input->strides[axis] * size;
  weft_scan_plan plan = {shape[axis], step, output->strides[axis] * size, mode,
                         weft_lines_adjacent(&walk, step)};
  weft_scan_job job = {&walk, rows[input->dtype], plan};
  weft_parallel_for(walk.count, weft_lines_grain(shape[axis]), weft_scan_body, &job);
}
