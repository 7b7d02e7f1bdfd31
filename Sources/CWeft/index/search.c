// Where values go in sorted lists.
#include <string.h>

#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  WEFT_SEARCH_BLOCK = 256,
  WEFT_SEARCH_SHORT = 32,  // lists whose halves are at hand sooner than a guess
};

typedef struct {
  bool right;
  int64_t length, count;  // of a list, and of the values sought in it
  const void *lists, *values;
  int64_t *places;
} weft_search_job;

// The place of a value is first guessed, as if the list rose evenly, which is right or next to it where it does. For
// the other values, and for all once many were others, the interval in which the place lies is halved, for a block
// together: no step waits for the one of another value, and none is a branch that the processor must guess. BEFORE
// (< or <=) says whether what stands in the list stays in front of the value. NaN, which nothing is BEFORE, is sought
// by itself.
#define WEFT_SEARCH_BY(T, name, BEFORE)                                                                            \
  static void weft_search_halving_##name(const T *list, int64_t length, const T *values, int64_t count,            \
                                         const int32_t *which, int64_t *places) {                                  \
    int64_t lows[WEFT_SEARCH_BLOCK] = {0};                                                                         \
    for (int64_t rest = length; rest > 1;) {                                                                       \
      const int64_t half = rest / 2;                                                                               \
      for (int64_t i = 0; i < count; i++) {                                                                        \
        lows[i] += __builtin_unpredictable(list[lows[i] + half - 1] BEFORE values[i]) ? half : 0;                  \
      }                                                                                                            \
      rest -= half;                                                                                                \
    }                                                                                                              \
    for (int64_t i = 0; i < count; i++) places[which[i]] = lows[i] + (list[lows[i]] BEFORE values[i]);             \
  }                                                                                                                \
  /* How many of the values were not where they were guessed. */                                                  \
  static int64_t weft_search_guess_##name(const T *list, int64_t length, const T *values, int64_t count,           \
                                          int64_t *places) {                                                       \
    const int64_t last = length - 2 < 1 << 24 ? length - 2 : 1 << 24;                                              \
    const double start = (double)list[0], most = (double)last;                                                     \
    const double scale = (double)(length - 1) / ((double)list[length - 1] - start);                                \
    int32_t guesses[WEFT_SEARCH_BLOCK], left[WEFT_SEARCH_BLOCK];                                                   \
    T sought[WEFT_SEARCH_BLOCK];                                                                                   \
    int64_t left_count = 0;                                                                                        \
    for (int64_t i = 0; i < count; i++) {                                                                          \
      double guess = ((double)values[i] - start) * scale;                                                          \
      guess = guess > 0 ? guess : 0;                                                                               \
      guesses[i] = (int32_t)(guess < most ? guess : most);                                                         \
    }                                                                                                              \
    for (int64_t i = 0; i < count; i++) {                                                                          \
      const T value = values[i];                                                                                   \
      int64_t at = guesses[i];                                                                                     \
      const int64_t below = at > 0 ? at - 1 : 0;                                                                   \
      at = __builtin_unpredictable(list[at] BEFORE value) ? at : below;                                            \
      const int64_t above = at < last ? at + 1 : last;                                                             \
      at = __builtin_unpredictable(list[at + 1] BEFORE value) ? above : at;                                        \
      places[i] = at + 1;                                                                                          \
      if (list[at] BEFORE value && !(list[at + 1] BEFORE value)) continue;                                         \
      left[left_count] = (int32_t)i;                                                                               \
      sought[left_count++] = value;                                                                                \
    }                                                                                                              \
    weft_search_halving_##name(list, length, sought, left_count, left, places);                                    \
    return left_count;                                                                                             \
  }                                                                                                                \
  static void weft_search_values_##name(const T *list, int64_t length, const T *values, int64_t count,             \
                                        int64_t *places) {                                                         \
    int32_t all[WEFT_SEARCH_BLOCK];                                                                                \
    for (int32_t i = 0; i < WEFT_SEARCH_BLOCK; i++) all[i] = i;                                                    \
    bool guesses = length > WEFT_SEARCH_SHORT;                                                                     \
    for (int64_t first = 0; first < count; first += WEFT_SEARCH_BLOCK) {                                           \
      const int64_t part = count - first < WEFT_SEARCH_BLOCK ? count - first : WEFT_SEARCH_BLOCK;                  \
      if (guesses) {                                                                                               \
        guesses = weft_search_guess_##name(list, length, values + first, part, places + first) * 4 < part;         \
      } else {                                                                                                     \
        weft_search_halving_##name(list, length, values + first, part, all, places + first);                       \
      }                                                                                                            \
    }                                                                                                              \
  }

/// The places of NaN, which is larger than any number, and equal to NaN.
#define WEFT_SEARCH(T)                                                                                             \
  WEFT_SEARCH_BY(T, left_##T, <)                                                                                   \
  WEFT_SEARCH_BY(T, right_##T, <=)                                                                                 \
  static void weft_search_nan_##T(const T *list, int64_t length, bool right, const T *values, int64_t count,       \
                                  int64_t *places) {                                                               \
    int64_t numbers = -1;                                                                                          \
    for (int64_t i = 0; i < count; i++) {                                                                          \
      if (values[i] == values[i]) continue;                                                                        \
      if (numbers < 0) {                                                                                           \
        for (numbers = length; numbers > 0 && list[numbers - 1] != list[numbers - 1];) numbers--;                  \
      }                                                                                                            \
      places[i] = right ? length : numbers;                                                                        \
    }                                                                                                              \
  }                                                                                                                \
  static void weft_search_##T(void *context, int64_t begin, int64_t end) {                                         \
    const weft_search_job *job = context;                                                                          \
    while (begin < end) {                                                                                          \
      int64_t line = begin / job->count, rest = (line + 1) * job->count - begin, length = job->length;             \
      int64_t count = end - begin < rest ? end - begin : rest, *places = job->places + begin;                      \
      const T *list = (const T *)job->lists + line * length, *values = (const T *)job->values + begin;             \
      if (length == 0) {                                                                                           \
        memset(places, 0, (size_t)count * sizeof *places);                                                         \
      } else {                                                                                                     \
        (job->right ? weft_search_values_right_##T : weft_search_values_left_##T)(list, length, values, count,     \
                                                                                  places);                         \
      }                                                                                                            \
      weft_search_nan_##T(list, length, job->right, values, count, places);                                        \
      begin += count;                                                                                              \
    }                                                                                                              \
  }
WEFT_SEARCH(float)
WEFT_SEARCH(double)
WEFT_SEARCH(int64_t)

void weft_search_sorted(int32_t dtype, bool right, int64_t lines, int64_t length, const void *lists, int64_t count,
                        const void *values, int64_t *places) {
  weft_launch_refuse();
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
