// What CWeft's own files need of the thread team beyond weft_parallel.h (private).
#ifndef WEFT_TEAM_H
#define WEFT_TEAM_H

#include <stdatomic.h>

#include "weft_parallel.h"

/// Makes oneDNN's parallel regions started by this thread as wide as ours. OpenMP keeps that number per calling
/// thread, so this runs before every oneDNN call; it costs a comparison when nothing changed.
void weft_team_prepare(void);
/// Whether the caller is inside a parallel region already (work then runs serially).
bool weft_team_inside(void);
/// On how many threads oneDNN computes what this thread asks it for.
int32_t weft_team_width(void);

/// `weft_parallel_for` of kernels that flush denormals in each range: the team's threads, which flush already after a
/// product, need not change their control word then.
void weft_parallel_for_flushing(int64_t count, int64_t grain, void (*body)(void *context, int64_t begin, int64_t end),
                                void *context);

/// Calls `body(context, thread, threads)` on each of at most `threads` threads of the team, side by side.
void weft_team_run(int32_t threads, void (*body)(void *context, int32_t thread, int32_t threads), void *context);

/// Where the threads of one `weft_team_run` wait for each other. Starts as zeros.
typedef struct {
  _Alignas(64) _Atomic int32_t arrived;
  _Alignas(64) _Atomic int32_t round;
} weft_team_barrier;

void weft_team_wait(weft_team_barrier *barrier, int32_t threads);

#endif
