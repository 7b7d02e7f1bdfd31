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
  weft_gather(3, shape, 1, SIZE, &from, &at, &to);
  for (int64_t i = 0; i < COUNT; i++) {
    expect_near(value_at(dtype, output, i), value_at(dtype, source, moved(i, index[i])), 0, "a gathered %s",
                dtype_names[dtype]);
  }
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
  static const int meetings[] = {WEFT_SCATTER_ADD, WEFT_SCATTER_PRODUCT, WEFT_SCATTER_MAXIMUM, WEFT_SCATTER_MINIMUM};
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
      double tolerance = is_real(dtype) ? (precision(dtype) + 64 * precision(WEFT_FLOAT32)) * (1 + fabs(sum)) : 0;
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

void check_indexing(void) {
  begin("indexing");
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    check_gather(dtype);
    for (int mode = WEFT_SCATTER_SET; mode <= WEFT_SCATTER_PRODUCT; mode++) check_scatter(dtype, mode);
    check_rows(dtype);
    for (int mode = WEFT_SCAN_SUM; mode <= WEFT_SCAN_MINIMUM; mode++) check_scan(dtype, mode);
    check_nonzero(dtype);
  }
  begin("sorting");
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    for (int descending = 0; descending < 2; descending++) {
      check_order(dtype, descending, SIZE);
      check_order(dtype, descending, 2);
    }
  }
}
