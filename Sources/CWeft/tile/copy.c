// Elements copied as they are between arrays that both have runs of neighbours: no register is needed for them.
#include <string.h>

#include "copy.h"
#include "row_map.h"
#include "weft_parallel.h"

enum {
  /// Shorter runs are gathered tile by tile.
  SHORTEST_RUN_BYTES = 64,
  /// A longer run is shared out in pieces.
  PIECE_BYTES = 32 * 1024,
};

typedef struct {
  const weft_walk *walk;
  int64_t run_bytes, pieces;  // of the innermost axis, and how many pieces it is cut into
} copy_call;

bool weft_walk_is_copy(const weft_walk *walk) {
  const weft_program_description *d = &walk->program->description;
  if (d->instruction_count > 0 || walk->input_count != 1 || walk->output_count != 1 || d->outputs[0] != 0) return false;
  const weft_view *from = &walk->view[0], *to = &walk->view[1];
  int32_t last = walk->rank - 1;
  return from->dtype == to->dtype && last >= 0 && from->stride[last] == 1 && to->stride[last] == 1 &&
         walk->size[last] * from->bytes >= SHORTEST_RUN_BYTES;
}

/// Where run `index` begins in both arrays, and each axis' index.
static void locate(const weft_walk *walk, int64_t run, int64_t *at, int64_t *offsets) {
  offsets[0] = offsets[1] = 0;
  for (int32_t axis = walk->rank - 2; axis >= 0; axis--) {
    at[axis] = run % walk->size[axis];
    run /= walk->size[axis];
    for (int k = 0; k < 2; k++) offsets[k] += at[axis] * walk->view[k].stride[axis];
  }
}

/// On to the next run.
static void advance(const weft_walk *walk, int64_t *at, int64_t *offsets) {
  for (int32_t axis = walk->rank - 2; axis >= 0; axis--) {
    for (int k = 0; k < 2; k++) offsets[k] += walk->view[k].stride[axis];
    if (++at[axis] < walk->size[axis]) return;
    for (int k = 0; k < 2; k++) offsets[k] -= at[axis] * walk->view[k].stride[axis];
    at[axis] = 0;
  }
}

static void copy_runs(void *context, int64_t begin, int64_t end) {
  const copy_call *call = context;
  const weft_walk *walk = call->walk;
  const weft_view *from = &walk->view[0], *to = &walk->view[1];
  int64_t at[WEFT_MAX_RANK], offsets[2];
  locate(walk, begin, at, offsets);
  for (int64_t run = begin; run < end; run++) {
    memcpy(to->data + offsets[1] * to->bytes, from->data + offsets[0] * from->bytes, (size_t)call->run_bytes);
    advance(walk, at, offsets);
  }
}

static void copy_pieces(void *context, int64_t begin, int64_t end) {
  const copy_call *call = context;
  const weft_walk *walk = call->walk;
  for (int64_t item = begin; item < end; item++) {
    int64_t at[WEFT_MAX_RANK], offsets[2], start = item % call->pieces * PIECE_BYTES;
    locate(walk, item / call->pieces, at, offsets);
    int64_t left = call->run_bytes - start;
    memcpy(walk->view[1].data + offsets[1] * walk->view[1].bytes + start,
           walk->view[0].data + offsets[0] * walk->view[0].bytes + start,
           (size_t)(left < PIECE_BYTES ? left : PIECE_BYTES));
  }
}

void weft_walk_copy(const weft_walk *walk) {
  int64_t runs = 1, bytes = walk->view[0].bytes;
  for (int32_t axis = 0; axis < walk->rank - 1; axis++) runs *= walk->size[axis];
  copy_call call = {.walk = walk, .run_bytes = walk->size[walk->rank - 1] * bytes};
  call.pieces = (call.run_bytes + PIECE_BYTES - 1) / PIECE_BYTES;
  int64_t worth = (int64_t)WEFT_WORTH_A_THREAD * bytes;
  if (call.pieces > 1) {
    weft_parallel_for(runs * call.pieces, worth / PIECE_BYTES + 1, copy_pieces, &call);
  } else {
    weft_parallel_for(runs, worth / call.run_bytes + 1, copy_runs, &call);
  }
}
