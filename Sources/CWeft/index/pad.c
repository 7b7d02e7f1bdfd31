// A tensor continued beyond its ends, each line of the result written once.
#include "../common/isa.h"
#include "element.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

/// Elements before a line and behind it, at most, whose places are found once for all lines.
enum { WEFT_PAD_FEW = 64 };

typedef struct {
  weft_pad_mode mode;
  int32_t line_axis;        // the last axis that is continued; the lines lie along it
  int64_t inner;            // elements of the axes behind it, which the input has in one run
  int64_t size;             // bytes of an element
  bool is_run;              // whether the input's whole lines are runs of memory
  const int64_t *before, *shape, *sizes, *strides;
  const char *input, *value;
  char *output;
  bool is_quick;            // whether the line is a run with few elements before it and behind it
  int64_t lows, highs;      // how many these are
  int32_t low[WEFT_PAD_FEW], high[WEFT_PAD_FEW];  // what they show, with any mode but that of one value
} weft_pad_job;

/// The place in an axis of `size` that place `at` shows; -1 for none.
static inline int64_t weft_pad_place(weft_pad_mode mode, int64_t at, int64_t size) {
  if (at >= 0 && at < size) return at;
  switch (mode) {
    case WEFT_PAD_CONSTANT: return -1;
    case WEFT_PAD_REFLECT: return at < 0 ? -at : 2 * size - 2 - at;
    case WEFT_PAD_REPLICATE: return at < 0 ? 0 : size - 1;
    default: return at < 0 ? at + size : at - size;
  }
}

typedef struct {
  uint64_t half[4];
} weft_pad_chunk;

/// As memcpy, for lines that are so short that its call shows.
static inline void weft_pad_copy(char *to, const char *from, int64_t bytes) {
  const int64_t chunk = sizeof(weft_pad_chunk);
  if (bytes < chunk || bytes > 2048) {
    memcpy(to, from, (size_t)bytes);
    return;
  }
  for (int64_t at = 0; at + chunk <= bytes; at += chunk) memcpy(to + at, from + at, sizeof(weft_pad_chunk));
  memcpy(to + bytes - chunk, from + bytes - chunk, sizeof(weft_pad_chunk));
}

