// Prepared calls of oneDNN: a primitive with the reorders around it, kept in a cache (private).
#ifndef WEFT_PLAN_H
#define WEFT_PLAN_H

#include "onednn.h"

enum { WEFT_PLAN_ARGUMENTS = 4, WEFT_PLAN_KEY = 384 };

/// An argument as the caller has it (`given`) and as the primitive wants it (`wanted`).
typedef struct {
  int id;  // DNNL_ARG_...
  bool output, reorders;
  weft_desc given, wanted;
  size_t wanted_size;
  dnnl_primitive_t reorder;
  weft_desc reorder_scratch;
  size_t reorder_scratch_size;
} weft_plan_argument;

typedef struct weft_plan weft_plan;
struct weft_plan {
  uint64_t number;  // its own in the process
  bool usable;  // false: oneDNN has nothing good for this description, which is worth remembering too
  int count;
  weft_plan_argument arguments[WEFT_PLAN_ARGUMENTS];
  dnnl_primitive_t primitive;
  weft_desc scratch;
  size_t scratch_size;
};

/// Fills the plan for a description; a plan left without `usable` is remembered as such.
typedef void (*weft_plan_builder)(const void *key, weft_plan *plan);

/// Appends an argument. `given` is copied. False if out of space or oneDNN refuses.
bool weft_plan_add(weft_plan *plan, dnnl_primitive_desc_t primitive, int id, dnnl_query_t what, bool output,
                   const weft_desc *given);
/// Appends an argument that is always as given, a vector.
bool weft_plan_add_plain(weft_plan *plan, int id, const weft_desc *given);
/// Makes the primitive itself, once all arguments are there; sets `usable`.
void weft_plan_finish(weft_plan *plan, dnnl_primitive_desc_t primitive);
/// Frees what the plan holds.
void weft_plan_clear(weft_plan *plan);

/// Runs the description's plan on the arguments' data (in the order of the plan's arguments). The key must be fully
/// initialized memory of `size` (at most WEFT_PLAN_KEY) bytes. Returns WEFT_NO_PRIMITIVE where the plan is not usable.
int32_t weft_plan_run(const void *key, size_t size, weft_plan_builder builder, void *const *data);

/// An argument that seldom changes, and the number that stands for its content (see prepared.h): it is kept reordered.
typedef struct {
  int argument;
  uint64_t content;
  const void *at;
} weft_plan_constant;

int32_t weft_plan_run_constant(const void *key, size_t size, weft_plan_builder builder, void *const *data,
                               const weft_plan_constant *constant);

#endif
