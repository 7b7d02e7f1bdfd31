// A hash table that forgets what was not used for longest, for entries that several callers use at once (private).
#ifndef WEFT_RECENT_H
#define WEFT_RECENT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/// The head of an entry: its first member.
typedef struct weft_recent {
  struct weft_recent *chain;          // in the table's bucket
  struct weft_recent *newer, *older;  // by last use
  uint64_t hash;
  int32_t users;                      // callers who hold it
  bool dropped;                       // out of the table, freed by its last user
} weft_recent;

enum { WEFT_RECENT_BUCKETS = 4096 };

/// All functions want the lock held.
typedef struct {
  pthread_mutex_t lock;
  void (*free)(weft_recent *entry);
  int64_t count;
  weft_recent *newest, *oldest;
  weft_recent *buckets[WEFT_RECENT_BUCKETS];
} weft_recent_table;

/// The first entry that may have this hash; the others follow by `chain`.
weft_recent *weft_recent_first(const weft_recent_table *table, uint64_t hash);
/// Puts a new entry, whose hash is set, in front.
void weft_recent_insert(weft_recent_table *table, weft_recent *entry);
/// Says that an entry is used now.
void weft_recent_touch(weft_recent_table *table, weft_recent *entry);
/// Takes an entry out of the table, and frees it if nobody holds it.
void weft_recent_drop(weft_recent_table *table, weft_recent *entry);
/// Ends a caller's use. True where the entry is to be freed, which needs no lock.
bool weft_recent_release(weft_recent *entry);

#endif
