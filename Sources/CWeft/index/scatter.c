// Scattering along an axis.
#include "element.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

typedef struct {
  int32_t rank, axis, split;
  const int64_t *shape;
  int64_t axis_size, axis_stride, size, source_size;  // in bytes: the stride, and elements of target and source
  weft_scatter_mode mode;
  weft_operand source, index, target;
  weft_index_walk_row row;
} weft_scatter_plan;

// Operands of the walk: target with a stride of 0 along the axis, index, source. Rows along the axis, and rows of dense
// elements, get loops whose steps the compiler knows.
#define WEFT_SCATTER_STEPS(S, T, VALUE, step, index_step, source_step, axis_stride)      \
  for (int64_t i = 0; i < count; i++) {                                                  \
    int64_t at = *(const int64_t *)(data[1] + i * (index_step));                         \
    at += at < 0 ? axis_size : 0;                                                        \
    T *place = (T *)(data[0] + i * (step) + at * (axis_stride));                         \
    const S *from = (const S *)(data[2] + i * (source_step));                            \
    *place = VALUE;                                                                      \
  }

// Where a whole row goes to one place the index is read once, and neighbours are written together.
#define WEFT_SCATTER_LINE(S, T, VALUE)                                        \
  int64_t at = *(const int64_t *)data[1];                                     \
  at += at < 0 ? axis_size : 0;                                               \
  T *const line = (T *)(data[0] + at * axis_stride);                          \
  const S *const values = (const S *)data[2];                                 \
  for (int64_t i = 0; i < count; i++) {                                       \
    T *place = line + i;                                                      \
    const S *from = values + i;                                               \
    *place = VALUE;                                                           \
  }

#define WEFT_SCATTER_LOOP(S, T, VALUE)                                                                  \
  if (index_step == 8 && source_step == sizeof(S) && step == 0 && axis_stride == (int64_t)sizeof(T)) {  \
    WEFT_SCATTER_STEPS(S, T, VALUE, 0, 8, (int64_t)sizeof(S), (int64_t)sizeof(T))                       \
  } else if (index_step == 8 && source_step == sizeof(S) && step == sizeof(T)) {                        \
    WEFT_SCATTER_STEPS(S, T, VALUE, (int64_t)sizeof(T), 8, (int64_t)sizeof(S), axis_stride)             \
  } else if (index_step == 0 && source_step == sizeof(S) && step == sizeof(T)) {                        \
    WEFT_SCATTER_LINE(S, T, VALUE)                                                                      \
  } else {                                                                                              \
    WEFT_SCATTER_STEPS(S, T, VALUE, step, index_step, source_step, axis_stride)                         \
  }                                                                                                     \
  break;

