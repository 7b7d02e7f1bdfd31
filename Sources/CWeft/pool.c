// Pooling: geometry, division of the work among threads, and the choice of kernels.
#include "pool.h"

#include <math.h>
#include <string.h>

#include "dnnl/half.h"
#include "weft_parallel.h"

typedef struct {
  const weft_pool *pool;
  const void *input;
  void *output;
  int32_t *indices;  // NULL for averages
  bool single;       // items are single channels
  int64_t group;     // channels of an item, in scattering
} job;

typedef void (*kernel)(const job *work, int64_t begin, int64_t end);

typedef struct {
  kernel forward_channels, forward_rows, backward, scatter, gather;
} kernels;

// Splits a row-major position over three axes; returns what is left for the axes before.
static inline int64_t split_item(int64_t item, const int64_t *sizes, int64_t *index) {
  for (int axis = 2; axis >= 0; axis--) {
    index[axis] = item % sizes[axis];
    item /= sizes[axis];
  }
  return item;
}

// Where a flattened spatial position of the input lies.
static inline int64_t place(const weft_pool *p, int64_t position) {
  if (p->in_step[1] == p->in[2] * p->in_step[2] && p->in_step[0] == p->in[1] * p->in_step[1]) {
    return position * p->in_step[2];
  }
  int64_t index[3];
  split_item(position, p->in, index);
  return index[0] * p->in_step[0] + index[1] * p->in_step[1] + index[2] * p->in_step[2];
}

// The windows that may hold an input position; `covers` decides.
static void covering(const weft_pool *p, int axis, int64_t at, int64_t *low, int64_t *high) {
  if (p->adaptive) {
    *low = at * p->out[axis] / p->in[axis];
    *high = ((at + 1) * p->out[axis] + p->in[axis] - 1) / p->in[axis] - 1;
  } else {
    int64_t shifted = at + p->padding[axis], reach = p->dilation[axis] * (p->kernel[axis] - 1);
    *low = shifted > reach ? (shifted - reach + p->stride[axis] - 1) / p->stride[axis] : 0;
    *high = shifted / p->stride[axis];
  }
  if (*high >= p->out[axis]) *high = p->out[axis] - 1;
}

static inline bool covers(const weft_pool *p, int axis, int64_t window, int64_t at) {
  if (p->adaptive || p->dilation[axis] == 1) return true;
  return (at + p->padding[axis] - window * p->stride[axis]) % p->dilation[axis] == 0;
}

static inline float same_float(float value) { return value; }
static inline double same_double(double value) { return value; }

#define STORED float
#define COMPUTED float
#define LOAD same_float
#define STORE same_float
#define NAME(x) float32_##x
#include "pool_template.h"
#define STORED double
#define COMPUTED double
#define LOAD same_double
#define STORE same_double
#define NAME(x) float64_##x
#include "pool_template.h"
#define STORED uint16_t
#define COMPUTED float
#define LOAD weft_from_float16
#define STORE weft_to_float16
#define NAME(x) float16_##x
#include "pool_template.h"
#define STORED uint16_t
#define COMPUTED float
#define LOAD weft_from_bfloat16
#define STORE weft_to_bfloat16
#define NAME(x) bfloat16_##x
#include "pool_template.h"

static const kernels *kernels_for(int32_t dtype) {
  switch (dtype) {
    case WEFT_FLOAT64: return &float64_kernels;
    case WEFT_FLOAT16: return &float16_kernels;
    case WEFT_BFLOAT16: return &bfloat16_kernels;
    default: return &float32_kernels;
  }
}

weft_pool weft_pool_prepare(const weft_pool_description *d) {
  weft_pool p = {.batch = d->batch, .channels = d->channels, .in_batch = d->input_strides[0],
                 .in_channel = d->input_strides[1], .out_batch = d->output_strides[0],
                 .out_channel = d->output_strides[1], .divisor = d->divisor, .adaptive = d->adaptive,
                 .count_padding = d->count_padding};
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
  // The axes put in front continue the first real one, so that positions can be reckoned in one step.
  for (int i = 1; i >= 0; i--) {
    if (p.in[i] == 1) p.in_step[i] = p.in[i + 1] * p.in_step[i + 1];
    if (p.out[i] == 1) p.out_step[i] = p.out[i + 1] * p.out_step[i + 1];
  }
  return p;
}

