// Elements copied as they are between arrays that both have runs of neighbours: no register is needed for them.
#include <string.h>

#include "../common/isa.h"
#include "copy.h"
#include "row_map.h"
#include "weft_parallel.h"

enum {
  /// Shorter runs are gathered tile by tile, as are short ones that are turned round.
  SHORTEST_RUN_BYTES = 16,
  SHORTEST_TURNED_BYTES = 64,
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
  if (from->dtype != to->dtype || last < 0 || to->stride[last] != 1) return false;
  int64_t bytes = walk->size[last] * from->bytes;
  return (from->stride[last] == 1 && bytes >= SHORTEST_RUN_BYTES) ||
         (from->stride[last] == -1 && bytes >= SHORTEST_TURNED_BYTES);
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

/// `count` runs on along the axis before the last, whose end is not passed.
static void advance(const weft_walk *walk, int64_t count, int64_t *at, int64_t *offsets) {
  for (int32_t axis = walk->rank - 2; axis >= 0; axis--, count = 1) {
    for (int k = 0; k < 2; k++) offsets[k] += count * walk->view[k].stride[axis];
    if ((at[axis] += count) < walk->size[axis]) return;
    for (int k = 0; k < 2; k++) offsets[k] -= at[axis] * walk->view[k].stride[axis];
    at[axis] = 0;
  }
}

// Elements of each size against the order of memory, from the last on.
#define TURN(bits)                                                                       \
  WEFT_FOR_AVX2 static void turn_avx2_##bits(int64_t n, const char *from, char *to) {    \
    const uint##bits##_t *last = (const uint##bits##_t *)from;                           \
    for (int64_t i = 0; i < n; i++) ((uint##bits##_t *)to)[i] = last[-i];                \
  }                                                                                      \
  static void turn_##bits(int64_t n, const char *from, char *to) {                       \
    const uint##bits##_t *last = (const uint##bits##_t *)from;                           \
    for (int64_t i = 0; i < n; i++) ((uint##bits##_t *)to)[i] = last[-i];                \
  }
TURN(8)
TURN(16)
TURN(32)
TURN(64)

typedef void (*turn)(int64_t n, const char *from, char *to);

static turn turn_of(int64_t bytes) {
  static const turn turns[2][4] = {{turn_8, turn_16, turn_32, turn_64},
                                   {turn_avx2_8, turn_avx2_16, turn_avx2_32, turn_avx2_64}};
  return turns[weft_uses_avx2()][bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : 3];
}

static inline __attribute__((always_inline)) void copy_each(int64_t count, size_t bytes, const char *from,
                                                            int64_t from_step, char *to, int64_t to_step) {
  for (int64_t i = 0; i < count; i++) memcpy(to + i * to_step, from + i * from_step, bytes);
}

/// Runs of one length at regular distances; where they are short a call for each would cost more than they do.
static void copy_lines(int64_t count, int64_t bytes, const char *from, int64_t from_step, char *to, int64_t to_step) {
  switch (bytes) {
    case 16: copy_each(count, 16, from, from_step, to, to_step); break;
    case 32: copy_each(count, 32, from, from_step, to, to_step); break;
    case 64: copy_each(count, 64, from, from_step, to, to_step); break;
    case 128: copy_each(count, 128, from, from_step, to, to_step); break;
    default: copy_each(count, (size_t)bytes, from, from_step, to, to_step);
  }
}

static void copy_runs(void *context, int64_t begin, int64_t end) {
  const copy_call *call = context;
  const weft_walk *walk = call->walk;
  const weft_view *from = &walk->view[0], *to = &walk->view[1];
  const int32_t line = walk->rank - 2;
  const bool turns = from->stride[walk->rank - 1] < 0;
  int64_t at[WEFT_MAX_RANK], offsets[2];
  locate(walk, begin, at, offsets);
  for (int64_t run = begin; run < end;) {
    int64_t left = line < 0 ? 1 : walk->size[line] - at[line], count = left < end - run ? left : end - run;
    const char *source = from->data + offsets[0] * from->bytes;
    char *target = to->data + offsets[1] * to->bytes;
    int64_t from_step = line < 0 ? 0 : from->stride[line] * from->bytes;
    int64_t to_step = line < 0 ? 0 : to->stride[line] * to->bytes;
    if (turns) {
      turn all = turn_of(from->bytes);
      for (int64_t i = 0; i < count; i++) {
        all(call->run_bytes / from->bytes, source + i * from_step, target + i * to_step);
      }
    } else {
      copy_lines(count, call->run_bytes, source, from_step, target, to_step);
    }
    advance(walk, count, at, offsets);
    run += count;
  }
}

static void copy_pieces(void *context, int64_t begin, int64_t end) {
  const copy_call *call = context;
  const weft_walk *walk = call->walk;
  const weft_view *from = &walk->view[0], *to = &walk->view[1];
  const bool turns = from->stride[walk->rank - 1] < 0;
  for (int64_t item = begin; item < end; item++) {
    int64_t at[WEFT_MAX_RANK], offsets[2], start = item % call->pieces * PIECE_BYTES;
    locate(walk, item / call->pieces, at, offsets);
    int64_t left = call->run_bytes - start, bytes = left < PIECE_BYTES ? left : PIECE_BYTES;
    const char *source = from->data + offsets[0] * from->bytes;
    char *target = to->data + offsets[1] * to->bytes + start;
    if (turns) {
      turn_of(from->bytes)(bytes / from->bytes, source - start, target);
    } else {
      memcpy(target, source + start, (size_t)bytes);
    }
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
