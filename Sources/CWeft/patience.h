// How long threads wait for each other, and whether they should, by what waiting has cost lately (private).
#ifndef WEFT_PATIENCE_H
#define WEFT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

/// Waits shorter than this, in nanoseconds, are the work's own.
enum { WEFT_WORTH_NOTING = 200000 };

/// Nanoseconds that passed, and that the calling thread had a processor for.
int64_t weft_wall_time(void);
int64_t weft_processor_time(void);

/// Spins until `holds(argument)`; false once that has taken too long, or another program wants the processor.
bool weft_spin(bool (*holds)(uint32_t argument), uint32_t argument);

/// Whether the next call may have workers. One caller at a time asks, and says what its call lost.
bool weft_patience_allows(void);
/// The caller waited for workers, one of which was without a processor for `absent`.
void weft_patience_lost(int64_t waited, int64_t absent);

#endif
