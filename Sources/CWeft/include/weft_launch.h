// Calls of kernels with everything that they were told, to be made again: what a recorded step does between two looks
// at its numbers, without a shape, a type or a tensor.
//
// Whoever takes notes runs operations as always; their kernels note what they are told as they run. A kernel that
// cannot be noted, or a number that the program itself looks at, makes the notes worthless (`weft_launch_end`).
#ifndef WEFT_LAUNCH_H
#define WEFT_LAUNCH_H

#include "weft_types.h"

typedef struct weft_launch_list weft_launch_list;

/// An empty list; NULL where there is no memory.
weft_launch_list *weft_launch_list_create(void);
void weft_launch_list_destroy(weft_launch_list *list);
/// How many calls are noted.
int64_t weft_launch_count(const weft_launch_list *list);

/// From now until `weft_launch_end` this thread's calls of kernels are noted, as they are made.
void weft_launch_begin(weft_launch_list *list);
/// Whether the calls noted since `weft_launch_begin` are all that was done; those of worthless notes are gone.
bool weft_launch_end(weft_launch_list *list);
/// Makes the notes that this thread takes, if any, worthless: what is done now depends on more than addresses.
void weft_launch_refuse(void);

/// Where this thread takes notes, makes a block of memory that was let go stay until the list goes: calls that were
/// noted may use it. Whoever destroys the list gives it back.
bool weft_launch_keep(void *block, int64_t capacity);

typedef struct {
  void *block;
  int64_t capacity;
} weft_kept_block;

const weft_kept_block *weft_launch_kept(const weft_launch_list *list, int64_t *count);

/// Where the list keeps the addresses of elements: whoever moves the elements writes the new ones there.
void **const *weft_launch_addresses(const weft_launch_list *list, int64_t *count);

/// Where the list keeps the number of a weight's content (`b_content`, `weight_content`), and the weight's address. It
/// stays good where the weight's memory is never written; for others it is to be made 0.
typedef struct {
  uint64_t *content;
  void **weight;
} weft_launch_content;

const weft_launch_content *weft_launch_contents(const weft_launch_list *list, int64_t *count);

/// Makes the calls first ..< end again. Returns `end`, or the first call that did not go as it went when it was noted:
/// there was no memory, or a condition did not hold.
int64_t weft_launch(const weft_launch_list *list, int64_t first, int64_t end);

/// Whether `count` numbers of float32 or float64 lie in low ... high; NaN does not. A condition of what is noted.
bool weft_is_within(int32_t dtype, int64_t count, const void *values, double low, double high);

#endif
