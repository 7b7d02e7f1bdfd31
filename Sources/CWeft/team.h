// What CWeft's own files need of the thread team beyond weft_parallel.h (private).
#ifndef WEFT_TEAM_H
#define WEFT_TEAM_H

#include "weft_parallel.h"

/// Makes oneDNN's parallel regions started by this thread as wide as ours. OpenMP keeps that number per calling
/// thread, so this runs before every oneDNN call; it costs a comparison when nothing changed.
void weft_team_prepare(void);
/// Whether the caller is inside a parallel region already (work then runs serially).
bool weft_team_inside(void);

#endif
