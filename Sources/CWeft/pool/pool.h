// What the pooling kernels share: geometry, the work they are given, and their table (private).
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
  int64_t same_divisor;  // of every window of an average, or 0 where they differ
  bool adaptive, count_padding;
} weft_pool;

/// The part of a window that lies inside the input: `count` positions from `first`, `step` apart.
typedef struct {
  int64_t first, count, step;
} weft_pool_span;

typedef struct {
  const weft_pool *pool;
  const void *input;
  void *output;
  int32_t *indices;
  int64_t group;  // channels of an item, in scattering
} weft_pool_job;

/// Computes items begin ..< end; what an item is, each kernel says.
typedef void (*weft_pool_kernel)(const weft_pool_job *job, int64_t begin, int64_t end);

/// The kernels of one element type. `channels`: lanes are channels, adjacent in memory. `positions`: lanes are output
/// positions along the last axis.
typedef struct {
  weft_pool_kernel max_channels, max_positions, average_channels, average_positions;
  weft_pool_kernel average_runs;                    // lanes are neighbours in a window
  weft_pool_kernel max_wide, average_wide;          // lanes are columns of the input, over a window's rows
  weft_pool_kernel max_backward, average_backward;  // channels
  weft_pool_kernel scatter, share, gather;          // any layout
} weft_pool_kernels;

/// By element type: float32, float64, float16, bfloat16. Which sets there are, isa.h says.
extern const weft_pool_kernels weft_pool_kernels_baseline[4], weft_pool_kernels_avx2[4], weft_pool_kernels_avx512[4];

static inline weft_pool_span weft_pool_window(const weft_pool *p, int axis, int64_t index) {
  if (p->adaptive) {
    int64_t first = index * p->in[axis] / p->out[axis];
    int64_t end = ((index + 1) * p->in[axis] + p->out[axis] - 1) / p->out[axis];
    return (weft_pool_span){first, end - first, 1};
  }
  int64_t start = index * p->stride[axis] - p->padding[axis], step = p->dilation[axis];
  if (start >= 0 && start + step * (p->kernel[axis] - 1) < p->in[axis]) {
    return (weft_pool_span){start, p->kernel[axis], step};
  }
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

/// What one axis brings to the number of positions in a window.
static inline int64_t weft_pool_divisor_part(const weft_pool *p, int axis, int64_t index) {
  bool inside = p->adaptive || !p->count_padding;
  return inside ? weft_pool_window(p, axis, index).count : weft_pool_padded_count(p, axis, index);
}

/// What the sum over a window is divided by.
static inline int64_t weft_pool_divisor(const weft_pool *p, const int64_t *index) {
  if (p->same_divisor > 0) return p->same_divisor;
  int64_t count = 1;
  for (int axis = 0; axis < 3; axis++) count *= weft_pool_divisor_part(p, axis, index[axis]);
  return count > 0 ? count : 1;
}

/// The windows that may hold an input position; `weft_pool_covers` decides.
static inline void weft_pool_covering(const weft_pool *p, int axis, int64_t at, int64_t *low, int64_t *high) {
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

static inline bool weft_pool_covers(const weft_pool *p, int axis, int64_t window, int64_t at) {
  if (p->adaptive || p->dilation[axis] == 1) return true;
  return (at + p->padding[axis] - window * p->stride[axis]) % p->dilation[axis] == 0;
}

/// The windows over one input position after another along the last axis, without a division at each.
typedef struct {
  int64_t low, high;            // as weft_pool_covering gives them
  int64_t until_low, until_high;  // steps until each moves on
} weft_pool_cover;

static inline weft_pool_cover weft_pool_cover_begin(const weft_pool *p) {
  weft_pool_cover cover = {0, 0, 0, 0};
  weft_pool_covering(p, 2, 0, &cover.low, &cover.high);
  if (p->adaptive) return cover;
  int64_t reach = p->dilation[2] * (p->kernel[2] - 1);
  cover.until_low = reach + 1 - p->padding[2];
  cover.until_high = p->stride[2] - p->padding[2] % p->stride[2];
  return cover;
}

/// Moves on to position `at`, the next one.
static inline void weft_pool_cover_advance(const weft_pool *p, weft_pool_cover *cover, int64_t at) {
  if (p->adaptive) {
    weft_pool_covering(p, 2, at, &cover->low, &cover->high);
    return;
  }
  if (--cover->until_low == 0) cover->low++, cover->until_low = p->stride[2];
  if (--cover->until_high > 0) return;
  cover->until_high = p->stride[2];
  if (cover->high + 1 < p->out[2]) cover->high++;
}

/// Splits a row-major position over `count` axes; returns what is left for the axes before.
static inline int64_t weft_pool_split(int64_t item, int count, const int64_t *sizes, int64_t *index) {
  for (int axis = count - 1; axis >= 0; axis--) {
    index[axis] = item % sizes[axis];
    item /= sizes[axis];
  }
  return item;
}

/// Whether a position in the flattened spatial axes of the input is one.
static inline bool weft_pool_holds(const weft_pool *p, int64_t position) {
  return position >= 0 && position < p->in[0] * p->in[1] * p->in[2];
}

/// Where a flattened spatial position of the input lies.
static inline int64_t weft_pool_place(const weft_pool *p, int64_t position) {
  if (p->in_step[1] == p->in[2] * p->in_step[2] && p->in_step[0] == p->in[1] * p->in_step[1]) {
    return position * p->in_step[2];
  }
  int64_t index[3];
  weft_pool_split(position, 3, p->in, index);
  return index[0] * p->in_step[0] + index[1] * p->in_step[1] + index[2] * p->in_step[2];
}

#endif
