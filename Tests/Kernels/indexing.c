// Moving by index, ordering and scanning an axis.
#include "check.h"

enum { ROWS = 23, SIZE = 40, WIDTH = 6 };  // arrays are [ROWS, SIZE, WIDTH], and the axis is the middle one

static const int64_t shape[] = {ROWS, SIZE, WIDTH}, strides[] = {SIZE * WIDTH, WIDTH, 1};
enum { COUNT = ROWS * SIZE * WIDTH };

static int64_t *make_indices(void) {
  int64_t *index = make(WEFT_INT64, COUNT);
  for (int64_t i = 0; i < COUNT; i++) index[i] = whole(-SIZE, SIZE - 1);
  return index;
}

/// The place of element `i` moved along the axis to `to`.
static int64_t moved(int64_t i, int64_t to) { return i + ((to < 0 ? to + SIZE : to) - i / WIDTH % SIZE) * WIDTH; }

static void check_gather(int32_t dtype) {
  void *source = make_random(dtype, COUNT), *output = make(dtype, COUNT);
  int64_t *index = make_indices(), smallest, largest, first, last;
  weft_operand from = {source, strides, dtype}, at = {index, strides, WEFT_INT64}, to = {output, strides, dtype};
  expect(weft_gather(3, shape, 1, SIZE, true, &from, &at, &to), "indices from the end are refused");
  for (int64_t i = 0; i < COUNT; i++) {
    expect_near(value_at(dtype, output, i), value_at(dtype, source, moved(i, index[i])), 0, "a gathered %s",
                dtype_names[dtype]);
  }
  expect(!weft_gather(3, shape, 1, SIZE, false, &from, &at, &to), "a negative index is taken");
  index[777] = 99;
  expect(!weft_gather(3, shape, 1, SIZE, true, &from, &at, &to), "an index of 99 of 40 is taken");
  index[777] = INT64_MIN;
  expect(!weft_gather(3, shape, 1, SIZE, true, &from, &at, &to), "the least index is taken");
  index[777] = 99;
  weft_index_range(3, shape, &at, &smallest, &largest, &first, &last);
  expect(smallest == -SIZE && largest == 99 && last == 777 && index[first] == -SIZE, "the range of indices");
  free(source), free(output), free(index);
}

static double met(int mode, double old, double new) {
  switch (mode) {
    case WEFT_SCATTER_SET: return new;
    case WEFT_SCATTER_ADD: return old + new;
    case WEFT_SCATTER_MAXIMUM: return fmax(old, new);
    case WEFT_SCATTER_MINIMUM: return fmin(old, new);
    default: return old * new;
  }
}

static void check_scatter(int32_t dtype, int mode) {
  void *source = make_random(dtype, COUNT), *target = make_random(dtype, COUNT), *expected = make(dtype, COUNT);
  memcpy(expected, target, COUNT * element_bytes(dtype));
  int64_t *index = make_indices();
  weft_operand from = {source, strides, dtype}, at = {index, strides, WEFT_INT64}, to = {target, strides, dtype};
  weft_scatter(3, shape, 1, SIZE, mode, &from, &at, &to);
  for (int64_t i = 0; i < COUNT; i++) {
    int64_t place = moved(i, index[i]);
    set_value(dtype, expected, place, met(mode, value_at(dtype, expected, place), value_at(dtype, source, i)));
  }
  for (int64_t i = 0; i < COUNT; i++) {
    double sum = value_at(dtype, expected, i);
    expect_near(value_at(dtype, target, i), sum, is_real(dtype) ? 8 * precision(dtype) * (1 + fabs(sum)) : 0,
                "%s scattered in mode %d", dtype_names[dtype], mode);
  }
  free(source), free(target), free(expected), free(index);
}

