// The gradient of attention: the weights are computed again, block by block. A head's queries go through its keys in
// order and add to the keys' gradients; where heads are few, their queries are shared out in parts with sums of their
// own, added up at the end, so that the result depends on nothing but the number of threads.
#include <stdatomic.h>
#include <string.h>

#include "../common/scratch.h"
#include "../common/status.h"
#include "attention.h"
#include "launches.h"
#include "weft_parallel.h"

enum { PARTS_PER_THREAD = 4, PARTS_BYTES = 256 << 20 };

typedef struct {
  weft_attention_job job;
  const weft_operand *output_gradient, *query_gradient, *key_gradient, *value_gradient;
  const char *logarithms, *offsets;
  int64_t parts;      // of a head's queries
  char *part_sums;    // the keys' and values' gradients of each part, if there is more than one
  _Atomic int32_t status;
} gradient_job;

typedef struct {
  weft_packed_keys keys;
  void *query_turned, *gradient_turned, *query_rows, *gradient_rows;
  void *weights, *differences, *bias, *query_gradient, *room, *logarithms, *offsets;
  char *key_sums, *value_sums;
  bool finite;   // what was met so far where something is hidden, and what came of it
  bool sparing;  // hidden pairs are left out, not multiplied by 0
} gradient_memory;

static size_t key_bytes(const weft_attention_job *job) {
  return weft_attention_bytes(job, job->shape->keys, job->depth_pitch);
}

static size_t value_bytes(const weft_attention_job *job) {
  return weft_attention_bytes(job, job->shape->keys, job->width_pitch);
}

static bool take(const weft_attention_job *job, bool in_parts, gradient_memory *memory) {
  const weft_attention_description *d = job->shape;
  size_t scores = weft_attention_bytes(job, WEFT_ATTENTION_KEYS, job->block);
  size_t lane = weft_attention_bytes(job, 1, job->block);
  memory->keys = (weft_packed_keys){
      .head = -1,
      .key = weft_scratch_take(weft_attention_bytes(job, job->packed, job->depth_pitch)),
      .value = weft_scratch_take(weft_attention_bytes(job, job->packed, job->width_pitch)),
  };
  memory->query_turned = weft_scratch_take(weft_attention_bytes(job, d->depth, job->block));
  memory->gradient_turned = weft_scratch_take(weft_attention_bytes(job, d->width, job->block));
  memory->query_rows = weft_scratch_take(weft_attention_bytes(job, job->depth_pitch, job->block));
  memory->gradient_rows = weft_scratch_take(weft_attention_bytes(job, job->width_pitch, job->block));
  memory->weights = weft_scratch_take(scores);
  memory->differences = weft_scratch_take(scores);
  memory->bias = d->mask.data ? weft_scratch_take(scores) : NULL;
  memory->query_gradient = weft_scratch_take(weft_attention_bytes(job, d->depth, job->block));
  memory->room = weft_scratch_take(weft_attention_bytes(job, d->depth, job->block));
  memory->logarithms = weft_scratch_take(lane);
  memory->offsets = weft_scratch_take(lane);
  // Parts of a head have sums of their own (`part_sums`).
  memory->key_sums = in_parts ? memory->room : weft_scratch_take(key_bytes(job));
  memory->value_sums = in_parts ? memory->room : weft_scratch_take(value_bytes(job));
  return memory->keys.key && memory->keys.value && memory->query_turned && memory->gradient_turned &&
         memory->query_rows && memory->gradient_rows && memory->weights && memory->differences &&
         (memory->bias || !d->mask.data) && memory->query_gradient && memory->room && memory->logarithms &&
         memory->offsets && memory->key_sums && memory->value_sums;
}

// MARK: - One block

static void load_statistics(const gradient_job *work, const gradient_memory *memory, int64_t head, int64_t first,
                            int64_t count) {
  int64_t size = work->job.kernels->size, at = (head * work->job.shape->queries + first) * size;
  size_t whole = weft_attention_bytes(&work->job, 1, work->job.block), some = (size_t)(count * size);
  memset((char *)memory->logarithms + some, 0, whole - some);
  memset((char *)memory->offsets + some, 0, whole - some);
  memcpy(memory->logarithms, work->logarithms + at, some);
  memcpy(memory->offsets, work->offsets + at, some);
}

