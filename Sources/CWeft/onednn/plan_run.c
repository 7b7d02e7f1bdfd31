// Running prepared calls.
#include <stdlib.h>

#include "../common/prepared.h"
#include "../common/scratch.h"
#include "../common/status.h"
#include "../common/team.h"
#include "plan_cache.h"

static weft_plan_memory *make_memory(const weft_plan *plan) {
  weft_plan_memory *memory = calloc(1, sizeof *memory);
  if (!memory) return NULL;
  bool ok = (memory->scratch = weft_desc_memory(&plan->scratch)) != NULL;
  for (int i = 0; i < plan->count; i++) {
    const weft_plan_argument *argument = &plan->arguments[i];
    ok = ok && (memory->wanted[i] = weft_desc_memory(&argument->wanted)) != NULL;
    if (!argument->reorders) continue;
    ok = ok && (memory->given[i] = weft_desc_memory(&argument->given)) != NULL &&
         (memory->reorder_scratch[i] = weft_desc_memory(&argument->reorder_scratch)) != NULL;
  }
  if (ok) return memory;
  weft_plan_memory_free(memory);
  return NULL;
}

// Between the caller's layout of the i-th argument and the primitive's.
static int32_t run_reorder(const weft_plan *plan, const weft_plan_memory *memory, int i) {
  const weft_plan_argument *argument = &plan->arguments[i];
  dnnl_memory_t given = memory->given[i], wanted = memory->wanted[i];
  dnnl_exec_arg_t list[] = {{DNNL_ARG_FROM, argument->output ? wanted : given},
                            {DNNL_ARG_TO, argument->output ? given : wanted},
                            {DNNL_ARG_SCRATCHPAD, memory->reorder_scratch[i]}};
  return dnnl_primitive_execute(argument->reorder, weft_stream(), 3, list) == dnnl_success ? WEFT_OK
                                                                                          : WEFT_PRIMITIVE_FAILED;
}

// One run of a plan. The constant argument, if there is one, may be kept: then it is reordered only to `fill` it.
typedef struct {
  const weft_plan *plan;
  weft_plan_memory *memory;
  void *const *data;
  weft_prepared *prepared;
  int constant;
  bool fill;
} call;

// Where the primitive finds or puts an argument: scratch memory where it wants another layout.
static void *place_of(const call *c, int i) {
  const weft_plan_argument *argument = &c->plan->arguments[i];
  if (!argument->reorders) return c->data[i];
  return c->prepared && i == c->constant ? weft_prepared_data(c->prepared) : weft_scratch_take(argument->wanted_size);
}

static int32_t set_data(dnnl_memory_t memory, void *data) {
  return dnnl_memory_set_data_handle(memory, data) == dnnl_success ? WEFT_OK : WEFT_PRIMITIVE_FAILED;
}

static int32_t bind_scratch(dnnl_memory_t memory, size_t size) {
  void *scratch = size ? weft_scratch_take(size) : NULL;
  return size && !scratch ? WEFT_OUT_OF_MEMORY : set_data(memory, scratch);
}

// Points the memory objects of an argument at the data.
static int32_t bind_argument(const call *c, int i) {
  const weft_plan_argument *argument = &c->plan->arguments[i];
  void *wanted = place_of(c, i);
  if (argument->reorders) {
    if (!wanted) return WEFT_OUT_OF_MEMORY;
    int32_t status = set_data(c->memory->given[i], c->data[i]);
    if (status == WEFT_OK) status = bind_scratch(c->memory->reorder_scratch[i], argument->reorder_scratch_size);
    if (status != WEFT_OK) return status;
  }
  return set_data(c->memory->wanted[i], wanted);
}

static int32_t bind(const call *c) {
  int32_t status = bind_scratch(c->memory->scratch, c->plan->scratch_size);
  for (int i = 0; i < c->plan->count && status == WEFT_OK; i++) status = bind_argument(c, i);
  return status;
}

static int32_t execute(const call *c) {
  const weft_plan *plan = c->plan;
  weft_plan_memory *memory = c->memory;
  dnnl_exec_arg_t list[WEFT_PLAN_ARGUMENTS + 1];
  int32_t status = WEFT_OK;
  for (int i = 0; i < plan->count; i++) {
    const weft_plan_argument *argument = &plan->arguments[i];
    list[i] = (dnnl_exec_arg_t){argument->id, memory->wanted[i]};
    if (!argument->reorders || argument->output || status != WEFT_OK) continue;
    if (c->prepared && i == c->constant && !c->fill) continue;
    status = run_reorder(plan, memory, i);
  }
  if (status != WEFT_OK) return status;
  list[plan->count] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, memory->scratch};
  if (dnnl_primitive_execute(plan->primitive, weft_stream(), plan->count + 1, list) != dnnl_success) {
    return WEFT_PRIMITIVE_FAILED;
  }
  for (int i = 0; i < plan->count && status == WEFT_OK; i++) {
    if (plan->arguments[i].reorders && plan->arguments[i].output) status = run_reorder(plan, memory, i);
  }
  return status;
}

static int32_t run(weft_plan_entry *entry, weft_plan_memory **memory, void *const *data,
                   const weft_plan_constant *constant) {
  const weft_plan *plan = &entry->plan;
  if (!plan->usable) return WEFT_NO_PRIMITIVE;
  if (!weft_stream()) return WEFT_PRIMITIVE_FAILED;
  if (!*memory) *memory = make_memory(plan);
  if (!*memory) return WEFT_OUT_OF_MEMORY;
  call c = {.plan = plan, .memory = *memory, .data = data};
  if (constant && constant->content && plan->arguments[constant->argument].reorders) {
    weft_prepared_key key = {.content = constant->content, .at = constant->at, .plan = plan->number};
    c.constant = constant->argument;
    c.prepared = weft_prepared_acquire(&key, plan->arguments[c.constant].wanted_size, &c.fill);
  }
  weft_scratch_mark mark = weft_scratch_begin();
  int32_t status = bind(&c);
  if (status == WEFT_OK) status = execute(&c);
  weft_scratch_release(mark);
  if (c.prepared) weft_prepared_release(c.prepared, c.fill && status == WEFT_OK);
  return status;
}

int32_t weft_plan_run(const void *key, size_t size, weft_plan_builder builder, void *const *data) {
  return weft_plan_run_constant(key, size, builder, data, NULL);
}

int32_t weft_plan_run_constant(const void *key, size_t size, weft_plan_builder builder, void *const *data,
                               const weft_plan_constant *constant) {
  // Before the plan is built too: oneDNN divides work among the threads it will have.
  weft_team_prepare();
  weft_plan_memory *memory;
  weft_plan_entry *entry = weft_plan_acquire(key, size, builder, &memory);
  if (!entry) return WEFT_OUT_OF_MEMORY;
  uint32_t word = weft_denormals_flush();
  int32_t status = run(entry, &memory, data, constant);
  weft_denormals_restore(word);
  weft_plan_release(entry, memory);
  return status;
}
