// Running maxima and minima along an axis with the places where they stand.
#include "element.h"
#include "index_walk.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

// Adjacent lines scanned side by side, so that memory is crossed in its own order.
enum {
  WEFT_EXTREME_BLOCK = 256,
  WEFT_EXTREME_FEW = 16,  // neighbours of a line that are looked at together
};

typedef struct {
  int64_t length, input_step, values_step, places_step;  // along the axis, in bytes
  bool side_by_side, is_dense;  // is_dense: whether the elements of a line are neighbours everywhere
} weft_extreme_plan;

#define WEFT_AT(T, k, line, j, step) (*(T *)(data[k] + (line) * strides[k] + (j) * (step)))
#define WEFT_LARGER(new, old) ((new) > (old))
#define WEFT_SMALLER(new, old) ((new) < (old))

// `old` stays where it wins, as does the first of equal values; the place is that of the last. One line by itself: what
// changes seldom is better told by a branch, for no element then waits for the one before.
#define WEFT_EXTREME_LINE(T, A, load, WINS)                                      \
  {                                                                              \
    T found = WEFT_AT(const T, 0, line, 0, plan->input_step);                    \
    A best = (A)load(found);                                                     \
    int64_t place = 0;                                                           \
    for (int64_t start = 0; start < plan->length; start += WEFT_EXTREME_FEW) {   \
      const int64_t rest = plan->length - start;                                 \
      const int64_t end = rest < WEFT_EXTREME_FEW ? plan->length : start + WEFT_EXTREME_FEW; \
      /* Where none of a few neighbours changes anything, all of them are written at once. */ \
      if (plan->is_dense && end - start == WEFT_EXTREME_FEW) {                   \
        const T *few = &WEFT_AT(const T, 0, line, start, sizeof(T));             \
        T *values = &WEFT_AT(T, 1, line, start, sizeof(T));                      \
        int64_t *places = &WEFT_AT(int64_t, 2, line, start, sizeof(int64_t));    \
        int32_t changes = 0;                                                     \
        for (int64_t k = 0; k < WEFT_EXTREME_FEW; k++) changes |= !WINS(best, (A)load(few[k])); \
        if (!changes) {                                                          \
          for (int64_t k = 0; k < WEFT_EXTREME_FEW; k++) values[k] = found;      \
          for (int64_t k = 0; k < WEFT_EXTREME_FEW; k++) places[k] = place;      \
          continue;                                                              \
        }                                                                        \
      }                                                                          \
      for (int64_t j = start; j < end; j++) {                                    \
        const T stored = WEFT_AT(const T, 0, line, j, plan->input_step);         \
        const A value = (A)load(stored);                                         \
        if (!WINS(best, value)) {                                                \
          if (best == best || value != value) place = j;                         \
          if (WINS(value, best) || value != value) best = value, found = stored; \
        }                                                                        \
        WEFT_AT(T, 1, line, j, plan->values_step) = found;                       \
        WEFT_AT(int64_t, 2, line, j, plan->places_step) = place;                 \
      }                                                                          \
    }                                                                            \
  }

// One step of lines side by side; `in`, `out` and `at` are the elements of line i.
#define WEFT_EXTREME_STEPS(T, A, load, WINS, in, out, at)                                                            \
  for (int64_t i = 0; i < lines; i++) {                                                                              \
    const T stored = in;                                                                                             \
    const A value = (A)load(stored), old = best[i];                                                                  \
    const bool odd = value != value;                                                                                 \
    const bool reached = (!WINS(old, value) & (old == old)) | odd;                                                   \
    const bool won = WINS(value, old) | odd;                                                                         \
    best[i] = won ? value : old;                                                                                     \
    found[i] = won ? stored : found[i];                                                                              \
    places[i] = reached ? (int32_t)j : places[i];                                                                    \
    out = found[i];                                                                                                  \
    at = places[i];                                                                                                  \
  }

