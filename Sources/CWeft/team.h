// What CWeft's own files need of the thread team beyond weft_parallel.h (private).
#ifndef WEFT_TEAM_H
#define WEFT_TEAM_H

#include <stdatomic.h>

#include "weft_parallel.h"

/// Keeps what oneDNN does for this thread on this thread: its own parallel regions would wait for each other whatever
/// else the machine does. Whoever calls oneDNN cuts the work and shares the pieces out.
void weft_team_prepare(void);
/// Calls `body`, with a library in it that may start as many threads of its own as there are of ours.
void weft_team_lend(void (*body)(void *context), void *context);
/// Whether the caller is part of a call already (its work then runs serially).
bool weft_team_inside(void);

/// Work that is there to be claimed, by whoever has a processor for it. `member` is 0 for the caller.
typedef void (*weft_team_work)(void *context, int32_t member);

/// Calls `work` here and, as far as they come in time, on up to `members - 1` workers; returns when all have returned.
/// Workers may come late, or not at all: the caller must leave nothing undone. Not from inside.
void weft_team_call(weft_team_work work, void *context, int32_t members);

#endif
