// Rows of a table by number: the embedding and its gradient.
#include "element.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

// How many rows ahead the memory of a row is asked for.
#define WEFT_ROWS_AHEAD 8
#define WEFT_CACHE_LINE 64

static inline int64_t weft_rows_at(const int64_t *index, int64_t row, int64_t table_rows) {
  return index[row] < 0 ? index[row] + table_rows : index[row];
}

typedef struct {
  int64_t row_bytes, table_rows;
  const char *table;
  const int64_t *index;
  char *output;
} weft_take_job;

static inline void weft_take_copy(const weft_take_job *job, int64_t begin, int64_t end, int64_t row_bytes) {
  for (int64_t row = begin; row < end; row++) {
    int64_t ahead = row + WEFT_ROWS_AHEAD < end ? row + WEFT_ROWS_AHEAD : end - 1;
    __builtin_prefetch(job->table + weft_rows_at(job->index, ahead, job->table_rows) * row_bytes);
    const char *from = job->table + weft_rows_at(job->index, row, job->table_rows) * row_bytes;
    memcpy(job->output + row * row_bytes, from, (size_t)row_bytes);
  }
}

static void weft_take_body(void *context, int64_t begin, int64_t end) {
  const weft_take_job *job = context;
  // A size the compiler knows makes the copy of a short row one move.
  switch (job->row_bytes) {
    case 1: weft_take_copy(job, begin, end, 1); break;
    case 2: weft_take_copy(job, begin, end, 2); break;
    case 4: weft_take_copy(job, begin, end, 4); break;
    case 8: weft_take_copy(job, begin, end, 8); break;
    case 16: weft_take_copy(job, begin, end, 16); break;
    case 32: weft_take_copy(job, begin, end, 32); break;
    default: weft_take_copy(job, begin, end, job->row_bytes); break;
  }
}

void weft_take_rows(int64_t count, int64_t width, int32_t dtype, int64_t table_rows, const void *table,
                    const int64_t *index, void *output) {
  weft_launch_refuse();
  if (count == 0 || width == 0) {
    return;
  }
  weft_take_job job = {width * weft_element_size(dtype), table_rows, table, index, output};
  weft_parallel_for(count, weft_lines_grain(width), weft_take_body, &job);
}

typedef void (*weft_rows_adder)(char *restrict place, const char *restrict from, int64_t count);

// S and `read` are the source's stored type and its loading.
#define WEFT_ROWS_ADDER_FROM(name, S, read, T, A, load, store, kind)                                     \
  static void weft_rows_add_##name(char *restrict place, const char *restrict from, int64_t count) {    \
    T *restrict to = (T *)place;                                                                         \
    const S *restrict values = (const S *)from;                                                          \
    for (int64_t i = 0; i < count; i++) {                                                                \
      to[i] = store(WEFT_ADD_##kind((A)load(to[i]), (A)read(values[i])));                                \
    }                                                                                                    \
  }
#define WEFT_ROWS_ADDER(name, dtype, T, A, load, store, kind) \
  WEFT_ROWS_ADDER_FROM(name, T, load, T, A, load, store, kind)
WEFT_EACH_DTYPE(WEFT_ROWS_ADDER)
// Half precision added to float32.
WEFT_ROWS_ADDER_FROM(wide_float16, uint16_t, weft_from_float16, float, float, WEFT_KEEP, WEFT_KEEP, FLOATING)
WEFT_ROWS_ADDER_FROM(wide_bfloat16, uint16_t, weft_from_bfloat16, float, float, WEFT_KEEP, WEFT_KEEP, FLOATING)

static weft_rows_adder weft_rows_adder_of(int32_t source, int32_t table) {
#define WEFT_ROWS_CASE(name, dtype, T, A, load, store, kind) [dtype] = weft_rows_add_##name,
  static const weft_rows_adder adders[] = {WEFT_EACH_DTYPE(WEFT_ROWS_CASE)};
  if (source == table) {
    return adders[table];
  }
  return source == WEFT_FLOAT16 ? weft_rows_add_wide_float16 : weft_rows_add_wide_bfloat16;
}

