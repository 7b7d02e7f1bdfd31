// The threads that help with a caller's work. There are as many as a call asked for, for the whole process: a second
// caller does its work alone meanwhile.
//
// A machine has other programs, which take processors away at any time. So nobody waits for a worker that has not
// begun: work is claimed, not dealt out, and a call closes once its caller finds nothing left. Who waits spins, as long
// as nobody else wants the processor, and then sleeps.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "team.h"

#include <linux/futex.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "patience.h"
#include "processor.h"

extern void omp_set_num_threads(int count);

// A call in one word: how many workers are inside, whether more may come, and its number.
enum { INSIDE = (1 << 11) - 1, OPEN = 1 << 11, NUMBER = ~(INSIDE | OPEN), NEXT = 1 << 12 };
enum { STACK_BYTES = 8 << 20, LONGEST_CALL_BEFORE = 1000000 };  // the second in nanoseconds

static struct {
  _Alignas(64) _Atomic uint32_t word;
  _Atomic bool taken;
  _Atomic int32_t helpers;  // workers that may be inside at a time
  weft_team_work work;
  void *context;
  uint32_t flushing;  // what the caller does with denormal numbers
  int32_t started;
  _Alignas(64) _Atomic int32_t sleepers;
  _Alignas(64) _Atomic uint32_t caller_sleeps;
  _Atomic int64_t absent;  // the longest that a worker of this call was without a processor, in nanoseconds
} team;

static _Thread_local bool is_inside;

bool weft_team_inside(void) { return is_inside; }

void weft_team_prepare(void) {
  static _Thread_local bool is_prepared;
  if (is_prepared) return;
  omp_set_num_threads(1);
  is_prepared = true;
}

void weft_team_lend(void (*body)(void *context), void *context) {
  weft_team_prepare();
  omp_set_num_threads(is_inside ? 1 : weft_thread_count());
  body(context);
  omp_set_num_threads(1);
}

// MARK: - Sleeping

