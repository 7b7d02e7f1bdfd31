// What the thread sanitizer must be told: who waits for whom where it does not see it, inside libraries and the system's
// kernel. Only programs built with it have its functions; in others each of these is a comparison.
#ifndef WEFT_SANITIZER_H
#define WEFT_SANITIZER_H

#include <stdbool.h>

extern void __tsan_acquire(void *place) __attribute__((weak));
extern void __tsan_release(void *place) __attribute__((weak));
extern void __tsan_ignore_thread_begin(void) __attribute__((weak));
extern void __tsan_ignore_thread_end(void) __attribute__((weak));

/// Whether this program runs under the thread sanitizer.
static inline bool weft_sanitizer_watches(void) { return __tsan_acquire != 0; }

/// What follows comes after everything before a `weft_sanitizer_release` of the same place.
static inline void weft_sanitizer_acquire(const void *place) {
  if (__tsan_acquire) __tsan_acquire((void *)place);
}

/// What came before is over for everybody who acquires the same place later.
static inline void weft_sanitizer_release(const void *place) {
  if (__tsan_release) __tsan_release((void *)place);
}

/// What the calling thread does in between is not looked at: for freeing memory whose last reference was let go of. That
/// its other users are done with it is known from counts that the sanitizer does not see.
static inline void weft_sanitizer_ignore_begin(void) {
  if (__tsan_ignore_thread_begin) __tsan_ignore_thread_begin();
}

static inline void weft_sanitizer_ignore_end(void) {
  if (__tsan_ignore_thread_end) __tsan_ignore_thread_end();
}

#endif
