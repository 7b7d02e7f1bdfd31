// What is hidden must not matter, and 0 times NaN or ∞ would. Where a mask or the causal order hides keys from queries,
// results are looked at; what is not finite is computed once more in the ways of this file: weights of hidden pairs
// become 0, and rows that are not finite are added for those alone who see them.
#include <string.h>

#include "attention.h"

bool weft_attention_hides(const weft_attention_job *job) { return job->shape->causal || job->shape->mask.data; }

static bool hidden(const weft_attention_job *job, const weft_scores *block, int64_t key, int64_t query) {
  if (block->causal && block->first_key + key > block->first_query + query) return true;
  if (!block->bias) return false;
  int64_t place = key * job->block + query;
  if (job->compute == WEFT_FLOAT64) return ((const double *)block->bias)[place] == -__builtin_inf();
  return ((const float *)block->bias)[place] == -__builtin_inff();
}

void weft_attention_hide(const weft_attention_job *job, const weft_scores *block, void *scores) {
  int64_t size = job->kernels->size;
  for (int64_t key = 0; key < block->keys; key++) {
    for (int64_t query = 0; query < job->block; query++) {
      if (hidden(job, block, key, query)) memset((char *)scores + (key * job->block + query) * size, 0, (size_t)size);
    }
  }
}

static void add_product(const weft_attention_job *job, const void *weight, const void *row, int64_t count, void *sums,
                        int64_t step) {
  if (job->compute == WEFT_FLOAT64) {
    double factor = *(const double *)weight;
    for (int64_t i = 0; i < count; i++) ((double *)sums)[i * step] += factor * ((const double *)row)[i];
  } else {
    float factor = *(const float *)weight;
    for (int64_t i = 0; i < count; i++) ((float *)sums)[i * step] += factor * ((const float *)row)[i];
  }
}

// The first of `count` rows from `first` on that is not finite, or `count`.
static int64_t finite_until(const weft_attention_job *job, const char *rows, int64_t first, int64_t count,
                            int64_t pitch) {
  int64_t row = first;
  while (row < count && job->kernels->finite(rows + row * pitch * job->kernels->size, pitch)) row++;
  return row;
}

void weft_attention_over_keys(const weft_attention_job *job, const weft_scores *block, const void *scores,
                              const char *rows, int64_t features, int64_t pitch, char *sums, bool sparing) {
  int64_t size = job->kernels->size, step = job->block;
  for (int64_t first = 0, end; first < block->keys; first = end + 1) {
    end = sparing ? finite_until(job, rows, first, block->keys, pitch) : block->keys;
    job->kernels->multiply(&(weft_panel){
        .m = features, .n = step, .k = end - first, .a = rows + first * pitch * size, .a_m = 1, .a_k = pitch,
        .b = (const char *)scores + first * step * size, .b_k = step, .c = sums, .c_m = step, .add = true});
    if (end == block->keys) return;
    for (int64_t query = 0; query < step; query++) {
      if (hidden(job, block, end, query)) continue;
      add_product(job, (const char *)scores + (end * step + query) * size, rows + end * pitch * size, features,
                  sums + query * size, step);
    }
  }
}

void weft_attention_over_queries(const weft_attention_job *job, const weft_scores *block, int64_t count,
                                 const void *scores, const char *rows, int64_t pitch, char *sums, bool sparing) {
  int64_t size = job->kernels->size, step = job->block;
  for (int64_t first = 0, end; first < count; first = end + 1) {
    end = sparing ? finite_until(job, rows, first, count, pitch) : count;
    job->kernels->multiply(&(weft_panel){
        .m = block->keys, .n = pitch, .k = end - first, .a = (const char *)scores + first * size, .a_m = step, .a_k = 1,
        .b = rows + first * pitch * size, .b_k = pitch, .c = sums, .c_m = pitch, .add = true});
    if (end == count) return;
    for (int64_t key = 0; key < block->keys; key++) {
      if (hidden(job, block, key, end)) continue;
      add_product(job, (const char *)scores + (key * step + end) * size, rows + end * pitch * size, pitch,
                  sums + key * pitch * size, 1);
    }
  }
}
