// What a kernel says that ends the process for lack of memory.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../Sources/CWeft/common/scratch.h"
#include "check.h"

void check_memory(void) {
  begin("memory");
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