static void sleep_on(_Atomic uint32_t *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(_Atomic uint32_t *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

// MARK: - A worker

// The time of its processor, since it was last looked at.
typedef struct {
  int64_t wall, busy;
} worker_clock;

static worker_clock look(void) { return (worker_clock){weft_wall_time(), weft_processor_time()}; }

static bool has_call(uint32_t seen) {
  uint32_t word = atomic_load_explicit(&team.word, memory_order_acquire);
  return (word & OPEN) && (word & NUMBER) != seen;
}

static void wait_for_call(uint32_t seen, worker_clock *clock) {
  if (weft_spin(has_call, seen)) return;
  atomic_fetch_add(&team.sleepers, 1);
  for (;;) {
    uint32_t word = atomic_load(&team.word);
    if ((word & OPEN) && (word & NUMBER) != seen) break;
    sleep_on(&team.word, word);
  }
  atomic_fetch_sub(&team.sleepers, 1);
  *clock = look();
}

// False if there is no room, or the call is over.
static bool enter(uint32_t number) {
  uint32_t word = atomic_load_explicit(&team.word, memory_order_relaxed);
  do {
    if (!(word & OPEN) || (word & NUMBER) != number) return false;
    if ((int32_t)(word & INSIDE) >= atomic_load_explicit(&team.helpers, memory_order_relaxed)) return false;
  } while (!atomic_compare_exchange_weak_explicit(&team.word, &word, word + 1, memory_order_acquire,
                                                  memory_order_relaxed));
  return true;
}

// Says how long the worker had no processor, where it took long enough to be asked.
static void note_absence(int64_t entered, worker_clock *clock) {
  if (weft_wall_time() - entered < WEFT_WORTH_NOTING) return;
  worker_clock now = look();
  int64_t absent = now.wall - clock->wall - (now.busy - clock->busy);
  *clock = now;
  int64_t known = atomic_load_explicit(&team.absent, memory_order_relaxed);
  while (absent > known && !atomic_compare_exchange_weak(&team.absent, &known, absent)) continue;
}

static void leave(void) {
  uint32_t word = atomic_fetch_sub(&team.word, 1) - 1;
  if ((word & (INSIDE | OPEN)) == 0 && atomic_exchange(&team.caller_sleeps, 0)) wake(&team.caller_sleeps, 1);
}

// A kernel that flushes denormal numbers, and one that keeps them, does so on every thread.
static void flush_as(uint32_t flushing) {
  uint32_t word = weft_control_word();
  if ((word & WEFT_FLUSH_BITS) != flushing) weft_set_control_word((word & ~(uint32_t)WEFT_FLUSH_BITS) | flushing);
}

static void *run_worker(void *argument) {
  int32_t member = (int32_t)(intptr_t)argument;
  weft_team_prepare();
  is_inside = true;
  worker_clock clock = look();
  for (uint32_t seen = 0;;) {
    wait_for_call(seen, &clock);
    seen = atomic_load(&team.word) & NUMBER;
    if (!enter(seen)) continue;
    int64_t entered = weft_wall_time();
    if (entered - clock.wall > LONGEST_CALL_BEFORE) clock = look();  // what was long before is not this call's loss
    flush_as(team.flushing);
    team.work(team.context, member);
    note_absence(entered, &clock);
    leave();
  }
  return NULL;
}

// MARK: - Starting workers

// Nobody but the one that forked is there afterwards.
static void forget_workers(void) { memset(&team, 0, sizeof team); }

static void watch_forks(void) { pthread_atfork(NULL, NULL, forget_workers); }

static bool start_worker(int32_t member) {
  pthread_t thread;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  sigset_t all, before;  // a program's signals are its own threads'
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool ok = pthread_create(&thread, &attributes, run_worker, (void *)(intptr_t)member) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return ok;
}

static void start_workers(int32_t count) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (team.started >= count) return;
  pthread_once(&once, watch_forks);
  while (team.started < count && start_worker(team.started + 1)) team.started++;
}

// MARK: - A call

static void open_call(weft_team_work work, void *context, int32_t helpers) {
  team.work = work;
  team.context = context;
  team.flushing = weft_control_word() & WEFT_FLUSH_BITS;
  atomic_store_explicit(&team.helpers, helpers, memory_order_relaxed);
  atomic_store_explicit(&team.absent, 0, memory_order_relaxed);
  uint32_t number = (atomic_load_explicit(&team.word, memory_order_relaxed) & NUMBER) + NEXT;
  if (number == 0) number = NEXT;  // 0 is what workers have seen that have seen nothing
  atomic_store(&team.word, number | OPEN);
  if (atomic_load(&team.sleepers) > 0) wake(&team.word, helpers);
}

static bool is_over(uint32_t unused) {
  (void)unused;
  return (atomic_load_explicit(&team.word, memory_order_acquire) & INSIDE) == 0;
}

// Returns how long the caller waited for what its workers had begun.
static int64_t close_call(void) {
  atomic_fetch_and(&team.word, ~(uint32_t)OPEN);
  if (is_over(0)) return 0;
  int64_t start = weft_wall_time();
  if (!weft_spin(is_over, 0)) {
    for (;;) {
      atomic_store(&team.caller_sleeps, 1);
      // In one order with the store above and with what `leave` does, or neither would see the other.
      if ((atomic_load(&team.word) & INSIDE) == 0) break;
      sleep_on(&team.caller_sleeps, 1);
    }
    atomic_store(&team.caller_sleeps, 0);
  }
  return weft_wall_time() - start;
}

static void call_workers(weft_team_work work, void *context, int32_t helpers) {
  start_workers(helpers);
  open_call(work, context, helpers);
  work(context, 0);
  int64_t waited = close_call();
  if (waited >= WEFT_WORTH_NOTING) weft_patience_lost(waited, atomic_load_explicit(&team.absent, memory_order_relaxed));
}

void weft_team_call(weft_team_work work, void *context, int32_t members) {
  is_inside = true;
  bool free = false;
  if (!atomic_compare_exchange_strong_explicit(&team.taken, &free, true, memory_order_acquire, memory_order_relaxed)) {
    work(context, 0);
  } else {
    if (weft_patience_allows()) {
      call_workers(work, context, members - 1);
    } else {
      work(context, 0);
    }
    atomic_store_explicit(&team.taken, false, memory_order_release);
  }
  is_inside = false;
}