// S and `read` are the source's stored type and its loading; `copy` makes an element of the target of one of the
// source.
#define WEFT_SCATTER_ROW_FROM(name, S, read, copy, T, A, load, store, kind)                                      \
  static void weft_scatter_row_##name(void *context, char *const *data, const int64_t *strides, int64_t count,  \
                                      int64_t position) {                                                       \
    (void)position;                                                                                             \
    const weft_scatter_plan *plan = context;                                                                    \
    const int64_t step = strides[0], index_step = strides[1], source_step = strides[2];                         \
    const int64_t axis_size = plan->axis_size, axis_stride = plan->axis_stride;                                 \
    switch (plan->mode) {                                                                                       \
      case WEFT_SCATTER_SET: WEFT_SCATTER_LOOP(S, T, copy(*from))                                               \
      case WEFT_SCATTER_ADD:                                                                                    \
        WEFT_SCATTER_LOOP(S, T, store(WEFT_ADD_##kind((A)load(*place), (A)read(*from))))                        \
      case WEFT_SCATTER_PRODUCT:                                                                                \
        WEFT_SCATTER_LOOP(S, T, store(WEFT_PRODUCT_##kind((A)load(*place), (A)read(*from))))                    \
      case WEFT_SCATTER_MAXIMUM:                                                                                \
        WEFT_SCATTER_LOOP(S, T, store(WEFT_MAXIMUM_##kind((A)load(*place), (A)read(*from))))                    \
      case WEFT_SCATTER_MINIMUM:                                                                                \
        WEFT_SCATTER_LOOP(S, T, store(WEFT_MINIMUM_##kind((A)load(*place), (A)read(*from))))                    \
    }                                                                                                           \
  }
#define WEFT_SCATTER_ROW(name, dtype, T, A, load, store, kind) \
  WEFT_SCATTER_ROW_FROM(name, T, load, WEFT_KEEP, T, A, load, store, kind)
WEFT_EACH_DTYPE(WEFT_SCATTER_ROW)

// Half precision brought into float32.
#define WEFT_SCATTER_ROW_WIDE(name, read) \
  WEFT_SCATTER_ROW_FROM(name, uint16_t, read, read, float, float, WEFT_KEEP, WEFT_KEEP, FLOATING)
WEFT_SCATTER_ROW_WIDE(wide_float16, weft_from_float16)
WEFT_SCATTER_ROW_WIDE(wide_bfloat16, weft_from_bfloat16)

static weft_index_walk_row weft_scatter_row_of(int32_t source, int32_t target) {
#define WEFT_SCATTER_CASE(name, dtype, T, A, load, store, kind) [dtype] = weft_scatter_row_##name,
  static const weft_index_walk_row rows[] = {WEFT_EACH_DTYPE(WEFT_SCATTER_CASE)};
  if (source == target) {
    return rows[target];
  }
  return source == WEFT_FLOAT16 ? weft_scatter_row_wide_float16 : weft_scatter_row_wide_bfloat16;
}

/// Scatters the part of the shape with coordinates [begin, end) along the split axis.
static void weft_scatter_body(void *context, int64_t begin, int64_t end) {
  weft_scatter_plan *plan = context;
  weft_operand source = plan->source, index = plan->index, target = plan->target;
  int64_t shape[WEFT_MAX_RANK];
  memcpy(shape, plan->shape, (size_t)plan->rank * sizeof *shape);
  if (plan->split >= 0) {
    int32_t split = plan->split;
    shape[split] = end - begin;
    source.data = (char *)source.data + begin * source.strides[split] * plan->source_size;
    index.data = (char *)index.data + begin * index.strides[split] * (int64_t)sizeof(int64_t);
    target.data = (char *)target.data + begin * target.strides[split] * plan->size;
  }
  weft_index_walk walk;
  weft_index_walk_start(&walk, plan->rank, shape, -1);
  weft_index_walk_add(&walk, &target, plan->size, plan->axis);
  weft_index_walk_add(&walk, &index, sizeof(int64_t), -1);
  weft_index_walk_add(&walk, &source, plan->source_size, -1);
  weft_index_walk_merge(&walk);
  uint32_t word = weft_denormals_flush();
  weft_index_walk_run(&walk, 0, walk.count, plan->row, plan);
  weft_denormals_restore(word);
}

/// An axis whose coordinates reach different elements of the target, so that threads may share it out: the
/// outermost with plenty of coordinates, else the longest; -1 if there is none. Equal indices along the scattered
/// axis then meet on one thread, in order.
static int32_t weft_scatter_split(int32_t rank, const int64_t *shape, int32_t axis, const weft_operand *target) {
  int32_t best = -1;
  for (int32_t d = 0; d < rank; d++) {
    if (d == axis || shape[d] < 2 || target->strides[d] == 0) {
      continue;
    }
    if (shape[d] >= 64) {
      return d;
    }
    best = best < 0 || shape[d] > shape[best] ? d : best;
  }
  return best;
}

void weft_scatter(int32_t rank, const int64_t *shape, int32_t axis, int64_t axis_size, weft_scatter_mode mode,
                  const weft_operand *source, const weft_operand *index, const weft_operand *target) {
  weft_launch_refuse();
  int64_t count = weft_index_walk_count(rank, shape), size = weft_element_size(target->dtype);
  if (count == 0) {
    return;
  }
  weft_scatter_plan plan = {rank, axis, -1, shape, axis_size, target->strides[axis] * size, size,
                            weft_element_size(source->dtype), mode, *source, *index, *target,
                            weft_scatter_row_of(source->dtype, target->dtype)};
  plan.split = count > WEFT_INDEX_GRAIN ? weft_scatter_split(rank, shape, axis, target) : -1;
  if (plan.split < 0) {
    weft_scatter_body(&plan, 0, 1);
    return;
  }
  int64_t grain = weft_lines_grain(count / shape[plan.split]);
  int64_t step = target->strides[plan.split] * size;
  if (step > -64 && step < 64 && grain < 64 / size) {
    grain = 64 / size;  // threads keep off each other's cache lines
  }
  weft_parallel_for(shape[plan.split], grain, weft_scatter_body, &plan);
}
