// Building prepared calls, and freeing them.
#include "plan.h"

#include <string.h>

// Its scratch memory is handed over, as the primitive's is. What a reorder has of its own it shares among all callers,
// and the sums of weights that oneDNN makes there for signed whole numbers would be those of several at once.
static bool add_reorder(weft_plan_argument *argument) {
  const weft_desc *from = argument->output ? &argument->wanted : &argument->given;
  const weft_desc *to = argument->output ? &argument->given : &argument->wanted;
  dnnl_primitive_attr_t attributes = weft_attributes(false);
  if (!attributes) return false;
  dnnl_primitive_desc_t request = weft_request_reorder(from, to, attributes);
  dnnl_primitive_attr_destroy(attributes);
  if (!request) return false;
  bool ok = weft_desc_of(request, dnnl_query_scratchpad_md, &argument->reorder_scratch) &&
            dnnl_primitive_create(&argument->reorder, request) == dnnl_success;
  if (ok) argument->reorder_scratch_size = weft_desc_size(&argument->reorder_scratch);
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
    weft_desc_free(&argument->reorder_scratch);
  }
  if (plan->primitive) dnnl_primitive_destroy(plan->primitive);
  weft_desc_free(&plan->scratch);
  memset(plan, 0, sizeof *plan);
}
