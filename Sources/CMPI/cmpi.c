#include "cmpi.h"

#include <dlfcn.h>
#include <stdio.h>

typedef void *handle;

// As all versions of Open MPI from 3 through 5 lay it out.
struct status {
  int source;
  int tag;
  int error;
  int cancelled;
  size_t bytes;
};

enum { THREAD_SERIALIZED = 2, ANY_SOURCE = -1, ANY_TAG = -1, LONGEST_TEXT = 256 };
// What MPI gives where something is there in the place of its own data.
#define IN_PLACE ((void *)1)

static struct {
  int (*init)(int *, char ***, int, int *);
  int (*finalize)(void);
  int (*rank)(handle, int *);
  int (*size)(handle, int *);
  int (*duplicate)(handle, handle *);
  int (*set_errors)(handle, handle);
  int (*reduce)(const void *, void *, int, handle, handle, handle, handle *);
  int (*broadcast)(void *, int, handle, int, handle, handle *);
  int (*gather)(const void *, int, handle, void *, int, handle, handle, handle *);
  int (*test)(handle *, int *, struct status *);
  int (*send)(const void *, int, handle, int, int, handle, handle *);
  int (*probe)(int, int, handle, int *, struct status *);
  int (*receive)(void *, int, handle, int, int, handle, struct status *);
  int (*count)(const struct status *, handle, int *);
  int (*describe)(int, char *, int *);
  handle world, returned_errors, types[4], operations[3], channels[CMPI_CHANNELS];
} mpi;

static char problem[512];
static void *library;

static int find(void *place, const char *name) {
  void *found = dlsym(library, name);
  if (!found) snprintf(problem, sizeof problem, "%s is not in it: it is no Open MPI", name);
  *(void **)place = found;
  return found ? 0 : -1;
}

static int find_functions(void) {
  const struct {
    void *place;
    const char *name;
  } names[] = {
      {&mpi.init, "MPI_Init_thread"},
      {&mpi.finalize, "MPI_Finalize"},
      {&mpi.rank, "MPI_Comm_rank"},
      {&mpi.size, "MPI_Comm_size"},
      {&mpi.duplicate, "MPI_Comm_dup"},
      {&mpi.set_errors, "MPI_Comm_set_errhandler"},
      {&mpi.reduce, "MPI_Iallreduce"},
      {&mpi.broadcast, "MPI_Ibcast"},
      {&mpi.gather, "MPI_Iallgather"},
      {&mpi.test, "MPI_Test"},
      {&mpi.send, "MPI_Isend"},
      {&mpi.probe, "MPI_Iprobe"},
      {&mpi.receive, "MPI_Recv"},
      {&mpi.count, "MPI_Get_count"},
      {&mpi.describe, "MPI_Error_string"},
      {&mpi.world, "ompi_mpi_comm_world"},
      {&mpi.returned_errors, "ompi_mpi_errors_return"},
      {&mpi.types[CMPI_BYTE], "ompi_mpi_byte"},
      {&mpi.types[CMPI_FLOAT], "ompi_mpi_float"},
      {&mpi.types[CMPI_DOUBLE], "ompi_mpi_double"},
      {&mpi.types[CMPI_INT64], "ompi_mpi_int64_t"},
      {&mpi.operations[CMPI_SUM], "ompi_mpi_op_sum"},
      {&mpi.operations[CMPI_MAX], "ompi_mpi_op_max"},
      {&mpi.operations[CMPI_MIN], "ompi_mpi_op_min"},
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (find(names[i].place, names[i].name)) return -1;
  return 0;
}

int cmpi_open(void) {
  const char *names[] = {"libmpi.so.40", "libmpi.so"};
  for (int i = 0; i < 2 && !library; i++) {
    // Open MPI loads parts of its own, which look for its functions among those that all may see.
    library = dlopen(names[i], RTLD_NOW | RTLD_GLOBAL);
    if (!library && i == 0) snprintf(problem, sizeof problem, "%s", dlerror());
  }
  return library ? find_functions() : -1;
}

const char *cmpi_problem(void) { return problem; }

int cmpi_init(int *rank, int *size) {
  int granted;
  int error = mpi.init(NULL, NULL, THREAD_SERIALIZED, &granted);
  if (error) return error;
  for (int i = 0; i < CMPI_CHANNELS; i++) {
    if ((error = mpi.duplicate(mpi.world, &mpi.channels[i]))) return error;
    if ((error = mpi.set_errors(mpi.channels[i], mpi.returned_errors))) return error;
  }
  if ((error = mpi.rank(mpi.world, rank))) return error;
  return mpi.size(mpi.world, size);
}

int cmpi_finalize(void) { return mpi.finalize(); }

int cmpi_start_reduce(
    void *data, int count, enum cmpi_type type, enum cmpi_operation operation, enum cmpi_channel channel,
    cmpi_request *request) {
  return mpi.reduce(
      IN_PLACE, data, count, mpi.types[type], mpi.operations[operation], mpi.channels[channel], request);
}

int cmpi_start_broadcast(void *data, int count, enum cmpi_type type, int root, cmpi_request *request) {
  return mpi.broadcast(data, count, mpi.types[type], root, mpi.channels[CMPI_DATA], request);
}

int cmpi_start_gather(
    const void *own, void *all, int size, enum cmpi_channel channel, cmpi_request *request) {
  handle byte = mpi.types[CMPI_BYTE];
  return mpi.gather(own, size, byte, all, size, byte, mpi.channels[channel], request);
}

int cmpi_test(cmpi_request *request, int *is_done) {
  struct status status;
  int error = mpi.test(request, is_done, &status);
  if (*is_done) *request = NULL;
  return error;
}

int cmpi_start_send(const void *bytes, int size, int rank, int tag, cmpi_request *request) {
  return mpi.send(bytes, size, mpi.types[CMPI_BYTE], rank, tag, mpi.channels[CMPI_MESSAGES], request);
}

int cmpi_receive(void *bytes, int size, int *count, int *rank, int *tag) {
  struct status status;
  int is_there = 0;
  *rank = -1;
  int error = mpi.probe(ANY_SOURCE, ANY_TAG, mpi.channels[CMPI_MESSAGES], &is_there, &status);
  if (error || !is_there) return error;
  error = mpi.receive(
      bytes, size, mpi.types[CMPI_BYTE], status.source, status.tag, mpi.channels[CMPI_MESSAGES], &status);
  if (error) return error;
  *rank = status.source;
  *tag = status.tag;
  return mpi.count(&status, mpi.types[CMPI_BYTE], count);
}

void cmpi_describe(int error, char *text, size_t size) {
  char words[LONGEST_TEXT + 1] = "";
  int length = 0;
  mpi.describe(error, words, &length);
  snprintf(text, size, "%s", words);
}
