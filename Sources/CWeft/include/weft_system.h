// What this machine is: processor, memory limits, library versions.
#ifndef WEFT_SYSTEM_H
#define WEFT_SYSTEM_H

#include "weft_types.h"

/// The processor's name as the kernel reports it, or "unknown". Stays valid.
const char *weft_cpu_name(void);
/// Bytes this process may use: the smaller of the cgroup's limit (v1 or v2) and physical memory.
int64_t weft_memory_limit(void);
/// Physical memory in bytes.
int64_t weft_memory_physical(void);
/// The cgroup's memory limit in bytes, or -1 where there is none.
int64_t weft_memory_cgroup_limit(void);
/// Peak resident memory of this process in bytes.
int64_t weft_memory_peak(void);
/// oneDNN's version as "major.minor.patch". Stays valid.
const char *weft_dnnl_version(void);
/// The instruction set oneDNN dispatches to, as text. Stays valid.
const char *weft_dnnl_isa(void);
/// Whether the kernels were compiled with optimization.
bool weft_is_optimized(void);
/// How many bytes an object of a Swift class has, its header among them.
size_t weft_object_size(const void *object);
/// Says something on standard error, unless WEFT_QUIET is set.
void weft_say(const char *text);
/// Says on standard error what a build without optimization costs, unless WEFT_QUIET is set. The first kernel of such a
/// build does.
void weft_say_unoptimized(void);
/// A monotonic clock in nanoseconds.
int64_t weft_clock_nanoseconds(void);

#endif
