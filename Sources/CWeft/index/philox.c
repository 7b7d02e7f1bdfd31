// The generator, and its distribution over threads.
#include "philox.h"

#include "../common/isa.h"
#include "index_walk.h"
#include "weft_parallel.h"

// A loop without dependences, so that it vectorizes; integers are the same on every instruction set.
static inline __attribute__((always_inline)) void weft_philox_loop(uint64_t seed, uint64_t offset, uint64_t block,
                                                                   int64_t count, uint32_t *restrict words) {
  for (int64_t i = 0; i < count; i++) {
    uint64_t number = block + (uint64_t)i;
    uint32_t c0 = (uint32_t)number, c1 = (uint32_t)(number >> 32);
    uint32_t c2 = (uint32_t)offset, c3 = (uint32_t)(offset >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
#pragma clang loop unroll(full)
    for (int32_t round = 0; round < 10; round++) {
      uint64_t product0 = (uint64_t)0xd2511f53u * c0, product1 = (uint64_t)0xcd9e8d57u * c2;
      c0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0;
      c1 = (uint32_t)product1;
      c2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
      c3 = (uint32_t)product0;
      k0 += 0x9e3779b9u;
      k1 += 0xbb67ae85u;
    }
    words[4 * i] = c0;
    words[4 * i + 1] = c1;
    words[4 * i + 2] = c2;
    words[4 * i + 3] = c3;
  }
}

static void weft_philox_baseline(uint64_t seed, uint64_t offset, uint64_t block, int64_t count, uint32_t *words) {
  weft_philox_loop(seed, offset, block, count, words);
}

WEFT_FOR_AVX2 static void weft_philox_avx2(uint64_t seed, uint64_t offset, uint64_t block, int64_t count,
                                           uint32_t *words) {
  weft_philox_loop(seed, offset, block, count, words);
}

void weft_philox_words(uint64_t seed, uint64_t offset, uint64_t block, int64_t count, uint32_t *words) {
  static void (*const sets[])(uint64_t, uint64_t, uint64_t, int64_t, uint32_t *) = {
      WEFT_ISA_SETS(weft_philox_baseline, weft_philox_avx2, weft_philox_avx2)};
  sets[weft_isa_current()](seed, offset, block, count, words);
}

typedef struct {
  uint64_t seed, offset;
  int64_t count, batch;  // batch: elements that WEFT_PHILOX_WORDS words make
  weft_philox_use use;
  const void *context;
} weft_philox_job;

static void weft_philox_body(void *context, int64_t begin, int64_t end) {
  const weft_philox_job *job = context;
  uint32_t words[WEFT_PHILOX_WORDS];
  uint32_t word = weft_denormals_flush();
  for (int64_t batch = begin; batch < end; batch++) {
    int64_t first = batch * job->batch, rest = job->count - first;
    weft_philox_words(job->seed, job->offset, (uint64_t)batch * WEFT_PHILOX_BLOCKS, WEFT_PHILOX_BLOCKS, words);
    job->use(job->context, words, first, rest < job->batch ? rest : job->batch);
  }
  weft_denormals_restore(word);
}

void weft_philox_run(uint64_t seed, uint64_t offset, int64_t count, int64_t words_each, weft_philox_use use,
                     const void *context) {
  if (count <= 0) {
    return;
  }
  int64_t batch = WEFT_PHILOX_WORDS / words_each;
  weft_philox_job job = {seed, offset, count, batch, use, context};
  weft_parallel_for((count + batch - 1) / batch, WEFT_INDEX_GRAIN / batch, weft_philox_body, &job);
}
