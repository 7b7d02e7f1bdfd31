// Grid sampling: the choice of kernels and the division of the work among threads.
#include "grid.h"

#include "../common/isa.h"
#include "../common/scratch.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  /// The least work, in taps of a channel, that is worth waking another thread for.
  WORTH_A_THREAD = 24 * 1024,
  /// Fewer channels are sampled plane by plane.
  FEWEST_SIDE_BY_SIDE = 4,
  /// An image is laid out anew where there is a point for so many pixels at least.
  MOST_PIXELS_PER_POINT = 4,
  /// Bytes of the images that are laid out together, where one is not larger.
  GROUP_BYTES = 1 << 20,
};

static const weft_grid_kernels *kernels_for(int32_t dtype) {
  static const weft_grid_kernels *const sets[] = {
      WEFT_ISA_SETS(weft_grid_kernels_baseline, weft_grid_kernels_avx2, weft_grid_kernels_avx2)};
  return &sets[weft_isa_current()][dtype == WEFT_FLOAT64];
}

typedef struct {
  weft_grid_kernel kernel;
  const weft_grid_job *job;
} call;

static void run(void *context, int64_t begin, int64_t end) {
  const call *c = context;
  uint32_t word = weft_denormals_flush();
  c->kernel(c->job, begin, end);
  weft_denormals_restore(word);
}

static void run_items(weft_grid_kernel kernel, const weft_grid_job *job, int64_t items, int64_t cost) {
  call c = {kernel, job};
  weft_parallel_for(items, WORTH_A_THREAD / (cost + 1) + 1, run, &c);
}

/// What a block of points costs.
static int64_t block_cost(const weft_grid *grid) {
  return WEFT_GRID_BLOCK * (grid->channels + 8) * (grid->linear ? 1 << grid->axes : 1);
}

static bool is_empty(const weft_grid *grid) { return grid->batch * grid->channels * grid->points == 0; }

/// Whether the channels of each pixel lie side by side, or are laid so for all points to read: the nearest one alone is
/// not worth it.
static bool goes_by_pixels(const weft_grid *grid) {
  return grid->channels_last || (grid->linear && grid->channels >= FEWEST_SIDE_BY_SIDE &&
                                 weft_grid_pixels(grid) <= MOST_PIXELS_PER_POINT * grid->points);
}

/// Runs a kernel on images whose channels lie side by side: as they are, or laid out anew, a group at a time; false
/// where there is no memory for it.
static bool run_groups(weft_grid_kernel kernel, weft_grid_job *job) {
  const weft_grid *grid = job->grid;
  if (grid->channels_last) {
    job->pixels = job->image;
    run_items(kernel, job, grid->batch * weft_grid_blocks(grid->points), block_cost(grid) / 4);
    return true;
  }
  int64_t bytes = weft_grid_pixels(grid) * grid->channels * (grid->dtype == WEFT_FLOAT64 ? 8 : 4);
  int64_t group = bytes < GROUP_BYTES ? GROUP_BYTES / bytes : 1;
  if (group > grid->batch) group = grid->batch;
  weft_scratch_mark mark = weft_scratch_begin();
  job->pixels = job->laid_out = weft_scratch_take(weft_bytes(group, bytes));
  for (job->first = 0; job->pixels && job->first < grid->batch; job->first += group) {
    int64_t images = grid->batch - job->first < group ? grid->batch - job->first : group;
    run_items(kernels_for(grid->dtype)->lay_out, job, images * weft_grid_blocks(weft_grid_pixels(grid)),
              WEFT_GRID_BLOCK * grid->channels);
    run_items(kernel, job, images * weft_grid_blocks(grid->points), block_cost(grid) / 4);
  }
  weft_scratch_release(mark);
  return job->pixels != NULL;
}

void weft_grid_sample(const weft_grid *grid, const void *image, const void *positions, void *output) {
  weft_launch_refuse();
  if (is_empty(grid)) return;
  const weft_grid_kernels *kernels = kernels_for(grid->dtype);
  weft_grid_job job = {.grid = grid, .image = image, .positions = positions, .output = output};
  if (goes_by_pixels(grid) && run_groups(kernels->sample_pixels, &job)) return;
  run_items(kernels->sample_planes, &job, grid->batch * weft_grid_blocks(grid->points), block_cost(grid));
}

void weft_grid_image_gradient(const weft_grid *grid, const void *positions, const void *output_gradient,
                              void *image_gradient) {
  weft_launch_refuse();
  if (grid->batch * grid->channels == 0) return;
  weft_grid_job job = {.grid = grid, .positions = positions, .gradient = output_gradient, .output = image_gradient};
  // Every thread shall have some; how many does not show in the sums.
  int64_t items = 2 * (int64_t)weft_thread_count(), chunks = (items + grid->batch - 1) / grid->batch;
  job.chunk = (grid->channels + chunks - 1) / chunks;
  bool by_pixels = goes_by_pixels(grid);
  if (by_pixels) job.chunk = (job.chunk + 15) / 16 * 16;
  if (job.chunk > WEFT_GRID_CHANNELS) job.chunk = WEFT_GRID_CHANNELS;
  if (job.chunk > grid->channels) job.chunk = grid->channels;
  chunks = (grid->channels + job.chunk - 1) / job.chunk;
  const weft_grid_kernels *kernels = kernels_for(grid->dtype);
  run_items(by_pixels ? kernels->image_gradient_pixels : kernels->image_gradient_planes, &job, grid->batch * chunks,
            job.chunk * (weft_grid_pixels(grid) + grid->points * (grid->linear ? 1 << grid->axes : 1)));
}

void weft_grid_positions_gradient(const weft_grid *grid, const void *image, const void *positions,
                                  const void *output_gradient, void *positions_gradient) {
  weft_launch_refuse();
  if (grid->batch * grid->points == 0) return;
  const weft_grid_kernels *kernels = kernels_for(grid->dtype);
  weft_grid_job job = {
      .grid = grid, .image = image, .positions = positions, .gradient = output_gradient, .output = positions_gradient};
  if (goes_by_pixels(grid) && run_groups(kernels->positions_gradient_pixels, &job)) return;
  run_items(kernels->positions_gradient_planes, &job, grid->batch * weft_grid_blocks(grid->points), block_cost(grid));
}
