// The scores of connectionist temporal classification: a step after the other, all states of some sequences at once.
#include <string.h>

#include "../common/scratch.h"
#include "tile.h"
#include "weft_index.h"
#include "weft_parallel.h"
#include "weft_launch.h"

typedef struct {
  int32_t dtype;
  int64_t steps, batch, states;
  bool backward;
  double least;
  const void *emissions, *ends;
  const uint8_t *skips;
  const int64_t *lengths;
  void *scores;
} ctc_job;

/// The work of a state, in additions.
enum { COST = 64, WORTH_A_THREAD = 64 * 1024 };

static void apply(int32_t dtype, int32_t opcode, int64_t count, void *values) {
  const weft_kernels *kernels = weft_kernels_current();
  weft_lane lane = {values, 1};
  int32_t compute = dtype == WEFT_FLOAT64 ? WEFT_COMPUTE_FLOAT64 : WEFT_COMPUTE_FLOAT32;
  kernels->operations[compute][opcode]((size_t)count, values, &lane, &lane, &lane);
}

// In both: log(eᵃ + eᵇ + eᶜ) of a state's own score and those one and two states off. `wide` holds the scores of a
// sequence, with two of `least` before the first state or behind the last.
#define CTC_SCORES(REAL)                                                                                             \
  /* The differences of the three from the largest, for the exponential. */                                         \
  static void spread_##REAL(const ctc_job *job, int64_t sequence, const REAL *wide, REAL *largest, REAL *terms) {    \
    const int64_t states = job->states;                                                                              \
    const uint8_t *skips = job->skips + sequence * states;                                                           \
    const REAL least = (REAL)job->least;                                                                             \
    for (int64_t s = 0; s < states; s++) {                                                                           \
      const REAL own = job->backward ? wide[s] : wide[s + 2], next = wide[s + 1];                                    \
      const bool skip = job->backward ? s + 2 < states && skips[s + 2] : skips[s] != 0;                              \
      const REAL far = !skip ? least : job->backward ? wide[s + 2] : wide[s];                                        \
      REAL most = own > next || own != own ? own : next;                                                             \
      most = most > far || most != most ? most : far;                                                                \
      largest[s] = most;                                                                                             \
      terms[3 * s] = own - most, terms[3 * s + 1] = next - most, terms[3 * s + 2] = far - most;                      \
    }                                                                                                                \
  }                                                                                                                  \
  static void step_##REAL(const ctc_job *job, int64_t begin, int64_t count, int64_t step, REAL *memory) {            \
    const int64_t states = job->states, all = count * states, row = job->batch * states;                             \
    const int64_t from_step = job->backward ? step : step - 1, to_step = job->backward ? step - 1 : step;            \
    const REAL *before = (const REAL *)job->scores + from_step * row + begin * states;                               \
    const REAL *emitted = (const REAL *)job->emissions + step * row + begin * states;                                \
    REAL *after = (REAL *)job->scores + to_step * row + begin * states;                                              \
    REAL *largest = memory, *terms = largest + all, *wide = terms + 3 * all;                                         \
    for (int64_t i = 0; i < count; i++) {                                                                            \
      REAL *middle = job->backward ? wide : wide + 2;                                                                \
      wide[0] = wide[1] = wide[states] = wide[states + 1] = (REAL)job->least;                                        \
      for (int64_t s = 0; s < states; s++) {                                                                         \
        middle[s] = before[i * states + s] + (job->backward ? emitted[i * states + s] : 0);                          \
      }                                                                                                              \
      spread_##REAL(job, begin + i, wide, largest + i * states, terms + 3 * i * states);                             \
    }                                                                                                                \
    apply(job->dtype, WEFT_OP_EXP, 3 * all, terms);                                                                  \
    for (int64_t i = 0; i < all; i++) terms[i] = terms[3 * i] + terms[3 * i + 1] + terms[3 * i + 2];                 \
    apply(job->dtype, WEFT_OP_LOG, all, terms);                                                                      \
    for (int64_t i = 0; i < count; i++) {                                                                            \
      const bool runs = step < job->lengths[begin + i];                                                              \
      for (int64_t at = i * states; at < (i + 1) * states; at++) {                                                   \
        const REAL joined = largest[at] + terms[at] + (job->backward ? 0 : emitted[at]);                             \
        after[at] = runs ? joined : before[at];                                                                      \
      }                                                                                                              \
    }                                                                                                                \
  }                                                                                                                  \
  static void run_##REAL(const ctc_job *job, int64_t begin, int64_t end, void *memory) {                             \
    const int64_t states = job->states, row = job->batch * states, count = end - begin;                              \
    if (job->backward) {                                                                                             \
      memcpy((REAL *)job->scores + (job->steps - 1) * row + begin * states, (const REAL *)job->ends + begin * states, \
             (size_t)(count * states) * sizeof(REAL));                                                               \
      for (int64_t step = job->steps - 1; step > 0; step--) step_##REAL(job, begin, count, step, memory);            \
      return;                                                                                                        \
    }                                                                                                                \
    for (int64_t at = begin * states; at < end * states; at++) {                                                     \
      const REAL start = at % states < 2 ? 0 : (REAL)job->least;                                                     \
      ((REAL *)job->scores)[at] = ((const REAL *)job->emissions)[at] + start;                                        \
    }                                                                                                                \
    for (int64_t step = 1; step < job->steps; step++) step_##REAL(job, begin, count, step, memory);                  \
  }
CTC_SCORES(float)
CTC_SCORES(double)

static void run(void *context, int64_t begin, int64_t end) {
  const ctc_job *job = context;
  weft_scratch_mark mark = weft_scratch_begin();
  // Of each state: the largest of its three terms, and these; and one sequence with what lies beyond its ends.
  void *memory = weft_scratch_take(weft_bytes(((end - begin) * 4 + 1) * job->states + 2 + 64, 8));
  if (!memory) weft_no_memory();
  (job->dtype == WEFT_FLOAT64 ? run_double : run_float)(job, begin, end, memory);
  weft_scratch_release(mark);
}

void weft_ctc_scores(int32_t dtype, int64_t steps, int64_t batch, int64_t states, bool backward, double least,
                     const void *emissions, const uint8_t *skips, const int64_t *lengths, const void *ends,
                     void *scores) {
  weft_launch_refuse();
  if (steps * batch * states == 0) return;
  ctc_job job = {dtype, steps, batch, states, backward, least, emissions, ends, skips, lengths, scores};
  weft_parallel_for(batch, WORTH_A_THREAD / (steps * states * COST) + 1, run, &job);
}
