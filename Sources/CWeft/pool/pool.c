// Pooling: geometry, division of the work among threads, and the choice of kernels.
#include "pool.h"

#include "../common/isa.h"
#include "launches.h"
#include "weft_parallel.h"

enum {
  /// The least work, in elements read, that is worth waking another thread for.
  WORTH_A_THREAD = 64 * 1024,
  /// Windows of so many elements at most, whose gradient is gathered by each input position from the windows over it.
  MOST_GATHERED = 25,
  /// Neighbours in a window, at least, to add up in whole vectors.
  FEWEST_IN_RUN = 16,
};

static const weft_pool_kernels *kernels_for(int32_t dtype) {
  static const weft_pool_kernels *const sets[] = {
      WEFT_ISA_SETS(weft_pool_kernels_baseline, weft_pool_kernels_avx2, weft_pool_kernels_avx512)};
  return &sets[weft_isa_current()][dtype];
}

static int64_t points(const int64_t *sizes) { return sizes[0] * sizes[1] * sizes[2]; }

/// Adaptive windows that do not overlap are those of a plain pool.
static void make_plain(weft_pool *p) {
  if (!p->adaptive) return;
  for (int i = 0; i < 3; i++) {
    if (p->out[i] == 0 || p->in[i] == 0 || p->in[i] % p->out[i] != 0) return;
  }
  p->adaptive = false;
  p->divisor = 0;
  for (int i = 0; i < 3; i++) p->kernel[i] = p->stride[i] = p->in[i] / p->out[i];
}

static int64_t same_divisor(const weft_pool *p) {
  if (p->adaptive) return 0;
  if (p->divisor > 0) return p->divisor;
  int64_t count = 1;
  for (int i = 0; i < 3; i++) {
    int64_t padding = p->count_padding ? p->padding[i] : 0;
    int64_t last = (p->out[i] - 1) * p->stride[i] - p->padding[i] + p->dilation[i] * (p->kernel[i] - 1);
    if ((!p->count_padding && p->padding[i] > 0) || last >= p->in[i] + padding) return 0;
    count *= p->kernel[i];
  }
  return count;
}

static weft_pool prepare(const weft_pool_description *d) {
  weft_pool p = {.batch = d->batch, .channels = d->channels, .in_batch = d->input_strides[0],
                 .in_channel = d->input_strides[1], .out_batch = d->output_strides[0],
                 .out_channel = d->output_strides[1], .divisor = d->adaptive ? 0 : d->divisor,
                 .adaptive = d->adaptive, .count_padding = d->count_padding};
  for (int i = 0; i < 3; i++) {
    int axis = i - (3 - d->spatial);
    p.in[i] = p.out[i] = p.kernel[i] = p.stride[i] = p.dilation[i] = 1;
    if (axis < 0) continue;
    p.in[i] = d->in_size[axis];
    p.out[i] = d->out_size[axis];
    p.in_step[i] = d->input_strides[2 + axis];
    p.out_step[i] = d->output_strides[2 + axis];
    if (d->adaptive) continue;
    p.kernel[i] = d->kernel[axis];
    p.stride[i] = d->stride[axis];
    p.dilation[i] = d->dilation[axis];
    p.padding[i] = d->padding[axis];
  }
  make_plain(&p);
  p.same_divisor = same_divisor(&p);
  // The axes put in front continue the first real one, so that positions can be reckoned in one step.
  for (int i = 1; i >= 0; i--) {
    if (p.in[i] == 1) p.in_step[i] = p.in[i + 1] * p.in_step[i + 1];
    if (p.out[i] == 1) p.out_step[i] = p.out[i + 1] * p.out_step[i + 1];
  }
  return p;
}

/// Are channels beside each other in memory, and enough of them to be lanes?
static bool is_channels_last(const weft_pool *p) {
  return p->in_channel == 1 && p->out_channel == 1 && p->channels >= 4;
}

static int64_t taps(const weft_pool *p) {
  int64_t windows = points(p->out) > 0 ? points(p->out) : 1;
  return p->adaptive ? (points(p->in) / windows + 1) * 2 : points(p->kernel);
}

// MARK: - Running

typedef struct {
  weft_pool_kernel kernel;
  const weft_pool_job *job;
} call;

// Denormals are left alone: these kernels multiply by little but 1, and a maximum must come out as it went in.
static void run(void *context, int64_t begin, int64_t end) {
  const call *c = context;
  c->kernel(c->job, begin, end);
}

static void run_items(weft_pool_kernel kernel, const weft_pool_job *job, int64_t items, int64_t cost) {
  call c = {kernel, job};
  weft_parallel_for(items, WORTH_A_THREAD / (cost + 1) + 1, run, &c);
}

/// Whether windows are so wide, and so few, that their own elements are better lanes than they are: a global average.
static bool averages_runs(const weft_pool *p) {
  int64_t wide = p->adaptive ? p->in[2] / p->out[2] : p->kernel[2];
  bool joined = p->in_step[1] == p->in[2] && (p->adaptive ? p->out[2] == 1 : p->kernel[2] == p->in[2]);
  bool dense = p->in_step[2] == 1 && (p->adaptive || p->dilation[2] == 1);
  return dense && p->out[2] < wide && (joined ? points(p->in) / points(p->out) : wide) >= FEWEST_IN_RUN;
}

