// The list of noted calls.
#include "launch.h"

#include <stdlib.h>
#include <string.h>

_Thread_local weft_launch_list *weft_notes_current;

typedef struct {
  weft_launch_body body;
  void *arguments;
} launch;

typedef struct {
  void *object;
  void (*let_go)(void *object);
} held;

/// An array that grows: `count` entries, and room for `capacity`.
#define GROWING(type) \
  struct {            \
    type *data;       \
    int64_t count, capacity; \
  }

struct weft_launch_list {
  GROWING(launch) launches;
  GROWING(void **) addresses;
  GROWING(weft_launch_content) contents;
  GROWING(weft_kept_block) kept;
  GROWING(held) held;
  int64_t first_launch, first_address, first_content;  // those of the notes that are taken now
  bool is_worthless;
};

/// Room for one more entry of `size` bytes in an array; false where there is no memory.
static bool grow(void **data, int64_t count, int64_t *capacity, size_t size) {
  if (count < *capacity) return true;
  const int64_t wanted = *capacity ? 2 * *capacity : 16;
  void *larger = realloc(*data, (size_t)wanted * size);
  if (!larger) return false;
  *data = larger, *capacity = wanted;
  return true;
}
#define GROW(array) grow((void **)&(array).data, (array).count, &(array).capacity, sizeof *(array).data)

weft_launch_list *weft_launch_list_create(void) { return calloc(1, sizeof(weft_launch_list)); }

void weft_launch_list_destroy(weft_launch_list *list) {
  for (int64_t i = 0; i < list->held.count; i++) list->held.data[i].let_go(list->held.data[i].object);
  free(list->launches.data);
  free(list->addresses.data);
  free(list->contents.data);
  free(list->kept.data);
  free(list->held.data);
  free(list);
}

int64_t weft_launch_count(const weft_launch_list *list) { return list->launches.count; }

// MARK: - Taking notes

void weft_launch_begin(weft_launch_list *list) {
  list->first_launch = list->launches.count;
  list->first_address = list->addresses.count;
  list->first_content = list->contents.count;
  list->is_worthless = false;
  weft_notes_current = list;
}

bool weft_launch_end(weft_launch_list *list) {
  weft_notes_current = NULL;
  if (!list->is_worthless) return true;
  list->launches.count = list->first_launch;
  list->addresses.count = list->first_address;
  list->contents.count = list->first_content;
  return false;
}

void weft_launch_refuse(void) {
  if (weft_notes_current) weft_notes_current->is_worthless = true;
}

void weft_note_held(weft_launch_list *notes, void *object, void (*let_go)(void *object)) {
  if (GROW(notes->held)) {
    notes->held.data[notes->held.count++] = (held){object, let_go};
  } else {
    let_go(object);
    notes->is_worthless = true;
  }
}

void *weft_note_copy(weft_launch_list *notes, const void *source, size_t bytes) {
  void *copy = calloc(1, bytes + 1);
  if (!copy) {
    notes->is_worthless = true;
    return NULL;
  }
  if (source) memcpy(copy, source, bytes);
  weft_note_held(notes, copy, free);
  return notes->is_worthless ? NULL : copy;
}

void *weft_note_call(weft_launch_list *notes, weft_launch_body body, size_t bytes) {
  void *arguments = weft_note_copy(notes, NULL, bytes);
  if (!arguments || !GROW(notes->launches)) {
    notes->is_worthless = true;
    return NULL;
  }
  notes->launches.data[notes->launches.count++] = (launch){body, arguments};
  return arguments;
}

void weft_note_address(weft_launch_list *notes, void *place) {
  if (!*(void **)place) return;
  if (GROW(notes->addresses)) {
    notes->addresses.data[notes->addresses.count++] = place;
  } else {
    notes->is_worthless = true;
  }
}

void weft_note_content(weft_launch_list *notes, uint64_t *content, void *weight) {
  if (*content == 0) return;
  if (GROW(notes->contents)) {
    notes->contents.data[notes->contents.count++] = (weft_launch_content){content, weight};
  } else {
    notes->is_worthless = true;
  }
}

void weft_note_operand(weft_launch_list *notes, weft_operand *operand, int32_t rank) {
  operand->strides = weft_note_copy(notes, operand->strides, (size_t)rank * sizeof *operand->strides);
  weft_note_address(notes, &operand->data);
}

const weft_operand *weft_note_operands(weft_launch_list *notes, const weft_operand *operands, int32_t count,
                                       int32_t rank) {
  weft_operand *copies = weft_note_copy(notes, operands, (size_t)count * sizeof *operands);
  for (int32_t k = 0; copies && k < count; k++) weft_note_operand(notes, &copies[k], rank);
  return copies;
}

bool weft_launch_keep(void *block, int64_t capacity) {
  weft_launch_list *notes = weft_notes_current;
  if (!notes) return false;
  if (!GROW(notes->kept)) {
    notes->is_worthless = true;
    return false;
  }
  notes->kept.data[notes->kept.count++] = (weft_kept_block){block, capacity};
  return true;
}

// MARK: - Reading them

const weft_kept_block *weft_launch_kept(const weft_launch_list *list, int64_t *count) {
  *count = list->kept.count;
  return list->kept.data;
}

void **const *weft_launch_addresses(const weft_launch_list *list, int64_t *count) {
  *count = list->addresses.count;
  return list->addresses.data;
}

const weft_launch_content *weft_launch_contents(const weft_launch_list *list, int64_t *count) {
  *count = list->contents.count;
  return list->contents.data;
}

int64_t weft_launch(const weft_launch_list *list, int64_t first, int64_t end) {
  for (int64_t i = first; i < end; i++) {
    const launch *call = &list->launches.data[i];
    if (!call->body(call->arguments)) return i;
  }
  return end;
}

// MARK: - Conditions

typedef struct {
  int32_t dtype;
  bool result;
  int64_t count;
  const void *values;
  double low, high;
} condition;

static bool check(const void *arguments) {
  const condition *c = arguments;
  return weft_is_within(c->dtype, c->count, c->values, c->low, c->high) == c->result;
}

static void note_condition(weft_launch_list *notes, condition noted) {
  condition *c = weft_note_call(notes, check, sizeof *c);
  if (!c) return;
  *c = noted;
  weft_note_address(notes, &c->values);
}

// Without a way out, so that it runs on vectors: nearly always all of them are looked at.
#define ARE_WITHIN(name, type)                                                               \
  static bool name(int64_t count, const type *values, type low, type high) {                 \
    int32_t outside = 0;                                                                     \
    for (int64_t i = 0; i < count; i++) outside |= !(values[i] >= low && values[i] <= high); \
    return !outside;                                                                         \
  }
ARE_WITHIN(floats_are_within, float)
ARE_WITHIN(doubles_are_within, double)

bool weft_is_within(int32_t dtype, int64_t count, const void *values, double low, double high) {
  const bool result = dtype == WEFT_FLOAT64 ? doubles_are_within(count, values, low, high)
                                            : floats_are_within(count, values, (float)low, (float)high);
  WEFT_NOTED(note_condition(notes, (condition){dtype, result, count, values, low, high}));
  return result;
}
