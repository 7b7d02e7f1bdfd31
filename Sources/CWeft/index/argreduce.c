// The position of the largest or smallest element along an axis.
#include "../common/isa.h"
#include "element.h"
#include "order.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum { WEFT_ARGUMENT_BLOCK = 64 };

typedef struct {
  const weft_index_walk *walk;
  int32_t dtype;
  weft_order order;
  int64_t length, step;  // of the line, along it in bytes
  bool side_by_side, wide;
  int64_t (*block)(const char *data, int64_t step, int64_t count, bool reverse, void *best);
} weft_argument_job;

// MARK: - A line by itself

// Signed keys, whose largest is sought: a block's largest is found first, in whole vectors, and looked for only where it
// is more than that of the blocks before.
enum { WEFT_ARGUMENT_KEYS = 512 };

/// The key of a floating-point number whose bits have been brought to the top: its magnitude with its sign.
#define WEFT_ARGUMENT_FLOATING(I, value, infinity, flip, most)                                       \
  ({                                                                                                 \
    I bits = (value), magnitude = bits & (most);                                                     \
    I key = magnitude == 0 ? 0 : bits < 0 ? (I)(bits ^ (most)) : bits;                               \
    magnitude > (infinity) ? (most) : (I)(key ^ (flip));                                             \
  })

#define WEFT_ARGUMENT_HALF(x, infinity, flip) \
  WEFT_ARGUMENT_FLOATING(int32_t, (int32_t)((uint32_t)(x) << 16), infinity, flip, INT32_MAX)

// X(name, stored type, key type, the key of the element `x`)
#define WEFT_ARGUMENT_TYPES(X)                                                                                     \
  X(float32, int32_t, int32_t, WEFT_ARGUMENT_FLOATING(int32_t, x, 0x7f800000, flip, INT32_MAX))                    \
  X(float64, int64_t, int64_t, WEFT_ARGUMENT_FLOATING(int64_t, x, 0x7ff0000000000000, flip, INT64_MAX))            \
  X(float16, uint16_t, int32_t, WEFT_ARGUMENT_HALF(x, 0x7c000000, flip))                                           \
  X(bfloat16, uint16_t, int32_t, WEFT_ARGUMENT_HALF(x, 0x7f800000, flip))                                          \
  X(int8, int8_t, int32_t, (int32_t)(x ^ flip))                                                                    \
  X(uint8, uint8_t, int32_t, (int32_t)(x ^ flip))                                                                  \
  X(int16, int16_t, int32_t, (int32_t)(x ^ flip))                                                                  \
  X(uint16, uint16_t, int32_t, (int32_t)(x ^ flip))                                                                \
  X(int32, int32_t, int32_t, (int32_t)(x ^ flip))                                                                  \
  X(uint32, uint32_t, int32_t, (int32_t)(x ^ 0x80000000u) ^ flip)                                                  \
  X(int64, int64_t, int64_t, (int64_t)(x ^ flip))                                                                  \
  X(uint64, uint64_t, int64_t, (int64_t)(x ^ 0x8000000000000000u) ^ flip)

#define WEFT_ARGUMENT_BLOCK_LOOP(T, K, key)                                        \
  K keys[WEFT_ARGUMENT_KEYS], largest = *(K *)best;                                \
  const K flip = reverse ? -1 : 0;                                                 \
  if (step == sizeof(T)) {                                                         \
    for (int64_t i = 0; i < count; i++) {                                          \
      T x = ((const T *)data)[i];                                                  \
      keys[i] = key;                                                               \
    }                                                                              \
  } else {                                                                         \
    for (int64_t i = 0; i < count; i++) {                                          \
      T x = *(const T *)(data + i * step);                                         \
      keys[i] = key;                                                               \
    }                                                                              \
  }                                                                                \
  for (int64_t i = 0; i < count; i++) {                                            \
    largest = keys[i] > largest ? keys[i] : largest;                               \
  }                                                                                \
  if (largest == *(K *)best) return -1;                                            \
  *(K *)best = largest;                                                            \
  int64_t at = 0;                                                                  \
  while (keys[at] != largest) at++;                                                \
  return at;

/// Where in a block the first key larger than `*best` of those largest stands, which becomes `*best`; -1 without one.
typedef int64_t (*weft_argument_block)(const char *data, int64_t step, int64_t count, bool reverse, void *best);

#define WEFT_ARGUMENT_OF_TYPE(name, T, K, key)                                                                      \
  WEFT_FOR_AVX2 static int64_t weft_argument_avx2_##name(const char *data, int64_t step, int64_t count,            \
                                                         bool reverse, void *best) {                               \
    WEFT_ARGUMENT_BLOCK_LOOP(T, K, key)                                                                            \
  }                                                                                                                \
  static int64_t weft_argument_##name(const char *data, int64_t step, int64_t count, bool reverse, void *best) {   \
    WEFT_ARGUMENT_BLOCK_LOOP(T, K, key)                                                                            \
  }
