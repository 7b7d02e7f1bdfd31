// How calls of pools are noted and made again.
#include "launches.h"

typedef struct {
  weft_noted_pool kind;
  weft_pool_description description;
  const void *input;
  const int32_t *indices;
  void *output;
} pool_launch;

static bool pool(const void *arguments) {
  const pool_launch *l = arguments;
  switch (l->kind) {
    case WEFT_NOTED_MAX_POOL: weft_max_pool(&l->description, l->input, l->output, (int32_t *)l->indices); break;
    case WEFT_NOTED_MAX_POOL_SCATTER: weft_max_pool_scatter(&l->description, l->input, l->indices, l->output); break;
    case WEFT_NOTED_MAX_POOL_GATHER: weft_max_pool_gather(&l->description, l->input, l->indices, l->output); break;
    case WEFT_NOTED_AVERAGE_POOL: weft_average_pool(&l->description, l->input, l->output); break;
    case WEFT_NOTED_AVERAGE_POOL_BACKWARD: weft_average_pool_backward(&l->description, l->input, l->output); break;
  }
  return true;
}

void weft_note_pool(weft_launch_list *notes, weft_noted_pool kind, const weft_pool_description *description,
                    const void *input, const int32_t *indices, void *output) {
  pool_launch *l = weft_note_call(notes, pool, sizeof *l);
  if (!l) return;
  *l = (pool_launch){kind, *description, input, indices, output};
  WEFT_NOTE_ADDRESSES(notes, &l->input, &l->indices, &l->output);
}
