// Where values go in sorted lists.
#include "walk.h"
#include "weft_index.h"
#include "weft_parallel.h"

enum { WEFT_SEARCH_BLOCK = 256 };

typedef struct {
  bool right;
  int64_t length, count;  // of a list, and of the values sought in it
  const void *lists, *values;
  int64_t *places;
} weft_search_job;

/// Whether what stands in the list stays in front of the value. NaN is larger than any number, and equal to NaN.
#define WEFT_BEFORE(entry, value) (right ? (entry) <= (value) || (value) != (value) : (entry) < (value) || \
                                           ((value) != (value) && (entry) == (entry)))

// The place is first guessed, as if the list rose evenly, which is right or next to it where it does; else the interval
// in which it lies is halved.
#define WEFT_SEARCH(T)                                                                                             \
  static int64_t weft_search_halving_##T(const T *list, int64_t length, bool right, T value) {                     \
    int64_t low = 0, high = length;                                                                                \
    while (low < high) {                                                                                           \
      int64_t middle = low + (high - low) / 2;                                                                     \
      bool before = WEFT_BEFORE(list[middle], value);                                                              \
      low = before ? middle + 1 : low;                                                                             \
      high = before ? high : middle;                                                                               \
    }                                                                                                              \
    return low;                                                                                                    \
  }                                                                                                                \
  static void weft_search_block_##T(const T *list, int64_t length, bool right, const T *values, int64_t count,     \
                                    int64_t *places) {                                                             \
    int64_t last = length - 2 < 1 << 24 ? length - 2 : 1 << 24;                                                    \
    const double start = (double)list[0], most = (double)last;                                                     \
    const double scale = (double)(length - 1) / ((double)list[length - 1] - start);                                \
    int32_t guesses[WEFT_SEARCH_BLOCK];                                                                            \
    for (int64_t i = 0; i < count; i++) {                                                                          \
      double guess = ((double)values[i] - start) * scale;                                                          \
      guess = guess > 0 ? guess : 0;                                                                               \
      guesses[i] = (int32_t)(guess < most ? guess : most);                                                         \
    }                                                                                                              \
    for (int64_t i = 0; i < count; i++) {                                                                          \
      T value = values[i];                                                                                         \
      int64_t at = guesses[i];                                                                                     \
      at -= !WEFT_BEFORE(list[at], value) && at > 0;                                                               \
      at += WEFT_BEFORE(list[at + 1], value) && at < last;                                                         \
      bool fits = WEFT_BEFORE(list[at], value) && !WEFT_BEFORE(list[at + 1], value);                               \
      places[i] = fits                             ? at + 1                                                        \
                  : !WEFT_BEFORE(list[0], value)   ? 0                                                             \
                                                   : weft_search_halving_##T(list, length, right, value);          \
    }                                                                                                              \
  }                                                                                                                \
  static void weft_search_##T(void *context, int64_t begin, int64_t end) {                                         \
    const weft_search_job *job = context;                                                                          \
    while (begin < end) {                                                                                          \
      int64_t line = begin / job->count, rest = (line + 1) * job->count - begin;                                   \
      int64_t count = end - begin < rest ? end - begin : rest;                                                     \
      count = count < WEFT_SEARCH_BLOCK ? count : WEFT_SEARCH_BLOCK;                                               \
      const T *list = (const T *)job->lists + line * job->length, *values = (const T *)job->values + begin;        \
      if (job->length < 2) {                                                                                       \
        for (int64_t i = 0; i < count; i++) {                                                                      \
          job->places[begin + i] = weft_search_halving_##T(list, job->length, job->right, values[i]);              \
        }                                                                                                          \
      } else {                                                                                                     \
        weft_search_block_##T(list, job->length, job->right, values, count, job->places + begin);                  \
      }                                                                                                            \
      begin += count;                                                                                              \
    }                                                                                                              \
  }
WEFT_SEARCH(float)
WEFT_SEARCH(double)
WEFT_SEARCH(int64_t)

void weft_search_sorted(int32_t dtype, bool right, int64_t lines, int64_t length, const void *lists, int64_t count,
                        const void *values, int64_t *places) {
  if (lines * count == 0) {
    return;
  }
  weft_search_job job = {right, length, count, lists, values, places};
  weft_parallel_for(lines * count, WEFT_INDEX_GRAIN / 4,
                    dtype == WEFT_FLOAT32   ? weft_search_float
                    : dtype == WEFT_FLOAT64 ? weft_search_double
                                            : weft_search_int64_t,
                    &job);
}
