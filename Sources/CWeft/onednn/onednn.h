// The parts of oneDNN's C API that differ between versions 2 and 3, under one name each (private).
#ifndef WEFT_ONEDNN_H
#define WEFT_ONEDNN_H

#include "../common/requirements.h"

#include <dnnl.h>
#include <stdbool.h>
#include <stdint.h>

/// A memory descriptor: a structure in version 2, a handle in version 3.
typedef struct {
  dnnl_memory_desc_t value;
} weft_desc;

/// Strides NULL leaves the layout to the primitive.
bool weft_desc_make(weft_desc *desc, int rank, const int64_t *sizes, dnnl_data_type_t type, const int64_t *strides);
bool weft_desc_copy(weft_desc *to, const weft_desc *from);
void weft_desc_free(weft_desc *desc);
bool weft_desc_equal(const weft_desc *a, const weft_desc *b);
size_t weft_desc_size(const weft_desc *desc);
/// A copy of what the primitive wants for an argument.
bool weft_desc_of(dnnl_primitive_desc_t primitive, dnnl_query_t what, weft_desc *desc);
/// A memory object without data.
dnnl_memory_t weft_desc_memory(const weft_desc *desc);

/// `accumulate` adds to what is there before.
dnnl_primitive_attr_t weft_attributes(bool accumulate);

typedef enum { WEFT_FORWARD, WEFT_BACKWARD_INPUT, WEFT_BACKWARD_WEIGHT } weft_direction;

typedef struct {
  weft_direction direction;
  bool inference;
  const weft_desc *input, *weight, *bias, *output;  // bias may be NULL
  const int64_t *strides, *dilations, *before, *after;
} weft_convolution_request;

/// NULL if oneDNN has no implementation.
dnnl_primitive_desc_t weft_request_convolution(const weft_convolution_request *request,
                                               const_dnnl_primitive_attr_t attributes);
dnnl_primitive_desc_t weft_request_matmul(const weft_desc *a, const weft_desc *b, const weft_desc *bias,
                                          const weft_desc *c, const_dnnl_primitive_attr_t attributes);
dnnl_primitive_desc_t weft_request_reorder(const weft_desc *from, const weft_desc *to,
                                           const_dnnl_primitive_attr_t attributes);
/// The implementation's name, for telling fast ones from fallbacks.
const char *weft_implementation(dnnl_primitive_desc_t primitive);

/// The only engine, and a stream of the calling thread.
dnnl_engine_t weft_engine(void);
dnnl_stream_t weft_stream(void);

#endif
