// What differs between oneDNN 2 and 3: memory descriptors (a structure, a handle) and how primitives are requested.
#include "onednn.h"

#include "weft_dnnl.h"

#define VERSION_3 (DNNL_VERSION_MAJOR >= 3)

// MARK: - Memory descriptors

bool weft_desc_make(weft_desc *desc, int rank, const int64_t *sizes, dnnl_data_type_t type, const int64_t *strides) {
#if VERSION_3
  desc->value = NULL;
  if (!strides) return dnnl_memory_desc_create_with_tag(&desc->value, rank, sizes, type, dnnl_format_tag_any) == 0;
  return dnnl_memory_desc_create_with_strides(&desc->value, rank, sizes, type, strides) == dnnl_success;
#else
  if (!strides) return dnnl_memory_desc_init_by_tag(&desc->value, rank, sizes, type, dnnl_format_tag_any) == 0;
  return dnnl_memory_desc_init_by_strides(&desc->value, rank, sizes, type, strides) == dnnl_success;
#endif
}

bool weft_desc_copy(weft_desc *to, const weft_desc *from) {
#if VERSION_3
  return dnnl_memory_desc_clone(&to->value, from->value) == dnnl_success;
#else
  *to = *from;
  return true;
#endif
}

void weft_desc_free(weft_desc *desc) {
#if VERSION_3
  if (desc->value) dnnl_memory_desc_destroy(desc->value);
  desc->value = NULL;
#else
  (void)desc;
#endif
}

bool weft_desc_equal(const weft_desc *a, const weft_desc *b) {
#if VERSION_3
  return dnnl_memory_desc_equal(a->value, b->value) != 0;
#else
  return dnnl_memory_desc_equal(&a->value, &b->value) != 0;
#endif
}

size_t weft_desc_size(const weft_desc *desc) {
#if VERSION_3
  return dnnl_memory_desc_get_size(desc->value);
#else
  return dnnl_memory_desc_get_size(&desc->value);
#endif
}

bool weft_desc_of(dnnl_primitive_desc_t primitive, dnnl_query_t what, weft_desc *desc) {
#if VERSION_3
  desc->value = NULL;
  const_dnnl_memory_desc_t found = dnnl_primitive_desc_query_md(primitive, what, 0);
  return found && dnnl_memory_desc_clone(&desc->value, found) == dnnl_success;
#else
  const dnnl_memory_desc_t *found = dnnl_primitive_desc_query_md(primitive, what, 0);
  if (found) desc->value = *found;
  return found != NULL;
#endif
}

dnnl_memory_t weft_desc_memory(const weft_desc *desc) {
  dnnl_memory_t memory = NULL;
#if VERSION_3
  dnnl_memory_create(&memory, desc->value, weft_engine(), DNNL_MEMORY_NONE);
#else
  dnnl_memory_create(&memory, &desc->value, weft_engine(), DNNL_MEMORY_NONE);
#endif
  return memory;
}

// MARK: - Attributes

static bool append_sum(dnnl_post_ops_t operations) {
#if VERSION_3
  return dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef) == dnnl_success;
#else
  return dnnl_post_ops_append_sum(operations, 1) == dnnl_success;
#endif
}

dnnl_primitive_attr_t weft_attributes(bool accumulate) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  if (dnnl_primitive_attr_create(&attributes) != dnnl_success) return NULL;
  bool ok = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success;
  if (ok && accumulate) {
    ok = dnnl_post_ops_create(&operations) == dnnl_success && append_sum(operations) &&
         dnnl_primitive_attr_set_post_ops(attributes, operations) == dnnl_success;
    if (operations) dnnl_post_ops_destroy(operations);
  }
  if (ok) return attributes;
  dnnl_primitive_attr_destroy(attributes);
  return NULL;
}

// MARK: - Primitives

#if VERSION_3

