// Working memory: a bump allocator per thread. The first block grows to what calls have needed, so that steady use
// neither allocates nor faults pages in; what exceeds the bound below is returned after each call.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "scratch.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SMALLEST_BLOCK ((size_t)64 << 10)
#define MOST_KEPT ((size_t)512 << 20)
#define HUGE_PAGE ((size_t)2 << 20)

#define mine weft_scratch_mine

_Thread_local weft_scratch_arena mine;

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_thread(void *unused) {
  (void)unused;
  while (mine.top) {
    weft_scratch_block *previous = mine.top->previous;
    free(mine.top);
    mine.top = previous;
  }
}

static void make_key(void) { pthread_key_create(&key, free_thread); }

static weft_scratch_block *push(size_t bytes) {
  if (!mine.top) {
    pthread_once(&once, make_key);
    pthread_setspecific(key, &mine);
    if (bytes < mine.wanted) bytes = mine.wanted;
  }
  if (bytes < SMALLEST_BLOCK) bytes = SMALLEST_BLOCK;
  size_t alignment = bytes >= 4 * HUGE_PAGE ? HUGE_PAGE : 64;
  size_t size = (bytes + 64 + alignment - 1) & ~(alignment - 1);
  weft_scratch_block *made = aligned_alloc(alignment, size);
  if (!made) return NULL;
#ifdef MADV_HUGEPAGE
  if (alignment == HUGE_PAGE) madvise(made, size, MADV_HUGEPAGE);
#endif
  made->previous = mine.top;
  made->size = size - 64;
  made->used = 0;
  mine.top = made;
  mine.held += made->size;
  if (mine.held > mine.wanted) mine.wanted = mine.held;
  return made;
}

void *weft_scratch_grow(size_t bytes) {
  weft_scratch_block *top = push(bytes);
  if (!top) return NULL;
  top->used = bytes;
  return (char *)top + 64;
}

void *weft_scratch_need(size_t bytes) {
  void *data = weft_scratch_take(bytes);
  if (!data) weft_no_memory();
  return data;
}

static void pop(void) {
  weft_scratch_block *top = mine.top;
  mine.top = top->previous;
  mine.held -= top->size;
  free(top);
}

void weft_scratch_shrink(weft_scratch_mark mark) {
  while (mine.top && mine.top != mark.block && mine.top->previous) pop();
  if (!mine.top) return;
  mine.top->used = mine.top == mark.block ? mark.used : 0;
  if (mine.top->used > 0 || mine.top->previous) return;
  // Nothing is in use. Where one block was not enough, the next one shall be.
  if (mine.wanted > MOST_KEPT) mine.wanted = MOST_KEPT;
  if (mine.top->size < mine.wanted || mine.top->size > MOST_KEPT + HUGE_PAGE) pop();
}

void weft_no_memory(void) {
  static const char words[] = "weft: a kernel ended the process: the system gave no memory for its working space\n";
  // No buffer of the library's, which may need memory itself.
  ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);
  (void)written;
  abort();
}
