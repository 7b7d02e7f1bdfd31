// How calls of pools are noted (private).
#ifndef WEFT_POOL_LAUNCHES_H
#define WEFT_POOL_LAUNCHES_H

#include "../common/launch.h"
#include "weft_pool.h"

typedef enum {
  WEFT_NOTED_MAX_POOL,
  WEFT_NOTED_MAX_POOL_SCATTER,
  WEFT_NOTED_MAX_POOL_GATHER,
  WEFT_NOTED_AVERAGE_POOL,
  WEFT_NOTED_AVERAGE_POOL_BACKWARD,
} weft_noted_pool;

/// `indices` are those of maxima, else NULL.
void weft_note_pool(weft_launch_list *notes, weft_noted_pool kind, const weft_pool_description *description,
                    const void *input, const int32_t *indices, void *output);

#endif
