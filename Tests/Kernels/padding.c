// Tensors continued beyond their ends, beside the same element by element.
#include "check.h"

static int64_t place_of(weft_pad_mode mode, int64_t at, int64_t size) {
  if (at >= 0 && at < size) return at;
  if (mode == WEFT_PAD_CONSTANT) return -1;
  if (mode == WEFT_PAD_REFLECT) return at < 0 ? -at : 2 * (size - 1) - at;
  if (mode == WEFT_PAD_REPLICATE) return at < 0 ? 0 : size - 1;
  return (at + size) % size;
}

/// Of an input whose axes lie in memory as `strides` say.
static void check_pad(int32_t dtype, weft_pad_mode mode, const int64_t *before, const int64_t *shape,
                      const int64_t *strides) {
  enum { RANK = 3 };
  static const int64_t sizes[RANK] = {3, 7, 5};
  int64_t count = shape[0] * shape[1] * shape[2];
  void *input = make_random(dtype, 2 * 3 * 7 * 5), *value = make_random(dtype, 1), *output = make(dtype, count);
  weft_operand from = {input, strides, dtype};
  weft_pad(mode, RANK, before, shape, sizes, &from, value, output);
  for (int64_t i = 0; i < count; i++) {
    int64_t at[RANK] = {i / (shape[1] * shape[2]), i / shape[2] % shape[1], i % shape[2]}, offset = 0;
    for (int d = 0; d < RANK && offset >= 0; d++) {
      int64_t place = place_of(mode, at[d] - before[d], sizes[d]);
      offset = place < 0 ? -1 : offset + place * strides[d];
    }
    double expected = offset < 0 ? value_at(dtype, value, 0) : value_at(dtype, input, offset);
    expect_near(value_at(dtype, output, i), expected, 0, "padding %d of %s at %d", mode, dtype_names[dtype], (int)i);
  }
  free(input), free(value), free(output);
}

void check_padding(void) {
  begin("padding");
  static const int64_t dense[] = {35, 5, 1}, across[] = {35, 1, 7}, apart[] = {70, 10, 2};
  static const int64_t *const layouts[] = {dense, across, apart};
  static const int64_t both[] = {0, 2, 3}, middle[] = {1, 3, 0}, none[] = {0, 0, 0}, cut[] = {0, -2, -1};
  for (int32_t dtype = 0; dtype < DTYPES; dtype++) {
    for (int i = 0; i < 3; i++) {
      for (int mode = WEFT_PAD_CONSTANT; mode <= WEFT_PAD_CIRCULAR; mode++) {
        check_pad(dtype, mode, both, (const int64_t[]){3, 11, 10}, layouts[i]);
        check_pad(dtype, mode, middle, (const int64_t[]){5, 12, 5}, layouts[i]);
        check_pad(dtype, mode, none, (const int64_t[]){3, 7, 5}, layouts[i]);
      }
      check_pad(dtype, WEFT_PAD_CONSTANT, cut, (const int64_t[]){3, 3, 6}, layouts[i]);
      check_pad(dtype, WEFT_PAD_CONSTANT, (const int64_t[]){0, 0, -9}, (const int64_t[]){2, 7, 3}, layouts[i]);
    }
  }
}
