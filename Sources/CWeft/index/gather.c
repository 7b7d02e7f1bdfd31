// Gathering along an axis, and the range of an index.
#include <stdatomic.h>

#include "../common/isa.h"
#include "element.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

typedef struct {
  int64_t axis_size, axis_stride;  // the stride in bytes
  int64_t from_end;                // what is added to a negative index: the size of the axis or 0
  bool (*fits)(const int64_t *, int64_t, int64_t, int64_t *);
  atomic_bool failed;  // whether an index is out of range
} weft_gather_plan;

// So many neighbouring indices are checked at once, then used.
enum { WEFT_GATHER_BLOCK = 64 };

// Whether a block of indices is in range; `negative` becomes negative where one of them is. What leaves the range of 64
// bits in one of the two sums has the wrong sign in the other. Never inlined: together with the loads behind it the
// compiler makes vectors of indices and takes them apart again.
#define WEFT_GATHER_FITS(name, target)                                                                             \
  target static __attribute__((noinline)) bool weft_gather_fits_##name(const int64_t *index, int64_t from_end,     \
                                                                       int64_t last, int64_t *negative) {          \
    uint64_t outside = 0, any = 0;                                                                                 \
    for (int64_t i = 0; i < WEFT_GATHER_BLOCK; i++) {                                                              \
      const uint64_t at = (uint64_t)index[i];                                                                      \
      outside |= (at + (uint64_t)from_end) | ((uint64_t)last - at);                                                \
      any |= at;                                                                                                   \
    }                                                                                                              \
    *negative = (int64_t)any;                                                                                      \
    return (int64_t)outside >= 0;                                                                                  \
  }
WEFT_GATHER_FITS(baseline, )
WEFT_GATHER_FITS(avx2, WEFT_FOR_AVX2)

// Operands of the walk: output, index, source with a stride of 0 along the axis. An index that does not change
// along the row (that of whole rows picked by a broadcast index) is read once; rows along the axis itself, and those of
// dense elements, get loops whose steps the compiler knows.
#define WEFT_GATHER_FAIL                                              \
  atomic_store_explicit(&plan->failed, true, memory_order_relaxed);   \
  return;

#define WEFT_GATHER_PLACE(i, index_step)                                  \
  int64_t at = *(const int64_t *)(index + (i) * (index_step));            \
  at += at >> 63 & from_end;                                              \
  if ((uint64_t)at >= axis_size) {                                        \
    WEFT_GATHER_FAIL                                                      \
  }

#define WEFT_GATHER_ONE(T, step, source_step, axis_stride, at) \
  *(T *)(output + i * (step)) = *(const T *)(source + i * (source_step) + (at) * (axis_stride));

#define WEFT_GATHER_LOOP(T, first, step, index_step, source_step, axis_stride) \
  for (int64_t i = first; i < count; i++) {                                    \
    WEFT_GATHER_PLACE(i, index_step)                                           \
    WEFT_GATHER_ONE(T, step, source_step, axis_stride, at)                     \
  }

#define WEFT_GATHER_DENSE(T, source_step, axis_stride)                                              \
  const int64_t *places = (const int64_t *)index;                                                   \
  int64_t block = 0, negative;                                                                      \
  for (; block + WEFT_GATHER_BLOCK <= count; block += WEFT_GATHER_BLOCK) {                          \
    if (!plan->fits(places + block, from_end, (int64_t)axis_size - 1, &negative)) {                 \
      WEFT_GATHER_FAIL                                                                              \
    }                                                                                               \
    if (negative < 0) {                                                                             \
      for (int64_t i = block; i < block + WEFT_GATHER_BLOCK; i++) {                                 \
        const int64_t at = places[i] + (places[i] >> 63 & from_end);                                \
        WEFT_GATHER_ONE(T, sizeof(T), source_step, axis_stride, at)                                 \
      }                                                                                             \
      continue;                                                                                     \
    }                                                                                               \
    for (int64_t i = block; i < block + WEFT_GATHER_BLOCK; i++) {                                   \
      WEFT_GATHER_ONE(T, sizeof(T), source_step, axis_stride, places[i])                            \
    }                                                                                               \
  }                                                                                                 \
  WEFT_GATHER_LOOP(T, block, sizeof(T), 8, source_step, axis_stride)

