// Convolutions of whole numbers of 8 bits beside plain loops, to the number, and from several threads at once.
#include <pthread.h>
#include <stdatomic.h>

#include "check.h"

enum { CALLERS = 4, CALLS = 200, MOST = 4096 };

typedef struct {
  int64_t in, out, groups, size, kernel, stride, padding, dilation;
  int32_t dtype;
} shape;

static weft_convolution_description describe(const shape *s) {
  int64_t size = (s->size + 2 * s->padding - s->dilation * (s->kernel - 1) - 1) / s->stride + 1;
  int64_t each = s->in / s->groups;
  weft_convolution_description d = {.spatial = 2, .batch = 1, .in_channels = s->in, .out_channels = s->out,
                                    .groups = s->groups, .dtype = s->dtype};
  for (int i = 0; i < 2; i++) {
    d.in_size[i] = s->size, d.out_size[i] = size, d.kernel[i] = s->kernel, d.stride[i] = s->stride;
    d.dilation[i] = s->dilation, d.padding_before[i] = d.padding_after[i] = s->padding;
  }
  // Channels first, as they come from a file.
  dense_strides(4, (int64_t[]){1, s->in, s->size, s->size}, d.input_strides);
  dense_strides(4, (int64_t[]){s->out, each, s->kernel, s->kernel}, d.weight_strides);
  dense_strides(4, (int64_t[]){1, s->out, size, size}, d.output_strides);
  return d;
}

static int64_t expected_at(const weft_convolution_description *d, const shape *s, const void *x, const int8_t *w,
                           int64_t channel, int64_t row, int64_t column) {
  int64_t sum = 0, each = s->in / s->groups, group = channel / (s->out / s->groups);
  for (int64_t c = 0; c < each; c++) {
    for (int64_t k = 0; k < s->kernel * s->kernel; k++) {
      int64_t i = row * s->stride + k / s->kernel * s->dilation - s->padding;
      int64_t j = column * s->stride + k % s->kernel * s->dilation - s->padding;
      if (i < 0 || j < 0 || i >= s->size || j >= s->size) continue;
      int64_t at = (group * each + c) * d->input_strides[1] + i * d->input_strides[2] + j;
      sum += (int64_t)whole_at(s->dtype, x, at) * w[channel * d->weight_strides[0] + c * d->weight_strides[1] + k];
    }
  }
  return sum;
}

// How many of the results are other than loops say.
static int64_t wrong_results(const weft_convolution_description *d, const shape *s, const void *x, const int8_t *w,
                             const float *y) {
  int64_t wrong = 0, size = d->out_size[0];
  for (int64_t channel = 0; channel < s->out; channel++) {
    for (int64_t point = 0; point < size * size; point++) {
      wrong += y[channel * size * size + point] != expected_at(d, s, x, w, channel, point / size, point % size);
    }
  }
  return wrong;
}

typedef struct {
  const shape *shape;
  uint32_t state;
  int64_t wrong;
  bool runs;
} caller;

static uint8_t byte(caller *c) { return (uint8_t)((c->state = c->state * 1664525 + 1013904223) >> 24); }

// Each call has weights of its own, so that nothing that is kept answers it.
static void *call(void *context) {
  caller *c = context;
  weft_convolution_description d = describe(c->shape);
  uint8_t x[MOST], w[MOST];
  float y[MOST];
  for (int turn = 0; turn < CALLS && c->runs; turn++) {
    for (int i = 0; i < MOST; i++) x[i] = byte(c), w[i] = byte(c);
    c->runs = weft_convolution_whole(&d, x, (int8_t *)w, y) == 0;
    if (c->runs) c->wrong += wrong_results(&d, c->shape, x, (int8_t *)w, y);
  }
  return NULL;
}

static void check_shape(const shape *s) {
  caller callers[CALLERS];
  pthread_t threads[CALLERS];
  for (uint32_t i = 0; i < CALLERS; i++) {
    callers[i] = (caller){s, i + 1, 0, true};
    pthread_create(&threads[i], NULL, call, &callers[i]);
  }
  int64_t wrong = 0;
  for (int i = 0; i < CALLERS; i++) {
    pthread_join(threads[i], NULL);
    wrong += callers[i].wrong;
  }
  expect(wrong == 0, "whole convolutions of %s, %d to %d channels in %d groups, kernel %d: %lld wrong results",
         dtype_names[s->dtype], (int)s->in, (int)s->out, (int)s->groups, (int)s->kernel, (long long)wrong);
}

/// Where an instruction set has no kernel of this kind there is nothing to compare.
void check_whole_convolutions(void) {
  begin("whole convolutions");
  const shape shapes[] = {
      {4, 3, 1, 6, 2, 1, 1, 2, 0}, {4, 4, 1, 5, 3, 1, 0, 1, 0}, {3, 18, 1, 7, 3, 2, 1, 1, 0},
      {8, 8, 8, 6, 3, 1, 1, 1, 0}, {8, 6, 2, 6, 1, 1, 0, 1, 0},
  };
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    for (int is_signed = 0; is_signed < 2; is_signed++) {
      shape s = shapes[i];
      s.dtype = is_signed ? WEFT_INT8 : WEFT_UINT8;
      check_shape(&s);
    }
  }
}