static void load_queries(const gradient_job *work, const gradient_memory *memory, int64_t head, int64_t first,
                         int64_t count) {
  const weft_attention_job *job = &work->job;
  const weft_attention_description *d = job->shape;
  weft_attention_turn(job, &d->query, d->depth, head, first, count, memory->query_turned);
  weft_attention_turn(job, work->output_gradient, d->width, head, first, count, memory->gradient_turned);
  weft_attention_rows(job, &d->query, d->depth, job->depth_pitch, head, first, count, memory->query_rows);
  weft_attention_rows(job, work->output_gradient, d->width, job->width_pitch, head, first, count,
                      memory->gradient_rows);
  load_statistics(work, memory, head, first, count);
  memset(memory->query_gradient, 0, weft_attention_bytes(job, d->depth, job->block));
}

// [keys][block] = rows of keys or values times queries or gradients.
static void score(const weft_attention_job *job, int64_t keys, int64_t k, const void *rows, int64_t pitch,
                  const void *turned, void *scores) {
  job->kernels->multiply(&(weft_panel){
      .m = keys, .n = job->block, .k = k, .a = rows, .a_m = pitch, .a_k = 1, .b = turned, .b_k = job->block,
      .c = scores, .c_m = job->block});
}

static void differentiate(const gradient_job *work, gradient_memory *memory, int64_t head, const weft_scores *block,
                          int64_t count) {
  const weft_attention_job *job = &work->job;
  const weft_attention_description *d = job->shape;
  const char *key, *value;
  weft_attention_load(job, &memory->keys, head, block->first_key, &key, &value);
  score(job, block->keys, d->depth, key, job->depth_pitch, memory->query_turned, memory->weights);
  score(job, block->keys, d->width, value, job->width_pitch, memory->gradient_turned, memory->differences);
  if (memory->bias) weft_attention_bias(job, head, block, count, memory->bias);
  job->kernels->differentiate(block, memory->weights, memory->differences, memory->logarithms, memory->offsets);
  if (memory->sparing) {
    weft_attention_hide(job, block, memory->weights);
    weft_attention_hide(job, block, memory->differences);
  }
  char *value_sums = memory->value_sums + block->first_key * job->width_pitch * job->kernels->size;
  char *key_sums = memory->key_sums + block->first_key * job->depth_pitch * job->kernels->size;
  weft_attention_over_queries(job, block, count, memory->weights, memory->gradient_rows, job->width_pitch, value_sums,
                              memory->sparing);
  weft_attention_over_queries(job, block, count, memory->differences, memory->query_rows, job->depth_pitch, key_sums,
                              memory->sparing);
  weft_attention_over_keys(job, block, memory->differences, key, d->depth, job->depth_pitch, memory->query_gradient,
                           memory->sparing);
}

// Keys and values that are not finite show in the queries' gradient, by products with 0 too.
static bool is_finite(const weft_attention_job *job, const gradient_memory *memory) {
  const weft_attention_description *d = job->shape;
  return job->kernels->finite(memory->query_turned, d->depth * job->block) &&
         job->kernels->finite(memory->gradient_turned, d->width * job->block) &&
         job->kernels->finite(memory->query_gradient, d->depth * job->block);
}

static void run_block(const gradient_job *work, gradient_memory *memory, int64_t head, int64_t first) {
  const weft_attention_job *job = &work->job;
  const weft_attention_description *d = job->shape;
  int64_t count = d->queries - first < job->block ? d->queries - first : job->block;
  load_queries(work, memory, head, first, count);
  int64_t reach = weft_attention_reach(job, first + count);
  for (int64_t key = 0; key < reach; key += WEFT_ATTENTION_KEYS) {
    int64_t keys = reach - key < WEFT_ATTENTION_KEYS ? reach - key : WEFT_ATTENTION_KEYS;
    weft_scores block = {keys, key, first, d->scale, d->causal, memory->bias};
    differentiate(work, memory, head, &block, count);
  }
  if (weft_attention_hides(job)) memory->finite &= is_finite(job, memory);
  weft_attention_store_turned(job, work->query_gradient, d->depth, head, first, count, memory->query_gradient,
                              memory->room);
}

// MARK: - Parts and heads

static void store(const gradient_job *work, int64_t head, const char *key_sums, const char *value_sums) {
  const weft_attention_job *job = &work->job;
  const weft_attention_description *d = job->shape;
  weft_attention_store(job, work->key_gradient, d->depth, job->depth_pitch, head, 0, d->keys, key_sums);
  weft_attention_store(job, work->value_gradient, d->width, job->width_pitch, head, 0, d->keys, value_sums);
}

