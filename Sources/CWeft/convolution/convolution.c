// Convolutions: checks the description, brings the tensors into a form that a kernel takes, and runs it.
#include "../layout/convolution.h"

#include <string.h>

#include "../product/gemm.h"
#include "../product/launches.h"
#include "../product/matmul_dnnl.h"
#include "../common/isa.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "../winograd/winograd.h"
#include "columns.h"
#include "few_taps.h"
#include "windows.h"
#include "weft_launch.h"

// MARK: - Checks

static bool valid_axis(const weft_convolution_description *d, int32_t i) {
  if (d->in_size[i] < 0 || d->out_size[i] < 0 || d->kernel[i] < 1 || d->stride[i] < 1 || d->dilation[i] < 1 ||
      d->padding_before[i] < 0 || d->padding_after[i] < 0) {
    return false;
  }
  int64_t reach, padded;
  if (__builtin_mul_overflow(d->dilation[i], d->kernel[i] - 1, &reach) ||
      __builtin_add_overflow(d->in_size[i], d->padding_before[i], &padded) ||
      __builtin_add_overflow(padded, d->padding_after[i], &padded)) {
    return false;
  }
  int64_t expected = padded <= reach ? 0 : (padded - reach - 1) / d->stride[i] + 1;
  return expected == d->out_size[i];
}

static bool valid_shape(const weft_convolution_description *d) {
  if (d->spatial < 1 || d->spatial > 3 || d->batch < 0 || d->groups < 1 || d->in_channels < 1 ||
      d->out_channels < 1 || d->in_channels % d->groups != 0 || d->out_channels % d->groups != 0) {
    return false;
  }
  for (int32_t i = 0; i < d->spatial; i++) {
    if (!valid_axis(d, i)) return false;
  }
  return true;
}

static int32_t check(const weft_convolution_description *d) {
  if (!valid_shape(d)) return WEFT_BAD_DESCRIPTION;
  if (d->dtype < 0 || d->dtype > WEFT_BFLOAT16) return WEFT_UNSUPPORTED_DTYPE;
  if (d->wide && d->dtype != WEFT_FLOAT16 && d->dtype != WEFT_BFLOAT16) return WEFT_UNSUPPORTED_DTYPE;
  return WEFT_OK;
}

// The type of weight and bias.
static int32_t weight_dtype(const weft_convolution_description *d) { return d->wide ? WEFT_FLOAT32 : d->dtype; }

// MARK: - Nothing to multiply

static bool any_zero(int32_t rank, const int64_t *sizes) {
  for (int32_t i = 0; i < rank; i++) {
    if (sizes[i] == 0) return true;
  }
  return false;
}

// The bits of zero are zero in every floating type.
static void fill_zero(int32_t rank, const int64_t *sizes, const int64_t *strides, int64_t size, char *data) {
  if (rank == 0) {
    memset(data, 0, (size_t)size);
    return;
  }
  for (int64_t i = 0; i < sizes[0]; i++) fill_zero(rank - 1, sizes + 1, strides + 1, size, data + i * *strides * size);
}

// Without any output, gradients are zero. True if that was all there is to do.
static bool run_empty(const weft_convolution *c) {
  const weft_convolution_description *d = &c->shape;
  int64_t input[5], output[5], weight[5], size = weft_gemm_element_size(d->dtype);
  weft_input_sizes(d, input);
  weft_output_sizes(d, output);
  weft_weight_sizes(d, weight);
  int32_t rank = d->spatial + 2;
  if (!any_zero(rank, output) && !any_zero(rank, input)) return false;
  if (c->direction == WEFT_BACKWARD_INPUT && !any_zero(rank, input)) {
    fill_zero(rank, input, d->input_strides, size, c->input);
  }
  if (c->direction == WEFT_BACKWARD_WEIGHT && any_zero(rank, output)) {
    size = weft_gemm_element_size(weight_dtype(d));
    fill_zero(rank, weight, d->weight_strides, size, c->weight);
    if (c->bias) memset(c->bias, 0, (size_t)(d->out_channels * size));
  }
  // An input without elements that padding makes an output of is left to the general way.
  return any_zero(rank, output) || c->direction == WEFT_BACKWARD_INPUT;
}

// MARK: - Staging

// One tensor of the convolution as the caller has it and as the kernel will see it.
typedef struct {
  int32_t rank, dtype;
  int64_t sizes[5], strides[5];
  void *data;
  bool written, staged;
} tensor;

typedef struct {
  tensor input, weight, bias, output;
  int32_t dtype, weight_dtype;  // what the kernel computes with
} stage;

