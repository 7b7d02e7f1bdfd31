// Attention: each block of queries goes through the keys once, with a running softmax.
#include <stdatomic.h>
#include <string.h>

#include "../common/scratch.h"
#include "../common/status.h"
#include "attention.h"
#include "launches.h"
#include "weft_parallel.h"

enum { LEAST_WORK = 1 << 17 };  // multiply-adds worth handing to another thread

typedef struct {
  weft_attention_job job;
  const weft_operand *output;
  void *logarithms;
  _Atomic int32_t status;
} forward_job;

typedef struct {
  weft_packed_keys keys;
  void *query, *scores, *bias, *output, *room, *largest, *total;
} forward_memory;

static bool take(const weft_attention_job *job, forward_memory *memory) {
  const weft_attention_description *d = job->shape;
  memory->keys = (weft_packed_keys){
      .head = -1,
      .key = weft_scratch_take(weft_attention_bytes(job, job->packed, job->depth_pitch)),
      .value = weft_scratch_take(weft_attention_bytes(job, job->packed, job->width_pitch)),
  };
  memory->query = weft_scratch_take(weft_attention_bytes(job, d->depth, job->block));
  memory->scores = weft_scratch_take(weft_attention_bytes(job, WEFT_ATTENTION_KEYS, job->block));
  memory->bias = d->mask.data ? weft_scratch_take(weft_attention_bytes(job, WEFT_ATTENTION_KEYS, job->block)) : NULL;
  memory->output = weft_scratch_take(weft_attention_bytes(job, d->width, job->block));
  memory->room = weft_scratch_take(weft_attention_bytes(job, d->width, job->block));
  memory->largest = weft_scratch_take(weft_attention_bytes(job, 1, job->block));
  memory->total = weft_scratch_take(weft_attention_bytes(job, 1, job->block));
  return memory->keys.key && memory->keys.value && memory->query && memory->scores &&
         (memory->bias || !d->mask.data) && memory->output && memory->room && memory->largest && memory->total;
}

static void reset(const weft_attention_job *job, const forward_memory *memory) {
  for (int64_t i = 0; i < job->block; i++) {
    if (job->compute == WEFT_FLOAT64) {
      ((double *)memory->largest)[i] = -__builtin_inf();
    } else {
      ((float *)memory->largest)[i] = -__builtin_inff();
    }
  }
  memset(memory->total, 0, weft_attention_bytes(job, 1, job->block));
  memset(memory->output, 0, weft_attention_bytes(job, job->shape->width, job->block));
}

// The block's scores with the keys from `first` on, softened, times their values.
static void attend(const weft_attention_job *job, forward_memory *memory, int64_t head, weft_scores *block,
                   int64_t count, bool sparing) {
  const weft_attention_description *d = job->shape;
  const char *key, *value;
  weft_attention_load(job, &memory->keys, head, block->first_key, &key, &value);
  job->kernels->multiply(&(weft_panel){
      .m = block->keys, .n = job->block, .k = d->depth, .a = key, .a_m = job->depth_pitch, .a_k = 1,
      .b = memory->query, .b_k = job->block, .c = memory->scores, .c_m = job->block});
  if (memory->bias) weft_attention_bias(job, head, block, count, memory->bias);
  if (sparing) weft_attention_hide(job, block, memory->scores);
  job->kernels->soften(block, memory->scores,
                       &(weft_softmax){memory->largest, memory->total, memory->output, d->width});
  weft_attention_over_keys(job, block, memory->scores, value, d->width, job->width_pitch, memory->output, sparing);
}

// The block's queries go through the keys.
static void run_keys(const weft_attention_job *job, forward_memory *memory, int64_t head, int64_t first, int64_t count,
                     bool sparing) {
  const weft_attention_description *d = job->shape;
  reset(job, memory);
  int64_t reach = weft_attention_reach(job, first + count);
  for (int64_t key = 0; key < reach; key += WEFT_ATTENTION_KEYS) {
    int64_t keys = reach - key < WEFT_ATTENTION_KEYS ? reach - key : WEFT_ATTENTION_KEYS;
    weft_scores block = {keys, key, first, d->scale, d->causal, memory->bias};
    attend(job, memory, head, &block, count, sparing);
  }
}

static bool is_finite(const weft_attention_job *job, const forward_memory *memory) {
  return job->kernels->finite(memory->output, job->shape->width * job->block) &&
         job->kernels->finite(memory->total, job->block);
}

