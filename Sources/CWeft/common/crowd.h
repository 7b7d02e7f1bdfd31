// Neighbours on the team's processors (private to CWeft).
#ifndef WEFT_CROWD_H
#define WEFT_CROWD_H

#include <stdint.h>

/// Looks, at most some twenty times a second, whether other programs push the process off its processors, and has the
/// team's threads spin for milliseconds (alone) or microseconds (in a crowd) before they sleep. Called wherever a
/// team of `threads` threads is about to work; costs the reading of a clock.
void weft_crowd_watch(int32_t threads);

#endif
