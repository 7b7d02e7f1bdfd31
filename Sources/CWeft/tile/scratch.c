// One growing buffer per thread for the registers, so that a call allocates nothing once its thread is warm.
#include <pthread.h>
#include <stdlib.h>

#include "../common/scratch.h"
#include "tile.h"

static _Thread_local void *buffer;
static _Thread_local size_t capacity;
static pthread_key_t freeing_key;
static pthread_once_t freeing_once = PTHREAD_ONCE_INIT;

static void make_freeing_key(void) { pthread_key_create(&freeing_key, free); }

void *weft_tile_scratch(size_t bytes) {
  if (bytes <= capacity) return buffer;
  pthread_once(&freeing_once, make_freeing_key);
  free(buffer);
  size_t rounded = (bytes + 16383) & ~(size_t)16383;
  buffer = aligned_alloc(64, rounded);
  if (!buffer) weft_no_memory();
  capacity = rounded;
  pthread_setspecific(freeing_key, buffer);  // freed when the thread ends
  return buffer;
}
