// Convolutions through oneDNN: the choice among what it offers for a description.
#include <string.h>

#include "../common/status.h"
#include "../common/team.h"
#include "../onednn/plan.h"
#include "../product/gemm.h"
#include "convolution_dnnl.h"

// MARK: - Keys

typedef struct {
  int64_t kind, threads;
  int64_t direction, bias, dtype, wide, spatial, input_layout, output_layout;
  int64_t batch, in_channels, out_channels, groups;
  int64_t in_size[3], out_size[3], kernel[3], stride[3], dilation[3], before[3], after[3];
  int64_t weight_strides[5], whole_in, whole_out, whole_channels;
} convolution_key;

_Static_assert(sizeof(convolution_key) <= WEFT_PLAN_KEY, "the key must fit");

// oneDNN has no code of its own for lines of which each channel is convolved by itself; it has for images.
static bool is_line_of_channels(const weft_convolution_piece *piece) {
  const weft_convolution_description *d = &piece->convolution.shape;
  return d->spatial == 1 && d->groups > 1 && d->groups == d->in_channels && d->groups == d->out_channels &&
         piece->whole_in == d->in_size[0] && piece->whole_out == d->out_size[0];
}

static void become_rows(convolution_key *key) {
  int64_t *const sizes[] = {key->in_size, key->out_size, key->kernel, key->stride, key->dilation};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) sizes[i][1] = sizes[i][0], sizes[i][0] = 1;
  key->before[1] = key->before[0], key->before[0] = 0;
  key->after[1] = key->after[0], key->after[0] = 0;
  key->weight_strides[3] = key->weight_strides[2];
  key->whole_in = key->whole_out = 1;
  key->spatial = 2;
}

static void fill(convolution_key *key, const weft_convolution_piece *piece) {
  const weft_convolution *c = &piece->convolution;
  const weft_convolution_description *d = &c->shape;
  memset(key, 0, sizeof *key);
  key->kind = 2;
  key->threads = weft_team_width();
  key->direction = c->direction;
  key->bias = c->bias != NULL;
  key->dtype = d->dtype;
  key->wide = d->wide;
  key->spatial = d->spatial;
  key->input_layout = piece->input_layout;
  key->output_layout = piece->output_layout;
  key->whole_in = piece->whole_in;
  key->whole_out = piece->whole_out;
  key->whole_channels = piece->whole_channels;
  key->batch = d->batch;
  key->in_channels = d->in_channels;
  key->out_channels = d->out_channels;
  key->groups = d->groups;
  size_t bytes = (size_t)d->spatial * sizeof(int64_t);
  memcpy(key->in_size, d->in_size, bytes);
  memcpy(key->out_size, d->out_size, bytes);
  memcpy(key->kernel, d->kernel, bytes);
  memcpy(key->stride, d->stride, bytes);
  memcpy(key->dilation, d->dilation, bytes);
  memcpy(key->before, d->padding_before, bytes);
  memcpy(key->after, d->padding_after, bytes);
  memcpy(key->weight_strides, d->weight_strides, bytes + 2 * sizeof(int64_t));
  if (is_line_of_channels(piece)) become_rows(key);
}

// MARK: - Building

typedef struct {
  weft_desc input, output, weight, bias;  // as the caller has them
  weft_desc free_input, free_output, free_weight;
  int64_t dilations[3];
} tensors;

// The channels and the first spatial size of what the tensor is a piece of say how it lies.
static bool image_desc(weft_desc *desc, int64_t layout, int32_t rank, const int64_t *sizes, int64_t channels,
                            int64_t whole, dnnl_data_type_t type) {
  int64_t strides[5], lying[5];
  memcpy(lying, sizes, (size_t)rank * sizeof *lying);
  lying[1] = channels;
  if (layout == WEFT_LAYOUT_FIRST) lying[2] = whole;
  weft_layout_strides((weft_layout)layout, rank, lying, strides);
  return weft_desc_make(desc, rank, sizes, type, strides);
}

