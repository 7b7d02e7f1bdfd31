// The cache: a hash table with a list ordered by last use, bounded; the least recently used plan is dropped.
#include "plan_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "weft_dnnl.h"

enum { BOUND = 1024, BUCKETS = 2048 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static weft_plan_entry *buckets[BUCKETS];
static weft_plan_entry *newest, *oldest;
static int64_t count;

static uint64_t hash_of(const void *key, size_t size) {
  const unsigned char *bytes = key;
  uint64_t hash = 0x9e3779b97f4a7c15u ^ size;
  for (; size >= 8; size -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  for (; size > 0; size--) hash = (hash ^ *bytes++) * 0xff51afd7ed558ccdu;
  return hash ^ (hash >> 29);
}

static void unlink_entry(weft_plan_entry *entry) {
  *(entry->newer ? &entry->newer->older : &newest) = entry->older;
  *(entry->older ? &entry->older->newer : &oldest) = entry->newer;
  entry->newer = entry->older = NULL;
}

static void link_newest(weft_plan_entry *entry) {
  entry->older = newest;
  entry->newer = NULL;
  if (newest) newest->newer = entry;
  newest = entry;
  if (!oldest) oldest = entry;
}

void weft_plan_memory_free(weft_plan_memory *memory) {
  if (!memory) return;
  for (int i = 0; i < WEFT_PLAN_ARGUMENTS; i++) {
    if (memory->given[i]) dnnl_memory_destroy(memory->given[i]);
    if (memory->wanted[i]) dnnl_memory_destroy(memory->wanted[i]);
    if (memory->reorder_scratch[i]) dnnl_memory_destroy(memory->reorder_scratch[i]);
  }
  if (memory->scratch) dnnl_memory_destroy(memory->scratch);
  free(memory);
}

static void free_entry(weft_plan_entry *entry) {
  while (entry->idle) {
    weft_plan_memory *next = entry->idle->next;
    weft_plan_memory_free(entry->idle);
    entry->idle = next;
  }
  weft_plan_clear(&entry->plan);
  free(entry);
}

static void evict_oldest(void) {
  weft_plan_entry *entry = oldest;
  weft_plan_entry **at = &buckets[entry->hash % BUCKETS];
  while (*at != entry) at = &(*at)->chain;
  *at = entry->chain;
  unlink_entry(entry);
  count--;
  entry->evicted = true;
  if (entry->users == 0) free_entry(entry);
}

static weft_plan_entry *find(const void *key, size_t size, uint64_t hash) {
  weft_plan_entry *entry = buckets[hash % BUCKETS];
  while (entry && !(entry->hash == hash && entry->key_size == size && memcmp(entry->key, key, size) == 0)) {
    entry = entry->chain;
  }
  return entry;
}

// Built under the lock: two threads that want the same plan would only build it twice.
static weft_plan_entry *build(const void *key, size_t size, uint64_t hash, weft_plan_builder builder) {
  static uint64_t numbers;
  if (size > WEFT_PLAN_KEY) return NULL;
  weft_plan_entry *entry = calloc(1, sizeof *entry);
  if (!entry) return NULL;
  entry->hash = hash;
  entry->key_size = size;
  memcpy(entry->key, key, size);
  builder(entry->key, &entry->plan);
  if (!entry->plan.usable) weft_plan_clear(&entry->plan);
  entry->plan.number = ++numbers;
  if (count == BOUND) evict_oldest();
  entry->chain = buckets[hash % BUCKETS];
  buckets[hash % BUCKETS] = entry;
  link_newest(entry);
  count++;
  return entry;
}

weft_plan_entry *weft_plan_acquire(const void *key, size_t size, weft_plan_builder builder, weft_plan_memory **memory) {
  uint64_t hash = hash_of(key, size);
  *memory = NULL;
  pthread_mutex_lock(&lock);
  weft_plan_entry *entry = find(key, size, hash);
  if (!entry) {
    entry = build(key, size, hash, builder);
  } else if (entry != newest) {
    unlink_entry(entry);
    link_newest(entry);
  }
  if (entry) {
    entry->users++;
    *memory = entry->idle;
    if (entry->idle) entry->idle = entry->idle->next;
  }
  pthread_mutex_unlock(&lock);
  return entry;
}

void weft_plan_release(weft_plan_entry *entry, weft_plan_memory *memory) {
  pthread_mutex_lock(&lock);
  if (memory) {
    memory->next = entry->idle;
    entry->idle = memory;
  }
  entry->users--;
  bool last = entry->evicted && entry->users == 0;
  pthread_mutex_unlock(&lock);
  if (last) free_entry(entry);
}

int64_t weft_dnnl_cached_primitives(void) {
  pthread_mutex_lock(&lock);
  int64_t held = count;
  pthread_mutex_unlock(&lock);
  return held;
}

int64_t weft_dnnl_cache_bound(void) { return BOUND; }
