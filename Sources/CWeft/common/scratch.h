// Working memory of the calling thread, taken and given back as a stack (private).
#ifndef WEFT_SCRATCH_H
#define WEFT_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

typedef struct weft_scratch_block {
  struct weft_scratch_block *previous;
  size_t size, used;  // of the data, which starts 64 bytes into the block
} weft_scratch_block;

/// The calling thread's blocks.
typedef struct {
  weft_scratch_block *top;
  size_t held;    // bytes of all blocks
  size_t wanted;  // the most that was ever held: what the first block should have
} weft_scratch_arena;

extern _Thread_local weft_scratch_arena weft_scratch_mine;

typedef struct {
  weft_scratch_block *block;
  size_t used;
} weft_scratch_mark;

/// Remembers how much is taken; `weft_scratch_release` gives back whatever was taken since.
static inline weft_scratch_mark weft_scratch_begin(void) {
  weft_scratch_block *top = weft_scratch_mine.top;
  return (weft_scratch_mark){top, top ? top->used : 0};
}

/// For `weft_scratch_take`: in a new block; for `weft_scratch_release`: with blocks to free.
void *weft_scratch_grow(size_t bytes);
void weft_scratch_shrink(weft_scratch_mark mark);

/// `bytes` of memory aligned to 64, or NULL. Valid until released. Holds garbage.
static inline void *weft_scratch_take(size_t bytes) {
  if (bytes > (size_t)1 << 48) return NULL;
  bytes = (bytes + 63) & ~(size_t)63;
  weft_scratch_block *top = weft_scratch_mine.top;
  if (!top || top->size - top->used < bytes) return weft_scratch_grow(bytes);
  void *data = (char *)top + 64 + top->used;
  top->used += bytes;
  return data;
}

static inline void weft_scratch_release(weft_scratch_mark mark) {
  // The usual case: nothing but the block that stays was needed.
  const weft_scratch_arena *mine = &weft_scratch_mine;
  if (mark.block && mine->top == mark.block && (mark.used || mark.block->size == mine->wanted)) {
    mark.block->used = mark.used;
  } else {
    weft_scratch_shrink(mark);
  }
}

/// As `weft_scratch_take`, for a kernel that has no way to fail: ends the process where there is no memory.
void *weft_scratch_need(size_t bytes);

/// Ends the process with a line on standard error, where a kernel that has no way to fail lacks working memory.
_Noreturn void weft_no_memory(void);

/// a * b bytes, or SIZE_MAX (which `weft_scratch_take` refuses) if that overflows or is negative.
static inline size_t weft_bytes(int64_t a, int64_t b) {
  int64_t product;
  if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product)) return SIZE_MAX;
  return (size_t)product;
}

static inline size_t weft_bytes3(int64_t a, int64_t b, int64_t c) {
  size_t product = weft_bytes(a, b);
  return product > INT64_MAX ? SIZE_MAX : weft_bytes((int64_t)product, c);
}

#endif
