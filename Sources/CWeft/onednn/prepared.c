// The kept weights: a hash table with a list ordered by last use, bounded in number and bytes.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "prepared.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "weft_dnnl.h"
#include "weft_system.h"

enum { MOST = 4096, BUCKETS = 4096 };
#define MOST_BYTES ((int64_t)512 << 20)

struct weft_prepared {
  weft_prepared *chain;          // in the hash table's bucket
  weft_prepared *newer, *older;  // by last use
  weft_prepared_key key;
  void *data;
  int64_t bytes;                 // of the data, 0 where only the key is remembered
  int32_t users;
  bool filled, dropped;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static weft_prepared *buckets[BUCKETS];
static weft_prepared *newest, *oldest;
static int64_t count, held;

int64_t weft_prepared_bound(void) {
  int64_t share = weft_memory_limit() / 8;
  return share < MOST_BYTES ? share : MOST_BYTES;
}

int64_t weft_prepared_bytes(void) {
  pthread_mutex_lock(&lock);
  int64_t bytes = held;
  pthread_mutex_unlock(&lock);
  return bytes;
}

// By content alone, so that everything made of one content is in one bucket.
static weft_prepared **bucket_of(uint64_t content) {
  return &buckets[(content * 0x9e3779b97f4a7c15u >> 40) % BUCKETS];
}

static bool same(const weft_prepared_key *a, const weft_prepared_key *b) {
  return a->content == b->content && a->at == b->at && a->plan == b->plan &&
         memcmp(a->form, b->form, sizeof a->form) == 0;
}

static void unlink_entry(weft_prepared *entry) {
  *(entry->newer ? &entry->newer->older : &newest) = entry->older;
  *(entry->older ? &entry->older->newer : &oldest) = entry->newer;
}

static void link_newest(weft_prepared *entry) {
  entry->older = newest;
  entry->newer = NULL;
  if (newest) newest->newer = entry;
  newest = entry;
  if (!oldest) oldest = entry;
}

static void free_entry(weft_prepared *entry) {
  free(entry->data);
  free(entry);
}

// Takes the entry that `at` points to out of the table; its last user frees it.
static void drop(weft_prepared **at) {
  weft_prepared *entry = *at;
  *at = entry->chain;
  unlink_entry(entry);
  count--;
  held -= entry->bytes;
  entry->dropped = true;
  if (entry->users == 0) free_entry(entry);
}

static void drop_oldest(void) {
  weft_prepared **at = bucket_of(oldest->key.content);
  while (*at != oldest) at = &(*at)->chain;
  drop(at);
}

static void remember(const weft_prepared_key *key) {
  weft_prepared *entry = calloc(1, sizeof *entry);
  if (!entry) return;
  while (count >= MOST) drop_oldest();
  entry->key = *key;
  weft_prepared **bucket = bucket_of(key->content);
  entry->chain = *bucket;
  *bucket = entry;
  link_newest(entry);
  count++;
}

// Memory for an entry that is the newest, at the cost of older ones. False where it has no place.
static bool make_room(weft_prepared *entry, size_t bytes) {
  int64_t bound = weft_prepared_bound();
  if (bytes > (size_t)bound) return false;
  while (held + (int64_t)bytes > bound && oldest != entry) drop_oldest();
  entry->data = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!entry->data) return false;
  entry->bytes = (int64_t)bytes;
  held += entry->bytes;
  return true;
}

weft_prepared *weft_prepared_acquire(const weft_prepared_key *key, size_t bytes, bool *fill) {
  *fill = false;
  if (key->content == 0 || bytes == 0) return NULL;
  pthread_mutex_lock(&lock);
  weft_prepared *entry = *bucket_of(key->content);
  while (entry && !same(&entry->key, key)) entry = entry->chain;
  if (!entry) {
    remember(key);
  } else {
    unlink_entry(entry);
    link_newest(entry);
    if (!entry->data && make_room(entry, bytes)) *fill = true;
    // Another thread may be writing it just now.
    if (!entry->data || (!entry->filled && !*fill)) entry = NULL;
  }
  if (entry) entry->users++;
  pthread_mutex_unlock(&lock);
  return entry;
}

void *weft_prepared_data(const weft_prepared *prepared) { return prepared->data; }

void weft_prepared_release(weft_prepared *entry, bool filled) {
  pthread_mutex_lock(&lock);
  entry->users--;
  entry->filled = entry->filled || filled;
  if (!entry->filled) {  // what was to be written was not
    free(entry->data);
    entry->data = NULL;
    if (!entry->dropped) held -= entry->bytes;
    entry->bytes = 0;
  }
  bool last = entry->dropped && entry->users == 0;
  pthread_mutex_unlock(&lock);
  if (last) free_entry(entry);
}

void weft_prepared_forget(uint64_t content) {
  pthread_mutex_lock(&lock);
  for (weft_prepared **at = bucket_of(content); *at;) {
    if ((*at)->key.content == content) {
      drop(at);
    } else {
      at = &(*at)->chain;
    }
  }
  pthread_mutex_unlock(&lock);
}