#define WEFT_PAD_RUNS(set, bits)                                                                         \
  static void weft_pad_runs##bits##set(const weft_pad_job *job, int64_t count, const char *input, int64_t step, \
                                       char *output) {                                                   \
    const int64_t lows = job->lows, highs = job->highs, bytes = job->sizes[job->line_axis] * (bits / 8); \
    const bool is_constant = job->mode == WEFT_PAD_CONSTANT;                                             \
    const uint##bits##_t value = *(const uint##bits##_t *)job->value;                                    \
    for (; count > 0; count--, input += step) {                                                          \
      const uint##bits##_t *from = (const uint##bits##_t *)input;                                        \
      uint##bits##_t *to = (uint##bits##_t *)output;                                                     \
      for (int64_t i = 0; i < lows; i++) to[i] = is_constant ? value : from[job->low[i]];                \
      weft_pad_copy((char *)(to + lows), input, bytes);                                                  \
      output = (char *)(to + lows) + bytes;                                                              \
      to = (uint##bits##_t *)output;                                                                     \
      for (int64_t i = 0; i < highs; i++) to[i] = is_constant ? value : from[job->high[i]];              \
      output += highs * (bits / 8);                                                                      \
    }                                                                                                    \
  }

// For elements of each size: `count` copies of one, and every `step`-th of an array.
#define WEFT_PAD_LOOPS(bits)                                                                             \
  static void weft_pad_fill##bits(int64_t count, const void *value, void *output) {                      \
    const uint##bits##_t filling = *(const uint##bits##_t *)value;                                       \
    for (int64_t i = 0; i < count; i++) ((uint##bits##_t *)output)[i] = filling;                         \
  }                                                                                                      \
  static void weft_pad_pick##bits(int64_t count, const void *input, int64_t step, void *output) {        \
    for (int64_t i = 0; i < count; i++) {                                                                \
      ((uint##bits##_t *)output)[i] = ((const uint##bits##_t *)input)[i * step];                         \
    }                                                                                                    \
  }                                                                                                      \
  /* Whole lines that are runs, `step` bytes apart in the input. */                                      \
  WEFT_PAD_RUNS(, bits)                                                                                  \
  WEFT_FOR_AVX2 WEFT_PAD_RUNS(_avx2, bits)
WEFT_PAD_LOOPS(8)
WEFT_PAD_LOOPS(16)
WEFT_PAD_LOOPS(32)
WEFT_PAD_LOOPS(64)

static void weft_pad_fill(const weft_pad_job *job, int64_t count, void *output) {
  switch (job->size) {
    case 1: weft_pad_fill8(count, job->value, output); break;
    case 2: weft_pad_fill16(count, job->value, output); break;
    case 4: weft_pad_fill32(count, job->value, output); break;
    default: weft_pad_fill64(count, job->value, output);
  }
}

static void weft_pad_pick(int64_t size, int64_t count, const void *input, int64_t step, void *output) {
  switch (size) {
    case 1: weft_pad_pick8(count, input, step, output); break;
    case 2: weft_pad_pick16(count, input, step, output); break;
    case 4: weft_pad_pick32(count, input, step, output); break;
    default: weft_pad_pick64(count, input, step, output);
  }
}

/// Elements of the line before or behind what the input has.
static void weft_pad_end(const weft_pad_job *job, const char *input, char *output, int64_t begin, int64_t end) {
  if (job->mode == WEFT_PAD_CONSTANT) {
    weft_pad_fill(job, (end - begin) * job->inner, output + begin * job->inner * job->size);
    return;
  }
  int32_t axis = job->line_axis;
  int64_t bytes = job->inner * job->size, stride = job->strides[axis] * job->size;
  for (int64_t at = begin; at < end; at++) {
    const char *from = input + weft_pad_place(job->mode, at - job->before[axis], job->sizes[axis]) * stride;
    if (bytes == 4) {
      memcpy(output + at * 4, from, 4);
    } else {
      memcpy(output + at * bytes, from, (size_t)bytes);
    }
  }
}

static void weft_pad_line(const weft_pad_job *job, const char *input, char *output) {
  int32_t axis = job->line_axis;
  int64_t size = job->sizes[axis], all = job->shape[axis], before = job->before[axis], stride = job->strides[axis];
  // What the input has of it, from element `first` to before element `last` of the result.
  int64_t first = before > 0 ? before : 0, last = before + size < all ? before + size : all;
  first = first < all ? first : all;
  last = last > first ? last : first;
  weft_pad_end(job, input, output, 0, first);
  char *to = output + first * job->inner * job->size;
  const char *from = input + (first - before) * stride * job->size;
  if (job->is_run) {
    memcpy(to, from, (size_t)((last - first) * job->inner * job->size));
  } else if (job->inner == 1) {
    weft_pad_pick(job->size, last - first, from, stride, to);
  } else {
    for (int64_t at = first; at < last; at++) {
      memcpy(output + at * job->inner * job->size, from + (at - first) * stride * job->size,
             (size_t)(job->inner * job->size));
    }
  }
  weft_pad_end(job, input, output, last, all);
}

static void weft_pad_runs(const weft_pad_job *job, int64_t count, const char *input, int64_t step, char *output) {
  static void (*const runs[2][4])(const weft_pad_job *, int64_t, const char *, int64_t, char *) = {
      {weft_pad_runs8, weft_pad_runs16, weft_pad_runs32, weft_pad_runs64},
      {weft_pad_runs8_avx2, weft_pad_runs16_avx2, weft_pad_runs32_avx2, weft_pad_runs64_avx2}};
  runs[weft_uses_avx2()][job->size == 1 ? 0 : job->size == 2 ? 1 : job->size == 4 ? 2 : 3](job, count, input, step,
                                                                                         output);
}

/// How many lines from the one at `at` on, `left` at most, follow each other in the input as they do in the result.
static int64_t weft_pad_neighbours(const weft_pad_job *job, const int64_t *at, int64_t left) {
  const int32_t axis = job->line_axis - 1;
  if (axis < 0) return 1;
  const int64_t place = at[axis] - job->before[axis], shown = job->shape[axis] - at[axis];
  int64_t rest = job->sizes[axis] - place;
  if (place < 0 || rest < 1) return 1;
  if (rest > shown) rest = shown;  // what is cut off the end of that axis is none of the result's
  return rest < left ? rest : left;
}

/// From `axis` on, where the input's part of each axis before the lines begins; NULL where there is none.
static void weft_pad_aim(const weft_pad_job *job, const int64_t *at, const char **parts, int32_t axis) {
  for (; axis < job->line_axis; axis++) {
    int64_t place = weft_pad_place(job->mode, at[axis] - job->before[axis], job->sizes[axis]);
    const char *whole = parts[axis];
    parts[axis + 1] = whole && place >= 0 ? whole + place * job->strides[axis] * job->size : NULL;
  }
}

static void weft_pad_lines(void *context, int64_t begin, int64_t end) {
  const weft_pad_job *job = context;
  int64_t at[WEFT_MAX_RANK], rest = begin, length = job->shape[job->line_axis] * job->inner;
  const char *parts[WEFT_MAX_RANK + 1] = {job->input};
  for (int32_t axis = job->line_axis - 1; axis >= 0; axis--) {
    at[axis] = rest % job->shape[axis];
    rest /= job->shape[axis];
  }
  weft_pad_aim(job, at, parts, 0);
  for (int64_t line = begin; line < end; line++) {
    char *output = job->output + line * length * job->size;
    const char *input = parts[job->line_axis];
    if (input && job->is_quick) {
      const int32_t last = job->line_axis - 1;
      const int64_t count = weft_pad_neighbours(job, at, end - line);
      weft_pad_runs(job, count, input, last < 0 ? 0 : job->strides[last] * job->size, output);
      if (last >= 0) at[last] += count - 1;
      line += count - 1;
    } else if (input) {
      weft_pad_line(job, input, output);
    } else {
      weft_pad_fill(job, length, output);
    }
    int32_t axis = job->line_axis - 1;
    for (; axis >= 0 && ++at[axis] == job->shape[axis]; axis--) at[axis] = 0;
    weft_pad_aim(job, at, parts, axis < 0 ? 0 : axis);
  }
}

/// The last axis that is continued or cut; the last of all where none is.
static int32_t weft_pad_line_axis(int32_t rank, const int64_t *before, const int64_t *shape, const int64_t *sizes) {
  for (int32_t axis = rank - 1; axis >= 0; axis--) {
    if (before[axis] != 0 || shape[axis] != sizes[axis]) return axis;
  }
  return rank - 1;
}

/// Looks whether lines are quick, and finds the places of their ends.
static void weft_pad_find_ends(weft_pad_job *job) {
  const int64_t size = job->sizes[job->line_axis], before = job->before[job->line_axis];
  const int64_t behind = job->shape[job->line_axis] - size - before;
  job->is_quick = job->is_run && job->inner == 1 && before >= 0 && behind >= 0 && before <= WEFT_PAD_FEW &&
                  behind <= WEFT_PAD_FEW && size > 0 && size <= INT32_MAX;
  if (!job->is_quick) return;
  job->lows = before, job->highs = behind;
  for (int64_t i = 0; i < before; i++) job->low[i] = (int32_t)weft_pad_place(job->mode, i - before, size);
  for (int64_t i = 0; i < behind; i++) job->high[i] = (int32_t)weft_pad_place(job->mode, size + i, size);
}

void weft_pad(weft_pad_mode mode, int32_t rank, const int64_t *before, const int64_t *shape, const int64_t *sizes,
              const weft_operand *input, const void *value, void *output) {
  weft_launch_refuse();
  if (weft_index_walk_count(rank, shape) == 0) return;
  int64_t size = weft_element_size(input->dtype), inner = 1;
  int32_t axis = weft_pad_line_axis(rank, before, shape, sizes);
  bool is_dense = true;
  for (int32_t d = rank - 1; d > axis; d--) {
    is_dense = is_dense && (sizes[d] == 1 || input->strides[d] == inner);
    inner *= sizes[d];
  }
  if (!is_dense) axis = rank - 1, inner = 1;
  weft_pad_job job = {.mode = mode, .line_axis = axis, .inner = inner, .size = size,
                      .is_run = input->strides[axis] == inner || sizes[axis] == 1,
                      .before = before, .shape = shape, .sizes = sizes, .strides = input->strides,
                      .input = input->data, .value = value, .output = output};
  weft_pad_find_ends(&job);
  int64_t lines = weft_index_walk_count(axis, shape);
  weft_parallel_for(lines, weft_lines_grain(shape[axis] * inner), weft_pad_lines, &job);
}
