// Sums of rows by number.
#include "check.h"

/// Bags of rows, an empty one among them, without the row `skipped`.
static void check_bags(int32_t dtype, int64_t width, int64_t skipped) {
  enum { TABLE = 12, BAGS = 5 };
  static const int64_t bounds[BAGS + 1] = {0, 7, 7, 8, 40, 61};
  const int32_t sum_dtype = dtype == WEFT_FLOAT64 ? WEFT_FLOAT64 : WEFT_FLOAT32;
  void *table = make_random(dtype, TABLE * width), *sums = make(sum_dtype, BAGS * width);
  int64_t index[61];
  for (int i = 0; i < 61; i++) index[i] = whole(0, TABLE - 1);
  const weft_bags bags = {.count = BAGS, .width = width, .skipped = skipped, .dtype = dtype, .table = table,
                          .index = index, .bounds = bounds, .output = sums};
  weft_sum_bags(&bags);
  for (int64_t i = 0; i < BAGS * width; i++) {
    double expected = 0;
    for (int64_t k = bounds[i / width]; k < bounds[i / width + 1]; k++) {
      if (index[k] != skipped) expected += value_at(dtype, table, index[k] * width + i % width);
    }
    expect_near(value_at(sum_dtype, sums, i), expected, 64 * precision(sum_dtype), "a bag of %d columns of %s",
                (int)width, dtype_names[dtype]);
  }
  free(table), free(sums);
}

void check_bags_of_rows(void) {
  begin("bags");
  static const int32_t dtypes[] = {WEFT_FLOAT32, WEFT_FLOAT64, WEFT_FLOAT16, WEFT_BFLOAT16};
  static const int64_t widths[] = {1, 7, 64, 65, 200};
  for (int d = 0; d < 4; d++) {
    for (int w = 0; w < 5; w++) check_bags(dtypes[d], widths[w], -1), check_bags(dtypes[d], widths[w], 3);
  }
}
