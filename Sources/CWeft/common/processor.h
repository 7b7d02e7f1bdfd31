// What the thread team asks of the processor in its own words (private).
#ifndef WEFT_PROCESSOR_H
#define WEFT_PROCESSOR_H

#include <stdint.h>

#if defined(__x86_64__)

#include <xmmintrin.h>

/// Flush to zero, denormals are zero.
enum { WEFT_FLUSH_BITS = 0x8040 };

static inline uint32_t weft_control_word(void) { return _mm_getcsr(); }
static inline void weft_set_control_word(uint32_t word) { _mm_setcsr(word); }
/// Tells the processor that a thread only waits.
static inline void weft_pause(void) { _mm_pause(); }

#elif defined(__aarch64__)

/// Flush to zero, of operands as of results.
enum { WEFT_FLUSH_BITS = 1 << 24 };

static inline uint32_t weft_control_word(void) {
  uint64_t word;
  __asm__ volatile("mrs %0, fpcr" : "=r"(word));
  return (uint32_t)word;  // its upper half is zero
}
static inline void weft_set_control_word(uint32_t word) { __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)word)); }
static inline void weft_pause(void) { __asm__ volatile("yield"); }

#else

enum { WEFT_FLUSH_BITS = 0 };

static inline uint32_t weft_control_word(void) { return 0; }
static inline void weft_set_control_word(uint32_t word) { (void)word; }
static inline void weft_pause(void) {}

#endif

#endif
