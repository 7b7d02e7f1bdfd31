// What this machine is.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "weft_system.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "requirements.h"

#include <dnnl.h>
#include <dnnl_debug.h>

#include "cgroup.h"
#include "isa.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char cpu_name[256];
static char dnnl_version_text[64];
static char dnnl_isa_text[64];

// The text after "key : " with its ends trimmed, if the line has that key.
static const char *value_of(char *line, const char *key) {
  if (strncmp(line, key, strlen(key)) != 0) return NULL;
  char *colon = strchr(line, ':');
  if (!colon) return NULL;
  char *value = colon + 1 + strspn(colon + 1, " \t");
  size_t length = strlen(value);
  while (length > 0 && (value[length - 1] == '\n' || value[length - 1] == ' ')) value[--length] = 0;
  return *value ? value : NULL;
}

static void find_cpu_name(void) {
  static const char *const keys[] = {"model name", "Model", "cpu model", "Hardware", "CPU implementer"};
  FILE *stream = fopen("/proc/cpuinfo", "re");
  size_t found = sizeof keys / sizeof *keys;  // the index of the best key so far
  char line[512];
  snprintf(cpu_name, sizeof cpu_name, "unknown");
  if (!stream) return;
  while (found > 0 && fgets(line, sizeof line, stream)) {
    for (size_t i = 0; i < found; i++) {
      const char *value = value_of(line, keys[i]);
      if (!value) continue;
      bool bare = i == sizeof keys / sizeof *keys - 1;  // a number says little by itself
      snprintf(cpu_name, sizeof cpu_name, bare ? "ARM implementer %s" : "%s", value);
      found = i;
      break;
    }
  }
  fclose(stream);
}

static void describe(void) {
  find_cpu_name();
  const dnnl_version_t *version = dnnl_version();
  snprintf(dnnl_version_text, sizeof dnnl_version_text, "%d.%d.%d", version->major, version->minor, version->patch);
  // It has names for x86's sets alone.
  const char *isa = weft_isa_name(WEFT_AVX2) ? dnnl_cpu_isa2str(dnnl_get_effective_cpu_isa()) : NULL;
  const char *prefix = "cpu_isa_";
  if (isa && strncmp(isa, prefix, strlen(prefix)) == 0) isa += strlen(prefix);
  snprintf(dnnl_isa_text, sizeof dnnl_isa_text, "%s", isa ? isa : "unknown");
}

const char *weft_cpu_name(void) {
  pthread_once(&once, describe);
  return cpu_name;
}

const char *weft_dnnl_version(void) {
  pthread_once(&once, describe);
  return dnnl_version_text;
}

const char *weft_dnnl_isa(void) {
  pthread_once(&once, describe);
  return dnnl_isa_text;
}

int64_t weft_memory_physical(void) {
  int64_t pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE), bytes;
  if (pages <= 0 || size <= 0 || __builtin_mul_overflow(pages, size, &bytes)) return 0;
  return bytes;
}

int64_t weft_memory_cgroup_limit(void) { return weft_cgroup_memory(); }

int64_t weft_memory_limit(void) {
  int64_t physical = weft_memory_physical(), group = weft_cgroup_memory();
  return group >= 0 && (physical == 0 || group < physical) ? group : physical;
}

int64_t weft_memory_peak(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}

int64_t weft_clock_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// From the description of its class, as Swift lays it out on Linux: two words, two numbers of 32 bits, then this one.
// Not from the heap: objects that the compiler makes lie beside the program's constants.
size_t weft_object_size(const void *object) {
  const char *class_description;
  uint32_t size;
  memcpy(&class_description, object, sizeof class_description);
  memcpy(&size, class_description + 2 * sizeof(void *) + 2 * sizeof size, sizeof size);
  return size;
}
