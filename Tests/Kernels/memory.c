// Working memory, and what a kernel says that ends the process for lack of it.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../Sources/CWeft/common/scratch.h"
#include "check.h"

/// Takes grow while something is in use and are given back as a stack; what was taken before keeps its place and numbers.
static void check_working_memory(size_t inner) {
  weft_scratch_mark outside = weft_scratch_begin();
  unsigned char *first = weft_scratch_take(1000);
  memset(first, 7, 1000);
  weft_scratch_mark within = weft_scratch_begin();
  unsigned char *second = weft_scratch_take(inner), *third = weft_scratch_need(inner);
  memset(second, 8, inner), memset(third, 9, inner);
  bool holds = (uintptr_t)first % 64 == 0 && (uintptr_t)second % 64 == 0 && (uintptr_t)third % 64 == 0;
  for (size_t i = 0; i < 1000; i++) holds = holds && first[i] == 7;
  for (size_t i = 0; i < inner; i++) holds = holds && second[i] == 8 && third[i] == 9;
  weft_scratch_release(within);
  expect(holds && first[999] == 7, "working memory of 1000 and twice %zu bytes", inner);
  weft_scratch_release(outside);
  // The next time all has room in one block.
  outside = weft_scratch_begin();
  first = weft_scratch_take(1000), second = weft_scratch_take(inner);
  expect(second >= first + 1000 && second < first + 1100, "one block for what was wanted before, %zu bytes", inner);
  weft_scratch_release(outside);
  expect(weft_scratch_take(SIZE_MAX) == NULL, "no working memory of all bytes there are");
}

void check_memory(void) {
  begin("memory");
  for (size_t inner = 64; inner <= (size_t)16 << 20; inner *= 8) check_working_memory(inner);
  int ends[2];
  expect(pipe(ends) == 0, "a pipe");
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    weft_no_memory();
  }
  close(ends[1]);
  char words[200] = {0};
  expect(read(ends[0], words, sizeof words - 1) > 0 && strstr(words, "weft: ") == words && strstr(words, "memory"),
         "lack of memory is told: %s", words);
  int status;
  expect(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "it ends the process");
  close(ends[0]);
}
