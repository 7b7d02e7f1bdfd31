// oneDNN's engine (one per process) and stream (one per calling thread).
#include <pthread.h>

#include "../common/isa.h"
#include "onednn.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static dnnl_engine_t engine;
static _Thread_local dnnl_stream_t stream;

static void free_stream(void *value) { dnnl_stream_destroy(value); }

// oneDNN's own kernels are held to the set that ours use; it takes that before its first use only.
static void hold_to_instruction_set(void) {
#if defined(__x86_64__)
  if (!weft_uses_avx2()) {
    dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
  } else if (!weft_uses_avx512()) {
    dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
  }
#endif
}

static void start(void) {
  pthread_key_create(&key, free_stream);
  hold_to_instruction_set();
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

dnnl_engine_t weft_engine(void) {
  pthread_once(&once, start);
  return engine;
}

dnnl_stream_t weft_stream(void) {
  if (stream) return stream;
  dnnl_engine_t owner = weft_engine();
  if (!owner || dnnl_stream_create(&stream, owner, dnnl_stream_default_flags) != dnnl_success) return stream = NULL;
  pthread_setspecific(key, stream);
  return stream;
}
