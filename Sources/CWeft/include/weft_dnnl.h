// Heavy kernels: matrix products and convolutions, through oneDNN where it has the type, else by our own loops.
#ifndef WEFT_DNNL_H
#define WEFT_DNNL_H

#include "weft_tile.h"

/// A formula of each result by itself, applied as soon as the results are there: block by block while they are in the
/// cache, where the kernel can. `operands` has the program's inputs, then its one output, with a stride for each axis
/// of the result; the result's own memory may be among both. Nothing of it may be the product's operand.
typedef struct {
  const weft_program *program;
  int32_t operand_count;
  const weft_operand *operands;
  const weft_scalar *parameters;
} weft_last_pass;

/// The most operands of a formula that is applied block by block.
enum { WEFT_LAST_PASS_OPERANDS = 16 };

/// Every function returns 0, or a code that `weft_status_message` explains. Nothing is written on failure but the
/// result.
const char *weft_status_message(int32_t status);

/// c[..., m, n] = a[..., m, k] · b[..., k, n] + bias[n] (+ c before, if `accumulate`).
/// `rank` counts all axes (2 and up). Sizes are given per operand; a batch axis of size 1 in a or b broadcasts.
/// All of a, b, c have one dtype (any), but for c and bias being float32 if `wide` (a and b of half precision);
/// bias may be NULL, else it has n contiguous elements of c's dtype.
/// k = 0 gives zeros (plus bias). Strides may be anything but overlapping in c.
typedef struct {
  int32_t rank;
  int64_t a_shape[WEFT_MAX_RANK], b_shape[WEFT_MAX_RANK], c_shape[WEFT_MAX_RANK];
  int64_t a_strides[WEFT_MAX_RANK], b_strides[WEFT_MAX_RANK], c_strides[WEFT_MAX_RANK];
  int32_t dtype;
  bool wide;
  bool accumulate;
  /// As `weight_content` of a convolution, for b.
  uint64_t b_content;
  const weft_last_pass *last_pass;  // may be NULL
} weft_matmul_description;

int32_t weft_matmul(const weft_matmul_description *description, const void *a, const void *b, const void *bias,
                    void *c);

/// A convolution (cross-correlation) over 1 to 3 spatial axes. Shapes are logical, [N, C, spatial...] and
/// [out, in / groups, kernel...]; strides say how each lies in memory (channels-last or not).
typedef struct {
  int32_t spatial;  // 1, 2 or 3
  int64_t batch, in_channels, out_channels, groups;
  int64_t in_size[3], out_size[3], kernel[3], stride[3], dilation[3], padding_before[3], padding_after[3];
  int64_t input_strides[5], weight_strides[5], output_strides[5];
  int32_t dtype;
  bool wide;  // gradients of weight and bias are float32, where dtype is of half precision
  /// A number that stands for what the weight's memory holds now and never for anything else, so that what is made of
  /// it can be kept; 0 where there is none.
  uint64_t weight_content;
  const weft_last_pass *last_pass;  // forward only; may be NULL
} weft_convolution_description;

int32_t weft_convolution_forward(const weft_convolution_description *description, const void *input,
                                 const void *weight, const void *bias, void *output);
/// Whether that multiplies no padding with the weight; elsewhere a NaN or ∞ of the weight may show where its element
/// meets padding alone.
bool weft_convolution_leaves_padding(const weft_convolution_description *description);
/// The gradient with respect to the input, written into `input_gradient`.
int32_t weft_convolution_backward_input(const weft_convolution_description *description,
                                        const void *output_gradient, const void *weight, void *input_gradient);
/// The gradient with respect to the weight and, unless NULL, the bias.
int32_t weft_convolution_backward_weight(const weft_convolution_description *description, const void *input,
                                         const void *output_gradient, void *weight_gradient, void *bias_gradient);

/// What `weft_convolution_whole` returns where there is no kernel for it.
enum { WEFT_NO_WHOLE_KERNEL = -1 };

/// The same of whole numbers: the input of int8 or uint8 (`dtype`), the weight dense, input and output channels first
/// or last, none of them empty. Sums that float32 does not hold are rounded once. Does nothing, and returns
/// WEFT_NO_WHOLE_KERNEL, where oneDNN or the processor cannot do it exactly.
int32_t weft_convolution_whole(const weft_convolution_description *description, const void *input,
                               const int8_t *weight, float *output);

/// Whether 3x3 convolutions may use Winograd's algorithm (on by default; `WEFT_WINOGRAD=0` turns it off).
void weft_winograd_enable(bool enabled);
bool weft_winograd_enabled(void);

/// Frees what is kept of a content, which has changed or is gone.
void weft_prepared_forget(uint64_t content);
/// Bytes of reordered weights now held, and the bound on them.
int64_t weft_prepared_bytes(void);
int64_t weft_prepared_bound(void);
/// Whether the processor multiplies bfloat16, and `WEFT_ISA` does not forbid it.
bool weft_cpu_has_bfloat16(void);

#endif
