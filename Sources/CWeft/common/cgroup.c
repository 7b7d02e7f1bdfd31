// Control group limits, version 1 and 2. A group is bound by its ancestors too, so the path is walked to the root. In a
// container the path seen in /proc may not exist under the mount; the mount's root then is the group.
#include "cgroup.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Reads one directory's limit; returns -1 where it sets none.
typedef int64_t (*limit_reader)(const char *directory);

static bool read_line(const char *directory, const char *file, char *line, int size) {
  char path[1200];
  if (snprintf(path, sizeof path, "%s/%s", directory, file) >= (int)sizeof path) return false;
  FILE *stream = fopen(path, "re");
  if (!stream) return false;
  bool ok = fgets(line, size, stream) != NULL;
  fclose(stream);
  return ok;
}

static int64_t thousandths_from(double quota, double period) {
  if (!(quota > 0) || !(period > 0)) return -1;
  double ratio = quota / period;
  if (ratio > 1e6) return -1;
  int64_t thousandths = (int64_t)(ratio * 1000);
  return thousandths > 0 ? thousandths : 1;
}

static int64_t thousandths_v2(const char *directory) {
  char line[128];
  double quota, period;
  if (!read_line(directory, "cpu.max", line, sizeof line)) return -1;
  if (sscanf(line, "%lf %lf", &quota, &period) != 2) return -1;  // "max 100000" has no number
  return thousandths_from(quota, period);
}

static int64_t thousandths_v1(const char *directory) {
  char quota[128], period[128];
  if (!read_line(directory, "cpu.cfs_quota_us", quota, sizeof quota)) return -1;
  if (!read_line(directory, "cpu.cfs_period_us", period, sizeof period)) return -1;
  return thousandths_from(atof(quota), atof(period));
}

static int64_t bytes_from(const char *directory, const char *file) {
  char line[128];
  if (!read_line(directory, file, line, sizeof line)) return -1;
  char *end;
  unsigned long long bytes = strtoull(line, &end, 10);
  if (end == line) return -1;                  // "max"
  if (bytes >= (1ull << 60)) return -1;        // version 1 writes a huge number for "none"
  return (int64_t)bytes;
}

static int64_t memory_v2(const char *directory) { return bytes_from(directory, "memory.max"); }
static int64_t memory_v1(const char *directory) { return bytes_from(directory, "memory.limit_in_bytes"); }

static int64_t smaller(int64_t a, int64_t b) {
  if (a < 0) return b;
  if (b < 0) return a;
  return a < b ? a : b;
}

// The smallest limit of `path` and its ancestors under `mount`.
static int64_t walk(const char *mount, const char *path, limit_reader reader) {
  char directory[1100];
  if (strstr(path, "..")) path = "/";  // a path outside this namespace
  if (snprintf(directory, sizeof directory, "%s%s", mount, path) >= (int)sizeof directory) return -1;
  size_t root = strlen(mount);
  int64_t limit = -1;
  for (;;) {
    limit = smaller(limit, reader(directory));
    char *slash = strrchr(directory, '/');
    if (strlen(directory) <= root || !slash || (size_t)(slash - directory) < root) return limit;
    *slash = 0;
  }
}

static bool lists(const char *controllers, const char *name) {
  size_t length = strlen(name);
  for (const char *at = controllers; (at = strstr(at, name)); at += length) {
    bool starts = at == controllers || at[-1] == ',';
    if (starts && (at[length] == 0 || at[length] == ',')) return true;
  }
  return false;
}

static int64_t limit_of(const char *controller, limit_reader v1, limit_reader v2) {
  FILE *stream = fopen("/proc/self/cgroup", "re");
  if (!stream) return -1;
  char line[1100], mount[1100];
  int64_t limit = -1;
  while (fgets(line, sizeof line, stream)) {
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    char *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path) continue;
    *path++ = 0;
    controllers++;
    if (*controllers == 0) {
      limit = smaller(limit, walk("/sys/fs/cgroup", path, v2));
      limit = smaller(limit, walk("/sys/fs/cgroup/unified", path, v2));
    } else if (lists(controllers, controller)) {
      snprintf(mount, sizeof mount, "/sys/fs/cgroup/%s", controllers);
      limit = smaller(limit, walk(mount, path, v1));
      snprintf(mount, sizeof mount, "/sys/fs/cgroup/%s", controller);
      limit = smaller(limit, walk(mount, path, v1));
    }
  }
  fclose(stream);
  return limit;
}

int64_t weft_cgroup_processor_thousandths(void) { return limit_of("cpu", thousandths_v1, thousandths_v2); }

int32_t weft_cgroup_processors(void) {
  int64_t thousandths = weft_cgroup_processor_thousandths();
  return thousandths < 0 ? -1 : (int32_t)((thousandths + 999) / 1000);
}

int64_t weft_cgroup_memory(void) { return limit_of("memory", memory_v1, memory_v2); }
