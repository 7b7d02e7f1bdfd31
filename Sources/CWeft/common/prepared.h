// Weights kept in the layout that a kernel or a plan wants, so that inference reorders them once (private).
#ifndef WEFT_PREPARED_H
#define WEFT_PREPARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What is kept: the content of some memory, for a plan or in a form.
typedef struct {
  uint64_t content;  // a number that content never shares with other content; 0: nothing is kept
  const void *at;    // which part of it
  uint64_t plan;     // the plan's number, or 0: then the form tells
  int64_t form[5];   // for what is no plan's: how it is read and packed
} weft_prepared_key;

typedef struct weft_prepared weft_prepared;

/// The memory kept under the key, to be handed back with `weft_prepared_release`; NULL where there is none. `fill` says
/// that the caller shall write it. Content that was not asked for before is only remembered: weights in training change
/// before they are used a second time.
weft_prepared *weft_prepared_acquire(const weft_prepared_key *key, size_t bytes, bool *fill);
void *weft_prepared_data(const weft_prepared *prepared);
void weft_prepared_release(weft_prepared *prepared, bool filled);

#endif
