// What both directions of attention share: where things lie, packing and storing.
#include <string.h>

#include "../product/gemm.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "../common/half.h"
#include "../common/isa.h"
#include "../tile/tile.h"
#include "attention.h"

// Keys and values of a head stand packed as a whole up to this size.
enum { MOST_PACKED = 1 << 20 };

static const weft_attention_kernels *kernels_for(int32_t compute) {
  static const weft_attention_kernels *const sets[] = {
      WEFT_ISA_SETS(weft_attention_baseline, weft_attention_avx2, weft_attention_avx512)};
  return &sets[weft_isa_current()][compute == WEFT_FLOAT64];
}

static int64_t round_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }

static bool valid(const weft_attention_description *d) {
  if (d->rank < 2 || d->rank > WEFT_MAX_RANK) return false;
  for (int32_t axis = 0; axis < d->rank - 2; axis++) {
    if (d->lead[axis] < 0) return false;
  }
  return d->queries >= 0 && d->keys >= 0 && d->depth >= 0 && d->width >= 0 && d->queries < INT32_MAX &&
         d->keys < INT32_MAX;
}

int32_t weft_attention_prepare(weft_attention_job *job, const weft_attention_description *d) {
  if (!valid(d)) return WEFT_BAD_DESCRIPTION;
  int32_t dtype = d->query.dtype;
  if (dtype != WEFT_FLOAT32 && dtype != WEFT_FLOAT64 && dtype != WEFT_FLOAT16 && dtype != WEFT_BFLOAT16) {
    return WEFT_UNSUPPORTED_DTYPE;
  }
  int32_t compute = dtype == WEFT_FLOAT64 ? WEFT_FLOAT64 : WEFT_FLOAT32;
  *job = (weft_attention_job){.shape = d, .dtype = dtype, .compute = compute, .kernels = kernels_for(compute)};
  job->block = WEFT_ATTENTION_VECTORS * job->kernels->lanes;
  job->heads = 1;
  for (int32_t axis = 0; axis < d->rank - 2; axis++) job->heads *= d->lead[axis];
  job->blocks = (d->queries + job->block - 1) / job->block;
  job->depth_pitch = round_up(d->depth, job->kernels->lanes);
  job->width_pitch = round_up(d->width, job->kernels->lanes);
  int64_t row = (job->depth_pitch + job->width_pitch) * job->kernels->size;
  job->packed = row * d->keys <= MOST_PACKED ? d->keys : WEFT_ATTENTION_KEYS;
  return WEFT_OK;
}

static int64_t head_offset(const weft_attention_job *job, const weft_operand *operand, int64_t head) {
  int64_t offset = 0;
  for (int32_t axis = job->shape->rank - 3; axis >= 0; axis--) {
    offset += head % job->shape->lead[axis] * operand->strides[axis];
    head /= job->shape->lead[axis];
  }
  return offset;
}

char *weft_attention_head(const weft_attention_job *job, const weft_operand *operand, int64_t head) {
  return (char *)operand->data + head_offset(job, operand, head) * weft_gemm_element_size(operand->dtype);
}

size_t weft_attention_bytes(const weft_attention_job *job, int64_t rows, int64_t columns) {
  return weft_bytes3(rows, columns, job->kernels->size);
}

static int64_t row_stride(const weft_attention_job *job, const weft_operand *operand) {
  return operand->strides[job->shape->rank - 2];
}

static int64_t feature_stride(const weft_attention_job *job, const weft_operand *operand) {
  return operand->strides[job->shape->rank - 1];
}

static const char *row_address(const weft_attention_job *job, const weft_operand *operand, int64_t head, int64_t row) {
  return weft_attention_head(job, operand, head) +
         row * row_stride(job, operand) * weft_gemm_element_size(operand->dtype);
}

// MARK: - Packing

// Rows as they are: the common case, in which whole rows are copied.
static void copy_rows(const char *from, int64_t step, int64_t count, int64_t bytes, int64_t padding, char *to) {
  for (int64_t row = 0; row < count; row++, from += step, to += bytes + padding) {
    memcpy(to, from, (size_t)bytes);
    if (padding > 0) memset(to + bytes, 0, (size_t)padding);
  }
}

void weft_attention_rows(const weft_attention_job *job, const weft_operand *operand, int64_t features, int64_t pitch,
                         int64_t head, int64_t first, int64_t count, void *rows) {
  if (pitch == 0) return;
  const char *from = row_address(job, operand, head, first);
  int64_t size = job->kernels->size, step = row_stride(job, operand);
  if (job->dtype == job->compute && feature_stride(job, operand) == 1) {
    copy_rows(from, step * size, count, features * size, (pitch - features) * size, rows);
  } else {
    weft_gemm_pack(job->dtype, from, features, count, feature_stride(job, operand), step, pitch, rows);
  }
}

