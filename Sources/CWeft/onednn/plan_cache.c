// The cache of plans: at most so many, the least recently used one is dropped.
#include "plan_cache.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 1024 };

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

static void free_entry(weft_recent *head) {
  weft_plan_entry *entry = (weft_plan_entry *)head;
  while (entry->idle) {
    weft_plan_memory *next = entry->idle->next;
    weft_plan_memory_free(entry->idle);
    entry->idle = next;
  }
  weft_plan_clear(&entry->plan);
  free(entry);
}

static weft_recent_table table = {.lock = PTHREAD_MUTEX_INITIALIZER, .free = free_entry};

static weft_plan_entry *find(const void *key, size_t size, uint64_t hash) {
  for (weft_recent *head = weft_recent_first(&table, hash); head; head = head->chain) {
    weft_plan_entry *entry = (weft_plan_entry *)head;
    if (head->hash == hash && entry->key_size == size && memcmp(entry->key, key, size) == 0) return entry;
  }
  return NULL;
}

// Built under the lock: two threads that want the same plan would only build it twice.
static weft_plan_entry *build(const void *key, size_t size, uint64_t hash, weft_plan_builder builder) {
  static uint64_t numbers;
  if (size > WEFT_PLAN_KEY) return NULL;
  weft_plan_entry *entry = calloc(1, sizeof *entry);
  if (!entry) return NULL;
  entry->recent.hash = hash;
  entry->key_size = size;
  memcpy(entry->key, key, size);
  builder(entry->key, &entry->plan);
  if (!entry->plan.usable) weft_plan_clear(&entry->plan);
  entry->plan.number = ++numbers;
  if (table.count == MOST) weft_recent_drop(&table, table.oldest);
  weft_recent_insert(&table, &entry->recent);
  return entry;
}

weft_plan_entry *weft_plan_acquire(const void *key, size_t size, weft_plan_builder builder, weft_plan_memory **memory) {
  uint64_t hash = hash_of(key, size);
  *memory = NULL;
  pthread_mutex_lock(&table.lock);
  weft_plan_entry *entry = find(key, size, hash);
  if (!entry) entry = build(key, size, hash, builder);
  if (entry) {
    weft_recent_touch(&table, &entry->recent);
    entry->recent.users++;
    *memory = entry->idle;
    if (entry->idle) entry->idle = entry->idle->next;
  }
  pthread_mutex_unlock(&table.lock);
  return entry;
}

void weft_plan_release(weft_plan_entry *entry, weft_plan_memory *memory) {
  pthread_mutex_lock(&table.lock);
  if (memory) {
    memory->next = entry->idle;
    entry->idle = memory;
  }
  bool last = weft_recent_release(&entry->recent);
  pthread_mutex_unlock(&table.lock);
  if (last) free_entry(&entry->recent);
}
