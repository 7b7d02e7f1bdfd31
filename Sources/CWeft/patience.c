// What others take from us: a thread that spins sees it by a gap in the time, a caller by its waits for workers that
// have no processor. Such waits may cost a twentieth of the time; more is a debt, which is paid off by working alone.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "patience.h"

#include <stdatomic.h>
#include <time.h>

#include "processor.h"

enum { MICROSECOND = 1000, MILLISECOND = 1000 * MICROSECOND };

static int64_t read_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t weft_wall_time(void) { return read_clock(CLOCK_MONOTONIC); }
int64_t weft_processor_time(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

// MARK: - Spinning

// Going to sleep and being woken takes tens of microseconds: a patient thread spins over what lies between the kernels
// of a program. In a crowd, workers are left asleep: to wake them costs more than they do. It is remembered for twice
// as long as the time before, if it is met again soon after.
enum { PATIENT = 3 * MILLISECOND, IMPATIENT = 20 * MICROSECOND, GAP = 500 * MICROSECOND, SPINS = 64 };
enum { SHORTEST_CROWD = 100 * MILLISECOND, LONGEST_CROWD = 1600 * MILLISECOND, SOON = 1000 * MILLISECOND };
enum { SHARE = 20 };  // one part in so many may be lost

static _Atomic int64_t crowd_end, crowd_length, last_gap;

static bool is_crowded(int64_t now) { return now < atomic_load_explicit(&crowd_end, memory_order_relaxed); }

static void note_crowd(int64_t now) {
  if (is_crowded(now)) return;
  int64_t length = atomic_load_explicit(&crowd_length, memory_order_relaxed);
  bool is_soon = length > 0 && now - atomic_load_explicit(&crowd_end, memory_order_relaxed) < SOON;
  length = is_soon ? 2 * length : SHORTEST_CROWD;
  if (length > LONGEST_CROWD) length = LONGEST_CROWD;
  atomic_store_explicit(&crowd_length, length, memory_order_relaxed);
  atomic_store_explicit(&crowd_end, now + length, memory_order_relaxed);
}

// A gap in the time of a thread that spins is a crowd where such gaps take more than a share of the time.
static void note_gap(int64_t now, int64_t length) {
  int64_t before = atomic_exchange_explicit(&last_gap, now, memory_order_relaxed);
  if (now - before < SHARE * length) note_crowd(now);
}

bool weft_spin(bool (*holds)(uint32_t argument), uint32_t argument) {
  if (holds(argument)) return true;
  int64_t start = weft_wall_time(), last = start;
  int64_t most = is_crowded(start) ? IMPATIENT : PATIENT;
  while (last - start <= most) {
    for (int i = 0; i < SPINS; i++) {
      if (holds(argument)) return true;
      weft_pause();
    }
    int64_t now = weft_wall_time();
    if (now - last > GAP) {
      note_gap(now, now - last);
      break;
    }
    last = now;
  }
  return holds(argument);
}

// MARK: - Whether to have workers

enum { MOST_CREDIT = 5 * MILLISECOND, MOST_DEBT = 50 * MILLISECOND };

// What may be lost yet, and since when it grows. The caller's alone, while it has the team.
static int64_t credit, counted;

static int64_t clamp(int64_t value) {
  return value > MOST_CREDIT ? MOST_CREDIT : value < -MOST_DEBT ? -MOST_DEBT : value;
}

bool weft_patience_allows(void) {
  int64_t now = weft_wall_time();
  credit = clamp(credit + (now - counted) / SHARE);
  counted = now;
  return credit >= 0 && !is_crowded(now);
}

void weft_patience_lost(int64_t waited, int64_t absent) {
  int64_t now = weft_wall_time();
  bool is_late = is_crowded(now);  // then the caller itself may have been woken late
  int64_t lost = is_late || waited < absent ? waited : absent;
  if (lost < WEFT_WORTH_NOTING) return;
  note_crowd(now);
  credit = clamp(credit - lost);
}
