// Gathering along an axis, and the range of an index.
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
// along the row (that of whole rows picked by a broadcast index) is read once.
#define WEFT_GATHER_ROW(bits)                                                                              \
  static void weft_gather_row_##bits(void *context, char *const *data, const int64_t *strides, int64_t count, \
                                     int64_t position) {                                                   \
    (void)position;                                                                                        \
    const weft_gather_plan *plan = context;                                                                \
    char *output = data[0];                                                                                \
    const char *index = data[1], *source = data[2];                                                        \
    const int64_t step = strides[0], index_step = strides[1], source_step = strides[2];                    \
    if (index_step == 0) {                                                                                 \
      source += weft_gather_offset(plan, index);                                                           \
      if (step == bits / 8 && source_step == bits / 8) {                                                   \
        memcpy(output, source, (size_t)(count * (bits / 8)));                                              \
        return;                                                                                            \
      }                                                                                                    \
      for (int64_t i = 0; i < count; i++) {                                                                \
        *(uint##bits##_t *)(output + i * step) = *(const uint##bits##_t *)(source + i * source_step);      \
      }                                                                                                    \
      return;                                                                                              \
    }                                                                                                      \
    for (int64_t i = 0; i < count; i++) {                                                                  \
      const char *from = source + i * source_step + weft_gather_offset(plan, index + i * index_step);      \
      *(uint##bits##_t *)(output + i * step) = *(const uint##bits##_t *)from;                              \
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

typedef struct {
  int64_t smallest, largest, smallest_position, largest_position;
} weft_range;

static void weft_range_row(void *context, char *const *data, const int64_t *strides, int64_t count,
                           int64_t position) {
  weft_range range = *(weft_range *)context;
  for (int64_t i = 0; i < count; i++) {
    int64_t value = *(const int64_t *)(data[0] + i * strides[0]);
    if (value < range.smallest) {
      range.smallest = value;
      range.smallest_position = position + i;
    }
    if (value > range.largest) {
      range.largest = value;
      range.largest_position = position + i;
    }
  }
  *(weft_range *)context = range;
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
    // No value is beyond these, so a position is written only where it is the first of its value: where all
    // are INT64_MAX (or INT64_MIN) that is the first of the part.
    job->parts[part] = (weft_range){INT64_MAX, INT64_MIN, first, first};
    weft_walk_run(job->walk, first, last, weft_range_row, &job->parts[part]);
  }
}

void weft_index_range(int32_t rank, const int64_t *shape, const weft_operand *index, int64_t *smallest,
                      int64_t *largest, int64_t *smallest_position, int64_t *largest_position) {
  weft_walk walk;
  weft_walk_start(&walk, rank, shape, -1);
  weft_walk_add(&walk, index, sizeof(int64_t), -1);
  weft_walk_merge(&walk);
  weft_range range = {0, 0, 0, 0}, parts[WEFT_WALK_PARTS];
  if (walk.count > 0) {
    weft_range_job job = {&walk, weft_walk_part_size(walk.count), parts};
    int64_t count = (walk.count + job.part_size - 1) / job.part_size;
    weft_parallel_for(count, 1, weft_range_body, &job);
    range = parts[0];
    for (int64_t part = 1; part < count; part++) {
      if (parts[part].smallest < range.smallest) {
        range.smallest = parts[part].smallest;
        range.smallest_position = parts[part].smallest_position;
      }
      if (parts[part].largest > range.largest) {
        range.largest = parts[part].largest;
        range.largest_position = parts[part].largest_position;
      }
    }
  }
  *smallest = range.smallest;
  *largest = range.largest;
  *smallest_position = range.smallest_position;
  *largest_position = range.largest_position;
}
