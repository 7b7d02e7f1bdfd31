// The thread team: who does what, results that do not depend on it, and the flushing of denormals.
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
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

// MARK: - Several callers

static _Atomic bool began[COUNT];
static _Atomic bool is_held, is_free_to_go;

static void note_range(void *context, int64_t begin, int64_t end) {
  (void)context, (void)end;
  atomic_store(&began[begin], true);
}

/// Where the ranges of a loop begin, as a number.
static uint64_t ranges_of_loop(void) {
  uint64_t hash = 0;
  weft_parallel_for(COUNT, 1000, note_range, NULL);
  for (uint64_t i = 0; i < COUNT; i++) {
    if (atomic_exchange(&began[i], false)) hash = (hash + i) * 0x9e3779b97f4a7c15u;
  }
  return hash;
}

static void hold(void *context, int64_t begin, int64_t end) {
  (void)context, (void)begin, (void)end;
  atomic_store(&is_held, true);
  while (!atomic_load(&is_free_to_go)) sched_yield();
}

static void *hold_team(void *context) {
  weft_parallel_for(2, 1, hold, context);
  return NULL;
}

/// A caller that finds the team at work goes through the same ranges by itself.
static void check_second_caller(void) {
  weft_set_thread_count(2);
  uint64_t expected = ranges_of_loop();
  pthread_t other;
  expect(pthread_create(&other, NULL, hold_team, NULL) == 0, "another thread");
  while (!atomic_load(&is_held)) sched_yield();
  uint64_t found = ranges_of_loop();
  atomic_store(&is_free_to_go, true);
  pthread_join(other, NULL);
  expect(found == expected, "ranges without the team");
}

/// Threads are not there after a fork; the child starts its own.
static void check_fork(void) {
  weft_set_thread_count(2);
  uint64_t expected = ranges_of_loop();
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(ranges_of_loop() == expected ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  expect(status == 0, "a loop after a fork ends with %d", status);
}

// MARK: - Results

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

static void check_denormals(void) {
  volatile float tiny = 0x1p-130f, one = 1;
  uint32_t word = weft_denormals_flush();
  float flushed = tiny * one;
  weft_denormals_restore(word);
  float kept = tiny * one;
  expect(flushed == 0, "a denormal is not flushed");
  expect(kept == 0x1p-130f, "a denormal is flushed though the word was put back");
}

static _Atomic int flushed_count;
static volatile float tiny_number = 0x1p-130f;

// Long enough that workers have a share of it.
static void multiply_tiny(void *context, int64_t begin, int64_t end) {
  (void)context;
  for (int64_t i = begin; i < end; i++) {
    for (int spin = 0; spin < 200; spin++) {
      if (tiny_number * 1.0f == 0) atomic_fetch_add(&flushed_count, spin == 0);
    }
  }
}

// Whoever takes a range does with denormal numbers what the caller does.
static void check_denormals_of_ranges(void) {
  for (int repeat = 0; repeat < 20; repeat++) {
    atomic_store(&flushed_count, 0);
    weft_parallel_for(COUNT / 10, 1, multiply_tiny, NULL);
    expect(atomic_load(&flushed_count) == 0, "%d denormals are flushed by other threads", atomic_load(&flushed_count));
    uint32_t word = weft_denormals_flush();
    atomic_store(&flushed_count, 0);
    weft_parallel_for(COUNT / 10, 1, multiply_tiny, NULL);
    weft_denormals_restore(word);
    expect(atomic_load(&flushed_count) == COUNT / 10, "denormals are kept by other threads");
  }
}

void check_threads(void) {
  begin("threads");
  int32_t before = weft_thread_count();
  check_denormals_of_ranges();
  for (int32_t threads = 1; threads <= 5; threads++) check_loops(threads);
  check_second_caller();
  check_fork();
  float *numbers = make_random(WEFT_FLOAT32, COUNT);
  float alone = sum_with(1, numbers);
  for (int32_t threads = 2; threads <= 5; threads++) {
    expect(sum_with(threads, numbers) == alone, "a sum by %d threads", threads);
  }
  free(numbers);
  weft_set_thread_count(before);
  check_denormals();
}