/// Whether neighbours of the input are better lanes than windows that are apart: each is read once, in whole vectors.
static bool goes_by_columns(const weft_pool *p) {
  return p->in_step[2] == 1 && (p->adaptive || (p->dilation[2] == 1 && p->stride[2] > 2));
}

static void forward(const weft_pool_description *d, const void *input, void *output, int32_t *indices) {
  weft_pool p = prepare(d);
  weft_pool_job job = {.pool = &p, .input = input, .output = output, .indices = indices};
  const weft_pool_kernels *k = kernels_for(d->dtype);
  if (p.batch * p.channels * points(p.out) == 0) return;
  int64_t rows = p.batch * p.out[0] * p.out[1];
  if (!indices && averages_runs(&p)) {
    run_items(k->average_runs, &job, rows * p.channels, p.out[2] * taps(&p) / 4);
  } else if (!is_channels_last(&p) && goes_by_columns(&p)) {
    run_items(indices ? k->max_wide : k->average_wide, &job, rows * p.channels,
              p.in[2] * (taps(&p) / (p.in[2] / p.out[2] + 1) + 1) / 4 + 4 * p.in[2]);
  } else if (is_channels_last(&p) || p.adaptive) {
    run_items(indices ? k->max_channels : k->average_channels, &job, rows, p.out[2] * p.channels * taps(&p));
  } else {
    run_items(indices ? k->max_positions : k->average_positions, &job, rows * p.channels, p.out[2] * taps(&p) * 2);
  }
}

void weft_max_pool(const weft_pool_description *description, const void *input, void *output, int32_t *indices) {
  WEFT_NOTED(weft_note_pool(notes, WEFT_NOTED_MAX_POOL, description, input, indices, output));
  forward(description, input, output, indices);
}

void weft_average_pool(const weft_pool_description *description, const void *input, void *output) {
  WEFT_NOTED(weft_note_pool(notes, WEFT_NOTED_AVERAGE_POOL, description, input, NULL, output));
  forward(description, input, output, NULL);
}

/// Adjacent channels share cache lines, so they are kept together, but every thread shall have some.
static void run_groups(weft_pool_kernel kernel, weft_pool_job *job, int64_t cost) {
  const weft_pool *p = job->pool;
  int64_t enough = (2 * weft_share_count() + p->batch - 1) / p->batch;
  job->group = 1;
  if (p->in_channel == 1) {
    job->group = (p->channels / enough + 15) / 16 * 16;
    if (job->group < 16) job->group = 16;
  }
  int64_t groups = (p->channels + job->group - 1) / job->group;
  run_items(kernel, job, p->batch * groups, job->group * cost);
}

/// Cost of an input row whose positions each gather from the windows over them.
static int64_t gathering_cost(const weft_pool *p) {
  return p->in[2] * p->channels * (1 + 2 * points(p->out) * taps(p) / points(p->in));
}

void weft_average_pool_backward(const weft_pool_description *d, const void *output_gradient, void *input_gradient) {
  WEFT_NOTED(weft_note_pool(notes, WEFT_NOTED_AVERAGE_POOL_BACKWARD, d, output_gradient, NULL, input_gradient));
  weft_pool p = prepare(d);
  weft_pool_job job = {.pool = &p, .input = output_gradient, .output = input_gradient};
  if (p.batch * p.channels * points(p.in) == 0) return;
  if (is_channels_last(&p)) {
    run_items(kernels_for(d->dtype)->average_backward, &job, p.batch * p.in[0] * p.in[1], gathering_cost(&p));
  } else {
    run_groups(kernels_for(d->dtype)->share, &job, points(p.in) + points(p.out) * taps(&p));
  }
}

/// Whether each input position gathers its gradient from the windows over it.
static bool gathers_maxima(const weft_pool *p) {
  return is_channels_last(p) && !p->adaptive && (points(p->kernel) <= MOST_GATHERED || points(p->out) == 1);
}

bool weft_max_pool_sums_at_once(const weft_pool_description *d) {
  weft_pool p = prepare(d);
  return gathers_maxima(&p);
}

void weft_max_pool_scatter(const weft_pool_description *d, const void *output_gradient, const int32_t *indices,
                           void *input_gradient) {
  WEFT_NOTED(weft_note_pool(notes, WEFT_NOTED_MAX_POOL_SCATTER, d, output_gradient, indices, input_gradient));
  weft_pool p = prepare(d);
  weft_pool_job job = {.pool = &p, .input = output_gradient, .output = input_gradient, .indices = (int32_t *)indices};
  if (p.batch * p.channels * points(p.in) == 0) return;
  if (gathers_maxima(&p)) {
    run_items(kernels_for(d->dtype)->max_backward, &job, p.batch * p.in[0] * p.in[1], gathering_cost(&p));
  } else {
    run_groups(kernels_for(d->dtype)->scatter, &job, points(p.in) + points(p.out));
  }
}

void weft_max_pool_gather(const weft_pool_description *d, const void *input, const int32_t *indices, void *output) {
  WEFT_NOTED(weft_note_pool(notes, WEFT_NOTED_MAX_POOL_GATHER, d, input, indices, output));
  weft_pool p = prepare(d);
  weft_pool_job job = {.pool = &p, .input = input, .output = output, .indices = (int32_t *)indices};
  if (p.batch * p.channels * points(p.out) == 0) return;
  run_groups(kernels_for(d->dtype)->gather, &job, points(p.out));
}
