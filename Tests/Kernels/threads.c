// The thread team: who does what, results that do not depend on it, and the flushing of denormals.
#include "check.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COUNT = 100000 };

static _Atomic int visits[COUNT];
static _Atomic int64_t shortest, calls;

static void visit(void *context, int64_t begin, int64_t end) {
  (void)context;
  atomic_fetch_add(&calls, 1);
  int64_t length = end - begin, known = atomic_load(&shortest);
  while (end < COUNT && length < known && !atomic_compare_exchange_weak(&shortest, &known, length)) continue;
  for (int64_t i = begin; i < end; i++) atomic_fetch_add(&visits[i], 1);
}

static void nest(void *context, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) weft_parallel_for(COUNT / 10, 1, visit, context);
}

static void expect_visits(int each, const char *what) {
  int64_t wrong = 0;
  for (int64_t i = 0; i < COUNT; i++) wrong += atomic_exchange(&visits[i], 0) != each;
  expect(wrong == 0, "%s: %lld elements visited too often or not at all", what, (long long)wrong);
}

static void check_loops(int32_t threads) {
  weft_set_thread_count(threads);
  expect(weft_thread_count() == threads, "the number of threads");
  atomic_store(&shortest, COUNT);
  weft_parallel_for(COUNT, 1000, visit, NULL);
  expect_visits(1, "a loop");
  expect(atomic_load(&shortest) >= 1000, "a range smaller than the grain");
  bool before = weft_parallel_keep_serial(true);
  atomic_store(&calls, 0);
  weft_parallel_for(COUNT, 1, visit, NULL);
  weft_parallel_keep_serial(before);
  expect_visits(1, "a serial loop");
  expect(atomic_load(&calls) == 1, "a serial loop in parts");
  // Inside another loop, each call runs by itself over the first tenth.
  weft_parallel_for(8, 1, nest, NULL);
  for (int64_t i = COUNT / 10; i < COUNT; i++) atomic_store(&visits[i], 8);
  expect_visits(8, "nested loops");
}

/// The sum of the same numbers, whatever the number of threads.
static float sum_with(int32_t threads, const float *numbers) {
  weft_set_thread_count(threads);
  weft_instruction copy = {WEFT_OP_COPY, 2, 0, 0, 0};
  weft_program *program = make_program(WEFT_COMPUTE_FLOAT32, 1, 1, &copy, false);
  float sum = 0;
  int64_t shape = COUNT, stride = 1, none = 0;
  weft_operand operands[] = {{(void *)numbers, &stride, WEFT_FLOAT32}, {&sum, &none, WEFT_FLOAT32}};
  weft_reduce(program, 1, &shape, &(uint8_t){1}, &(int32_t){WEFT_REDUCE_SUM}, operands, NULL);
  weft_program_destroy(program);
  return sum;
}

// MARK: - Beside others

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/// A process that does nothing, without rest, for a minute at most.
static pid_t start_neighbour(void) {
  pid_t process = fork();
  if (process == 0) {
    alarm(60);
    for (volatile int turn = 0;; turn ^= 1) continue;
  }
  return process;
}

static void visit_by_two(const char *what) {
  weft_set_thread_count(2);
  weft_parallel_for(COUNT, 1000, visit, NULL);
  expect_visits(1, what);
}

/// Three busy processes on each processor: the team notices, and computes the same.
static void check_crowd(const float *numbers, float alone) {
  enum { MOST = 768 };
  pid_t neighbours[MOST];
  long processors = sysconf(_SC_NPROCESSORS_ONLN), count = 3 * processors, started = 0;
  while (started < (count < MOST ? count : MOST) && (neighbours[started] = start_neighbour()) > 0) started++;
  double end = seconds() + 20;
  while (!weft_parallel_crowded() && seconds() < end) visit_by_two("a loop while the crowd comes");
  expect(weft_parallel_crowded() || processors > 255, "a crowd that nobody notices");
  for (int i = 0; i < 20; i++) expect(sum_with(2, numbers) == alone, "a sum in a crowd");
  for (long i = 0; i < started; i++) {
    kill(neighbours[i], SIGKILL);
    waitpid(neighbours[i], NULL, 0);
  }
  // The crowd goes, where this machine has no other.
  end = seconds() + 4;
  while (weft_parallel_crowded() && seconds() < end) visit_by_two("a loop when the crowd goes");
}

static void check_denormals(void) {
  volatile float tiny = 0x1p-130f, one = 1;
  uint32_t word = weft_denormals_flush();
  float flushed = tiny * one;
  weft_denormals_restore(word);
  float kept = tiny * one;
  expect(flushed == 0, "a denormal is not flushed");
  expect(kept == 0x1p-130f, "a denormal is flushed though the word was put back");
}

void check_threads(void) {
  begin("threads");
  int32_t before = weft_thread_count();
  for (int32_t threads = 1; threads <= 5; threads++) check_loops(threads);
  float *numbers = make_random(WEFT_FLOAT32, COUNT);
  float alone = sum_with(1, numbers);
  for (int32_t threads = 2; threads <= 5; threads++) {
    expect(sum_with(threads, numbers) == alone, "a sum by %d threads", threads);
  }
  check_crowd(numbers, alone);
  free(numbers);
  weft_set_thread_count(before);
  check_denormals();
}