static bool weight_descs(const convolution_key *key, const weft_convolution_description *d, dnnl_data_type_t type,
                         tensors *t) {
  int64_t sizes[6], strides[6];
  int skip = key->groups == 1, rank = d->spatial + 3;
  weft_weight_sizes(d, sizes + 1);
  memcpy(strides + 1, key->weight_strides, (size_t)(rank - 1) * sizeof *strides);
  sizes[0] = key->groups;
  sizes[1] /= key->groups;
  strides[0] = sizes[1] * strides[1];
  // A size of 1 may come with any stride; oneDNN checks them all.
  for (int i = 0; i < rank; i++) {
    if (sizes[i] != 1) continue;
    strides[i] = 1;
    for (int j = 0; j < rank; j++) {
      if (j != i && sizes[j] != 1 && strides[j] * sizes[j] > strides[i]) strides[i] = strides[j] * sizes[j];
    }
  }
  return weft_desc_make(&t->weight, rank - skip, sizes + skip, type, strides + skip) &&
         weft_desc_make(&t->free_weight, rank - skip, sizes + skip, type, NULL);
}

static bool is_whole(int64_t dtype) { return dtype == WEFT_INT8 || dtype == WEFT_UINT8; }

static dnnl_data_type_t type_of(int64_t dtype) {
  switch (dtype) {
    case WEFT_BFLOAT16: return dnnl_bf16;
    case WEFT_INT8: return dnnl_s8;
    case WEFT_UINT8: return dnnl_u8;
    default: return dnnl_f32;
  }
}

// Whole numbers have weights with a sign, and sums of float32.
static bool describe(const convolution_key *key, tensors *t) {
  weft_convolution_description d = {.spatial = (int32_t)key->spatial, .batch = key->batch,
                                    .in_channels = key->in_channels, .out_channels = key->out_channels,
                                    .groups = key->groups};
  memcpy(d.in_size, key->in_size, sizeof d.in_size);
  memcpy(d.out_size, key->out_size, sizeof d.out_size);
  memcpy(d.kernel, key->kernel, sizeof d.kernel);
  dnnl_data_type_t type = type_of(key->dtype), sum_type = is_whole(key->dtype) ? dnnl_f32 : type;
  dnnl_data_type_t weight_type = is_whole(key->dtype) ? dnnl_s8 : key->wide ? dnnl_f32 : type;
  int32_t rank = d.spatial + 2;
  int64_t sizes[5], one = 1;
  for (int i = 0; i < d.spatial; i++) t->dilations[i] = key->dilation[i] - 1;
  weft_input_sizes(&d, sizes);
  bool ok = image_desc(&t->input, key->input_layout, rank, sizes, sizes[1], key->whole_in, type) &&
            weft_desc_make(&t->free_input, rank, sizes, type, NULL);
  weft_output_sizes(&d, sizes);
  ok = ok &&
       image_desc(&t->output, key->output_layout, rank, sizes, key->whole_channels, key->whole_out, sum_type) &&
       weft_desc_make(&t->free_output, rank, sizes, sum_type, NULL);
  ok = ok && weft_desc_make(&t->bias, 1, &key->out_channels, weight_type, &one);
  return ok && weight_descs(key, &d, weight_type, t);
}

static void forget(tensors *t) {
  weft_desc_free(&t->input);
  weft_desc_free(&t->output);
  weft_desc_free(&t->weight);
  weft_desc_free(&t->bias);
  weft_desc_free(&t->free_input);
  weft_desc_free(&t->free_output);
  weft_desc_free(&t->free_weight);
}

static dnnl_primitive_desc_t request(const convolution_key *key, const tensors *t, bool free_input, bool free_output,
                                     const_dnnl_primitive_attr_t attributes) {
  weft_convolution_request r = {
      .direction = (weft_direction)key->direction, .inference = key->direction == WEFT_FORWARD,
      .input = free_input ? &t->free_input : &t->input, .output = free_output ? &t->free_output : &t->output,
      .weight = &t->free_weight, .bias = key->bias ? &t->bias : NULL,
      .strides = key->stride, .dilations = t->dilations, .before = key->before, .after = key->after,
  };
  return weft_request_convolution(&r, attributes);
}