typedef struct {
  weft_rows_adder add;
  int64_t count, width, size, source_size, row_bytes, table_rows, buckets;  // sizes and `row_bytes` of the table
  const char *source;
  const int64_t *index;
  char *table;
} weft_add_job;

static inline const char *weft_add_source(const weft_add_job *job, int64_t row) {
  return job->source + row * job->width * job->source_size;
}

/// Adds columns [begin, end) of every row.
static void weft_add_columns(void *context, int64_t begin, int64_t end) {
  const weft_add_job *job = context;
  uint32_t word = weft_denormals_flush();
  int64_t offset = begin * job->size;
  for (int64_t row = 0; row < job->count; row++) {
    int64_t ahead = row + WEFT_ROWS_AHEAD < job->count ? row + WEFT_ROWS_AHEAD : job->count - 1;
    __builtin_prefetch(job->table + weft_rows_at(job->index, ahead, job->table_rows) * job->row_bytes + offset, 1);
    int64_t at = weft_rows_at(job->index, row, job->table_rows);
    job->add(job->table + at * job->row_bytes + offset, weft_add_source(job, row) + begin * job->source_size,
             end - begin);
  }
  weft_denormals_restore(word);
}

/// Spreads table rows over buckets: blocks of rows share a cache line, and frequent neighbours part.
static inline int64_t weft_add_bucket(const weft_add_job *job, int64_t at) {
  uint64_t block = (uint64_t)(at * job->row_bytes / WEFT_CACHE_LINE);
  uint64_t mixed = (block * 0x9e3779b97f4a7c15u) >> 32;
  return (int64_t)((mixed * (uint64_t)job->buckets) >> 32);
}

/// Adds the rows whose table row falls into buckets [begin, end). The rows of a block are picked without a branch
/// first: it could not be predicted.
static void weft_add_buckets(void *context, int64_t begin, int64_t end) {
  enum { block = 256 };
  const weft_add_job *job = context;
  uint32_t word = weft_denormals_flush();
  for (int64_t first = 0; first < job->count; first += block) {
    int64_t picked[block], count = 0, last = first + block < job->count ? first + block : job->count;
    for (int64_t row = first; row < last; row++) {
      int64_t bucket = weft_add_bucket(job, weft_rows_at(job->index, row, job->table_rows));
      picked[count] = row;
      count += bucket >= begin && bucket < end;
    }
    for (int64_t i = 0; i < count; i++) {
      int64_t ahead = picked[i + WEFT_ROWS_AHEAD < count ? i + WEFT_ROWS_AHEAD : count - 1];
      __builtin_prefetch(job->table + weft_rows_at(job->index, ahead, job->table_rows) * job->row_bytes, 1);
      int64_t at = weft_rows_at(job->index, picked[i], job->table_rows);
      job->add(job->table + at * job->row_bytes, weft_add_source(job, picked[i]), job->width);
    }
  }
  weft_denormals_restore(word);
}

// Each element of the table belongs to one thread, which adds to it in ascending order of the source's rows:
// wide rows are shared out by columns, narrow ones by table rows.
void weft_add_rows(int64_t count, int64_t width, int32_t source_dtype, int32_t table_dtype, int64_t table_rows,
                   const void *source, const int64_t *index, void *table) {
  weft_launch_refuse();
  if (count == 0 || width == 0) {
    return;
  }
  int64_t size = weft_element_size(table_dtype), threads = weft_share_count();
  weft_add_job job = {weft_rows_adder_of(source_dtype, table_dtype), count, width, size,
                      weft_element_size(source_dtype), width * size, table_rows, threads, source, index, table};
  if (threads == 1 || count * width <= WEFT_INDEX_GRAIN) {
    weft_add_columns(&job, 0, width);
  } else if (job.row_bytes >= threads * 4 * WEFT_CACHE_LINE) {
    weft_parallel_for(width, 4 * WEFT_CACHE_LINE / size, weft_add_columns, &job);
  } else {
    weft_parallel_for(threads, 1, weft_add_buckets, &job);
  }
}
