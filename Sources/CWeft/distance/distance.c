// Distances: the choice of kernels and the division of the work among threads.
#include "distance.h"

#include <string.h>

#include "../common/isa.h"
#include "../common/scratch.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  /// The least work, in differences, that is worth waking another thread for.
  WORTH_A_THREAD = 128 * 1024,
  /// A gradient of so few items is cut into parts of the others, which are then added up.
  FEW_ITEMS = 16,
  /// Others of a part, at least.
  LEAST_PART = 1024,
};

static const weft_distance_kernels *kernels_for(int32_t dtype) {
  static const weft_distance_kernels *const sets[] = {
      WEFT_ISA_SETS(weft_distance_kernels_baseline, weft_distance_kernels_avx2, weft_distance_kernels_avx512)};
  return &sets[weft_isa_current()][dtype == WEFT_FLOAT64];
}

typedef struct {
  weft_distance_kernel kernel;
  const weft_distance_job *job;
} kernel_call;

static void run(void *context, int64_t begin, int64_t end) {
  const kernel_call *c = context;
  c->kernel(c->job, begin, end);
}

static void run_items(weft_distance_kernel kernel, const weft_distance_job *job, int64_t items, int64_t cost) {
  kernel_call c = {kernel, job};
  weft_parallel_for(items, WORTH_A_THREAD / (cost + 1) + 1, run, &c);
}

void weft_distance_sums(const weft_distances *call, const void *rows, const void *others, void *sums) {
  weft_launch_refuse();
  const int64_t count = call->batch * call->rows * call->others;
  if (count == 0 || call->width == 0) {
    memset(sums, 0, (size_t)count * (call->dtype == WEFT_FLOAT64 ? 8 : 4));
    return;
  }
  const weft_distance_kernels *kernels = kernels_for(call->dtype);
  weft_distance_job job = {.call = call, .rows = rows, .others = others, .result = sums};
  const int64_t blocks = weft_distance_blocks(call->others, kernels->side_by_side);
  const int64_t groups = weft_distance_blocks(call->rows, WEFT_DISTANCE_ROWS);
  const int64_t deep = call->rows < WEFT_DISTANCE_ROWS ? call->rows : WEFT_DISTANCE_ROWS;
  run_items(kernels->sums, &job, call->batch * groups * blocks, deep * kernels->side_by_side * call->width);
}

#define ADD_PARTS(type)                                                                             \
  static void add_parts_##type(int64_t parts, int64_t count, const type *from, type *to) {          \
    for (int64_t i = 0; i < count; i++) {                                                           \
      double sum = 0;                                                                               \
      for (int64_t part = 0; part < parts; part++) sum += (double)from[part * count + i];           \
      to[i] = (type)sum;                                                                            \
    }                                                                                               \
  }
ADD_PARTS(float)
ADD_PARTS(double)

void weft_distance_gradient(const weft_distances *call, const void *rows, const void *others, const void *y,
                            const void *g, bool turned, void *result) {
  weft_launch_refuse();
  const int64_t count = call->batch * call->rows * call->width;
  if (count == 0) return;
  const weft_distance_kernels *kernels = kernels_for(call->dtype);
  weft_distance_job job = {.call = call, .rows = rows, .others = others, .y = y, .g = g, .result = result,
                           .turned = turned, .parts = 1, .part = call->others};
  // As many parts as the sizes say: the sums do not depend on the number of threads.
  const int64_t items = call->batch * weft_distance_blocks(call->rows, kernels->side_by_side);
  if (items < FEW_ITEMS && call->others >= 2 * LEAST_PART) {
    const int64_t most = call->others / LEAST_PART;
    job.part = weft_distance_blocks(call->others, most < FEW_ITEMS ? most : FEW_ITEMS);
    job.parts = weft_distance_blocks(call->others, job.part);
  }
  weft_scratch_mark mark = weft_scratch_begin();
  if (job.parts > 1) {
    job.result = weft_scratch_take(weft_bytes3(job.parts, count, call->dtype == WEFT_FLOAT64 ? 8 : 4));
    if (!job.result) weft_no_memory();
  }
  run_items(kernels->gradient, &job, items * job.parts, 2 * job.part * kernels->side_by_side * call->width);
  if (job.parts > 1 && call->dtype == WEFT_FLOAT64) {
    add_parts_double(job.parts, count, job.result, result);
  } else if (job.parts > 1) {
    add_parts_float(job.parts, count, job.result, result);
  }
  weft_scratch_release(mark);
}
