// The cache of prepared calls (private to plan_*.c).
#ifndef WEFT_PLAN_CACHE_H
#define WEFT_PLAN_CACHE_H

#include "../common/recent.h"
#include "plan.h"

/// Memory objects for one execution of a plan. A plan can run on several threads at once, each with its own.
typedef struct weft_plan_memory {
  struct weft_plan_memory *next;
  dnnl_memory_t given[WEFT_PLAN_ARGUMENTS], wanted[WEFT_PLAN_ARGUMENTS], scratch;
  dnnl_memory_t reorder_scratch[WEFT_PLAN_ARGUMENTS];
} weft_plan_memory;

typedef struct weft_plan_entry {
  weft_recent recent;  // its users: executions under way
  size_t key_size;
  weft_plan plan;
  weft_plan_memory *idle;
  _Alignas(8) unsigned char key[WEFT_PLAN_KEY];
} weft_plan_entry;

/// Finds or builds the entry and takes memory objects for it (NULL if there are none idle). NULL if out of memory.
weft_plan_entry *weft_plan_acquire(const void *key, size_t size, weft_plan_builder builder, weft_plan_memory **memory);
/// Hands both back.
void weft_plan_release(weft_plan_entry *entry, weft_plan_memory *memory);
void weft_plan_memory_free(weft_plan_memory *memory);

#endif
