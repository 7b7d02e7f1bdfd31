// The thread team: GNU OpenMP's threads, entered without compiler support so that no flags are needed.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "cgroup.h"
#include "crowd.h"
#include "launch.h"
#include "processor.h"
#include "team.h"
#include "weft_sanitizer.h"

extern void GOMP_parallel(void (*body)(void *), void *context, unsigned threads, unsigned flags);
extern int omp_in_parallel(void);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
extern void omp_set_num_threads(int count);

enum { REASON_VARIABLE, REASON_AFFINITY, REASON_QUOTA, REASON_PROGRAM };
enum { MOST_THREADS = 1024, PARTS = 64, RANGES_PER_THREAD = 4, DETERMINISTIC_SHARES = 4 };

// The number of threads and its reason, in one word, so that the two belong together; 0: not determined yet.
static _Atomic int32_t threads_in_use;

static int32_t with_reason(int32_t count, int32_t reason) { return count << 2 | reason; }
static int32_t count_of(int32_t word) { return word >> 2; }
static int32_t reason_of(int32_t word) { return word & 3; }

// MARK: - The number of threads

static int32_t affinity_count(void) {
  for (int possible = 1024; possible <= 1 << 18; possible *= 2) {
    cpu_set_t *set = CPU_ALLOC(possible);
    if (!set) return 1;
    size_t size = CPU_ALLOC_SIZE(possible);
    CPU_ZERO_S(size, set);
    int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
  return 1;
}

static int32_t count_from_variable(void) {
  const char *text = getenv("WEFT_NUM_THREADS");
  if (!text || !*text) return 0;
  char *end;
  long value = strtol(text, &end, 10);
  return *end == 0 && value >= 1 && value <= MOST_THREADS ? (int32_t)value : 0;
}

const char *weft_thread_count_ignored(void) {
  const char *text = getenv("WEFT_NUM_THREADS");
  return text && *text && count_from_variable() == 0 ? text : NULL;
}

static int32_t determine_threads(void) {
  int32_t reason = REASON_VARIABLE;
  int32_t count = count_from_variable();
  if (count == 0) {
    reason = REASON_AFFINITY;
    count = affinity_count();
    int32_t quota = weft_cgroup_processors();
    if (quota > 0 && quota < count) {
      reason = REASON_QUOTA;
      count = quota;
    }
    if (count > MOST_THREADS) count = MOST_THREADS;
  }
  int32_t known = 0, found = with_reason(count, reason);
  // Whoever is first wins: what a program sets at the same time stays.
  return atomic_compare_exchange_strong(&threads_in_use, &known, found) ? found : known;
}

static int32_t known_threads(void) {
  int32_t known = atomic_load_explicit(&threads_in_use, memory_order_relaxed);
  return known > 0 ? known : determine_threads();
}

int32_t weft_thread_count(void) { return count_of(known_threads()); }

void weft_set_thread_count(int32_t count) {
  if (count < 1) count = 1;
  if (count > MOST_THREADS) count = MOST_THREADS;
  atomic_store(&threads_in_use, with_reason(count, REASON_PROGRAM));
}

const char *weft_thread_count_reason(void) {
  switch (reason_of(known_threads())) {
    case REASON_VARIABLE: return "WEFT_NUM_THREADS";
    case REASON_AFFINITY: return "affinity";
    case REASON_QUOTA: return "cgroup quota";
    default: return "set by the program";
  }
}

// MARK: - The same bits on any number of threads

static _Atomic int32_t deterministic = -1;  // -1: not known yet

bool weft_is_deterministic(void) {
  int32_t known = atomic_load_explicit(&deterministic, memory_order_relaxed);
  if (known >= 0) return known;
  const char *text = getenv("WEFT_DETERMINISTIC");
  int32_t found = text && *text && !(text[0] == '0' && text[1] == 0), unset = -1;
  return atomic_compare_exchange_strong(&deterministic, &unset, found) ? found : unset;
}

void weft_set_deterministic(bool on) { atomic_store(&deterministic, on); }

int32_t weft_share_count(void) { return weft_is_deterministic() ? DETERMINISTIC_SHARES : weft_thread_count(); }

// MARK: - Threads without a team

static _Thread_local bool keeps_serial;

bool weft_parallel_keep_serial(bool keep) {
  bool previous = keeps_serial;
  keeps_serial = keep;
  return previous;
}

static int32_t usable_threads(void) { return keeps_serial ? 1 : weft_thread_count(); }

// MARK: - Keeping oneDNN in step

// Whether this thread runs the ranges of a call one after the other, though it is no team.
static _Thread_local bool runs_ranges;

bool weft_team_inside(void) { return runs_ranges || omp_in_parallel() != 0; }

// oneDNN sums up otherwise on other numbers of threads.
static int32_t dnnl_threads(void) { return weft_is_deterministic() ? 1 : usable_threads(); }

int32_t weft_team_width(void) { return weft_team_inside() ? 1 : dnnl_threads(); }

// Inside oneDNN the workers are nobody else's, so they keep flushing for good; only the caller's word is put back. What
// is ours computes with the caller's word on every thread (`run_call`).
static void flush_worker(void *context) {
  (void)context;
  if (omp_get_thread_num() != 0) weft_denormals_flush();
}

void weft_team_prepare(void) {
  if (weft_notes_current) weft_launch_refuse();
  static _Thread_local int32_t prepared, flushed;
  int32_t count = dnnl_threads();
  // Each region hands its caller's number on to its threads, and what oneDNN divides among several waits for them.
  if (omp_in_parallel()) {
    omp_set_num_threads(1);
    return;
  }
  if (count > 1) weft_crowd_watch(count);
  if (prepared == count) return;
  omp_set_num_threads(count);
  if (count > 1 && count != flushed) {
    GOMP_parallel(flush_worker, NULL, (unsigned)count, 0);
    flushed = count;
  }
  prepared = count;
}

// MARK: - One call of the team

typedef struct {
  void (*body)(void *);
  void *context;
  uint32_t word;  // the caller's floating-point control word
} team_call;

// A worker that oneDNN's kernels left flushing would make zeros of what the caller keeps: who computes what must not
// show.
static void run_call(void *argument) {
  team_call *call = argument;
  weft_sanitizer_acquire(call);
  uint32_t own = weft_control_word();
  bool differs = (own ^ call->word) & WEFT_FLUSH_BITS;
  if (differs) weft_set_control_word(call->word);
  call->body(call->context);
  if (differs) weft_set_control_word(own);
  weft_sanitizer_release(call);
}

// GNU OpenMP's threads wait for each other in ways that the thread sanitizer does not see.
static void call_team(void (*body)(void *), void *context, int64_t threads) {
  weft_crowd_watch(usable_threads());
  team_call call = {body, context, weft_control_word()};
  weft_sanitizer_release(&call);
  GOMP_parallel(run_call, &call, (unsigned)threads, 0);
  weft_sanitizer_acquire(&call);
}

// MARK: - Parallel loops

// The ranges are dealt out in contiguous parts, one per thread, so that successive kernels find their data in the same
// core's cache; a thread that is done with its part takes ranges from the others'.
typedef struct {
  _Alignas(64) _Atomic int64_t next;
  int64_t end;
} part;

typedef struct {
  void (*body)(void *, int64_t, int64_t);
  void *context;
  int64_t count, size;  // of elements, of a range
  int64_t part_count;
  part parts[PARTS];
} loop;

static void run_part(loop *work, part *mine) {
  while (atomic_load_explicit(&mine->next, memory_order_relaxed) < mine->end) {
    int64_t range = atomic_fetch_add_explicit(&mine->next, 1, memory_order_relaxed);
    if (range >= mine->end) return;
    int64_t begin = range * work->size;
    int64_t end = work->count - begin > work->size ? begin + work->size : work->count;
    work->body(work->context, begin, end);
  }
}

static void run_thread(void *context) {
  loop *work = context;
  int64_t first = (int64_t)omp_get_thread_num() * work->part_count / omp_get_num_threads();
  for (int64_t i = 0; i < work->part_count; i++) {
    run_part(work, &work->parts[(first + i) % work->part_count]);
  }
}

static void run_team(loop *work, int64_t ranges, int64_t threads) {
  work->part_count = threads < PARTS ? threads : PARTS;
  int64_t share = ranges / work->part_count, left = ranges % work->part_count, begin = 0;
  for (int64_t i = 0; i < work->part_count; i++) {
    atomic_init(&work->parts[i].next, begin);
    begin += share + (i < left);
    work->parts[i].end = begin;
  }
  call_team(run_thread, work, threads);
}

// The ranges that a team would have, by this thread alone: what is done in a range may show in its last bits.
static void run_alone(const loop *work) {
  runs_ranges = true;
  for (int64_t begin = 0; begin < work->count; begin += work->size) {
    int64_t end = work->count - begin > work->size ? begin + work->size : work->count;
    work->body(work->context, begin, end);
  }
  runs_ranges = false;
}

void weft_parallel_for(int64_t count, int64_t grain, void (*body)(void *context, int64_t begin, int64_t end),
                       void *context) {
  if (weft_notes_current) weft_launch_refuse();
  if (count <= 0) return;
  if (grain < 1) grain = 1;
  int64_t threads = usable_threads();
  bool is_fixed = weft_is_deterministic();
  // A second range smaller than the grain is not worth waking a thread for.
  if (count / 2 < grain || (threads == 1 && !is_fixed) || weft_team_inside()) {
    body(context, 0, count);
    return;
  }
  int64_t most = (is_fixed ? DETERMINISTIC_SHARES : threads) * RANGES_PER_THREAD;
  int64_t size = count / most + (count % most != 0);
  if (size < grain) size = grain;
  int64_t ranges = count / size + (count % size != 0);
  loop work;  // not initialized as a whole: its parts are 4 KiB
  work.body = body;
  work.context = context;
  work.count = count;
  work.size = size;
  if (threads == 1) {
    run_alone(&work);
    return;
  }
  run_team(&work, ranges, ranges < threads ? ranges : threads);
}

// MARK: - Threads that work side by side

typedef struct {
  void (*body)(void *, int32_t, int32_t);
  void *context;
} team_work;

static void run_member(void *context) {
  const team_work *work = context;
  work->body(work->context, omp_get_thread_num(), omp_get_num_threads());
}

void weft_team_run(int32_t threads, void (*body)(void *context, int32_t thread, int32_t threads), void *context) {
  if (weft_notes_current) weft_launch_refuse();
  int32_t most = usable_threads();
  if (threads > most) threads = most;
  if (threads <= 1 || weft_team_inside()) {
    body(context, 0, 1);
    return;
  }
  team_work work = {body, context};
  call_team(run_member, &work, threads);
}

// Waits are short where every thread has a processor; where not, the one that is waited for gets it.
void weft_team_wait(weft_team_barrier *barrier, int32_t threads) {
  enum { SPINS = 4096 };
  if (threads == 1) return;
  int32_t round = atomic_load_explicit(&barrier->round, memory_order_relaxed);
  if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) == threads - 1) {
    atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&barrier->round, round + 1, memory_order_release);
    return;
  }
  int spins = 0;
  while (atomic_load_explicit(&barrier->round, memory_order_acquire) == round) {
    if (spins < SPINS) {
      spins++;
      weft_pause();
    } else {
      sched_yield();
    }
  }
}

// MARK: - Denormals

// Writing the word takes long, so it is left alone where it flushes already.
uint32_t weft_denormals_flush(void) {
  uint32_t previous = weft_control_word();
  if ((previous & WEFT_FLUSH_BITS) != WEFT_FLUSH_BITS) weft_set_control_word(previous | WEFT_FLUSH_BITS);
  return previous;
}

void weft_denormals_restore(uint32_t previous) {
  if ((previous & WEFT_FLUSH_BITS) != WEFT_FLUSH_BITS) weft_set_control_word(previous);
}

void weft_parallel_for_flushing(int64_t count, int64_t grain, void (*body)(void *context, int64_t begin, int64_t end),
                                void *context) {
  uint32_t word = weft_denormals_flush();
  weft_parallel_for(count, grain, body, context);
  weft_denormals_restore(word);
}
