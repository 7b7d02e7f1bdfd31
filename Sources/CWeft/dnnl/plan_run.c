// Running prepared calls.
#include <stdlib.h>

#include "../team.h"
#include "plan_cache.h"
#include "scratch.h"
#include "status.h"

static weft_plan_memory *make_memory(const weft_plan *plan) {
  weft_plan_memory *memory = calloc(1, sizeof *memory);
  if (!memory) return NULL;
  bool ok = (memory->scratch = weft_desc_memory(&plan->scratch)) != NULL;
  for (int i = 0; i < plan->count; i++) {
    const weft_plan_argument *argument = &plan->arguments[i];
    ok = ok && (memory->wanted[i] = weft_desc_memory(&argument->wanted)) != NULL;
    if (argument->reorders) ok = ok && (memory->given[i] = weft_desc_memory(&argument->given)) != NULL;
  }
  if (ok) return memory;
  weft_plan_memory_free(memory);
  return NULL;
}

static int32_t run_reorder(const weft_plan_argument *argument, dnnl_memory_t from, dnnl_memory_t to) {
  dnnl_exec_arg_t list[2] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  return dnnl_primitive_execute(argument->reorder, weft_stream(), 2, list) == dnnl_success ? WEFT_OK
                                                                                          : WEFT_PRIMITIVE_FAILED;
}

// Points the memory objects at the data, and at scratch memory where the primitive wants another layout.
static int32_t bind(const weft_plan *plan, weft_plan_memory *memory, void *const *data) {
  void *scratch = plan->scratch_size ? weft_scratch_take(plan->scratch_size) : NULL;
  if (plan->scratch_size && !scratch) return WEFT_OUT_OF_MEMORY;
  bool ok = dnnl_memory_set_data_handle(memory->scratch, scratch) == dnnl_success;
  for (int i = 0; i < plan->count; i++) {
    const weft_plan_argument *argument = &plan->arguments[i];
    void *wanted = data[i];
    if (argument->reorders) {
      wanted = weft_scratch_take(argument->wanted_size);
      if (!wanted) return WEFT_OUT_OF_MEMORY;
      ok = ok && dnnl_memory_set_data_handle(memory->given[i], data[i]) == dnnl_success;
    }
    ok = ok && dnnl_memory_set_data_handle(memory->wanted[i], wanted) == dnnl_success;
  }
  return ok ? WEFT_OK : WEFT_PRIMITIVE_FAILED;
}

static int32_t execute(const weft_plan *plan, weft_plan_memory *memory) {
  dnnl_exec_arg_t list[WEFT_PLAN_ARGUMENTS + 1];
  int32_t status = WEFT_OK;
  for (int i = 0; i < plan->count; i++) {
    const weft_plan_argument *argument = &plan->arguments[i];
    list[i] = (dnnl_exec_arg_t){argument->id, memory->wanted[i]};
    if (!argument->reorders || argument->output || status != WEFT_OK) continue;
    status = run_reorder(argument, memory->given[i], memory->wanted[i]);
  }
  if (status != WEFT_OK) return status;
  list[plan->count] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, memory->scratch};
  if (dnnl_primitive_execute(plan->primitive, weft_stream(), plan->count + 1, list) != dnnl_success) {
    return WEFT_PRIMITIVE_FAILED;
  }
  for (int i = 0; i < plan->count && status == WEFT_OK; i++) {
    const weft_plan_argument *argument = &plan->arguments[i];
    if (argument->reorders && argument->output) status = run_reorder(argument, memory->wanted[i], memory->given[i]);
  }
  return status;
}

static int32_t run(weft_plan_entry *entry, weft_plan_memory **memory, void *const *data) {
  if (!entry->plan.usable) return WEFT_NO_PRIMITIVE;
  if (!weft_stream()) return WEFT_PRIMITIVE_FAILED;
  if (!*memory) *memory = make_memory(&entry->plan);
  if (!*memory) return WEFT_OUT_OF_MEMORY;
  weft_scratch_mark mark = weft_scratch_begin();
  int32_t status = bind(&entry->plan, *memory, data);
  if (status == WEFT_OK) status = execute(&entry->plan, *memory);
  weft_scratch_release(mark);
  return status;
}

int32_t weft_plan_run(const void *key, size_t size, weft_plan_builder builder, void *const *data) {
  // Before the plan is built too: oneDNN divides work among the threads it will have.
  weft_team_prepare();
  weft_plan_memory *memory;
  weft_plan_entry *entry = weft_plan_acquire(key, size, builder, &memory);
  if (!entry) return WEFT_OUT_OF_MEMORY;
  uint32_t word = weft_denormals_flush();
  int32_t status = run(entry, &memory, data);
  weft_denormals_restore(word);
  weft_plan_release(entry, memory);
  return status;
}