#define WEFT_EXTREME_LINES(T, A, load, WINS)                                                                         \
  {                                                                                                                  \
    A best[WEFT_EXTREME_BLOCK];                                                                                      \
    T found[WEFT_EXTREME_BLOCK];                                                                                     \
    int32_t places[WEFT_EXTREME_BLOCK];                                                                              \
    for (int64_t i = 0; i < lines; i++) {                                                                            \
      found[i] = WEFT_AT(const T, 0, line + i, 0, plan->input_step);                                                 \
      best[i] = (A)load(found[i]);                                                                                   \
      places[i] = 0;                                                                                                 \
    }                                                                                                                \
    for (int64_t j = 0; j < plan->length; j++) {                                                                     \
      const T *restrict in = &WEFT_AT(const T, 0, line, j, plan->input_step);                                        \
      T *restrict out = &WEFT_AT(T, 1, line, j, plan->values_step);                                                  \
      int64_t *restrict at = &WEFT_AT(int64_t, 2, line, j, plan->places_step);                                       \
      if (dense) {                                                                                                   \
        WEFT_EXTREME_STEPS(T, A, load, WINS, in[i], out[i], at[i])                                                   \
      } else {                                                                                                       \
        WEFT_EXTREME_STEPS(T, A, load, WINS, WEFT_AT(const T, 0, line + i, j, plan->input_step),                     \
                           WEFT_AT(T, 1, line + i, j, plan->values_step),                                            \
                           WEFT_AT(int64_t, 2, line + i, j, plan->places_step))                                      \
      }                                                                                                              \
    }                                                                                                                \
  }

#define WEFT_EXTREME_ROW(name, extreme, T, A, load, WINS)                                                             \
  static void weft_##extreme##_row_##name(void *context, char *const *data, const int64_t *strides, int64_t count,   \
                                          int64_t position) {                                                        \
    (void)position;                                                                                                  \
    const weft_extreme_plan *plan = context;                                                                         \
    const bool dense = strides[0] == sizeof(T) && strides[1] == sizeof(T) && strides[2] == sizeof(int64_t);           \
    if (!plan->side_by_side || plan->length > INT32_MAX) {                                                           \
      for (int64_t line = 0; line < count; line++) WEFT_EXTREME_LINE(T, A, load, WINS)                               \
      return;                                                                                                        \
    }                                                                                                                \
    for (int64_t line = 0; line < count; line += WEFT_EXTREME_BLOCK) {                                               \
      const int64_t lines = count - line < WEFT_EXTREME_BLOCK ? count - line : WEFT_EXTREME_BLOCK;                   \
      WEFT_EXTREME_LINES(T, A, load, WINS)                                                                           \
    }                                                                                                                \
  }
#define WEFT_EXTREME_ROWS(name, dtype, T, A, load, store, kind)           \
  WEFT_EXTREME_ROW(name, largest, T, A, load, WEFT_LARGER)                \
  WEFT_EXTREME_ROW(name, smallest, T, A, load, WEFT_SMALLER)
WEFT_EACH_DTYPE(WEFT_EXTREME_ROWS)

typedef struct {
  const weft_index_walk *walk;
  weft_index_walk_row row;
  weft_extreme_plan plan;
} weft_extreme_job;

static void weft_extreme_body(void *context, int64_t begin, int64_t end) {
  weft_extreme_job *job = context;
  uint32_t word = weft_denormals_flush();
  weft_index_walk_run(job->walk, begin, end, job->row, &job->plan);
  weft_denormals_restore(word);
}

void weft_scan_extreme(int32_t rank, const int64_t *shape, int32_t axis, bool largest, const weft_operand *input,
                       const weft_operand *values, const weft_operand *positions) {
  weft_launch_refuse();
#define WEFT_LARGEST_ROW_OF(name, dtype, T, A, load, store, kind) [dtype] = weft_largest_row_##name,
#define WEFT_SMALLEST_ROW_OF(name, dtype, T, A, load, store, kind) [dtype] = weft_smallest_row_##name,
  static const weft_index_walk_row rows[2][13] = {{WEFT_EACH_DTYPE(WEFT_SMALLEST_ROW_OF)},
                                            {WEFT_EACH_DTYPE(WEFT_LARGEST_ROW_OF)}};
  int64_t size = weft_element_size(input->dtype);
  weft_index_walk walk;
  weft_index_walk_start(&walk, rank, shape, axis);
  weft_index_walk_add(&walk, input, size, -1);
  weft_index_walk_add(&walk, values, size, -1);
  weft_index_walk_add(&walk, positions, sizeof(int64_t), -1);
  weft_index_walk_merge(&walk);
  if (walk.count == 0 || shape[axis] == 0) return;
  int64_t step = input->strides[axis] * size;
  weft_extreme_plan plan = {shape[axis], step, values->strides[axis] * size,
                            positions->strides[axis] * (int64_t)sizeof(int64_t), weft_lines_adjacent(&walk, step), false};
  plan.is_dense = step == size && plan.values_step == size && plan.places_step == (int64_t)sizeof(int64_t);
  weft_extreme_job job = {&walk, rows[largest][input->dtype], plan};
  weft_parallel_for(walk.count, weft_lines_grain(shape[axis]), weft_extreme_body, &job);
}