/// Rows that go to places of the first axis whole, from a source with or without gaps.
static void check_scattered_rows(int32_t dtype, int mode, int64_t length, int64_t gap) {
  enum { ROWS = 5, PLACES = 3 };
  const int64_t sizes[] = {ROWS, length}, none[] = {1, 0};
  const int64_t from_strides[] = {length + gap, 1}, to_strides[] = {length, 1};
  int64_t index[ROWS] = {2, -3, 2, 0, -1};
  void *source = make_random(dtype, ROWS * (length + gap)), *target = make_random(dtype, PLACES * length);
  void *expected = make(dtype, PLACES * length);
  memcpy(expected, target, (size_t)(PLACES * length) * element_bytes(dtype));
  weft_operand from = {source, from_strides, dtype}, at = {index, none, WEFT_INT64}, to = {target, to_strides, dtype};
  weft_scatter(2, sizes, 0, PLACES, mode, &from, &at, &to);
  int64_t smallest, largest;
  weft_index_range(2, sizes, &at, &smallest, &largest, NULL, NULL);
  expect(smallest == -3 && largest == 2, "the range of repeated indices is %d ... %d", (int)smallest, (int)largest);
  for (int64_t i = 0; i < ROWS * length; i++) {
    int64_t row = i / length, place = (index[row] + PLACES) % PLACES * length + i % length;
    double new = value_at(dtype, source, row * (length + gap) + i % length);
    set_value(dtype, expected, place, met(mode, value_at(dtype, expected, place), new));
  }
  for (int64_t i = 0; i < PLACES * length; i++) {
    double sum = value_at(dtype, expected, i);
    expect_near(value_at(dtype, target, i), sum, is_real(dtype) ? 8 * precision(dtype) * (1 + fabs(sum)) : 0,
                "rows of %s scattered in mode %d", dtype_names[dtype], mode);
  }
  free(source), free(target), free(expected);
}

static void check_rows(int32_t dtype) {
  enum { TABLE = 12, TAKEN = 50 };
  void *table = make_random(dtype, TABLE * WIDTH), *output = make(dtype, TAKEN * WIDTH);
  void *sums = make(dtype, TABLE * WIDTH), *expected = make(dtype, TABLE * WIDTH);
  int64_t index[TAKEN];
  for (int i = 0; i < TAKEN; i++) index[i] = whole(-TABLE, TABLE - 1);
  weft_take_rows(TAKEN, WIDTH, dtype, TABLE, table, index, output);
  weft_add_rows(TAKEN, WIDTH, dtype, dtype, TABLE, output, index, sums);
  for (int64_t i = 0; i < TAKEN * WIDTH; i++) {
    int64_t row = index[i / WIDTH], place = (row < 0 ? row + TABLE : row) * WIDTH + i % WIDTH;
    expect_near(value_at(dtype, output, i), value_at(dtype, table, place), 0, "a row taken of %s", dtype_names[dtype]);
    set_value(dtype, expected, place, value_at(dtype, expected, place) + value_at(dtype, output, i));
  }
  for (int64_t i = 0; i < TABLE * WIDTH; i++) {
    expect_near(value_at(dtype, sums, i), value_at(dtype, expected, i), is_real(dtype) ? 32 * precision(dtype) : 0,
                "rows added of %s", dtype_names[dtype]);
  }
  free(table), free(output), free(sums), free(expected);
}

// MARK: - Order

/// Whether a comes before b; NaN is larger than any number.
static bool precedes(double a, double b, bool descending) {
  if (isnan(a) || isnan(b)) return descending ? isnan(a) && !isnan(b) : isnan(b) && !isnan(a);
  return descending ? a > b : a < b;
}

/// Stable, by insertion.
static void sort_line(const double *line, int64_t *order, bool descending) {
  for (int64_t i = 0; i < SIZE; i++) {
    int64_t at = i;
    for (; at > 0 && precedes(line[i], line[order[at - 1]], descending); at--) order[at] = order[at - 1];
    order[at] = i;
  }
}

