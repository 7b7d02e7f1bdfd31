// How long the team's threads spin for each other. Alone on a machine, milliseconds are right: the next kernel comes
// soon, and nobody else wants the processor. Beside other programs the same spinning burns the time slices that the thread
// which is waited for needs, and a step takes tens of times as long on two threads as on one.
//
// GNU OpenMP has no call that changes it, but it spins a hundred turns only while it manages more threads than there
// are processors. So, in a crowd, a second team sleeps in a parallel region of its own until the crowd has gone.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "crowd.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"
#include "weft_parallel.h"

extern void GOMP_parallel(void (*body)(void *), void *context, unsigned threads, unsigned flags);
extern int omp_get_num_procs(void);

// Who shares a processor is taken off it a hundred times a second and more, where on a machine of one's own that happens
// now and then. But threads of one team push each other off too, so it only gives rise to a closer look: whether others
// use what the team would.
enum { LOOK_MILLISECONDS = 50, SUSPICIOUS_SWITCHES = 4, SAMPLE_MILLISECONDS = 100, OLD_MILLISECONDS = 1000 };
enum { CROWDED_PERCENT = 30, CALM_PERCENT = 15, CALM_SAMPLES = 8 };  // of one processor

// MARK: - The team that sleeps

// On machines of more processors nobody is made to sleep: that many threads cost more than they save.
enum { MOST_SLEEPERS = 256 };

typedef struct {
  sem_t end;
  int32_t size;
} sleepers;

// Who wakes wakes the next, however many there are: OpenMP may have given fewer threads than it was asked for.
static void sleep_until_woken(sleepers *team) {
  while (sem_wait(&team->end) != 0) continue;
  sem_post(&team->end);
}

static void sleep_member(void *context) { sleep_until_woken(context); }

static void *sleep_as_team(void *context) {
  sleepers *team = context;
  GOMP_parallel(sleep_member, team, (unsigned)team->size, 0);
  sem_destroy(&team->end);
  free(team);
  return NULL;
}

static void *sleep_alone(void *context) {
  sleep_until_woken(context);
  return NULL;
}

// All signals are other threads' business.
static bool start_thread(pthread_t *thread, void *(*body)(void *), void *context) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = pthread_create(thread, NULL, body, context) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return started;
}

// OpenMP ends the process where it gets no thread, so as many are tried before.
static bool may_start(int32_t count) {
  pthread_t threads[MOST_SLEEPERS];
  sleepers trial;
  if (count > MOST_SLEEPERS || sem_init(&trial.end, 0, 0) != 0) return false;
  int32_t started = 0;
  while (started < count && start_thread(&threads[started], sleep_alone, &trial)) started++;
  sem_post(&trial.end);
  for (int32_t i = 0; i < started; i++) pthread_join(threads[i], NULL);
  sem_destroy(&trial.end);
  return started == count;
}

// One more than the processors, however few threads the team's next call takes. NULL where that cannot be.
static sleepers *put_to_sleep(void) {
  int32_t size = omp_get_num_procs() + 1;
  sleepers *team = may_start(size + 1) ? malloc(sizeof *team) : NULL;
  if (!team) return NULL;
  team->size = size;
  pthread_t thread;
  if (sem_init(&team->end, 0, 0) == 0) {
    if (start_thread(&thread, sleep_as_team, team)) {
      pthread_detach(thread);
      return team;
    }
    sem_destroy(&team->end);
  }
  free(team);
  return NULL;
}

// MARK: - The look around

static pthread_mutex_t watch = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int64_t next_look;
static _Atomic bool crowded;

/// Processor time in microseconds, until a moment in milliseconds: of all programs on the processors that this one may use,
/// what others on the machine's host took included, and of this one.
typedef struct {
  int64_t moment, all, own;
} usage;

// Under the lock.
static struct {
  sleepers *team;
  bool cannot_sleep;
  int64_t looked;    // milliseconds
  int64_t switches;  // of all threads so far, that they did not ask for
  usage sampled;
  int32_t calm;      // samples in a row
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

static bool is_suspicious(int64_t now, const struct rusage *own) {
  int64_t more = own->ru_nivcsw - state.switches, passed = now - state.looked;
  state.switches = own->ru_nivcsw;
  state.looked = now;
  return more * LOOK_MILLISECONDS >= SUSPICIOUS_SWITCHES * passed;
}

static int64_t microseconds(struct timeval time) { return time.tv_sec * (int64_t)1000000 + time.tv_usec; }

// The ticks in which a processor of ours did something, of its line in /proc/stat; 0 of another line.
static long long busy_ticks(const char *line, const cpu_set_t *ours) {
  // user, nice, system, idle, waiting, interrupts, soft interrupts, stolen
  long long t[8] = {0};
  int processor;
  int count = sscanf(line, "cpu%d %lld %lld %lld %lld %lld %lld %lld %lld", &processor, &t[0], &t[1], &t[2], &t[3],
                     &t[4], &t[5], &t[6], &t[7]);
  if (count < 5 || processor < 0 || processor >= CPU_SETSIZE || !CPU_ISSET(processor, ours)) return 0;
  return t[0] + t[1] + t[2] + t[5] + t[6] + t[7];
}

// False where the system does not tell.
static bool sample(int64_t now, const struct rusage *own, usage *found) {
  cpu_set_t ours;
  long ticks = sysconf(_SC_CLK_TCK);
  if (ticks <= 0 || sched_getaffinity(0, sizeof ours, &ours) != 0) return false;
  FILE *file = fopen("/proc/stat", "re");
  if (!file) return false;
  char line[512];
  long long busy = 0;
  while (fgets(line, sizeof line, file) && strncmp(line, "cpu", 3) == 0) busy += busy_ticks(line, &ours);
  fclose(file);
  if (busy == 0) return false;
  found->moment = now;
  found->all = busy * (1000000 / ticks);
  found->own = microseconds(own->ru_utime) + microseconds(own->ru_stime);
  return true;
}

/// How much of the processors others used since the last sample of what the team wants, in hundredths of a processor: no
/// more than they used, nor than they and the team together want beyond what there is; -1 where that cannot be said yet.
static int64_t percent_in_the_way(int64_t now, const struct rusage *own, int32_t threads) {
  int64_t passed = now - state.sampled.moment;
  if (passed < SAMPLE_MILLISECONDS) return -1;
  usage before = state.sampled;
  if (!sample(now, own, &state.sampled) || before.moment == 0 || passed > OLD_MILLISECONDS) return -1;
  int64_t others = (state.sampled.all - before.all) - (state.sampled.own - before.own);
  int64_t percent = others > 0 ? others / (passed * 10) : 0;
  int64_t spare = 100 * (int64_t)(omp_get_num_procs() - threads);
  return spare <= 0 ? percent : percent > spare ? percent - spare : 0;
}

static void look(int64_t now, int32_t threads) {
  struct rusage own;
  if (getrusage(RUSAGE_SELF, &own) != 0) return;
  bool is_over = exceeds_quota(threads), is_odd = is_suspicious(now, &own);
  int64_t others = is_odd || state.team ? percent_in_the_way(now, &own, threads) : -1;
  if (!state.team && !state.cannot_sleep && (is_over || others >= CROWDED_PERCENT)) {
    state.calm = 0;
    state.team = put_to_sleep();
    state.cannot_sleep = state.team == NULL;
  } else if (state.team && others >= 0) {
    state.calm = is_over || others >= CALM_PERCENT ? 0 : state.calm + 1;
    if (state.calm >= CALM_SAMPLES) {
      sem_post(&state.team->end);
      state.team = NULL;
    }
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
