// Sums of rows of a table by number: what bags of embeddings are.
#include "../common/isa.h"
#include "element.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

enum {
  BLOCK = 64,  // columns that are added up in registers
  AHEAD = 8,   // rows ahead of which the memory is asked for
};

/// Adds up `count` columns from `first` on of the rows of one bag.
typedef void (*bag_sum)(const weft_bags *bags, int64_t bag, int64_t first, int64_t count);

#define BAG_LOOP(columns, read)                                                                        \
  for (int64_t i = begin; i < end; i++) {                                                              \
    const int64_t row = index[i], next = index[i + AHEAD < end ? i + AHEAD : end - 1];                 \
    __builtin_prefetch(table + next * width);                                                          \
    if (row == bags->skipped) continue;                                                                \
    for (int64_t k = 0; k < (columns); k++) sums[k] += read(table[row * width + k]);                   \
  }

// S and `read` are the table's stored type and its loading, A what is added up in.
#define BAG_SUM_FOR(attribute, name, S, A, read)                                                       \
  attribute static void name(const weft_bags *bags, int64_t bag, int64_t first, int64_t count) {       \
    const int64_t begin = bags->bounds[bag], end = bags->bounds[bag + 1];                              \
    const int64_t width = bags->width, *index = bags->index;                                           \
    const S *table = (const S *)bags->table + first;                                                   \
    A sums[BLOCK] = {0};                                                                               \
    if (count == BLOCK) {                                                                              \
      BAG_LOOP(BLOCK, read)                                                                            \
    } else {                                                                                           \
      BAG_LOOP(count, read)                                                                            \
    }                                                                                                  \
    memcpy((A *)bags->output + bag * width + first, sums, (size_t)count * sizeof(A));                  \
  }
#define BAG_SUM(name, S, A, read)                       \
  BAG_SUM_FOR(, sum_##name, S, A, read)                 \
  BAG_SUM_FOR(WEFT_FOR_AVX2, sum_avx2_##name, S, A, read)
BAG_SUM(float32, float, float, WEFT_KEEP)
BAG_SUM(float64, double, double, WEFT_KEEP)
BAG_SUM(float16, uint16_t, float, weft_from_float16)
BAG_SUM(bfloat16, uint16_t, float, weft_from_bfloat16)

static bag_sum sum_of(int32_t dtype) {
#define OF_SETS(name) {sum_##name, sum_avx2_##name}
  static const bag_sum sums[][2] = {[WEFT_FLOAT32] = OF_SETS(float32), [WEFT_FLOAT64] = OF_SETS(float64),
                                    [WEFT_FLOAT16] = OF_SETS(float16), [WEFT_BFLOAT16] = OF_SETS(bfloat16)};
#undef OF_SETS
  return sums[dtype][weft_uses_avx2()];
}

static void sum_bags(void *context, int64_t begin, int64_t end) {
  const weft_bags *bags = context;
  const bag_sum sum = sum_of(bags->dtype);
  const int64_t width = bags->width;
  uint32_t word = weft_denormals_flush();
  for (int64_t bag = begin; bag < end; bag++) {
    for (int64_t first = 0; first < width; first += BLOCK) {
      sum(bags, bag, first, width - first < BLOCK ? width - first : BLOCK);
    }
  }
  weft_denormals_restore(word);
}

void weft_sum_bags(const weft_bags *bags) {
  weft_launch_refuse();
  if (bags->count == 0 || bags->width == 0) return;
  const int64_t most = bags->bounds[bags->count] - bags->bounds[0];
  weft_parallel_for(bags->count, weft_lines_grain(bags->width * (most / bags->count + 1)), sum_bags, (void *)bags);
}
