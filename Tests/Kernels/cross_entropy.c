// The cross-entropy of rows, its gradient, and that of the softmax across memory.
#include "check.h"

static double near(double expected) { return 0x1p-19 * fabs(expected) + 0x1p-40; }

/// Classes of which some are ignored, one is none, and logits of which one row has a NaN and one infinities.
static void check_rows(int32_t dtype, int64_t rows, int64_t columns) {
  float *x = make_random(WEFT_FLOAT32, rows * columns), *largest = make(WEFT_FLOAT32, rows);
  float *sums = make(WEFT_FLOAT32, rows), *chosen = make(WEFT_FLOAT32, rows), *logs = make(WEFT_FLOAT32, rows);
  float *slopes = make(WEFT_FLOAT32, rows * columns);
  void *classes = make(dtype, rows);
  for (int64_t i = 0; i < rows * columns; i++) x[i] = x[i] * 20 + (float)(i / columns % 3) * 300;
  for (int64_t row = 0; row < rows; row++) set_whole(dtype, classes, row, whole(0, columns < 100 ? columns : 100));
  x[0] = NAN;
  if (columns > 1) x[columns] = -INFINITY;
  weft_cross_entropy_rows(&(weft_cross_entropy){rows, columns, x, classes, dtype, largest, sums, chosen});
  for (int64_t row = 0; row < rows; row++) logs[row] = logf(sums[row]);
  const float scale = 0.25f;
  weft_cross_entropy_gradient(
      &(weft_cross_entropy_slope){rows, columns, 1, x, largest, logs, classes, dtype, scale, slopes});
  for (int64_t row = 0; row < rows; row++) {
    const float *line = x + row * columns;
    double top = -INFINITY, sum = 0;
    for (int64_t i = 0; i < columns; i++) top = isnan(top) || isnan(line[i]) ? NAN : fmax(top, line[i]);
    for (int64_t i = 0; i < columns; i++) sum += exp(line[i] - top);
    int64_t label = (int64_t)whole_at(dtype, classes, row);
    expect_near(largest[row], top, 0, "the largest of %d", (int)columns);
    expect_near(sums[row], sum, near(sum), "the exponentials of %d", (int)columns);
    double difference = label < columns ? line[label] - top : 0;
    expect_near(chosen[row], difference, near(difference), "the class of row %d of %d", (int)row, (int)columns);
    for (int64_t i = 0; i < columns; i++) {
      double slope = label == 1 ? 0 : (exp(line[i] - top - logs[row]) - (i == label)) * scale;
      expect_near(slopes[row * columns + i], slope, 0x1p-19 * scale, "slope %d of %d", (int)i, (int)columns);
    }
  }
  free(x), free(largest), free(sums), free(chosen), free(logs), free(slopes), free(classes);
}

static void check_softmax_gradient(bool logarithm, int64_t outer, int64_t length, int64_t inner) {
  int64_t count = outer * length * inner;
  float *g = make_random(WEFT_FLOAT32, count), *y = make_random(WEFT_FLOAT32, count);
  float *found = make(WEFT_FLOAT32, count);
  weft_column_softmax_gradient(logarithm, outer, length, inner, g, y, found);
  for (int64_t line = 0; line < outer * inner; line++) {
    int64_t first = line / inner * length * inner + line % inner;
    double sum = 0;
    for (int64_t at = first; at < first + length * inner; at += inner) sum += logarithm ? g[at] : (double)g[at] * y[at];
    for (int64_t at = first; at < first + length * inner; at += inner) {
      double slope = logarithm ? g[at] - exp(y[at]) * sum : y[at] * (g[at] - sum);
      expect_near(found[at], slope, 0x1p-20 * (2 + fabs(sum) + (double)length / 16), "a gradient of %d rows of %d",
                  (int)length, (int)inner);
    }
  }
  free(g), free(y), free(found);
}

void check_cross_entropy(void) {
  begin("cross-entropy");
  static const int64_t columns[] = {1, 2, 7, 16, 33, 100, 1000, 1024, 5000};
  static const int32_t dtypes[] = {WEFT_INT64, WEFT_INT32, WEFT_UINT8};
  for (int i = 0; i < 27; i++) check_rows(dtypes[i % 3], 9, columns[i / 3]);
  for (int logarithm = 0; logarithm < 2; logarithm++) {
    check_softmax_gradient(logarithm, 3, 21, 64);
    check_softmax_gradient(logarithm, 2, 150, 133);
    check_softmax_gradient(logarithm, 1, 1, 1000);
  }
}
