// The geometry of pooling, shared by its kernels (private).
#ifndef WEFT_POOL_PRIVATE_H
#define WEFT_POOL_PRIVATE_H

#include "weft_pool.h"

/// Three spatial axes always; missing ones come first, with size 1.
typedef struct {
  int64_t batch, channels;
  int64_t in[3], out[3], kernel[3], stride[3], dilation[3], padding[3];
  int64_t in_step[3], out_step[3];  // memory strides of the spatial axes
  int64_t in_batch, in_channel, out_batch, out_channel;
  int64_t divisor;
  bool adaptive, count_padding;
} weft_pool;

/// The part of a window that lies inside the input: `count` positions from `first`, `step` apart.
typedef struct {
  int64_t first, count, step;
} weft_pool_span;

weft_pool weft_pool_prepare(const weft_pool_description *description);

static inline weft_pool_span weft_pool_window(const weft_pool *p, int axis, int64_t index) {
  if (p->adaptive) {
    int64_t first = index * p->in[axis] / p->out[axis];
    int64_t end = ((index + 1) * p->in[axis] + p->out[axis] - 1) / p->out[axis];
    return (weft_pool_span){first, end - first, 1};
  }
  int64_t start = index * p->stride[axis] - p->padding[axis], step = p->dilation[axis];
  int64_t skipped = start < 0 ? (-start + step - 1) / step : 0;
  int64_t fitting = start < p->in[axis] ? (p->in[axis] - 1 - start) / step + 1 : 0;
  int64_t end = fitting < p->kernel[axis] ? fitting : p->kernel[axis];
  return (weft_pool_span){start + skipped * step, end > skipped ? end - skipped : 0, step};
}

/// How many positions of a window lie inside the input and the padding around it.
static inline int64_t weft_pool_padded_count(const weft_pool *p, int axis, int64_t index) {
  int64_t start = index * p->stride[axis] - p->padding[axis];
  int64_t room = p->in[axis] + p->padding[axis] - start;
  int64_t fitting = room > 0 ? (room - 1) / p->dilation[axis] + 1 : 0;
  return fitting < p->kernel[axis] ? fitting : p->kernel[axis];
}

/// What the sum over a window is divided by.
static inline int64_t weft_pool_divisor(const weft_pool *p, const int64_t *index) {
  if (p->adaptive || (p->divisor <= 0 && !p->count_padding)) {
    int64_t count = 1;
    for (int axis = 0; axis < 3; axis++) count *= weft_pool_window(p, axis, index[axis]).count;
    return count > 0 ? count : 1;
  }
  if (p->divisor > 0) return p->divisor;
  int64_t count = 1;
  for (int axis = 0; axis < 3; axis++) count *= weft_pool_padded_count(p, axis, index[axis]);
  return count > 0 ? count : 1;
}

#endif