static bool copy_in(tensor *t, weft_layout layout, int32_t dtype, int64_t *strides, void **data) {
  if (t->rank > 1) weft_layout_strides(layout, t->rank, t->sizes, strides);
  size_t bytes = (size_t)weft_gemm_element_size(dtype);
  for (int32_t i = 0; i < t->rank; i++) bytes = bytes > INT64_MAX ? SIZE_MAX : weft_bytes((int64_t)bytes, t->sizes[i]);
  void *memory = weft_scratch_take(bytes ? bytes : 1);
  if (!memory) return false;
  if (!t->written) weft_copy_strided(t->rank, t->sizes, t->dtype, t->data, t->strides, dtype, memory, strides);
  t->staged = true;
  *data = memory;
  return true;
}

static void copy_out(const tensor *t, int32_t dtype, const void *data, const int64_t *strides) {
  if (t->written && t->staged) {
    weft_copy_strided(t->rank, t->sizes, dtype, data, strides, t->dtype, t->data, t->strides);
  }
}

static void describe(tensor *t, int32_t rank, int32_t dtype, const int64_t *strides, void *data, bool written) {
  t->rank = rank;
  t->dtype = dtype;
  t->data = data;
  t->written = written;
  t->staged = false;
  memcpy(t->strides, strides, (size_t)rank * sizeof *strides);
}

// The kernels there are, each with the memory layouts it takes: oneDNN's both, the others one.
typedef enum { DNNL, WINOGRAD, COLUMNS } kernel;

static bool plain_weight(const weft_convolution_description *d, const tensor *weight, kernel kernel) {
  switch (kernel) {
    case DNNL: return weft_layout_dense(weight->rank, weight->sizes, d->weight_strides);
    case WINOGRAD: return true;
    default: return weft_layout_of(weight->rank, weight->sizes, d->weight_strides) & WEFT_LAYOUT_FIRST;
  }
}

static bool copy_all_in(weft_convolution *c, stage *s, kernel kernel) {
  weft_convolution_description *d = &c->shape;
  int32_t rank = d->spatial + 2;
  int64_t one[] = {1};
  describe(&s->input, rank, d->dtype, d->input_strides, c->input, c->direction == WEFT_BACKWARD_INPUT);
  describe(&s->output, rank, d->dtype, d->output_strides, c->output, c->direction == WEFT_FORWARD);
  int32_t given = weight_dtype(d);
  s->weight_dtype = d->wide ? given : s->dtype;
  describe(&s->weight, rank, given, d->weight_strides, c->weight, c->direction == WEFT_BACKWARD_WEIGHT);
  describe(&s->bias, 1, given, one, c->bias, c->direction == WEFT_BACKWARD_WEIGHT);
  weft_input_sizes(d, s->input.sizes);
  weft_output_sizes(d, s->output.sizes);
  weft_weight_sizes(d, s->weight.sizes);
  s->bias.sizes[0] = d->out_channels;
  bool convert = s->dtype != d->dtype, convert_weight = s->weight_dtype != given;
  d->dtype = s->dtype;
  d->wide = s->weight_dtype != s->dtype;
  weft_layout wanted = kernel == COLUMNS ? WEFT_LAYOUT_FIRST : WEFT_LAYOUT_LAST;
  weft_layout taken = kernel == DNNL ? WEFT_LAYOUT_BOTH : wanted;
  bool ok = true;
  if (convert || !(weft_layout_of(rank, s->input.sizes, d->input_strides) & taken)) {
    ok = ok && copy_in(&s->input, wanted, s->dtype, d->input_strides, &c->input);
  }
  if (convert || !(weft_layout_of(rank, s->output.sizes, d->output_strides) & taken)) {
    ok = ok && copy_in(&s->output, wanted, s->dtype, d->output_strides, &c->output);
  }
  if (convert_weight || !plain_weight(d, &s->weight, kernel)) {
    ok = ok && copy_in(&s->weight, WEFT_LAYOUT_FIRST, s->weight_dtype, d->weight_strides, &c->weight);
  }
  if (convert_weight && c->bias) ok = ok && copy_in(&s->bias, WEFT_LAYOUT_FIRST, s->weight_dtype, one, &c->bias);
  return ok;
}

static void copy_all_out(const weft_convolution *c, const stage *s) {
  int64_t one[] = {1};
  copy_out(&s->input, s->dtype, c->input, c->shape.input_strides);
  copy_out(&s->output, s->dtype, c->output, c->shape.output_strides);
  copy_out(&s->weight, s->weight_dtype, c->weight, c->shape.weight_strides);
  if (c->bias) copy_out(&s->bias, s->weight_dtype, c->bias, one);
}

