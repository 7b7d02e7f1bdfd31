// The table that forgets what was not used for longest.
#include "../../Sources/CWeft/common/recent.h"

#include "check.h"

typedef struct {
  weft_recent recent;
  int number;
  bool *freed;
} entry;

static void free_entry(weft_recent *head) {
  *((entry *)head)->freed = true;
  free(head);
}

static entry *insert(weft_recent_table *table, int number, uint64_t hash, bool *freed) {
  entry *made = calloc(1, sizeof *made);
  *made = (entry){.recent = {.hash = hash}, .number = number, .freed = freed};
  weft_recent_insert(table, &made->recent);
  return made;
}

static int oldest(const weft_recent_table *table) { return ((entry *)table->oldest)->number; }

void check_recent(void) {
  begin("recent");
  static weft_recent_table table = {.free = free_entry};
  bool freed[6] = {false};
  entry *entries[6];
  // The first four have one bucket, two of them one hash.
  uint64_t hashes[6] = {7, 7 + WEFT_RECENT_BUCKETS, 7, 7 + 2 * WEFT_RECENT_BUCKETS, 8, 9};
  for (int i = 0; i < 6; i++) entries[i] = insert(&table, i, hashes[i], &freed[i]);
  int met = 0;
  for (weft_recent *at = weft_recent_first(&table, 7); at; at = at->chain) met++;
  expect(met == 4 && table.count == 6, "a bucket of four has %d entries, the table %d", met, (int)table.count);

  weft_recent_touch(&table, &entries[0]->recent);
  weft_recent_touch(&table, &entries[0]->recent);
  expect(oldest(&table) == 1 && table.newest == &entries[0]->recent, "what is used becomes the newest");
  entries[1]->recent.users = 2;
  weft_recent_drop(&table, table.oldest);
  expect(!freed[1] && oldest(&table) == 2 && table.count == 5, "what somebody holds stays, out of the table");
  expect(!weft_recent_release(&entries[1]->recent), "the first of two users frees nothing");
  expect(weft_recent_release(&entries[1]->recent), "the last user frees what was dropped");
  free_entry(&entries[1]->recent);

  weft_recent_drop(&table, &entries[3]->recent);  // in the middle of its bucket
  expect(freed[3] && !freed[2], "what nobody holds is freed at once");
  while (table.count > 0) weft_recent_drop(&table, table.oldest);
  for (int i = 0; i < 6; i++) expect(freed[i], "entry %d is freed", i);
  expect(!table.newest && !table.oldest && !weft_recent_first(&table, 7), "nothing is left");
}
