// How the tensors of a convolution lie in memory.
#include "convolution.h"

static void sizes_of(int64_t first, int64_t second, int32_t spatial, const int64_t *rest, int64_t *sizes) {
  sizes[0] = first;
  sizes[1] = second;
  for (int32_t i = 0; i < spatial; i++) sizes[2 + i] = rest[i];
}

void weft_input_sizes(const weft_convolution_description *d, int64_t *sizes) {
  sizes_of(d->batch, d->in_channels, d->spatial, d->in_size, sizes);
}

void weft_output_sizes(const weft_convolution_description *d, int64_t *sizes) {
  sizes_of(d->batch, d->out_channels, d->spatial, d->out_size, sizes);
}

void weft_weight_sizes(const weft_convolution_description *d, int64_t *sizes) {
  sizes_of(d->out_channels, d->in_channels / d->groups, d->spatial, d->kernel, sizes);
}

void weft_layout_strides(weft_layout layout, int32_t rank, const int64_t *sizes, int64_t *strides) {
  int64_t step = 1;
  if (layout == WEFT_LAYOUT_LAST) {
    strides[1] = step;
    step *= sizes[1];
  }
  for (int32_t axis = rank - 1; axis >= 2; axis--) {
    strides[axis] = step;
    step *= sizes[axis];
  }
  if (layout != WEFT_LAYOUT_LAST) {
    strides[1] = step;
    step *= sizes[1];
  }
  strides[0] = step;
}

static bool lies(weft_layout layout, int32_t rank, const int64_t *sizes, const int64_t *strides) {
  int64_t expected[5];
  weft_layout_strides(layout, rank, sizes, expected);
  for (int32_t axis = 0; axis < rank; axis++) {
    if (sizes[axis] != 1 && strides[axis] != expected[axis]) return false;
  }
  return true;
}

weft_layout weft_layout_of(int32_t rank, const int64_t *sizes, const int64_t *strides) {
  return (lies(WEFT_LAYOUT_FIRST, rank, sizes, strides) ? WEFT_LAYOUT_FIRST : 0) |
         (lies(WEFT_LAYOUT_LAST, rank, sizes, strides) ? WEFT_LAYOUT_LAST : 0);
}

bool weft_layout_dense(int32_t rank, const int64_t *sizes, const int64_t *strides) {
  bool used[8] = {false};
  int64_t step = 1;
  for (int32_t found = 0; found < rank; found++) {
    int32_t axis = 0;
    while (axis < rank && (used[axis] || (sizes[axis] != 1 && strides[axis] != step))) axis++;
    if (axis == rank) return false;
    used[axis] = true;
    step *= sizes[axis];
  }
  return true;
}