static int32_t run_kernel(weft_convolution *c, kernel kernel) {
  switch (kernel) {
    case DNNL: return weft_convolution_dnnl(c);
    case WINOGRAD: return weft_winograd_run(c);
    default: return weft_convolution_columns(c);
  }
}

static int32_t run_as(weft_convolution *convolution, int32_t dtype, kernel kernel) {
  weft_convolution c = *convolution;
  stage s = {.dtype = dtype};
  weft_scratch_mark mark = weft_scratch_begin();
  int32_t status = WEFT_OUT_OF_MEMORY;
  if (copy_all_in(&c, &s, kernel)) {
    if (s.output.staged) c.pass = NULL;
    status = run_kernel(&c, kernel);
    if (status == WEFT_OK) copy_all_out(&c, &s);
    convolution->is_finished = c.is_finished;
  }
  weft_scratch_release(mark);
  return status;
}

// Axes on which nothing moves are left out, but for one: a picture of one column is a line, and kernels for lines are
// many times faster than those that walk such an axis.
static void drop_axes(weft_convolution *c) {
  weft_convolution_description *d = &c->shape;
  int32_t kept = 0;
  for (int32_t i = 0; i < d->spatial; i++) {
    bool moves = d->in_size[i] != 1 || d->kernel[i] != 1 || d->padding_before[i] + d->padding_after[i] > 0;
    if (!moves && (kept > 0 || i + 1 < d->spatial)) continue;
    int64_t *const lists[] = {d->in_size, d->out_size, d->kernel, d->stride, d->dilation, d->padding_before,
                              d->padding_after, d->input_strides + 2, d->weight_strides + 2, d->output_strides + 2};
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++) lists[list][kept] = lists[list][i];
    kept++;
  }
  d->spatial = kept;
}

// The windows of a kernel of single elements without padding: where they are `stride` apart, they are those of every
// stride-th element one beside the other. oneDNN 2.6 adds up the weight's gradient wrongly in the first form, where more
// than two threads share the work (its threads write the elements to one place while others still read there).
static void drop_stride(weft_convolution *c) {
  weft_convolution_description *d = &c->shape;
  bool points = c->direction == WEFT_BACKWARD_WEIGHT, apart = false;
  for (int32_t i = 0; i < d->spatial; i++) {
    points = points && d->kernel[i] == 1 && d->padding_before[i] == 0 && d->padding_after[i] == 0;
    apart = apart || d->stride[i] > 1;
  }
  for (int32_t i = 0; points && apart && i < d->spatial; i++) {
    d->input_strides[2 + i] *= d->stride[i];
    d->in_size[i] = d->out_size[i];
    d->stride[i] = 1;
  }
}

// By kernels that take the tensors as they are and apply a formula to the results.
static bool run_directly(weft_convolution *c, int32_t *status) {
  if (weft_pointwise_suits(c)) {
    *status = weft_pointwise(c, c->pass);
  } else if (weft_depthwise_suits(c)) {
    *status = weft_depthwise(c, c->pass);
  } else if (weft_windows_suits(c)) {
    *status = weft_windows(c, c->pass);
  } else {
    return false;
  }
  c->is_finished = c->pass != NULL;
  return true;
}

static int32_t run(weft_convolution *c) {
  int32_t status = check(&c->shape);
  if (status != WEFT_OK || run_empty(c)) return status;
  drop_axes(c);
  drop_stride(c);
  int32_t dtype = c->shape.dtype;
  if (dtype == WEFT_FLOAT64) return run_as(c, WEFT_FLOAT64, COLUMNS);
  int64_t input[5];
  weft_input_sizes(&c->shape, input);
  if (any_zero(c->shape.spatial + 2, input)) return run_as(c, WEFT_FLOAT32, COLUMNS);
  if (run_directly(c, &status)) return status;
  if (dtype == WEFT_BFLOAT16 && weft_cpu_has_bfloat16()) {
    status = run_as(c, WEFT_BFLOAT16, DNNL);
    if (status != WEFT_NO_PRIMITIVE) return status;
  }
  if (weft_winograd_suits(c)) {
    status = run_as(c, WEFT_FLOAT32, WINOGRAD);
    if (status != WEFT_NO_PRIMITIVE) return status;
  }
  status = run_as(c, WEFT_FLOAT32, DNNL);
  return status == WEFT_NO_PRIMITIVE ? run_as(c, WEFT_FLOAT32, COLUMNS) : status;
}

// MARK: - Interface