static bool pointwise(const convolution_key *key) {
  for (int64_t i = 0; i < key->spatial; i++) {
    if (key->kernel[i] != 1) return false;
  }
  return true;
}

// The caller's layouts if oneDNN has direct code for them, else layouts of its own choice. Products of unfolded patches
// ("gemm"), all there is for channels first, lose to that even with the reordering, but where patches are points.
static dnnl_primitive_desc_t choose(const convolution_key *key, const tensors *t,
                                    const_dnnl_primitive_attr_t attributes) {
  static const bool free_layouts[4][2] = {{false, false}, {true, false}, {false, true}, {true, true}};
  for (int pass = pointwise(key) ? 1 : 0; pass < 2; pass++) {
    for (int i = 0; i < 4; i++) {
      dnnl_primitive_desc_t found = request(key, t, free_layouts[i][0], free_layouts[i][1], attributes);
      const char *name = found ? weft_implementation(found) : "ref";
      if (!strstr(name, "ref") && (pass == 1 || !strstr(name, "gemm"))) return found;
      if (found) dnnl_primitive_desc_destroy(found);
    }
  }
  return NULL;
}

static bool add_arguments(const convolution_key *key, const tensors *t, dnnl_primitive_desc_t p, weft_plan *plan) {
  switch (key->direction) {
    case WEFT_FORWARD:
      return weft_plan_add(plan, p, DNNL_ARG_SRC, dnnl_query_src_md, false, &t->input) &&
             weft_plan_add(plan, p, DNNL_ARG_WEIGHTS, dnnl_query_weights_md, false, &t->weight) &&
             weft_plan_add(plan, p, DNNL_ARG_DST, dnnl_query_dst_md, true, &t->output) &&
             (!key->bias || weft_plan_add_plain(plan, DNNL_ARG_BIAS, &t->bias));
    case WEFT_BACKWARD_INPUT:
      return weft_plan_add(plan, p, DNNL_ARG_DIFF_SRC, dnnl_query_diff_src_md, true, &t->input) &&
             weft_plan_add(plan, p, DNNL_ARG_WEIGHTS, dnnl_query_weights_md, false, &t->weight) &&
             weft_plan_add(plan, p, DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md, false, &t->output);
    default:
      return weft_plan_add(plan, p, DNNL_ARG_SRC, dnnl_query_src_md, false, &t->input) &&
             weft_plan_add(plan, p, DNNL_ARG_DIFF_WEIGHTS, dnnl_query_diff_weights_md, true, &t->weight) &&
             weft_plan_add(plan, p, DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md, false, &t->output) &&
             (!key->bias || weft_plan_add_plain(plan, DNNL_ARG_DIFF_BIAS, &t->bias));
  }
}

static void build(const void *memory, weft_plan *plan) {
  const convolution_key *key = memory;
  tensors t;
  memset(&t, 0, sizeof t);
  dnnl_primitive_attr_t attributes = weft_attributes(false);
  if (attributes && describe(key, &t)) {
    dnnl_primitive_desc_t found = choose(key, &t, attributes);
    if (found) {
      if (add_arguments(key, &t, found, plan)) weft_plan_finish(plan, found);
      dnnl_primitive_desc_destroy(found);
    }
  }
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(&t);
}

int32_t weft_convolution_piece_run(const weft_convolution_piece *piece) {
  const weft_convolution *c = &piece->convolution;
  convolution_key key;
  fill(&key, piece);
  void *data[] = {c->input, c->weight, c->output, c->bias};
  // A weight that was copied first is not told by its content and place: its strides count too.
  bool is_kept = c->direction != WEFT_BACKWARD_WEIGHT && c->weight == c->weight_at;
  weft_plan_constant weight = {1, is_kept ? c->shape.weight_content : 0, c->weight_at};
  return weft_plan_run_constant(&key, sizeof key, build, data, &weight);
}
