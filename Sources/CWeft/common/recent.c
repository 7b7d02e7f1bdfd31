// Buckets of chained entries, and one list through all of them ordered by last use.
#include "recent.h"

#include <stddef.h>

static weft_recent **bucket_of(weft_recent_table *table, uint64_t hash) {
  return &table->buckets[hash % WEFT_RECENT_BUCKETS];
}

static void unlink_entry(weft_recent_table *table, weft_recent *entry) {
  *(entry->newer ? &entry->newer->older : &table->newest) = entry->older;
  *(entry->older ? &entry->older->newer : &table->oldest) = entry->newer;
}

static void link_newest(weft_recent_table *table, weft_recent *entry) {
  entry->older = table->newest;
  entry->newer = NULL;
  if (table->newest) table->newest->newer = entry;
  table->newest = entry;
  if (!table->oldest) table->oldest = entry;
}

weft_recent *weft_recent_first(const weft_recent_table *table, uint64_t hash) {
  return table->buckets[hash % WEFT_RECENT_BUCKETS];
}

void weft_recent_insert(weft_recent_table *table, weft_recent *entry) {
  weft_recent **bucket = bucket_of(table, entry->hash);
  entry->chain = *bucket;
  *bucket = entry;
  link_newest(table, entry);
  table->count++;
}

void weft_recent_touch(weft_recent_table *table, weft_recent *entry) {
  if (entry == table->newest) return;
  unlink_entry(table, entry);
  link_newest(table, entry);
}

void weft_recent_drop(weft_recent_table *table, weft_recent *entry) {
  weft_recent **at = bucket_of(table, entry->hash);
  while (*at != entry) at = &(*at)->chain;
  *at = entry->chain;
  unlink_entry(table, entry);
  table->count--;
  entry->dropped = true;
  if (entry->users == 0) table->free(entry);
}

bool weft_recent_release(weft_recent *entry) { return --entry->users == 0 && entry->dropped; }
