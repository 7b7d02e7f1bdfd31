// What kernels need to note their calls (private). A kernel that can be noted begins with
//
//   WEFT_NOTED(weft_note_kernel(notes, operands...))
//
// Everything it was handed by address is copied into the list; addresses of elements are told to `weft_note_address`.
// Kernels that it calls in turn are its own business and note nothing. Any other kernel begins with
// `weft_launch_refuse()`; one that forgets it is still found where it divides its work among threads.
#ifndef WEFT_NOTES_H
#define WEFT_NOTES_H

#include "weft_launch.h"

/// The list that this thread's calls are noted in; NULL for nearly all.
extern _Thread_local weft_launch_list *weft_notes_current;

/// Makes a noted call again; false if it went otherwise.
typedef bool (*weft_launch_body)(const void *arguments);

#define WEFT_NOTED(...)                                                                    \
  __attribute__((cleanup(weft_notes_leave))) weft_launch_list *notes = weft_notes_current; \
  weft_notes_current = NULL;                                                               \
  if (notes) __VA_ARGS__

static inline void weft_notes_leave(weft_launch_list **notes) {
  if (*notes) weft_notes_current = *notes;
}

/// A call with arguments of so many bytes, to be filled in; NULL where there is no memory.
void *weft_note_call(weft_launch_list *notes, weft_launch_body body, size_t bytes);
/// A copy that lives as long as the list, of zero bytes where `source` is NULL; NULL where there is no memory.
void *weft_note_copy(weft_launch_list *notes, const void *source, size_t bytes);
/// Where the call noted last keeps the address of elements.
void weft_note_address(weft_launch_list *notes, void *place);
/// Where it keeps the number of what a weight holds, and the weight's address.
void weft_note_content(weft_launch_list *notes, uint64_t *content, void *weight);
/// Addresses of several.
#define WEFT_NOTE_ADDRESSES(notes, ...)                                                              \
  do {                                                                                               \
    void *const places[] = {__VA_ARGS__};                                                            \
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) weft_note_address(notes, places[i]); \
  } while (0)
/// Makes an operand that the call keeps one with strides of its own, and notes its address.
void weft_note_operand(weft_launch_list *notes, weft_operand *operand, int32_t rank);
/// Copies of operands with their strides.
const weft_operand *weft_note_operands(weft_launch_list *notes, const weft_operand *operands, int32_t count,
                                       int32_t rank);

/// Something that a list holds until it goes.
void weft_note_held(weft_launch_list *notes, void *object, void (*let_go)(void *object));

#endif
