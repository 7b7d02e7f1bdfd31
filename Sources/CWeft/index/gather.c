// Gathering along an axis, and the range of an index.
#include "../common/isa.h"
#include "element.h"
#include "walk.h"
#include "weft_index.h"
#include "weft_parallel.h"

typedef struct {
  int64_t axis_size, axis_stride;  // the stride in bytes
} weft_gather_plan;

static inline int64_t weft_gather_offset(const weft_gather_plan *plan, const char *index) {
  int64_t at = *(const int64_t *)index;
  return (at < 0 ? at + plan->axis_size : at) * plan->axis_stride;
}

// Operands of the walk: output, index, source with a stride of 0 along the axis. An index that does not change
// along the row (that of whole rows picked by a broadcast index) is read once; rows along the axis itself, and those of
// dense elements, get loops whose steps the compiler knows.
#define WEFT_GATHER_LOOP(T, step, index_step, source_step, axis_stride)                                   \
  for (int64_t i = 0; i < count; i++) {                                                                   \
    int64_t at = *(const int64_t *)(index + i * (index_step));                                            \
    at += at < 0 ? axis_size : 0;                                                                         \
    *(T *)(output + i * (step)) = *(const T *)(source + i * (source_step) + at * (axis_stride));          \
  }

#define WEFT_GATHER_ROW(bits)                                                                              \
  static void weft_gather_row_##bits(void *context, char *const *data, const int64_t *strides, int64_t count, \
                                     int64_t position) {                                                   \
    (void)position;                                                                                        \
    enum { size = bits / 8 };                                                                              \
    const weft_gather_plan *plan = context;                                                                \
    char *output = data[0];                                                                                \
    const char *index = data[1], *source = data[2];                                                        \
    const int64_t step = strides[0], index_step = strides[1], source_step = strides[2];                    \
    const int64_t axis_size = plan->axis_size, axis_stride = plan->axis_stride;                            \
    if (index_step == 0) {                                                                                 \
      source += weft_gather_offset(plan, index);                                                           \
      if (step == size && source_step == size) {                                                           \
        memcpy(output, source, (size_t)(count * size));                                                    \
        return;                                                                                            \
      }                                                                                                    \
      for (int64_t i = 0; i < count; i++) {                                                                \
        *(uint##bits##_t *)(output + i * step) = *(const uint##bits##_t *)(source + i * source_step);      \
      }                                                                                                    \
    } else if (step == size && index_step == 8 && source_step == 0 && axis_stride == size) {               \
      WEFT_GATHER_LOOP(uint##bits##_t, size, 8, 0, size)                                                   \
    } else if (step == size && index_step == 8 && source_step == size) {                                   \
      WEFT_GATHER_LOOP(uint##bits##_t, size, 8, size, axis_stride)                                         \
    } else {                                                                                               \
      WEFT_GATHER_LOOP(uint##bits##_t, step, index_step, source_step, axis_stride)                         \
    }                                                                                                      \
  }

WEFT_GATHER_ROW(8)
WEFT_GATHER_ROW(16)
WEFT_GATHER_ROW(32)
WEFT_GATHER_ROW(64)

void weft_gather(int32_t rank, const int64_t *shape, int32_t axis, int64_t axis_size, const weft_operand *source,
                 const weft_operand *index, const weft_operand *output) {
  int64_t size = weft_element_size(source->dtype);
  weft_gather_plan plan = {axis_size, source->strides[axis] * size};
  weft_walk walk;
  weft_walk_start(&walk, rank, shape, -1);
  weft_walk_add(&walk, output, size, -1);
  weft_walk_add(&walk, index, sizeof(int64_t), -1);
  weft_walk_add(&walk, source, size, axis);
  weft_walk_merge(&walk);
  weft_walk_row row = size == 1   ? weft_gather_row_8
                      : size == 2 ? weft_gather_row_16
                      : size == 4 ? weft_gather_row_32
                                  : weft_gather_row_64;
  weft_walk_parallel(&walk, WEFT_INDEX_GRAIN, row, &plan);
}

// MARK: - The range of indices

typedef struct {
  int64_t smallest, largest;
} weft_range;

#define WEFT_RANGE_LOOP                                              \
  for (int64_t i = 0; i < count; i++) {                              \
    smallest = values[i] < smallest ? values[i] : smallest;          \
    largest = values[i] > largest ? values[i] : largest;             \
  }                                                                  \
  *range = (weft_range){smallest, largest};

WEFT_FOR_AVX2 static void weft_range_avx2(const int64_t *values, int64_t count, weft_range *range) {
  int64_t smallest = range->smallest, largest = range->largest;
  WEFT_RANGE_LOOP
}

static void weft_range_dense(const int64_t *values, int64_t count, weft_range *range) {
  int64_t smallest = range->smallest, largest = range->largest;
  WEFT_RANGE_LOOP
}

static void weft_range_row(void *context, char *const *data, const int64_t *strides, int64_t count,
                           int64_t position) {
  (void)position;
  weft_range *range = context;
  if (strides[0] == sizeof(int64_t)) {
    (weft_uses_avx2() ? weft_range_avx2 : weft_range_dense)((const int64_t *)data[0], count, range);
    return;
  }
  for (int64_t i = 0; i < count; i++) {
    int64_t value = *(const int64_t *)(data[0] + i * strides[0]);
    range->smallest = value < range->smallest ? value : range->smallest;
    range->largest = value > range->largest ? value : range->largest;
  }
}

typedef struct {
  const weft_walk *walk;
  int64_t part_size;
  weft_range *parts;
} weft_range_job;

static void weft_range_body(void *context, int64_t begin, int64_t end) {
  const weft_range_job *job = context;
  for (int64_t part = begin; part < end; part++) {
    int64_t first = part * job->part_size, last = first + job->part_size;
    last = last < job->walk->count ? last : job->walk->count;
    job->parts[part] = (weft_range){INT64_MAX, INT64_MIN};
    weft_walk_run(job->walk, first, last, weft_range_row, &job->parts[part]);
  }
}

typedef struct {
  int64_t value, position;
} weft_range_search;

static void weft_range_find_row(void *context, char *const *data, const int64_t *strides, int64_t count,
                                int64_t position) {
  weft_range_search *search = context;
  for (int64_t i = 0; search->position < 0 && i < count; i++) {
    if (*(const int64_t *)(data[0] + i * strides[0]) == search->value) search->position = position + i;
  }
}

/// Where `value`, the smallest or largest of part `part` and of no part before it, stands first.
static int64_t weft_range_find(const weft_range_job *job, int64_t part, int64_t value) {
  int64_t first = part * job->part_size, last = first + job->part_size;
  weft_range_search search = {value, -1};
  weft_walk_run(job->walk, first, last < job->walk->count ? last : job->walk->count, weft_range_find_row, &search);
  return search.position;
}

void weft_index_range(int32_t rank, const int64_t *shape, const weft_operand *index, int64_t *smallest,
                      int64_t *largest, int64_t *smallest_position, int64_t *largest_position) {
  weft_walk walk;
  weft_walk_start(&walk, rank, shape, -1);
  weft_walk_add(&walk, index, sizeof(int64_t), -1);
  weft_walk_merge(&walk);
  *smallest = *largest = 0;
  if (smallest_position) *smallest_position = *largest_position = 0;
  if (walk.count == 0) {
    return;
  }
  weft_range parts[WEFT_WALK_PARTS];
  weft_range_job job = {&walk, weft_walk_part_size(walk.count), parts};
  int64_t count = (walk.count + job.part_size - 1) / job.part_size, low = 0, high = 0;
  weft_parallel_for(count, 1, weft_range_body, &job);
  for (int64_t part = 1; part < count; part++) {
    low = parts[part].smallest < parts[low].smallest ? part : low;
    high = parts[part].largest > parts[high].largest ? part : high;
  }
  *smallest = parts[low].smallest;
  *largest = parts[high].largest;
  if (!smallest_position) {
    return;
  }
  *smallest_position = weft_range_find(&job, low, *smallest);
  *largest_position = weft_range_find(&job, high, *largest);
}
