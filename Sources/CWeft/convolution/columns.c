// Convolution as products over unfolded patches: for float64, which oneDNN lacks, and whatever it has no good code for.
#include "columns.h"

#include <string.h>

#include "../product/gemm.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "weft_parallel.h"

// Three spatial axes always; missing ones have size 1 in front.
typedef struct {
  int64_t in[3], out[3], kernel[3], stride[3], dilation[3], before[3];
  int64_t in_points, out_points, taps;
  int64_t batch, out_channels, group_in, group_out;
} geometry;

static geometry geometry_of(const weft_convolution_description *d) {
  geometry g = {.in_points = 1, .out_points = 1, .taps = 1, .batch = d->batch, .out_channels = d->out_channels,
                .group_in = d->in_channels / d->groups, .group_out = d->out_channels / d->groups};
  for (int32_t i = 0; i < 3; i++) {
    int32_t axis = i - (3 - d->spatial);
    bool there = axis >= 0;
    g.in[i] = there ? d->in_size[axis] : 1;
    g.out[i] = there ? d->out_size[axis] : 1;
    g.kernel[i] = there ? d->kernel[axis] : 1;
    g.stride[i] = there ? d->stride[axis] : 1;
    g.dilation[i] = there ? d->dilation[axis] : 1;
    g.before[i] = there ? d->padding_before[axis] : 0;
    g.in_points *= g.in[i];
    g.out_points *= g.out[i];
    g.taps *= g.kernel[i];
  }
  return g;
}

// The input position that a kernel position meets at output position 0.
static void locate_tap(const geometry *g, int64_t tap, int64_t *start) {
  for (int i = 2; i >= 0; i--) {
    start[i] = tap % g->kernel[i] * g->dilation[i] - g->before[i];
    tap /= g->kernel[i];
  }
}

#define ELEMENT float
#define NAME(x) float_##x
#include "columns_template.h"
#define ELEMENT double
#define NAME(x) double_##x
#include "columns_template.h"

typedef struct {
  const geometry *g;
  const void *from;
  void *to;
  void (*body)(const geometry *g, const void *from, void *to, int64_t begin, int64_t end);
} job;

static void run_job(void *context, int64_t begin, int64_t end) {
  const job *work = context;
  work->body(work->g, work->from, work->to, begin, end);
}

static void each_channel(const geometry *g, const void *from, void *to,
                         void (*body)(const geometry *, const void *, void *, int64_t, int64_t)) {
  job work = {g, from, to, body};
  weft_parallel_for(g->group_in, 32768 / (g->taps * g->out_points + 1) + 1, run_job, &work);
}

typedef struct {
  const weft_convolution *c;
  geometry g;
  int64_t size;  // of an element
  char *columns;
} state;

// The product of one image and group; weight, columns and output are row-major matrices.
static int32_t run_group(const state *s, int64_t n, int64_t group) {
  const weft_convolution *c = s->c;
  const geometry *g = &s->g;
  bool wide = s->size == 8;
  int64_t rows = g->group_in * g->taps, groups = c->shape.groups;
  char *image = (char *)c->input + (n * groups + group) * g->group_in * g->in_points * s->size;
  char *output = (char *)c->output + (n * groups + group) * g->group_out * g->out_points * s->size;
  char *weight = (char *)c->weight + group * g->group_out * rows * s->size;
  weft_gemm p = {.dtype = c->shape.dtype, .result_dtype = c->shape.dtype};
  if (c->direction != WEFT_BACKWARD_INPUT) {
    each_channel(g, image, s->columns, wide ? double_unfold : float_unfold);
  }
  switch (c->direction) {
    case WEFT_FORWARD:
      p.m = g->group_out, p.n = g->out_points, p.k = rows;
      p.a = weight, p.a_m = rows, p.a_k = 1;
      p.b = s->columns, p.b_k = g->out_points, p.b_n = 1;
      p.c = output, p.c_m = g->out_points, p.c_n = 1;
      p.bias = c->bias ? (char *)c->bias + group * g->group_out * s->size : NULL;
      p.bias_m = 1;
      return weft_gemm_run(&p, NULL);
    case WEFT_BACKWARD_INPUT: {
      p.m = rows, p.n = g->out_points, p.k = g->group_out;
      p.a = weight, p.a_m = 1, p.a_k = rows;
      p.b = output, p.b_k = g->out_points, p.b_n = 1;
      p.c = s->columns, p.c_m = g->out_points, p.c_n = 1;
      int32_t status = weft_gemm_run(&p, NULL);
      if (status == WEFT_OK) each_channel(g, s->columns, image, wide ? double_fold : float_fold);
      return status;
    }
    default:
      p.m = g->group_out, p.n = rows, p.k = g->out_points;
      p.a = output, p.a_m = g->out_points, p.a_k = 1;
      p.b = s->columns, p.b_k = 1, p.b_n = g->out_points;
      p.c = weight, p.c_m = rows, p.c_n = 1;
      p.accumulate = n > 0;
      return weft_gemm_run(&p, NULL);
  }
}

int32_t weft_convolution_columns(const weft_convolution *c) {
  state s = {.c = c, .g = geometry_of(&c->shape), .size = c->shape.dtype == WEFT_FLOAT64 ? 8 : 4};
  const geometry *g = &s.g;
  size_t rows = weft_bytes(g->group_in, g->taps);
  if (rows > INT64_MAX) return WEFT_OUT_OF_MEMORY;
  weft_scratch_mark mark = weft_scratch_begin();
  s.columns = weft_scratch_take(weft_bytes3((int64_t)rows, g->out_points, s.size));
  int32_t status = s.columns ? WEFT_OK : WEFT_OUT_OF_MEMORY;
  if (s.columns && c->direction == WEFT_BACKWARD_INPUT) {
    memset(c->input, 0, (size_t)(g->batch * c->shape.in_channels * g->in_points * s.size));
  }
  for (int64_t n = 0; n < g->batch && status == WEFT_OK; n++) {
    for (int64_t group = 0; group < c->shape.groups && status == WEFT_OK; group++) status = run_group(&s, n, group);
  }
  if (status == WEFT_OK && c->direction == WEFT_BACKWARD_WEIGHT && c->bias) {
    (s.size == 8 ? double_sum : float_sum)(g, c->output, c->bias);
  }
  weft_scratch_release(mark);
  return status;
}
