// How long the team's threads spin for each other. Alone on a machine, milliseconds are right: the next kernel comes soon,
// and nobody else wants the processor. Beside other programs the same spinning burns the time slices that the thread
// which is waited for needs, and a step takes tens of times as long on two threads as on one.
//
// GNU OpenMP has no call that changes it, but it spins a thousand turns only while it manages more threads than there
// are processors. So, in a crowd, a second team sleeps in a parallel region of its own until the crowd has gone.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "crowd.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "cgroup.h"
#include "weft_parallel.h"

extern void GOMP_parallel(void (*body)(void *), void *context, unsigned threads, unsigned flags);
extern int omp_get_num_procs(void);

// A processor that another program shares takes us off it every few milliseconds: a hundred times a second and more,
// where a machine of our own does so now and then.
enum { LOOK_MILLISECONDS = 50, CROWDED_SWITCHES = 4, CALM_LOOKS = 20 };

// MARK: - The team that sleeps

typedef struct {
  sem_t end;
  int32_t size;
} sleepers;

static void sleep_member(void *context) {
  sleepers *team = context;
  while (sem_wait(&team->end) != 0) continue;
}

static void *sleep_until_calm(void *context) {
  sleepers *team = context;
  GOMP_parallel(sleep_member, team, (unsigned)team->size, 0);
  sem_destroy(&team->end);
  free(team);
  return NULL;
}

// All signals are other threads' business.
static bool start_thread(sleepers *team) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  bool started = pthread_create(&thread, &attributes, sleep_until_calm, team) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return started;
}

// Enough of them that they and the team are more than the processors. NULL where there is no memory or thread for it.
static sleepers *put_to_sleep(int32_t threads) {
  sleepers *team = malloc(sizeof *team);
  if (!team) return NULL;
  int32_t processors = omp_get_num_procs();
  team->size = processors > threads ? processors - threads + 2 : 2;
  sem_init(&team->end, 0, 0);
  if (start_thread(team)) return team;
  sem_destroy(&team->end);
  free(team);
  return NULL;
}

static void wake(sleepers *team) {
  int32_t size = team->size;
  for (int32_t i = 0; i < size; i++) sem_post(&team->end);
}

// MARK: - The look around

static pthread_mutex_t watch = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int64_t next_look;
static _Atomic bool crowded;

// Under the lock.
static struct {
  sleepers *team;
  int64_t looked;    // milliseconds
  int64_t switches;  // of all threads so far, that they did not ask for
  int32_t calm;      // looks in a row
} state;

static int64_t milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// A quota takes the whole group off its processors, seldom and for long.
static bool exceeds_quota(int32_t threads) {
  static int64_t quota;
  if (quota == 0) quota = weft_cgroup_processor_thousandths();
  return quota > 0 && quota < threads * (int64_t)1000;
}

static bool pushed_off(int64_t now) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return false;
  int64_t more = usage.ru_nivcsw - state.switches, passed = now - state.looked;
  state.switches = usage.ru_nivcsw;
  state.looked = now;
  return more * LOOK_MILLISECONDS >= CROWDED_SWITCHES * passed;
}

static void look(int64_t now, int32_t threads) {
  bool pushed = pushed_off(now) || exceeds_quota(threads);
  state.calm = pushed ? 0 : state.calm + 1;
  if (pushed && !state.team) state.team = put_to_sleep(threads);
  if (state.team && state.calm >= CALM_LOOKS) {
    wake(state.team);
    state.team = NULL;
  }
  atomic_store_explicit(&crowded, state.team != NULL, memory_order_relaxed);
}

void weft_crowd_watch(int32_t threads) {
  int64_t now = milliseconds();
  if (now < atomic_load_explicit(&next_look, memory_order_relaxed)) return;
  if (pthread_mutex_trylock(&watch) != 0) return;
  if (now >= atomic_load_explicit(&next_look, memory_order_relaxed)) {
    atomic_store_explicit(&next_look, now + LOOK_MILLISECONDS, memory_order_relaxed);
    look(now, threads);
  }
  pthread_mutex_unlock(&watch);
}

bool weft_parallel_crowded(void) { return atomic_load_explicit(&crowded, memory_order_relaxed); }
