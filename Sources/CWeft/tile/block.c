// Copies a tile's part of a strided array to or from a dense one.
#include <string.h>

#include "turn.h"
#include "walk.h"

weft_block weft_block_make(const weft_walk *walk, const weft_view *view, const weft_tile *tile,
                           const uint8_t *skipped) {
  int64_t extent[WEFT_MAX_RANK], stride[WEFT_MAX_RANK];  // innermost first
  int32_t count = 0;
  for (int32_t axis = walk->rank - 1; axis >= 0; axis--) {
    if (tile->extent[axis] == 1 || (skipped && skipped[axis])) continue;
    if (count > 0 && view->stride[axis] == stride[count - 1] * extent[count - 1]) {
      extent[count - 1] *= tile->extent[axis];
    } else {
      extent[count] = tile->extent[axis];
      stride[count++] = view->stride[axis];
    }
  }
  weft_block block;
  block.rank = count;
  for (int32_t i = 0; i < count; i++) {
    block.extent[i] = extent[count - 1 - i];
    block.stride[i] = stride[count - 1 - i];
  }
  return block;
}

/// The two innermost axes of a block, with ones where it has fewer.
typedef struct {
  int64_t rows, columns, row_stride, column_stride;
} plane;

static plane innermost_plane(const weft_block *block) {
  plane p = {1, 1, 0, 0};
  if (block->rank > 0) p.columns = block->extent[block->rank - 1], p.column_stride = block->stride[block->rank - 1];
  if (block->rank > 1) p.rows = block->extent[block->rank - 2], p.row_stride = block->stride[block->rank - 2];
  return p;
}

/// Is memory better walked down the columns of the plane than along its rows?
static bool is_transposed(const plane *p) {
  int64_t row = p->row_stride < 0 ? -p->row_stride : p->row_stride;
  int64_t column = p->column_stride < 0 ? -p->column_stride : p->column_stride;
  return row != 0 && column > row && p->rows >= 4;
}

/// Repeats the first `length` bytes until `total` are full, doubling.
static void repeat(char *dense, size_t length, size_t total) {
  while (length < total) {
    size_t part = length < total - length ? length : total - length;
    memcpy(dense + length, dense, part);
    length += part;
  }
}

// For elements of each size.
#define COPIES(bits)                                                                                               \
  static void gather_plane##bits(const plane *p, const uint##bits##_t *m, uint##bits##_t *d) {                      \
    int64_t rows = p->rows, columns = p->columns, row_stride = p->row_stride, column_stride = p->column_stride;     \
    if (column_stride == 0) {                                                                                       \
      for (int64_t row = 0; row < rows; row++)                                                                      \
        for (int64_t column = 0; column < columns; column++) d[row * columns + column] = m[row * row_stride];       \
    } else if (row_stride == 0 && rows > 1) {                                                                       \
      for (int64_t column = 0; column < columns; column++) d[column] = m[column * column_stride];                   \
      repeat((char *)d, (size_t)columns * (bits / 8), (size_t)(rows * columns) * (bits / 8));                       \
    } else if (column_stride == 1 && columns >= 16) {                                                               \
      for (int64_t row = 0; row < rows; row++) memcpy(d + row * columns, m + row * row_stride,                      \
                                                      (size_t)columns * (bits / 8));                                \
    } else if (column_stride == -1) {                                                                               \
      for (int64_t row = 0; row < rows; row++)                                                                      \
        for (int64_t column = 0; column < columns; column++)                                                        \
          d[row * columns + column] = m[row * row_stride - column];                                                 \
    } else if (is_transposed(p) && row_stride == 1) {                                                               \
      turn##bits(columns, rows, m, column_stride, d, columns);                                                      \
    } else if (is_transposed(p) && row_stride == -1) {                                                              \
      turn##bits(columns, rows, m - (rows - 1), column_stride, d + (rows - 1) * columns, -columns);                 \
    } else if (is_transposed(p)) {                                                                                  \
      for (int64_t column = 0; column < columns; column++)                                                          \
        for (int64_t row = 0; row < rows; row++)                                                                    \
          d[row * columns + column] = m[column * column_stride + row * row_stride];                                 \
    } else {                                                                                                        \
      for (int64_t row = 0; row < rows; row++)                                                                      \
        for (int64_t column = 0; column < columns; column++)                                                        \
          d[row * columns + column] = m[column * column_stride + row * row_stride];                                 \
    }                                                                                                               \
  }                                                                                                                 \
  static void scatter_plane##bits(const plane *p, uint##bits##_t *m, const uint##bits##_t *d) {                     \
    int64_t rows = p->rows, columns = p->columns, row_stride = p->row_stride, column_stride = p->column_stride;     \
    if (column_stride == 1 && columns >= 16) {                                                                      \
      for (int64_t row = 0; row < rows; row++) memcpy(m + row * row_stride, d + row * columns,                      \
                                                      (size_t)columns * (bits / 8));                                \
    } else if (column_stride == -1) {                                                                               \
      for (int64_t row = 0; row < rows; row++)                                                                      \
        for (int64_t column = 0; column < columns; column++)                                                        \
          m[row * row_stride - column] = d[row * columns + column];                                                 \
    } else if (is_transposed(p) && row_stride == 1) {                                                               \
      turn##bits(rows, columns, d, columns, m, column_stride);                                                      \
    } else if (is_transposed(p) && row_stride == -1) {                                                              \
      turn##bits(rows, columns, d + (rows - 1) * columns, -columns, m - (rows - 1), column_stride);                 \
    } else if (is_transposed(p)) {                                                                                  \
      for (int64_t column = 0; column < columns; column++)                                                          \
        for (int64_t row = 0; row < rows; row++)                                                                    \
          m[column * column_stride + row * row_stride] = d[row * columns + column];                                 \
    } else {                                                                                                        \
      for (int64_t row = 0; row < rows; row++)                                                                      \
        for (int64_t column = 0; column < columns; column++)                                                        \
          m[column * column_stride + row * row_stride] = d[row * columns + column];                                 \
    }                                                                                                               \
  }

