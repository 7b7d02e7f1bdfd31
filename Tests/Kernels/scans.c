// Running extremes, elements picked along an axis, coordinates, and the scores of paths.
#include "check.h"

enum { ROWS = 23, SIZE = 40, WIDTH = 6, COUNT = ROWS * SIZE * WIDTH };  // arrays are [ROWS, SIZE, WIDTH]

static const int64_t shape[] = {ROWS, SIZE, WIDTH}, strides[] = {SIZE * WIDTH, WIDTH, 1};

/// Of both extremes along each axis, with NaN and equals.
static void check_extremes(int32_t dtype, int32_t axis, bool largest) {
  void *input = make_random(dtype, COUNT), *values = make(dtype, COUNT);
  for (int64_t i = 0; is_real(dtype) && i < COUNT; i++) set_real(dtype, input, i, rint(real_at(dtype, input, i) * 4));
  if (is_real(dtype)) set_real(dtype, input, 300, NAN), set_real(dtype, input, 900, NAN);
  int64_t *places = make(WEFT_INT64, COUNT);
  weft_operand from = {input, strides, dtype}, to = {values, strides, dtype}, at = {places, strides, WEFT_INT64};
  weft_scan_extreme(3, shape, axis, largest, &from, &to, &at);
  for (int64_t i = 0; i < COUNT; i++) {
    int64_t here = i / strides[axis] % shape[axis], first = i - here * strides[axis], place = 0;
    double best = value_at(dtype, input, first);
    for (int64_t k = 1; k <= here; k++) {
      double x = value_at(dtype, input, first + k * strides[axis]);
      if (isnan(x) || (!isnan(best) && (largest ? x >= best : x <= best))) best = x, place = k;
    }
    expect_near(value_at(dtype, values, i), best, 0, "a running extreme of %s along axis %d", dtype_names[dtype], axis);
    expect(places[i] == place, "the place of a running extreme of %s along axis %d", dtype_names[dtype], axis);
  }
  free(input), free(values), free(places);
}

static void check_pick(int32_t dtype, int64_t inner, int64_t length, int64_t count) {
  enum { OUTER = 7 };
  void *input = make_random(dtype, OUTER * length * inner), *output = make(dtype, OUTER * count * inner);
  int32_t *places = make(WEFT_INT32, count);
  for (int64_t i = 0; i < count; i++) places[i] = (int32_t)(i * length / count);
  weft_pick((int64_t)element_bytes(dtype), OUTER, length, count, inner, places, input, output);
  for (int64_t i = 0; i < OUTER * count * inner; i++) {
    int64_t from = (i / inner / count * length + places[i / inner % count]) * inner + i % inner;
    expect_near(value_at(dtype, output, i), value_at(dtype, input, from), 0, "an element picked of %s",
                dtype_names[dtype]);
  }
  free(input), free(output), free(places);
}

static void check_coordinates(void) {
  int64_t positions[] = {0, 1, 5, 6, 7, 240, 241, 3000, COUNT - 1}, indices[3 * 9];
  weft_coordinates(9, positions, 3, shape, indices);
  for (int i = 0; i < 9; i++) {
    int64_t whole = (indices[3 * i] * SIZE + indices[3 * i + 1]) * WIDTH + indices[3 * i + 2];
    expect(whole == positions[i] && indices[3 * i + 1] < SIZE && indices[3 * i + 2] < WIDTH, "coordinates");
  }
}

/// The scores of paths, step by step.
static void check_paths(int32_t dtype, bool backward, int64_t states) {
  enum { STEPS = 9, BATCH = 5 };
  const double least = -1e30;
  int64_t row = BATCH * states;
  void *emissions = make_random(dtype, STEPS * row), *ends = make_random(dtype, row);
  void *scores = make(dtype, STEPS * row);
  uint8_t *skips = make(WEFT_UINT8, row);
  int64_t lengths[BATCH] = {9, 4, 0, 1, 7};
  for (int64_t i = 0; i < row; i++) skips[i] = i % 3 == 0;
  weft_ctc_scores(dtype, STEPS, BATCH, states, backward, least, emissions, skips, lengths, ends, scores);
  double *expected = make(WEFT_FLOAT64, STEPS * row);
  for (int64_t k = 0; k < STEPS; k++) {
    int64_t step = backward ? STEPS - 1 - k : k, from = backward ? step + 1 : step - 1;
    for (int64_t i = 0; i < row; i++) {
      int64_t s = i % states, at = step * row + i;
      if (k == 0) {
        expected[at] = backward ? real_at(dtype, ends, i) : real_at(dtype, emissions, i) + (s < 2 ? 0 : least);
        continue;
      }
      double terms[3], sum = 0, largest = -INFINITY, own = expected[from * row + i];
      for (int d = 0; d < 3; d++) {
        int64_t other = backward ? s + d : s - d, place = from * row + i + other - s;
        bool exists = other >= 0 && other < states && (d < 2 || skips[backward ? i + 2 : i]);
        terms[d] = !exists ? least : expected[place] + (backward ? real_at(dtype, emissions, place) : 0);
        largest = fmax(largest, terms[d]);
      }
      for (int d = 0; d < 3; d++) sum += exp(terms[d] - largest);
      double joined = largest + log(sum) + (backward ? 0 : real_at(dtype, emissions, at));
      expected[at] = (backward ? from : step) < lengths[i / states] ? joined : own;
    }
  }
  for (int64_t i = 0; i < STEPS * row; i++) {
    double tolerance = 50 * precision(dtype) * (1 + fabs(expected[i]));
    expect_near(real_at(dtype, scores, i), expected[i], tolerance, "a score of paths %s, of %s",
                backward ? "backward" : "forward", dtype_names[dtype]);
  }
  free(emissions), free(ends), free(scores), free(skips), free(expected);
}

/// Lines behind each other, of which several are scanned together, have the bits that each has alone.
static void check_scan_lines(int32_t dtype, int mode) {
  enum { LINES = 7, LENGTH = 50 };
  const int64_t all[] = {LINES, LENGTH}, steps[] = {LENGTH, 1}, one[] = {1, LENGTH};
  void *input = make_random(dtype, LINES * LENGTH), *output = make(dtype, LINES * LENGTH), *alone = make(dtype, LENGTH);
  weft_operand from = {input, steps, dtype}, to = {output, steps, dtype};
  weft_scan(2, all, 1, mode, &from, &to);
  size_t line = LENGTH * element_bytes(dtype);
  for (size_t i = 0; i < LINES; i++) {
    weft_operand row = {(char *)input + i * line, steps, dtype}, result = {alone, steps, dtype};
    weft_scan(2, one, 1, mode, &row, &result);
    expect(!memcmp((char *)output + i * line, alone, line), "line %d of a scan of %s in mode %d", (int)i,
           dtype_names[dtype], mode);
  }
  free(input), free(output), free(alone);
}

void check_scans(void) {
  begin("scans");
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    for (int32_t axis = 0; axis < 3; axis++) check_extremes(dtype, axis, true), check_extremes(dtype, axis, false);
    check_pick(dtype, 1, 13, 26), check_pick(dtype, 1, 13, 40), check_pick(dtype, 16, 9, 20);
    check_pick(dtype, 5, 30, 7);
    for (int mode = WEFT_SCAN_SUM; mode <= WEFT_SCAN_PRODUCT; mode++) check_scan_lines(dtype, mode);
  }
  check_coordinates();
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    for (int64_t states = 1; states < 40; states += 6) {
      check_paths(dtype, false, states), check_paths(dtype, true, states);
    }
  }
}