// MARK: - Running

typedef struct {
  kernel body;
  const job *work;
} call;

// Denormals are left alone: these kernels multiply by little but 1, and a maximum must come out as it went in.
static void run(void *context, int64_t begin, int64_t end) {
  const call *c = context;
  c->body(c->work, begin, end);
}

static void run_items(kernel body, const job *work, int64_t items, int64_t cost) {
  call c = {body, work};
  weft_parallel_for(items, 16384 / (cost + 1) + 1, run, &c);
}

static int64_t points(const int64_t *sizes) { return sizes[0] * sizes[1] * sizes[2]; }

static void forward(const weft_pool_description *d, const void *input, void *output, int32_t *indices) {
  weft_pool p = weft_pool_prepare(d);
  job work = {.pool = &p, .input = input, .output = output, .indices = indices};
  if (p.batch * p.channels * points(p.out) == 0) return;
  int64_t taps = p.adaptive ? points(p.in) / points(p.out) + 1 : points(p.kernel);
  if (p.adaptive || p.in_channel == 1 || p.out[2] < 4) {
    run_items(kernels_for(d->dtype)->forward_channels, &work, p.batch * points(p.out), p.channels * taps);
  } else {
    run_items(kernels_for(d->dtype)->forward_rows, &work, p.batch * p.channels * p.out[0] * p.out[1], p.out[2] * taps);
  }
}

void weft_max_pool(const weft_pool_description *description, const void *input, void *output, int32_t *indices) {
  forward(description, input, output, indices);
}

void weft_average_pool(const weft_pool_description *description, const void *input, void *output) {
  forward(description, input, output, NULL);
}

void weft_average_pool_backward(const weft_pool_description *d, const void *output_gradient, void *input_gradient) {
  weft_pool p = weft_pool_prepare(d);
  job work = {.pool = &p, .input = output_gradient, .output = input_gradient};
  work.single = p.in_channel != 1;
  if (p.batch * p.channels * points(p.in) == 0) return;
  int64_t items = p.batch * points(p.in) * (work.single ? p.channels : 1);
  run_items(kernels_for(d->dtype)->backward, &work, items, work.single ? 8 : p.channels * 4);
}

void weft_max_pool_scatter(const weft_pool_description *d, const void *output_gradient, const int32_t *indices,
                           void *input_gradient) {
  weft_pool p = weft_pool_prepare(d);
  job work = {.pool = &p, .input = output_gradient, .output = input_gradient, .indices = (int32_t *)indices};
  if (p.batch * p.channels * points(p.in) == 0) return;
  // Adjacent channels share cache lines, so they are kept together, but every thread shall have some.
  int64_t enough = (2 * weft_thread_count() + p.batch - 1) / p.batch;
  work.group = 1;
  if (p.in_channel == 1) {
    work.group = (p.channels / enough + 15) / 16 * 16;
    if (work.group < 16) work.group = 16;
  }
  int64_t groups = (p.channels + work.group - 1) / work.group;
  run_items(kernels_for(d->dtype)->scatter, &work, p.batch * groups, work.group * (points(p.in) + points(p.out)));
}

void weft_max_pool_gather(const weft_pool_description *d, const void *input, const int32_t *indices, void *output) {
  weft_pool p = weft_pool_prepare(d);
  job work = {.pool = &p, .input = input, .output = output, .indices = (int32_t *)indices};
  work.single = p.in_channel != 1;
  if (p.batch * p.channels * points(p.out) == 0) return;
  int64_t items = p.batch * points(p.out) * (work.single ? p.channels : 1);
  run_items(kernels_for(d->dtype)->gather, &work, items, work.single ? 2 : p.channels * 2);
}