static void check_order(int32_t dtype, bool descending, int64_t count) {
  void *input = make_random(dtype, COUNT), *values = make(dtype, COUNT);
  for (int64_t i = 0; is_real(dtype) && i < COUNT; i++) set_real(dtype, input, i, rint(real_at(dtype, input, i) * 12));
  if (is_real(dtype)) set_real(dtype, input, 100, NAN), set_real(dtype, input, 200, -INFINITY);
  int64_t *positions = make(WEFT_INT64, COUNT), *best = make(WEFT_INT64, ROWS * WIDTH);
  const int64_t out_strides[] = {count * WIDTH, WIDTH, 1}, best_strides[] = {WIDTH, 0, 1};
  weft_operand from = {input, strides, dtype}, to = {values, out_strides, dtype};
  weft_operand at = {positions, out_strides, WEFT_INT64}, extreme = {best, best_strides, WEFT_INT64};
  weft_sort(3, shape, 1, descending, count, &from, &to, &at);
  weft_arg_reduce(3, shape, 1, descending, &from, &extreme);
  for (int64_t line = 0; line < ROWS * WIDTH; line++) {
    double numbers[SIZE];
    int64_t order[SIZE], first = line / WIDTH * SIZE * WIDTH + line % WIDTH, nan = -1;
    for (int64_t i = 0; i < SIZE; i++) {
      numbers[i] = value_at(dtype, input, first + i * WIDTH);
      if (isnan(numbers[i])) nan = i;
    }
    sort_line(numbers, order, descending);
    for (int64_t i = 0; i < count; i++) {
      int64_t place = line / WIDTH * count * WIDTH + line % WIDTH + i * WIDTH;
      expect(positions[place] == order[i], "a place in sorted %s", dtype_names[dtype]);
      expect_near(value_at(dtype, values, place), numbers[order[i]], 0, "a value in sorted %s", dtype_names[dtype]);
    }
    expect(best[line] == (nan >= 0 ? nan : order[0]), "the place of the %s of %s", descending ? "largest" : "smallest",
           dtype_names[dtype]);
  }
  free(input), free(values), free(positions), free(best);
}

static void check_scan(int32_t dtype, int mode) {
  static const int meetings[] = {WEFT_SCATTER_ADD, WEFT_SCATTER_PRODUCT};
  void *input = make_random(dtype, COUNT), *output = make(dtype, COUNT), *wrapped = make(dtype, 1);
  weft_operand from = {input, strides, dtype}, to = {output, strides, dtype};
  weft_scan(3, shape, 1, mode, &from, &to);
  for (int64_t line = 0; line < ROWS * WIDTH; line++) {
    int64_t first = line / WIDTH * SIZE * WIDTH + line % WIDTH;
    double sum = value_at(dtype, input, first);
    for (int64_t i = 0; i < SIZE; i++) {
      int64_t place = first + i * WIDTH;
      if (i > 0) sum = met(meetings[mode], sum, value_at(dtype, input, place));
      if (!is_real(dtype)) set_value(dtype, wrapped, 0, sum), sum = value_at(dtype, wrapped, 0);
      if (!is_real(dtype) && element_bytes(dtype) == 8 && fabs(sum) > 0x1p50) break;  // beyond this loop's numbers
      double tolerance = is_real(dtype) ? 2 * precision(dtype) * (1 + fabs(sum)) : 0;
      expect_near(value_at(dtype, output, place), sum, tolerance, "a scan of %s in mode %d", dtype_names[dtype], mode);
    }
  }
  free(input), free(output), free(wrapped);
}

static void check_nonzero(int32_t dtype) {
  void *mask = make_random(dtype, COUNT);
  for (int64_t i = 0; i < COUNT; i += 3) set_value(dtype, mask, i, 0);
  int64_t *positions = make(WEFT_INT64, COUNT), found = 0;
  weft_operand operand = {mask, strides, dtype};
  int64_t count = weft_nonzero(3, shape, &operand, positions);
  for (int64_t i = 0; i < COUNT; i++) {
    if (value_at(dtype, mask, i) == 0) continue;
    expect(found < count && positions[found] == i, "what is not zero, of %s", dtype_names[dtype]);
    found++;
  }
  expect(found == count, "how many are not zero, of %s", dtype_names[dtype]);
  free(mask), free(positions);
}

// MARK: - Long dense lines

enum { LINES = 3, LENGTH = 1300 };