WEFT_ARGUMENT_TYPES(WEFT_ARGUMENT_OF_TYPE)

static weft_argument_block weft_argument_block_of(int32_t dtype) {
#define WEFT_ARGUMENT_PAIR(name, T, K, key) {weft_argument_##name, weft_argument_avx2_##name},
  static const weft_argument_block blocks[][2] = {WEFT_ARGUMENT_TYPES(WEFT_ARGUMENT_PAIR)};
  static const int8_t order[] = {WEFT_FLOAT32, WEFT_FLOAT64, WEFT_FLOAT16, WEFT_BFLOAT16, WEFT_INT8,   WEFT_UINT8,
                                 WEFT_INT16,   WEFT_UINT16,  WEFT_INT32,   WEFT_UINT32,   WEFT_INT64,  WEFT_UINT64};
  int32_t place = 0;
  if (dtype == WEFT_BOOL) dtype = WEFT_UINT8;
  while (order[place] != dtype) place++;
  return blocks[place][weft_uses_avx2()];
}

static int64_t weft_argument_of_line(const weft_argument_job *job, const char *input) {
  int64_t best64 = INT64_MIN, position = 0;
  int32_t best32 = INT32_MIN;
  void *best = job->wide ? (void *)&best64 : (void *)&best32;
  for (int64_t first = 0; first < job->length; first += WEFT_ARGUMENT_KEYS) {
    int64_t rest = job->length - first, count = rest < WEFT_ARGUMENT_KEYS ? rest : WEFT_ARGUMENT_KEYS;
    int64_t at = job->block(input + first * job->step, job->step, count, job->order.reverse, best);
    if (at >= 0) position = first + at;
  }
  return position;
}

// MARK: - Lines side by side

/// Up to WEFT_ARGUMENT_BLOCK lines whose elements are interleaved in memory.
static void weft_argument_of_lines(const weft_argument_job *job, const char *input, int64_t line_step, int64_t lines,
                                   int64_t *positions) {
  uint64_t keys[WEFT_ARGUMENT_BLOCK], best[WEFT_ARGUMENT_BLOCK] = {0};
  for (int64_t line = 0; line < lines; line++) {
    positions[line] = 0;
  }
  for (int64_t j = 0; j < job->length; j++) {
    weft_order_keys(job->dtype, job->order, input + j * job->step, line_step, lines, keys);
    for (int64_t line = 0; line < lines; line++) {
      bool better = keys[line] > best[line];
      best[line] = better ? keys[line] : best[line];
      positions[line] = better ? j : positions[line];
    }
  }
}

static void weft_argument_row(void *context, char *const *data, const int64_t *strides, int64_t count,
                              int64_t position) {
  (void)position;
  const weft_argument_job *job = context;
  int64_t block = job->side_by_side ? WEFT_ARGUMENT_BLOCK : 1;
  for (int64_t first = 0; first < count; first += block) {
    const char *input = data[0] + first * strides[0];
    int64_t positions[WEFT_ARGUMENT_BLOCK], lines = count - first < block ? count - first : block;
    if (lines == 1) {
      positions[0] = weft_argument_of_line(job, input);
    } else {
      weft_argument_of_lines(job, input, strides[0], lines, positions);
    }
    for (int64_t line = 0; line < lines; line++) {
      *(int64_t *)(data[1] + (first + line) * strides[1]) = positions[line];
    }
  }
}

static void weft_argument_body(void *context, int64_t begin, int64_t end) {
  weft_argument_job *job = context;
  weft_index_walk_run(job->walk, begin, end, weft_argument_row, job);
}

void weft_arg_reduce(int32_t rank, const int64_t *shape, int32_t axis, bool largest, const weft_operand *input,
                     const weft_operand *output) {
  weft_launch_refuse();
  int64_t size = weft_element_size(input->dtype), step = input->strides[axis] * size;
  weft_index_walk walk;
  weft_index_walk_start(&walk, rank, shape, axis);
  weft_index_walk_add(&walk, input, size, -1);
  weft_index_walk_add(&walk, output, sizeof(int64_t), axis);
  weft_index_walk_merge(&walk);
  if (walk.count == 0) {
    return;
  }
  // Keys whose largest is sought: a NaN has the largest of all either way.
  weft_argument_job job = {&walk, input->dtype, {!largest, true}, shape[axis], step,
                           weft_lines_adjacent(&walk, step), size == 8, weft_argument_block_of(input->dtype)};
  weft_parallel_for(walk.count, weft_lines_grain(shape[axis]), weft_argument_body, &job);
}