static void run_block(const forward_job *work, forward_memory *memory, int64_t index) {
  const weft_attention_job *job = &work->job;
  const weft_attention_description *d = job->shape;
  int64_t head = index / job->blocks, first = index % job->blocks * job->block;
  int64_t count = d->queries - first < job->block ? d->queries - first : job->block;
  weft_attention_turn(job, &d->query, d->depth, head, first, count, memory->query);
  run_keys(job, memory, head, first, count, false);
  if (weft_attention_hides(job) && !is_finite(job, memory)) run_keys(job, memory, head, first, count, true);
  job->kernels->finish(&(weft_softmax){memory->largest, memory->total, memory->output, d->width});
  weft_attention_store_turned(job, work->output, d->width, head, first, count, memory->output, memory->room);
  memcpy((char *)work->logarithms + (head * d->queries + first) * job->kernels->size, memory->largest,
         weft_attention_bytes(job, 1, count));
}

// MARK: - Few queries

static bool is_plain(const weft_attention_description *d, const weft_operand *operand) {
  return operand->dtype == WEFT_FLOAT32 && operand->strides[d->rank - 1] == 1;
}

/// Whether all queries of a head see all keys, and lie as `few` wants them.
static bool are_few(const forward_job *work) {
  const weft_attention_description *d = work->job.shape;
  int32_t lanes = work->job.kernels->lanes;
  return work->job.kernels->few && d->queries <= 2 * WEFT_FEW_QUERIES && d->keys > 0 && d->depth % lanes == 0 &&
         d->width % lanes == 0 && !d->causal && !d->mask.data && is_plain(d, &d->query) && is_plain(d, &d->key) &&
         is_plain(d, &d->value) && is_plain(d, work->output);
}

static int64_t row_step(const weft_attention_description *d, const weft_operand *operand) {
  return operand->strides[d->rank - 2];
}

static bool run_few(const forward_job *work, float *scores, int64_t head) {
  const weft_attention_job *job = &work->job;
  const weft_attention_description *d = job->shape;
  int32_t lanes = job->kernels->lanes;
  for (int64_t first = 0; first < d->queries; first += WEFT_FEW_QUERIES) {
    int64_t count = d->queries - first < WEFT_FEW_QUERIES ? d->queries - first : WEFT_FEW_QUERIES;
    weft_few_queries few = {
        .queries = count, .keys = d->keys, .depth = d->depth, .width = d->width,
        .query_step = row_step(d, &d->query), .key_step = row_step(d, &d->key), .value_step = row_step(d, &d->value),
        .output_step = row_step(d, work->output), .scale = (float)d->scale, .scores = scores,
        .pitch = (d->keys + lanes - 1) / lanes * lanes};
    few.query = (const float *)weft_attention_head(job, &d->query, head) + first * few.query_step;
    few.key = (const float *)weft_attention_head(job, &d->key, head);
    few.value = (const float *)weft_attention_head(job, &d->value, head);
    few.output = (float *)weft_attention_head(job, work->output, head) + first * few.output_step;
    few.logarithms = (float *)work->logarithms + head * d->queries + first;
    if (!job->kernels->few(&few)) return false;
  }
  return true;
}

/// The heads that are done with few queries each; the first that is not, or `end`.
static int64_t run_few_heads(const forward_job *work, int64_t begin, int64_t end) {
  if (!are_few(work)) return begin;
  weft_scratch_mark mark = weft_scratch_begin();
  float *scores = weft_scratch_take(weft_bytes3(
      WEFT_FEW_QUERIES, work->job.shape->keys + work->job.kernels->lanes, sizeof(float)));
  while (scores && begin < end && run_few(work, scores, begin)) begin++;
  weft_scratch_release(mark);
  return begin;
}

static void run_blocks(void *context, int64_t begin, int64_t end) {
  forward_job *work = context;
  uint32_t word = weft_denormals_flush();
  begin = run_few_heads(work, begin, end);
  weft_denormals_restore(word);
  if (begin == end) return;
  weft_scratch_mark mark = weft_scratch_begin();
  forward_memory memory;
  if (take(&work->job, &memory)) {
    word = weft_denormals_flush();
    // A head that is not done so leaves those behind it to what is decided for themselves.
    for (int64_t i = begin; i < end; i = run_few_heads(work, i + 1, end)) run_block(work, &memory, i);
    weft_denormals_restore(word);
  } else {
    atomic_store(&work->status, WEFT_OUT_OF_MEMORY);
  }
  weft_scratch_release(mark);
}

int32_t weft_attention(const weft_attention_description *description, const weft_operand *output, void *logarithms) {
  WEFT_NOTED(weft_note_attention(notes, description, output, logarithms));
  forward_job work = {.output = output, .logarithms = logarithms};
  int32_t status = weft_attention_prepare(&work.job, description);
  if (status != WEFT_OK) return status;
  int64_t queries = are_few(&work) ? description->queries : work.job.block;
  double each = (double)queries * (double)description->keys * (double)(description->depth + description->width);
  weft_parallel_for(work.job.heads * work.job.blocks, (int64_t)(LEAST_WORK / (each + 1)) + 1, run_blocks, &work);
  return atomic_load(&work.status);
}