/// Gathering, scattering and extremes along the last axis, whose elements are neighbours.
static void check_lines(int32_t dtype) {
  static const int64_t sizes[] = {LINES, LENGTH}, steps[] = {LENGTH, 1}, one[] = {1, 0};
  void *source = make_random(dtype, LINES * LENGTH), *output = make(dtype, LINES * LENGTH);
  void *target = make(dtype, LINES * LENGTH), *expected = make(dtype, LINES * LENGTH);
  int64_t *index = make(WEFT_INT64, LINES * LENGTH), best[2][LINES];
  for (int64_t i = 0; i < LINES * LENGTH; i++) index[i] = i % LENGTH < 700 ? whole(-LENGTH, LENGTH - 1) : i % LENGTH;
  if (is_real(dtype)) set_real(dtype, source, 2 * LENGTH + 900, NAN);
  weft_operand from = {source, steps, dtype}, at = {index, steps, WEFT_INT64}, to = {output, steps, dtype};
  weft_operand set = {target, steps, dtype};
  expect(weft_gather(2, sizes, 1, LENGTH, true, &from, &at, &to), "indices along a line are refused");
  weft_scatter(2, sizes, 1, LENGTH, WEFT_SCATTER_SET, &from, &at, &set);
  index[2 * LENGTH + 1200] = LENGTH;
  expect(!weft_gather(2, sizes, 1, LENGTH, true, &from, &at, &to), "the index behind a line is taken");
  index[2 * LENGTH + 1200] = 1200;
  for (int64_t i = 0; i < LINES * LENGTH; i++) {
    int64_t place = i / LENGTH * LENGTH + (index[i] < 0 ? index[i] + LENGTH : index[i]);
    memcpy((char *)expected + place * element_bytes(dtype), (char *)source + i * element_bytes(dtype),
           element_bytes(dtype));
    expect(!memcmp((char *)output + i * element_bytes(dtype), (char *)source + place * element_bytes(dtype),
                   element_bytes(dtype)), "a %s gathered along a line", dtype_names[dtype]);
  }
  expect(!memcmp(target, expected, LINES * LENGTH * element_bytes(dtype)), "%s scattered along lines",
         dtype_names[dtype]);
  for (int largest = 0; largest < 2; largest++) {
    weft_operand places = {best[largest], one, WEFT_INT64};
    weft_arg_reduce(2, sizes, 1, largest, &from, &places);
    for (int64_t line = 0; line < LINES; line++) {
      int64_t first = 0;
      for (int64_t i = 1; i < LENGTH; i++) {
        double x = value_at(dtype, source, line * LENGTH + i), y = value_at(dtype, source, line * LENGTH + first);
        if (!isnan(y) && (isnan(x) || (largest ? x > y : x < y))) first = i;
      }
      expect(best[largest][line] == first, "the place of an extreme in a long line of %s", dtype_names[dtype]);
    }
  }
  free(source), free(output), free(target), free(expected), free(index);
}

/// Values sought in sorted lists that rise evenly or not; some outside, equal to an element, or NaN.
static void check_search(int32_t dtype, int64_t length, bool even, bool right) {
  enum { LISTS = 2, VALUES = 20000 };
  void *lists = make(dtype, LISTS * length), *values = make_random(dtype, LISTS * VALUES);
  int64_t *places = make(WEFT_INT64, LISTS * VALUES);
  for (int64_t i = 0; i < LISTS * length; i++) {
    double share = (double)(i % length) / (double)length;
    set_value(dtype, lists, i, (is_real(dtype) ? 1.5 : 90) * (even ? share : share * share) - 0.75);
  }
  if (is_real(dtype)) {
    set_real(dtype, values, 3, NAN), set_real(dtype, values, 4, INFINITY), set_real(dtype, values, 5, -INFINITY);
    if (length > 4) set_real(dtype, lists, length - 1, NAN), set_real(dtype, lists, length - 2, NAN);
  }
  for (int64_t i = 0; i < length && i < 100; i++) set_value(dtype, values, 10 + i, value_at(dtype, lists, i));
  weft_search_sorted(dtype, right, LISTS, length, lists, VALUES, values, places);
  for (int64_t i = 0; i < LISTS * VALUES; i++) {
    double x = value_at(dtype, values, i);
    int64_t place = 0;
    for (int64_t low = 0, high = length; low < high;) {
      int64_t middle = (low + high) / 2;
      double y = value_at(dtype, lists, i / VALUES * length + middle);
      bool before = isnan(x) ? right || !isnan(y) : right ? y <= x : y < x;
      if (before) place = low = middle + 1;
      else high = middle;
    }
    expect(places[i] == place, "the place of a %s in a list of %d", dtype_names[dtype], (int)length);
  }
  free(lists), free(values), free(places);
}