#define WEFT_GATHER_ROW(bits)                                                                              \
  static void weft_gather_row_##bits(void *context, char *const *data, const int64_t *strides, int64_t count, \
                                     int64_t position) {                                                   \
    (void)position;                                                                                        \
    enum { size = bits / 8 };                                                                              \
    weft_gather_plan *plan = context;                                                                      \
    char *restrict output = data[0];                                                                       \
    const char *index = data[1], *source = data[2];                                                        \
    const int64_t step = strides[0], index_step = strides[1], source_step = strides[2];                    \
    const int64_t axis_stride = plan->axis_stride, from_end = plan->from_end;                              \
    const uint64_t axis_size = (uint64_t)plan->axis_size;                                                  \
    if (index_step == 0) {                                                                                 \
      WEFT_GATHER_PLACE(0, 0)                                                                              \
      source += at * axis_stride;                                                                          \
      if (step == size && source_step == size) {                                                           \
        memcpy(output, source, (size_t)(count * size));                                                    \
        return;                                                                                            \
      }                                                                                                    \
      for (int64_t i = 0; i < count; i++) {                                                                \
        *(uint##bits##_t *)(output + i * step) = *(const uint##bits##_t *)(source + i * source_step);      \
      }                                                                                                    \
    } else if (step == size && index_step == 8 && source_step == 0 && axis_stride == size) {               \
      WEFT_GATHER_DENSE(uint##bits##_t, 0, size)                                                           \
    } else if (step == size && index_step == 8 && source_step == size) {                                   \
      WEFT_GATHER_DENSE(uint##bits##_t, size, axis_stride)                                                 \
    } else {                                                                                               \
      WEFT_GATHER_LOOP(uint##bits##_t, 0, step, index_step, source_step, axis_stride)                      \
    }                                                                                                      \
  }

WEFT_GATHER_ROW(8)
WEFT_GATHER_ROW(16)
WEFT_GATHER_ROW(32)
WEFT_GATHER_ROW(64)

bool weft_gather(int32_t rank, const int64_t *shape, int32_t axis, int64_t axis_size, bool from_end,
                 const weft_operand *source, const weft_operand *index, const weft_operand *output) {
  weft_launch_refuse();
  int64_t size = weft_element_size(source->dtype);
  weft_gather_plan plan = {axis_size, source->strides[axis] * size, from_end ? axis_size : 0,
                           weft_uses_avx2() ? weft_gather_fits_avx2 : weft_gather_fits_baseline, false};
  weft_index_walk walk;
  weft_index_walk_start(&walk, rank, shape, -1);
  weft_index_walk_add(&walk, output, size, -1);
  weft_index_walk_add(&walk, index, sizeof(int64_t), -1);
  weft_index_walk_add(&walk, source, size, axis);
  weft_index_walk_merge(&walk);
  weft_index_walk_row row = size == 1   ? weft_gather_row_8
                      : size == 2 ? weft_gather_row_16
                      : size == 4 ? weft_gather_row_32
                                  : weft_gather_row_64;
  weft_index_walk_parallel(&walk, WEFT_INDEX_GRAIN, row, &plan);
  return !atomic_load(&plan.failed);
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
  const weft_index_walk *walk;
  int64_t part_size;
  weft_range *parts;
} weft_range_job;

static void weft_range_body(void *context, int64_t begin, int64_t end) {
  const weft_range_job *job = context;
  for (int64_t part = begin; part < end; part++) {
    int64_t first = part * job->part_size, last = first + job->part_size;
    last = last < job->walk->count ? last : job->walk->count;
    job->parts[part] = (weft_range){INT64_MAX, INT64_MIN};
    weft_index_walk_run(job->walk, first, last, weft_range_row, &job->parts[part]);
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
  weft_index_walk_run(job->walk, first, last < job->walk->count ? last : job->walk->count, weft_range_find_row,
                      &search);
  return search.position;
}

void weft_index_range(int32_t rank, const int64_t *shape, const weft_operand *index, int64_t *smallest,
                      int64_t *largest, int64_t *smallest_position, int64_t *largest_position) {
  weft_launch_refuse();
  weft_index_walk walk;
  int64_t different[WEFT_MAX_RANK];
  // An index that repeats along an axis is looked at once, unless its place is asked for.
  for (int32_t axis = 0; axis < rank; axis++) {
    different[axis] = !smallest_position && index->strides[axis] == 0 && shape[axis] > 1 ? 1 : shape[axis];
  }
  weft_index_walk_start(&walk, rank, different, -1);
  weft_index_walk_add(&walk, index, sizeof(int64_t), -1);
  weft_index_walk_merge(&walk);
  *smallest = *largest = 0;
  if (smallest_position) *smallest_position = *largest_position = 0;
  if (walk.count == 0) {
    return;
  }
  weft_range parts[WEFT_INDEX_WALK_PARTS];
  weft_range_job job = {&walk, weft_index_walk_part_size(walk.count), parts};
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
