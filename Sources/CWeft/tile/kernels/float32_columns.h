// What the cross-entropy takes of rows that lie across memory: as float32_rows.h, down columns. Included behind
// softmax.h.

INLINE void exponentials_block(size_t length, size_t stride, const float *x, float *largest, float *sums, int count) {
  enum { L = f32_lanes, TOGETHER = 64 };
  f32v top[4];
  f64w total[4];
  for (int k = 0; k < count; k++) top[k] = f32_read(x + k * L), total[k] = (f64w){0};
  for (size_t row = 1; row < length; row++) {
    for (int k = 0; k < count; k++) top[k] = f32_maximum_vectors(top[k], f32_read(x + row * stride + (size_t)k * L));
  }
  for (size_t first = 0; first < length; first += TOGETHER) {
    const size_t end = length - first < TOGETHER ? length : first + TOGETHER;
    f32v part[4];
    for (int k = 0; k < count; k++) part[k] = (f32v)0;
    for (size_t row = first; row < end; row++) {
      for (int k = 0; k < count; k++) part[k] += f32_exp_vector(f32_read(x + row * stride + (size_t)k * L) - top[k]);
    }
    for (int k = 0; k < count; k++) total[k] += __builtin_convertvector(part[k], f64w);
  }
  for (int k = 0; k < count; k++) {
    f32_write(largest + k * L, top[k]), f32_write(sums + k * L, __builtin_convertvector(total[k], f32v));
  }
}

static void f32_column_exponentials(size_t length, size_t stride, size_t width, const float *x, float *largest,
                                    float *sums) {
  enum { L = f32_lanes };
  size_t at = 0;
  for (; at + 4 * L <= width; at += 4 * L) exponentials_block(length, stride, x + at, largest + at, sums + at, 4);
  for (; at + L <= width; at += L) exponentials_block(length, stride, x + at, largest + at, sums + at, 1);
}

/// Columns that are not `kept`, all bits of which are 0 then, give 0.
static void f32_column_shares(size_t length, size_t stride, size_t width, const float *x, const float *largest,
                              const float *logarithms, const int32_t *kept, float scale, float *result) {
  enum { L = f32_lanes };
  for (size_t at = 0; at + L <= width; at += L) {
    const f32v top = f32_read(largest + at), logarithm = f32_read(logarithms + at);
    const i32v mask = f32_bits(f32_read((const float *)(const void *)(kept + at)));
    for (size_t row = 0; row < length; row++) {
      f32v share = f32_exp_vector(f32_read(x + row * stride + at) - top - logarithm) * scale;
      f32_write(result + row * stride + at, f32_from_bits(f32_bits(share) & mask));
    }
  }
}