/// The different elements of a line of `count`, whole numbers below `range` or, where that is 0, any.
static void check_unique(int32_t dtype, int64_t count, double range) {
  void *values = make_random(dtype, count);
  int64_t *firsts = make(WEFT_INT64, count), *inverse = make(WEFT_INT64, count), *counts = make(WEFT_INT64, count);
  for (int64_t i = 0; range > 0 && i < count; i++) set_value(dtype, values, i, floor(fabs(number()) * range));
  if (is_real(dtype)) set_real(dtype, values, 1, NAN), set_real(dtype, values, count - 1, NAN);
  int64_t found = weft_unique(dtype, count, values, firsts, inverse, counts), total = 0;
  for (int64_t k = 0; k < found; k++) {
    double x = value_at(dtype, values, firsts[k]);
    total += counts[k];
    expect(k == 0 || isnan(x) || value_at(dtype, values, firsts[k - 1]) < x, "the order of different %s",
           dtype_names[dtype]);
    expect(inverse[firsts[k]] == k, "where a different %s stands", dtype_names[dtype]);
  }
  for (int64_t i = 0; i < count; i++) {
    double x = value_at(dtype, values, i), y = value_at(dtype, values, firsts[inverse[i]]);
    expect(x == y || (isnan(x) && isnan(y) && counts[inverse[i]] == 1), "a %s among the different ones",
           dtype_names[dtype]);
    expect(firsts[inverse[i]] <= i, "the first of equal %s", dtype_names[dtype]);
  }
  expect(total == count, "how many %s there are", dtype_names[dtype]);
  free(values), free(firsts), free(inverse), free(counts);
}

/// The middle axis of [3, 11, inner] brought to 7, with one to four taps each.
static void check_resample(int32_t dtype, int64_t inner, int most) {
  enum { OUTER = 37, LENGTH = 11, RESULT = 23 };
  int64_t starts[RESULT + 1] = {0};
  int32_t places[4 * RESULT];
  void *weights = make_random(dtype, 4 * RESULT), *input = make_random(dtype, OUTER * LENGTH * inner);
  void *output = make(dtype, OUTER * RESULT * inner);
  for (int i = 0; i < 4 * RESULT; i++) places[i] = (int32_t)whole(0, LENGTH - 1);
  for (int i = 0; i < RESULT; i++) starts[i + 1] = starts[i] + (most == 2 ? 2 : 1 + i % most);
  set_real(dtype, weights, 0, 1);
  weft_resample(dtype, OUTER, LENGTH, RESULT, inner, starts, places, weights, input, output);
  for (int64_t i = 0; i < OUTER * RESULT * inner; i++) {
    int64_t at = i / inner % RESULT, line = i / inner / RESULT;
    double sum = 0;
    for (int64_t tap = starts[at]; tap < starts[at + 1]; tap++) {
      sum += real_at(dtype, weights, tap) * real_at(dtype, input, (line * LENGTH + places[tap]) * inner + i % inner);
    }
    expect_near(real_at(dtype, output, i), sum, 8 * precision(dtype), "a resampled %s", dtype_names[dtype]);
  }
  // A line gives the same alone as among others.
  size_t line = (size_t)(LENGTH * inner) * element_bytes(dtype), bytes = (size_t)(RESULT * inner) * element_bytes(dtype);
  void *alone = malloc(bytes);
  weft_resample(dtype, 1, LENGTH, RESULT, inner, starts, places, weights, (char *)input + 20 * line, alone);
  expect(!memcmp(alone, (char *)output + 20 * bytes, bytes), "a resampled line of %s alone", dtype_names[dtype]);
  free(alone);
  free(weights), free(input), free(output);
}

