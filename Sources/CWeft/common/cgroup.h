// The limits that the process's control groups set (private to CWeft).
#ifndef WEFT_CGROUP_H
#define WEFT_CGROUP_H

#include <stdint.h>

/// The CPU quota in processors, rounded up, or -1 where there is none.
int32_t weft_cgroup_processors(void);
/// The same in thousandths of a processor, not rounded, or -1.
int64_t weft_cgroup_processor_thousandths(void);
/// The memory limit in bytes, or -1 where there is none.
int64_t weft_cgroup_memory(void);

#endif
