// An axis of which each element of the result is one of the input: nearest neighbours.
#include <string.h>

#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

typedef struct {
  int64_t size, length, count, inner;  // bytes of an element; of the axis before and after; elements behind it
  bool doubles;                        // whether every element of the input comes twice
  const int32_t *places;
  const char *input;
  char *output;
} weft_pick_job;

// Along the last axis. Items are lines.
#define WEFT_PICK_LINES(bits)                                                                                   \
  static void weft_pick_lines##bits(void *context, int64_t begin, int64_t end) {                                \
    const weft_pick_job *job = context;                                                                         \
    const int64_t count = job->count, length = job->length;                                                     \
    const int32_t *places = job->places;                                                                        \
    for (int64_t line = begin; line < end; line++) {                                                            \
      const uint##bits##_t *input = (const uint##bits##_t *)job->input + line * length;                         \
      uint##bits##_t *restrict output = (uint##bits##_t *)job->output + line * count;                           \
      if (job->doubles) {                                                                                       \
        for (int64_t i = 0; i < length; i++) output[2 * i] = output[2 * i + 1] = input[i];                      \
      } else {                                                                                                  \
        for (int64_t i = 0; i < count; i++) output[i] = input[places[i]];                                       \
      }                                                                                                         \
    }                                                                                                           \
  }
WEFT_PICK_LINES(8)
WEFT_PICK_LINES(16)
WEFT_PICK_LINES(32)
WEFT_PICK_LINES(64)

// Runs of `bytes`, a number that the compiler knows or not.
static inline __attribute__((always_inline)) void weft_pick_rows(const weft_pick_job *job, int64_t begin, int64_t end,
                                                                 size_t bytes) {
  int64_t line = begin / job->count, at = begin % job->count;
  for (int64_t item = begin; item < end; item++) {
    const char *from = job->input + (line * job->length + job->places[at]) * (int64_t)bytes;
    memcpy(job->output + item * (int64_t)bytes, from, bytes);
    if (++at == job->count) at = 0, line++;
  }
}

// Items are runs of the result.
static void weft_pick_runs(void *context, int64_t begin, int64_t end) {
  const weft_pick_job *job = context;
  const int64_t bytes = job->inner * job->size;
  switch (bytes) {
    case 16: weft_pick_rows(job, begin, end, 16); break;
    case 32: weft_pick_rows(job, begin, end, 32); break;
    case 64: weft_pick_rows(job, begin, end, 64); break;
    case 128: weft_pick_rows(job, begin, end, 128); break;
    case 256: weft_pick_rows(job, begin, end, 256); break;
    default: weft_pick_rows(job, begin, end, (size_t)bytes);
  }
}

static bool weft_pick_doubles(int64_t length, int64_t count, const int32_t *places) {
  if (count != 2 * length) return false;
  for (int64_t i = 0; i < count; i++) {
    if (places[i] != i / 2) return false;
  }
  return true;
}

void weft_pick(int64_t size, int64_t outer, int64_t length, int64_t count, int64_t inner, const int32_t *places,
               const void *input, void *output) {
  weft_launch_refuse();
  if (outer * count * inner == 0) return;
  weft_pick_job job = {size, length, count, inner, inner == 1 && weft_pick_doubles(length, count, places), places,
                       input, output};
  if (inner > 1) {
    weft_parallel_for(outer * count, weft_lines_grain(inner * size / 4 + 1), weft_pick_runs, &job);
    return;
  }
  void (*lines)(void *, int64_t, int64_t) = size == 1   ? weft_pick_lines8
                                            : size == 2 ? weft_pick_lines16
                                            : size == 4 ? weft_pick_lines32
                                                        : weft_pick_lines64;
  weft_parallel_for(outer, weft_lines_grain(count), lines, &job);
}