int32_t weft_convolution_forward(const weft_convolution_description *description, const void *input,
                                 const void *weight, const void *bias, void *output) {
  WEFT_NOTED(weft_note_convolution(notes, weft_convolution_forward, description, input, weight, bias, output));
  weft_convolution c = {*description, WEFT_FORWARD, (void *)input, (void *)weight, (void *)bias, output, weight, NULL,
                        false};
  const weft_last_pass *pass = description->last_pass;
  if (!pass) return run(&c);
  if (!valid_shape(description)) return WEFT_BAD_DESCRIPTION;
  int32_t rank = description->spatial + 2;
  int64_t sizes[5];
  weft_output_sizes(description, sizes);
  weft_flat_pass flat;
  if (weft_last_pass_flatten(pass, rank, sizes, 1, output, &flat)) c.pass = &flat;
  int32_t status = run(&c);
  if (status == WEFT_OK && !c.is_finished) weft_last_pass_run(pass, rank, sizes);
  return status;
}

bool weft_convolution_leaves_padding(const weft_convolution_description *description) {
  weft_convolution c = {*description, WEFT_FORWARD, NULL, NULL, NULL, NULL, NULL, NULL, false};
  if (!valid_shape(description)) return false;
  int64_t sizes[5];
  weft_input_sizes(description, sizes);
  if (any_zero(description->spatial + 2, sizes)) return false;
  drop_axes(&c);
  return weft_depthwise_suits(&c) || weft_windows_suits(&c);
}

static int32_t backward_input_again(const weft_convolution_description *description, const void *output_gradient,
                                    const void *weight, const void *unused, void *input_gradient) {
  (void)unused;
  return weft_convolution_backward_input(description, output_gradient, weight, input_gradient);
}

int32_t weft_convolution_backward_input(const weft_convolution_description *description,
                                        const void *output_gradient, const void *weight, void *input_gradient) {
  WEFT_NOTED(weft_note_convolution(notes, backward_input_again, description, output_gradient, weight, NULL,
                                   input_gradient));
  weft_convolution c = {*description, WEFT_BACKWARD_INPUT, input_gradient, (void *)weight, NULL,
                        (void *)output_gradient, weight, NULL, false};
  return run(&c);
}

static int32_t backward_weight_again(const weft_convolution_description *description, const void *input,
                                     const void *output_gradient, const void *bias_gradient, void *weight_gradient) {
  return weft_convolution_backward_weight(description, input, output_gradient, weight_gradient, (void *)bias_gradient);
}

int32_t weft_convolution_backward_weight(const weft_convolution_description *description, const void *input,
                                         const void *output_gradient, void *weight_gradient, void *bias_gradient) {
  WEFT_NOTED(weft_note_convolution(notes, backward_weight_again, description, input, output_gradient, bias_gradient,
                                   weight_gradient));
  weft_convolution c = {*description, WEFT_BACKWARD_WEIGHT, (void *)input, weight_gradient, bias_gradient,
                        (void *)output_gradient, NULL, NULL, false};
  return run(&c);
}

int32_t weft_convolution_whole(const weft_convolution_description *description, const void *input,
                               const int8_t *weight, float *output) {
  weft_launch_refuse();
  weft_convolution c = {*description, WEFT_FORWARD, (void *)input, (void *)weight, NULL, output, weight, NULL, false};
  weft_convolution_description *d = &c.shape;
  if (!valid_shape(d) || (d->dtype != WEFT_INT8 && d->dtype != WEFT_UINT8)) return WEFT_BAD_DESCRIPTION;
  d->wide = false;
  int64_t input_sizes[5], output_sizes[5], weight_sizes[5];
  weft_input_sizes(d, input_sizes);
  weft_output_sizes(d, output_sizes);
  weft_weight_sizes(d, weight_sizes);
  int32_t rank = d->spatial + 2;
  // Of more products a sum of int32 may wrap.
  int64_t products = weight_sizes[1];
  for (int32_t i = 2; i < rank && products <= 65793; i++) products *= weight_sizes[i];
  if (products > 65793) return WEFT_NO_WHOLE_KERNEL;
  bool plain = weft_layout_of(rank, input_sizes, d->input_strides) != WEFT_LAYOUT_OTHER &&
               weft_layout_of(rank, output_sizes, d->output_strides) != WEFT_LAYOUT_OTHER &&
               weft_layout_dense(rank, weight_sizes, d->weight_strides);
  if (!plain || any_zero(rank, input_sizes) || any_zero(rank, output_sizes)) return WEFT_BAD_DESCRIPTION;
  // Without these instructions pairs of products are added up in 16 bits, which do not hold them.
  if (!weft_uses_avx512_vnni()) return WEFT_NO_WHOLE_KERNEL;
  drop_axes(&c);
  int32_t status = weft_convolution_dnnl(&c);
  return status == WEFT_NO_PRIMITIVE ? WEFT_NO_WHOLE_KERNEL : status;
}