static void run_queries(const gradient_job *work, gradient_memory *memory, int64_t head, int64_t part, bool sparing) {
  const weft_attention_job *job = &work->job;
  memory->finite = true;
  memory->sparing = sparing;
  memset(memory->key_sums, 0, key_bytes(job));
  memset(memory->value_sums, 0, value_bytes(job));
  int64_t end = job->blocks * (part + 1) / work->parts;
  for (int64_t block = job->blocks * part / work->parts; block < end; block++) {
    run_block(work, memory, head, block * job->block);
  }
}

static void run_part(const gradient_job *work, gradient_memory *memory, int64_t index) {
  const weft_attention_job *job = &work->job;
  int64_t head = index / work->parts, part = index % work->parts;
  if (work->part_sums) {
    memory->key_sums = work->part_sums + index * (int64_t)(key_bytes(job) + value_bytes(job));
    memory->value_sums = memory->key_sums + key_bytes(job);
  }
  run_queries(work, memory, head, part, false);
  if (!memory->finite) run_queries(work, memory, head, part, true);
  if (!work->part_sums) store(work, head, memory->key_sums, memory->value_sums);
}

static void run_parts(void *context, int64_t begin, int64_t end) {
  gradient_job *work = context;
  weft_scratch_mark mark = weft_scratch_begin();
  gradient_memory memory;
  if (take(&work->job, work->parts > 1, &memory)) {
    uint32_t word = weft_denormals_flush();
    for (int64_t index = begin; index < end; index++) run_part(work, &memory, index);
    weft_denormals_restore(word);
  } else {
    atomic_store(&work->status, WEFT_OUT_OF_MEMORY);
  }
  weft_scratch_release(mark);
}

// Adds a head's parts to the first of them.
static void join_parts(void *context, int64_t begin, int64_t end) {
  const gradient_job *work = context;
  const weft_attention_job *job = &work->job;
  int64_t bytes = (int64_t)(key_bytes(job) + value_bytes(job)), count = bytes / job->kernels->size;
  for (int64_t head = begin; head < end; head++) {
    char *sums = work->part_sums + head * work->parts * bytes;
    for (int64_t part = 1; part < work->parts; part++) {
      const char *more = sums + part * bytes;
      if (job->compute == WEFT_FLOAT64) {
        for (int64_t i = 0; i < count; i++) ((double *)sums)[i] += ((const double *)more)[i];
      } else {
        for (int64_t i = 0; i < count; i++) ((float *)sums)[i] += ((const float *)more)[i];
      }
    }
    store(work, head, sums, sums + key_bytes(job));
  }
}

static int64_t part_count(const weft_attention_job *job) {
  int64_t threads = weft_share_count();
  if (threads == 1 || job->heads >= PARTS_PER_THREAD * threads || job->heads == 0) return 1;
  int64_t parts = (PARTS_PER_THREAD * threads + job->heads - 1) / job->heads;
  int64_t most = PARTS_BYTES / (job->heads * (int64_t)(key_bytes(job) + value_bytes(job)) + 1) + 1;
  if (parts > most) parts = most;
  return parts < job->blocks ? parts : job->blocks > 0 ? job->blocks : 1;
}

int32_t weft_attention_gradient(const weft_attention_description *description, const weft_operand *output_gradient,
                                const void *logarithms, const void *offsets, const weft_operand *query_gradient,
                                const weft_operand *key_gradient, const weft_operand *value_gradient) {
  const weft_operand *const gradients[4] = {output_gradient, query_gradient, key_gradient, value_gradient};
  WEFT_NOTED(weft_note_attention_gradient(notes, description, gradients, logarithms, offsets));
  gradient_job work = {.output_gradient = output_gradient, .query_gradient = query_gradient,
                       .key_gradient = key_gradient, .value_gradient = value_gradient,
                       .logarithms = logarithms, .offsets = offsets};
  int32_t status = weft_attention_prepare(&work.job, description);
  if (status != WEFT_OK) return status;
  work.parts = part_count(&work.job);
  weft_scratch_mark mark = weft_scratch_begin();
  if (work.parts > 1) {
    size_t bytes = weft_bytes3(work.job.heads, work.parts, (int64_t)(key_bytes(&work.job) + value_bytes(&work.job)));
    work.part_sums = weft_scratch_take(bytes);
    if (!work.part_sums) {
      weft_scratch_release(mark);
      return WEFT_OUT_OF_MEMORY;
    }
  }
  weft_parallel_for(work.job.heads * work.parts, 1, run_parts, &work);
  if (work.parts > 1) weft_parallel_for(work.job.heads, 1, join_parts, &work);
  weft_scratch_release(mark);
  return atomic_load(&work.status);
}