COPIES(8)
COPIES(16)
COPIES(32)
COPIES(64)

static void gather_plane(const plane *p, int32_t bytes, const void *memory, void *dense) {
  if (p->column_stride == 0 && bytes >= 4) {
    weft_spread_kernel spread = weft_kernels_current()->spread[bytes == 8];
    spread((size_t)p->rows, (size_t)p->columns, memory, (ptrdiff_t)p->row_stride, dense);
    return;
  }
  switch (bytes) {
    case 1: gather_plane8(p, memory, dense); break;
    case 2: gather_plane16(p, memory, dense); break;
    case 4: gather_plane32(p, memory, dense); break;
    default: gather_plane64(p, memory, dense); break;
  }
}

static void scatter_plane(const plane *p, int32_t bytes, void *memory, const void *dense) {
  switch (bytes) {
    case 1: scatter_plane8(p, memory, dense); break;
    case 2: scatter_plane16(p, memory, dense); break;
    case 4: scatter_plane32(p, memory, dense); break;
    default: scatter_plane64(p, memory, dense); break;
  }
}

/// Steps the axes outside the plane to the next plane; returns the change of the offset, or INT64_MIN at the end.
static int64_t next_plane(const weft_block *block, int64_t *index) {
  int64_t change = 0;
  for (int32_t axis = block->rank - 3; axis >= 0; axis--) {
    change += block->stride[axis];
    if (++index[axis] < block->extent[axis]) return change;
    change -= block->stride[axis] * block->extent[axis];
    index[axis] = 0;
  }
  return INT64_MIN;
}

void weft_block_gather(const weft_block *block, int32_t bytes, const void *memory, void *dense) {
  plane p = innermost_plane(block);
  int64_t index[WEFT_MAX_RANK] = {0};
  const char *m = memory;
  for (char *d = dense;; d += p.rows * p.columns * bytes) {
    gather_plane(&p, bytes, m, d);
    int64_t change = next_plane(block, index);
    if (change == INT64_MIN) return;
    m += change * bytes;
  }
}

void weft_block_scatter(const weft_block *block, int32_t bytes, void *memory, const void *dense) {
  plane p = innermost_plane(block);
  int64_t index[WEFT_MAX_RANK] = {0};
  char *m = memory;
  for (const char *d = dense;; d += p.rows * p.columns * bytes) {
    scatter_plane(&p, bytes, m, d);
    int64_t change = next_plane(block, index);
    if (change == INT64_MIN) return;
    m += change * bytes;
  }
}

static void put_number(int32_t compute, void *dense, int64_t i, int64_t number) {
  if (compute == WEFT_COMPUTE_FLOAT32) {
    ((float *)dense)[i] = (float)number;
  } else if (compute == WEFT_COMPUTE_FLOAT64) {
    ((double *)dense)[i] = (double)number;
  } else {
    ((int64_t *)dense)[i] = number;
  }
}

void weft_block_number(const weft_block *block, int32_t compute, int64_t first, void *dense) {
  plane p = innermost_plane(block);
  int64_t index[WEFT_MAX_RANK] = {0};
  for (int64_t i = 0, change = 0; change != INT64_MIN; change = next_plane(block, index)) {
    first += change;
    for (int64_t row = 0; row < p.rows; row++) {
      for (int64_t column = 0; column < p.columns; column++, i++) {
        put_number(compute, dense, i, first + row * p.row_stride + column * p.column_stride);
      }
    }
  }
}