static void check_counts(int64_t length) {
  enum { VALUES = 50000 };
  int64_t *values = make(WEFT_INT64, VALUES), *counts = make(WEFT_INT64, length), *expected = make(WEFT_INT64, length);
  for (int64_t i = 0; i < VALUES; i++) expected[values[i] = whole(0, length - 1)]++;
  weft_count_integers(VALUES, values, length, counts);
  expect(!memcmp(counts, expected, (size_t)length * sizeof *counts), "counts of integers below %d", (int)length);
  free(values), free(counts), free(expected);
}

/// A line so long that threads sort parts of it.
static void check_long_line(int32_t dtype, double range) {
  enum { LONG = 200000 };
  void *input = make(dtype, LONG), *values = make(dtype, LONG);
  int64_t *positions = make(WEFT_INT64, LONG);
  const int64_t length = LONG, one = 1;
  // From 0 up: the largest unsigned numbers would be equal as doubles.
  for (int64_t i = 0; i < LONG; i++) set_value(dtype, input, i, floor(fabs(number()) * range));
  weft_operand from = {input, &one, dtype}, to = {values, &one, dtype}, at = {positions, &one, WEFT_INT64};
  weft_sort(1, &length, 0, false, LONG, &from, &to, &at);
  bool *seen = calloc(LONG, 1);
  for (int64_t i = 0; i < LONG; i++) {
    double x = value_at(dtype, values, i), before = i > 0 ? value_at(dtype, values, i - 1) : x;
    expect(before < x || (before == x && (i == 0 || positions[i - 1] < positions[i])), "a long line of %s in order",
           dtype_names[dtype]);
    expect(!seen[positions[i]] && value_at(dtype, input, positions[i]) == x, "a place in a long line of %s",
           dtype_names[dtype]);
    seen[positions[i]] = true;
  }
  free(input), free(values), free(positions), free(seen);
}

void check_indexing(void) {
  begin("indexing");
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    check_gather(dtype);
    for (int mode = WEFT_SCATTER_SET; mode <= WEFT_SCATTER_PRODUCT; mode++) {
      check_scatter(dtype, mode);
      check_scattered_rows(dtype, mode, 37, 0);
      check_scattered_rows(dtype, mode, 3, 2);
    }
    check_rows(dtype);
    for (int mode = WEFT_SCAN_SUM; mode <= WEFT_SCAN_PRODUCT; mode++) check_scan(dtype, mode);
    check_nonzero(dtype);
    check_lines(dtype);
  }
  static const int32_t sought[] = {WEFT_FLOAT32, WEFT_FLOAT64, WEFT_INT64};
  for (int kind = 0; kind < 12; kind++) {
    check_search(sought[kind / 4], 0, kind & 1, kind & 2);
    check_search(sought[kind / 4], 1, kind & 1, kind & 2);
    check_search(sought[kind / 4], 101, kind & 1, kind & 2);
    check_search(sought[kind / 4], 30000, kind & 1, kind & 2);
  }
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    if (dtype != WEFT_BOOL) check_unique(dtype, 3000, 0);
    check_unique(dtype, 3000, dtype == WEFT_BOOL ? 2 : 5);
  }
  // Enough for a thread each, of ranges that are counted, marked and sorted.
  for (int32_t dtype = WEFT_INT32; dtype <= WEFT_INT64; dtype++) {
    check_unique(dtype, 100003, 500), check_unique(dtype, 100003, 150000), check_unique(dtype, 100003, 5e6);
  }
  for (int most = 1; most <= 4; most++) {
    for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
      check_resample(dtype, 1, most);
      check_resample(dtype, 37, most);
    }
  }
  check_counts(3);
  check_counts(2000);
  check_counts(100000);
  begin("sorting");
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    if (dtype != WEFT_BOOL) check_long_line(dtype, 60), check_long_line(dtype, is_real(dtype) ? 250 : 100);
  }
  check_long_line(WEFT_INT64, 1e6), check_long_line(WEFT_INT64, 1e15), check_long_line(WEFT_FLOAT64, 1e6);
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    for (int descending = 0; descending < 2; descending++) {
      check_order(dtype, descending, SIZE);
      check_order(dtype, descending, 2);
    }
  }
}
