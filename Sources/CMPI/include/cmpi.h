// Open MPI, opened when it is asked for: the program that holds this needs no MPI to be built or to run.
//
// Open MPI's handles are pointers to objects that its library exports under names of their own (`ompi_mpi_float`), and
// have been so in all its versions. Other MPIs have numbers in their place and are refused.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The types that numbers are added up in; bytes are only moved.
enum cmpi_type { CMPI_BYTE, CMPI_FLOAT, CMPI_DOUBLE, CMPI_INT64 };
enum cmpi_operation { CMPI_SUM, CMPI_MAX, CMPI_MIN };
// Where something is sent: data and the comparison of what is about to be sent, the same for statistics, which need not be
// in order with the rest, an explanation, messages.
enum cmpi_channel {
  CMPI_DATA,
  CMPI_CHECK,
  CMPI_STATISTICS,
  CMPI_STATISTICS_CHECK,
  CMPI_EXPLANATION,
  CMPI_MESSAGES,
  CMPI_CHANNELS
};

// What a call under way is known by; NULL when it is over.
typedef void *cmpi_request;

// All but `cmpi_open` give 0 or an error of MPI, and may be called only after it gave 0, by one thread at a time.

// 0 where Open MPI is there; else `cmpi_problem` says what is not.
int cmpi_open(void);
const char *cmpi_problem(void);

int cmpi_init(int *rank, int *size);
int cmpi_finalize(void);
// `count` elements over all ranks, in place.
int cmpi_start_reduce(
    void *data, int count, enum cmpi_type type, enum cmpi_operation operation, enum cmpi_channel channel,
    cmpi_request *request);
int cmpi_start_broadcast(void *data, int count, enum cmpi_type type, int root, cmpi_request *request);
// `size` bytes of each rank, to all of them, rank by rank.
int cmpi_start_gather(
    const void *own, void *all, int size, enum cmpi_channel channel, cmpi_request *request);
int cmpi_test(cmpi_request *request, int *is_done);
// A message to one rank; it may be read whenever that rank likes. The bytes stay until the request is over.
int cmpi_start_send(const void *bytes, int size, int rank, int tag, cmpi_request *request);
// A message that has come, of at most `size` bytes: `*rank` is -1 where there is none.
int cmpi_receive(void *bytes, int size, int *count, int *rank, int *tag);
void cmpi_describe(int error, char *text, size_t size);