static dnnl_primitive_desc_t request(const weft_convolution_request *r, weft_direction direction,
                                     dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_alg_kind_t algorithm = dnnl_convolution_direct;
  dnnl_prop_kind_t kind = r->inference ? dnnl_forward_inference : dnnl_forward_training;
  const_dnnl_memory_desc_t bias = r->bias ? r->bias->value : NULL;
  dnnl_primitive_desc_t made = NULL;
  switch (direction) {
    case WEFT_FORWARD:
      dnnl_convolution_forward_primitive_desc_create(&made, weft_engine(), kind, algorithm, r->input->value,
                                                     r->weight->value, bias, r->output->value, r->strides,
                                                     r->dilations, r->before, r->after, attributes);
      break;
    case WEFT_BACKWARD_INPUT:
      dnnl_convolution_backward_data_primitive_desc_create(&made, weft_engine(), algorithm, r->input->value,
                                                           r->weight->value, r->output->value, r->strides,
                                                           r->dilations, r->before, r->after, hint, attributes);
      break;
    case WEFT_BACKWARD_WEIGHT:
      dnnl_convolution_backward_weights_primitive_desc_create(
          &made, weft_engine(), algorithm, r->input->value, r->weight->value, bias, r->output->value, r->strides,
          r->dilations, r->before, r->after, hint, attributes);
      break;
  }
  return made;
}

#else

static dnnl_primitive_desc_t request(const weft_convolution_request *r, weft_direction direction,
                                     dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_alg_kind_t algorithm = dnnl_convolution_direct;
  dnnl_prop_kind_t kind = r->inference ? dnnl_forward_inference : dnnl_forward_training;
  const dnnl_memory_desc_t *bias = r->bias ? &r->bias->value : NULL;
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_invalid_arguments;
  switch (direction) {
    case WEFT_FORWARD:
      status = dnnl_dilated_convolution_forward_desc_init(&operation, kind, algorithm, &r->input->value,
                                                          &r->weight->value, bias, &r->output->value, r->strides,
                                                          r->dilations, r->before, r->after);
      break;
    case WEFT_BACKWARD_INPUT:
      status = dnnl_dilated_convolution_backward_data_desc_init(&operation, algorithm, &r->input->value,
                                                                &r->weight->value, &r->output->value, r->strides,
                                                                r->dilations, r->before, r->after);
      break;
    case WEFT_BACKWARD_WEIGHT:
      status = dnnl_dilated_convolution_backward_weights_desc_init(&operation, algorithm, &r->input->value,
                                                                   &r->weight->value, bias, &r->output->value,
                                                                   r->strides, r->dilations, r->before, r->after);
      break;
  }
  dnnl_primitive_desc_t made = NULL;
  if (status == dnnl_success) dnnl_primitive_desc_create(&made, &operation, attributes, weft_engine(), hint);
  return made;
}

#endif

// A gradient's request names the forward primitive it belongs to; only its description is looked at.
dnnl_primitive_desc_t weft_request_convolution(const weft_convolution_request *r,
                                               const_dnnl_primitive_attr_t attributes) {
  if (r->direction == WEFT_FORWARD) return request(r, WEFT_FORWARD, NULL, attributes);
  weft_convolution_request forward = *r;
  forward.inference = false;
  dnnl_primitive_desc_t hint = request(&forward, WEFT_FORWARD, NULL, NULL);
  if (!hint) return NULL;
  dnnl_primitive_desc_t made = request(r, r->direction, hint, attributes);
  dnnl_primitive_desc_destroy(hint);
  return made;
}

dnnl_primitive_desc_t weft_request_matmul(const weft_desc *a, const weft_desc *b, const weft_desc *bias,
                                          const weft_desc *c, const_dnnl_primitive_attr_t attributes) {
  dnnl_primitive_desc_t made = NULL;
#if VERSION_3
  dnnl_matmul_primitive_desc_create(&made, weft_engine(), a->value, b->value, bias ? bias->value : NULL, c->value,
                                    attributes);
#else
  dnnl_matmul_desc_t operation;
  if (dnnl_matmul_desc_init(&operation, &a->value, &b->value, bias ? &bias->value : NULL, &c->value) == dnnl_success) {
    dnnl_primitive_desc_create(&made, &operation, attributes, weft_engine(), NULL);
  }
#endif
  return made;
}

dnnl_primitive_desc_t weft_request_reorder(const weft_desc *from, const weft_desc *to,
                                           const_dnnl_primitive_attr_t attributes) {
  dnnl_primitive_desc_t made = NULL;
  dnnl_engine_t engine = weft_engine();
#if VERSION_3
  dnnl_reorder_primitive_desc_create(&made, from->value, engine, to->value, engine, attributes);
#else
  dnnl_reorder_primitive_desc_create(&made, &from->value, engine, &to->value, engine, attributes);
#endif
  return made;
}

const char *weft_implementation(dnnl_primitive_desc_t primitive) {
  const char *name = NULL;
  dnnl_primitive_desc_query(primitive, dnnl_query_impl_info_str, 0, &name);
  return name ? name : "";
}
