// The cross-entropy of rows, its gradient, and that of the softmax across memory.
#include "check.h"

static double near(double expected) { return 0x1p-19 * fabs(expected) + 0x1p-40; }

/// Classes of which some are ignored, one is none, and logits of which one row has a NaN and one infinities. The logits
/// of a row lie `inner` elements apart.
static void check_rows(int32_t dtype, int64_t rows, int64_t columns, int64_t inner) {
  float *x = make_random(WEFT_FLOAT32, rows * columns), *largest = make(WEFT_FLOAT32, rows);
  float *sums = make(WEFT_FLOAT32, rows), *chosen = make(WEFT_FLOAT32, rows), *logs = make(WEFT_FLOAT32, rows);
  float *slopes = make(WEFT_FLOAT32, rows * columns);
  void *classes = make(dtype, rows);
  for (int64_t i = 0; i < rows * columns; i++) x[i] = x[i] * 20 + (float)(i / columns % 3) * 300;
  for (int64_t row = 0; row < rows; row++) set_whole(dtype, classes, row, whole(0, columns < 100 ? columns : 100));
  x[0] = NAN;
  if (columns > 1) x[inner > 1 ? 1 : columns] = -INFINITY;
  weft_cross_entropy_rows(&(weft_cross_entropy){rows, columns, inner, x, classes, dtype, largest, sums, chosen});
  for (int64_t row = 0; row < rows; row++) logs[row] = logf(sums[row]);
  const float gradient = 2, count = 8, scale = gradient / count;
  weft_cross_entropy_gradient(&(weft_cross_entropy_slope){rows, columns, inner, 1, &gradient, &count, x, largest, logs,
                                                          classes, dtype, slopes});
  for (int64_t row = 0; row < rows; row++) {
    const int64_t first = row / inner * columns * inner + row % inner;
    const float *line = x + first, *slope = slopes + first;
    double top = -INFINITY, sum = 0;
    for (int64_t i = 0; i < columns; i++) {
      top = isnan(top) || isnan(line[i * inner]) ? NAN : fmax(top, line[i * inner]);
    }
    for (int64_t i = 0; i < columns; i++) sum += exp(line[i * inner] - top);
    int64_t label = (int64_t)whole_at(dtype, classes, row);
    expect_near(largest[row], top, 0, "the largest of %d", (int)columns);
    expect_near(sums[row], sum, near(sum), "the exponentials of %d", (int)columns);
    double difference = label < columns ? line[label * inner] - top : 0;
    expect_near(chosen[row], difference, near(difference), "the class of row %d of %d", (int)row, (int)columns);
    for (int64_t i = 0; i < columns; i++) {
      double expected = label == 1 ? 0 : (exp(line[i * inner] - top - logs[row]) - (i == label)) * scale;
      expect_near(slope[i * inner], expected, 0x1p-19 * scale, "slope %d of %d, %d apart", (int)i, (int)columns,
                  (int)inner);
    }
  }
  free(x), free(largest), free(sums), free(chosen), free(logs), free(slopes), free(classes);
}

static void check_softmax_gradient(int32_t dtype, bool logarithm, int64_t outer, int64_t length, int64_t inner) {
  int64_t count = outer * length * inner;
  void *g = make_random(dtype, count), *y = make_random(dtype, count), *found = make(dtype, count);
  weft_column_softmax_gradient(dtype, logarithm, outer, length, inner, g, y, found);
  for (int64_t line = 0; line < outer * inner; line++) {
    int64_t first = line / inner * length * inner + line % inner, end = first + length * inner;
    double sum = 0;
    for (int64_t at = first; at < end; at += inner) {
      sum += logarithm ? real_at(dtype, g, at) : real_at(dtype, g, at) * real_at(dtype, y, at);
    }
    for (int64_t at = first; at < end; at += inner) {
      double slope = real_at(dtype, g, at), value = real_at(dtype, y, at);
      slope = logarithm ? slope - exp(value) * sum : value * (slope - sum);
      const double unit = (dtype == WEFT_FLOAT64 ? 32 : 8) * precision(dtype);
      expect_near(real_at(dtype, found, at), slope, unit * (2 + fabs(sum) + (double)length / 16),
                  "a gradient of %d rows of %d of %s", (int)length, (int)inner, dtype_names[dtype]);
    }
  }
  free(g), free(y), free(found);
}

void check_cross_entropy(void) {
  begin("cross-entropy");
  static const int64_t columns[] = {1, 2, 7, 16, 33, 100, 1000, 1024, 5000};
  static const int32_t dtypes[] = {WEFT_INT64, WEFT_INT32, WEFT_UINT8};
  for (int i = 0; i < 27; i++) check_rows(dtypes[i % 3], 9, columns[i / 3], 1);
  static const int64_t inner[] = {16, 17, 40, 63, 64, 65, 100, 196, 300};
  static const int64_t lengths[] = {21, 1, 130};
  for (int i = 0; i < 27; i++) check_rows(dtypes[i % 3], 3 * inner[i / 3], lengths[i % 3], inner[i / 3]);
  for (int i = 0; i < 4; i++) {
    const int32_t dtype = i / 2 ? WEFT_FLOAT64 : WEFT_FLOAT32;
    check_softmax_gradient(dtype, i % 2, 3, 21, 64);
    check_softmax_gradient(dtype, i % 2, 2, 150, 133);
    check_softmax_gradient(dtype, i % 2, 1, 1, 1000);
  }
}