void weft_attention_turn(const weft_attention_job *job, const weft_operand *operand, int64_t features, int64_t head,
                         int64_t first, int64_t count, void *turned) {
  weft_gemm_pack(job->dtype, row_address(job, operand, head, first), count, features, row_stride(job, operand),
                 feature_stride(job, operand), job->block, turned);
}

void weft_attention_load(const weft_attention_job *job, weft_packed_keys *keys, int64_t head, int64_t first,
                         const char **key, const char **value) {
  if (keys->head != head || first < keys->first || first >= keys->first + job->packed) {
    const weft_attention_description *d = job->shape;
    int64_t count = d->keys - first < job->packed ? d->keys - first : job->packed;
    weft_attention_rows(job, &d->key, d->depth, job->depth_pitch, head, first, count, keys->key);
    weft_attention_rows(job, &d->value, d->width, job->width_pitch, head, first, count, keys->value);
    keys->head = head;
    keys->first = first;
  }
  *key = keys->key + (first - keys->first) * job->depth_pitch * job->kernels->size;
  *value = keys->value + (first - keys->first) * job->width_pitch * job->kernels->size;
}

// MARK: - Storing

static void store_row(int32_t dtype, const void *from, int64_t count, void *to, int64_t stride) {
  switch (dtype) {
    case WEFT_FLOAT32:
      for (int64_t i = 0; i < count; i++) ((float *)to)[i * stride] = ((const float *)from)[i];
      break;
    case WEFT_FLOAT64:
      for (int64_t i = 0; i < count; i++) ((double *)to)[i * stride] = ((const double *)from)[i];
      break;
    case WEFT_FLOAT16:
      for (int64_t i = 0; i < count; i++) ((uint16_t *)to)[i * stride] = weft_to_float16(((const float *)from)[i]);
      break;
    case WEFT_BFLOAT16:
      for (int64_t i = 0; i < count; i++) ((uint16_t *)to)[i * stride] = weft_to_bfloat16(((const float *)from)[i]);
      break;
  }
}

void weft_attention_store(const weft_attention_job *job, const weft_operand *operand, int64_t features, int64_t pitch,
                          int64_t head, int64_t first, int64_t count, const void *rows) {
  int64_t step = row_stride(job, operand) * weft_gemm_element_size(job->dtype);
  int64_t stride = feature_stride(job, operand);
  char *to = (char *)row_address(job, operand, head, first);
  bool plain = stride == 1 && job->dtype == job->compute;
  for (int64_t row = 0; row < count; row++, to += step) {
    const char *from = (const char *)rows + row * pitch * job->kernels->size;
    if (plain) {
      memcpy(to, from, (size_t)(features * job->kernels->size));
    } else {
      store_row(job->dtype, from, features, to, stride);
    }
  }
}

void weft_attention_store_turned(const weft_attention_job *job, const weft_operand *operand, int64_t features,
                                 int64_t head, int64_t first, int64_t count, const void *turned, void *room) {
  if (features == 0) return;
  weft_gemm_pack(job->compute, turned, features, count, job->block, 1, features, room);
  weft_attention_store(job, operand, features, features, head, first, count, room);
}

// MARK: - Masks

static double added(const weft_operand *mask, const char *from) {
  switch (mask->dtype) {
    case WEFT_BOOL: return *(const uint8_t *)from ? 0 : -__builtin_inf();
    case WEFT_FLOAT64: return *(const double *)from;
    default: return *(const float *)from;
  }
}

void weft_attention_bias(const weft_attention_job *job, int64_t head, const weft_scores *block, int64_t count,
                         void *bias) {
  const weft_operand *mask = &job->shape->mask;
  int64_t size = weft_gemm_element_size(mask->dtype), query = row_stride(job, mask) * size;
  const char *from = row_address(job, mask, head, block->first_query) +
                     block->first_key * feature_stride(job, mask) * size;
  for (int64_t key = 0; key < block->keys; key++, from += feature_stride(job, mask) * size) {
    int64_t place = key * job->block;
    for (int64_t i = 0; i < job->block; i++) {
      double value = i < count ? added(mask, from + i * query) : 0;
      if (job->compute == WEFT_FLOAT64) {
        ((double *)bias)[place + i] = value;
      } else {
        ((float *)bias)[place + i] = (float)value;
      }
    }
  }
}

int64_t weft_attention_reach(const weft_attention_job *job, int64_t end) {
  return job->shape->causal && end < job->shape->keys ? end : job->shape->keys;
}
