// The kept weights, bounded in number and bytes.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "prepared.h"

#include <stdlib.h>
#include <string.h>

#include "recent.h"
#include "weft_dnnl.h"
#include "weft_system.h"

enum { MOST = 4096 };
#define MOST_BYTES ((int64_t)512 << 20)

struct weft_prepared {
  weft_recent recent;
  weft_prepared_key key;
  void *data;
  int64_t bytes;  // of the data, 0 where only the key is remembered
  bool filled;
};

static void free_entry(weft_recent *head) {
  weft_prepared *entry = (weft_prepared *)head;
  free(entry->data);
  free(entry);
}

static weft_recent_table table = {.lock = PTHREAD_MUTEX_INITIALIZER, .free = free_entry};
static int64_t held;

int64_t weft_prepared_bound(void) {
  int64_t share = weft_memory_limit() / 8;
  return share < MOST_BYTES ? share : MOST_BYTES;
}

int64_t weft_prepared_bytes(void) {
  pthread_mutex_lock(&table.lock);
  int64_t bytes = held;
  pthread_mutex_unlock(&table.lock);
  return bytes;
}

// By content alone, so that everything made of one content is in one bucket.
static uint64_t hash_of(uint64_t content) { return content * 0x9e3779b97f4a7c15u >> 40; }

static bool same(const weft_prepared_key *a, const weft_prepared_key *b) {
  return a->content == b->content && a->at == b->at && a->plan == b->plan &&
         memcmp(a->form, b->form, sizeof a->form) == 0;
}

static weft_prepared *find(const weft_prepared_key *key) {
  for (weft_recent *head = weft_recent_first(&table, hash_of(key->content)); head; head = head->chain) {
    if (same(&((weft_prepared *)head)->key, key)) return (weft_prepared *)head;
  }
  return NULL;
}

static void drop(weft_recent *head) {
  held -= ((weft_prepared *)head)->bytes;
  weft_recent_drop(&table, head);
}

static void remember(const weft_prepared_key *key) {
  weft_prepared *entry = calloc(1, sizeof *entry);
  if (!entry) return;
  while (table.count >= MOST) drop(table.oldest);
  entry->key = *key;
  entry->recent.hash = hash_of(key->content);
  weft_recent_insert(&table, &entry->recent);
}

// Memory for an entry that is the newest, at the cost of older ones. False where it has no place.
static bool make_room(weft_prepared *entry, size_t bytes) {
  int64_t bound = weft_prepared_bound();
  if (bytes > (size_t)bound) return false;
  while (held + (int64_t)bytes > bound && table.oldest != &entry->recent) drop(table.oldest);
  entry->data = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!entry->data) return false;
  entry->bytes = (int64_t)bytes;
  held += entry->bytes;
  return true;
}

weft_prepared *weft_prepared_acquire(const weft_prepared_key *key, size_t bytes, bool *fill) {
  *fill = false;
  if (key->content == 0 || bytes == 0) return NULL;
  pthread_mutex_lock(&table.lock);
  weft_prepared *entry = find(key);
  if (!entry) {
    remember(key);
  } else {
    weft_recent_touch(&table, &entry->recent);
    if (!entry->data && make_room(entry, bytes)) *fill = true;
    // Another thread may be writing it just now.
    if (!entry->data || (!entry->filled && !*fill)) entry = NULL;
    // A key that leaves out what its form depends on: nobody is to read beyond the end.
    if (entry && entry->bytes != (int64_t)bytes) entry = NULL;
  }
  if (entry) entry->recent.users++;
  pthread_mutex_unlock(&table.lock);
  return entry;
}

void *weft_prepared_data(const weft_prepared *prepared) { return prepared->data; }

void weft_prepared_release(weft_prepared *entry, bool filled) {
  pthread_mutex_lock(&table.lock);
  entry->filled = entry->filled || filled;
  if (!entry->filled) {  // what was to be written was not
    free(entry->data);
    entry->data = NULL;
    if (!entry->recent.dropped) held -= entry->bytes;
    entry->bytes = 0;
  }
  bool last = weft_recent_release(&entry->recent);
  pthread_mutex_unlock(&table.lock);
  if (last) free_entry(&entry->recent);
}

void weft_prepared_forget(uint64_t content) {
  pthread_mutex_lock(&table.lock);
  for (weft_recent *head = weft_recent_first(&table, hash_of(content)), *next; head; head = next) {
    next = head->chain;
    if (((weft_prepared *)head)->key.content == content) drop(head);
  }
  pthread_mutex_unlock(&table.lock);
}
