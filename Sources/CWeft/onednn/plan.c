// Building prepared calls, and freeing them.
#include "plan.h"

#include <string.h>

static bool add_reorder(weft_plan_argument *argument) {
  const weft_desc *from = argument->output ? &argument->wanted : &argument->given;
  const weft_desc *to = argument->output ? &argument->given : &argument->wanted;
  // Without attributes the reorder brings its own scratch memory, one per thread.
  dnnl_primitive_desc_t request = weft_request_reorder(from, to, NULL);
  if (!request) return false;
  bool ok = dnnl_primitive_create(&argument->reorder, request) == dnnl_success;
  dnnl_primitive_desc_destroy(request);
  return ok;
}

bool weft_plan_add_plain(weft_plan *plan, int id, const weft_desc *given) {
  if (plan->count == WEFT_PLAN_ARGUMENTS) return false;
  weft_plan_argument *argument = &plan->arguments[plan->count++];
  memset(argument, 0, sizeof *argument);
  argument->id = id;
  return weft_desc_copy(&argument->wanted, given);
}

bool weft_plan_add(weft_plan *plan, dnnl_primitive_desc_t primitive, int id, dnnl_query_t what, bool output,
                   const weft_desc *given) {
  if (plan->count == WEFT_PLAN_ARGUMENTS) return false;
  weft_plan_argument *argument = &plan->arguments[plan->count];
  memset(argument, 0, sizeof *argument);
  argument->id = id;
  argument->output = output;
  if (!weft_desc_of(primitive, what, &argument->wanted)) return false;
  argument->wanted_size = weft_desc_size(&argument->wanted);
  plan->count++;
  if (!weft_desc_copy(&argument->given, given)) return false;
  argument->reorders = !weft_desc_equal(&argument->given, &argument->wanted);
  return !argument->reorders || add_reorder(argument);
}

void weft_plan_finish(weft_plan *plan, dnnl_primitive_desc_t primitive) {
  if (!weft_desc_of(primitive, dnnl_query_scratchpad_md, &plan->scratch)) return;
  plan->scratch_size = weft_desc_size(&plan->scratch);
  plan->usable = dnnl_primitive_create(&plan->primitive, primitive) == dnnl_success;
}

void weft_plan_clear(weft_plan *plan) {
  for (int i = 0; i < plan->count; i++) {
    weft_plan_argument *argument = &plan->arguments[i];
    if (argument->reorder) dnnl_primitive_destroy(argument->reorder);
    weft_desc_free(&argument->given);
    weft_desc_free(&argument->wanted);
  }
  if (plan->primitive) dnnl_primitive_destroy(plan->primitive);
  weft_desc_free(&plan->scratch);
  memset(plan, 0, sizeof *plan);
}
