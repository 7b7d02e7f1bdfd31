// The thread team: the same GNU OpenMP threads that oneDNN uses.
#ifndef WEFT_PARALLEL_H
#define WEFT_PARALLEL_H

#include "weft_types.h"

/// Calls `body(context, begin, end)` over ranges that cover [0, count) exactly once, on the team's threads.
/// Ranges are never smaller than `grain` (but for the last); with one range, or when already inside a parallel
/// region, it runs on the calling thread.
void weft_parallel_for(int64_t count, int64_t grain, void (*body)(void *context, int64_t begin, int64_t end),
                       void *context);

/// Keeps the calling thread's kernels to itself (true), or lets them use the team again; returns what held before.
bool weft_parallel_keep_serial(bool keep);

/// Whether other programs push the team off its processors at the moment. Its threads then spin for each other no longer
/// than microseconds, and what would meet at a barrier thousands of times runs on one thread; results are the same.
bool weft_parallel_crowded(void);

/// The number of threads in use: `WEFT_NUM_THREADS` if set and valid, else the smaller of the CPU affinity and
/// the cgroup's CPU quota (rounded up), at least 1.
int32_t weft_thread_count(void);
void weft_set_thread_count(int32_t count);
/// Where the number came from: "WEFT_NUM_THREADS", "affinity", "cgroup quota" or "set by the program".
const char *weft_thread_count_reason(void);
/// What `WEFT_NUM_THREADS` holds, if that is no number of threads and so is ignored; else NULL.
const char *weft_thread_count_ignored(void);

/// Whether results have the same bits on any number of threads: set by a program, else by `WEFT_DETERMINISTIC` (0 or empty
/// is no). Work is then cut in ways that know nothing of threads, which takes longer.
bool weft_is_deterministic(void);
void weft_set_deterministic(bool on);
/// Into how many shares work is cut where that may show in the last bits: the number of threads, or always the same.
int32_t weft_share_count(void);

/// Flushes denormals to zero in the calling thread and returns its previous floating-point control word; kernels
/// do this around their work on every thread and put the caller's word back.
uint32_t weft_denormals_flush(void);
void weft_denormals_restore(uint32_t previous);

#endif
