// The position of the largest or smallest element along an axis.
#include "element.h"
#include "order.h"
#include "walk.h"
#include "weft_index.h"
#include "weft_parallel.h"

enum { WEFT_ARGUMENT_BLOCK = 64 };

typedef struct {
  const weft_walk *walk;
  int32_t dtype;
  weft_order order;
  int64_t length, step;  // of the line, along it in bytes
  bool side_by_side;
} weft_argument_job;

static int64_t weft_argument_of_line(const weft_argument_job *job, const char *input) {
  uint64_t keys[WEFT_ARGUMENT_BLOCK], best = 0;
  int64_t position = 0;
  for (int64_t first = 0; first < job->length; first += WEFT_ARGUMENT_BLOCK) {
    int64_t rest = job->length - first, count = rest < WEFT_ARGUMENT_BLOCK ? rest : WEFT_ARGUMENT_BLOCK;
    weft_order_keys(job->dtype, job->order, input + first * job->step, job->step, count, keys);
    for (int64_t i = 0; i < count; i++) {
      if (keys[i] > best) {
        best = keys[i];
        position = first + i;
      }
    }
  }
  return position;
}

/// Up to WEFT_ARGUMENT_BLOCK lines whose elements are interleaved in memory.
static void weft_argument_of_lines(const weft_argument_job *job, const char *input, int64_t line_step, int64_t lines,
                                   int64_t *positions) {
  uint64_t keys[WEFT_ARGUMENT_BLOCK], best[WEFT_ARGUMENT_BLOCK] = {0};
  for (int64_t line = 0; line < lines; line++) {
    positions[line] = 0;
  }
  for (int64_t j = 0; j < job->length; j++) {
    weft_order_keys(job->dtype, job->order, input + j * job->step, line_step, lines, keys);
    for (int64_t line = 0; line < lines; line++) {
      bool better = keys[line] > best[line];
      best[line] = better ? keys[line] : best[line];
      positions[line] = better ? j : positions[line];
    }
  }
}

static void weft_argument_row(void *context, char *const *data, const int64_t *strides, int64_t count,
                              int64_t position) {
  (void)position;
  const weft_argument_job *job = context;
  int64_t block = job->side_by_side ? WEFT_ARGUMENT_BLOCK : 1;
  for (int64_t first = 0; first < count; first += block) {
    const char *input = data[0] + first * strides[0];
    int64_t positions[WEFT_ARGUMENT_BLOCK], lines = count - first < block ? count - first : block;
    if (lines == 1) {
      positions[0] = weft_argument_of_line(job, input);
    } else {
      weft_argument_of_lines(job, input, strides[0], lines, positions);
    }
    for (int64_t line = 0; line < lines; line++) {
      *(int64_t *)(data[1] + (first + line) * strides[1]) = positions[line];
    }
  }
}

static void weft_argument_body(void *context, int64_t begin, int64_t end) {
  weft_argument_job *job = context;
  weft_walk_run(job->walk, begin, end, weft_argument_row, job);
}

void weft_arg_reduce(int32_t rank, const int64_t *shape, int32_t axis, bool largest, const weft_operand *input,
                     const weft_operand *output) {
  int64_t size = weft_element_size(input->dtype), step = input->strides[axis] * size;
  weft_walk walk;
  weft_walk_start(&walk, rank, shape, axis);
  weft_walk_add(&walk, input, size, -1);
  weft_walk_add(&walk, output, sizeof(int64_t), axis);
  weft_walk_merge(&walk);
  if (walk.count == 0) {
    return;
  }
  // Keys whose largest is sought: a NaN has the largest of all either way.
  weft_argument_job job = {&walk, input->dtype, {!largest, true}, shape[axis], step,
                           weft_lines_adjacent(&walk, step)};
  weft_parallel_for(walk.count, weft_lines_grain(shape[axis]), weft_argument_body, &job);
}
