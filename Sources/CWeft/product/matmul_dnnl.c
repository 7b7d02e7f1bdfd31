// Matrix products through oneDNN: float32, and bfloat16 where the processor has it.
#include "matmul_dnnl.h"

#include <string.h>

#include "../common/isa.h"
#include "../common/team.h"
#include "matmul_plan.h"
#include "../onednn/plan.h"
#include "../common/status.h"

enum { MOST_BATCH = 3, AXES = MOST_BATCH + 2 };

// Sizes and strides of all axes, batch axes first; unused ones in front.
typedef struct {
  int64_t kind;  // keeps the keys of products and convolutions apart
  int64_t threads, dtype, result_dtype, accumulate, bias, rank;
  int64_t m, n, k;
  int64_t batch[MOST_BATCH];
  int64_t a[AXES], b[AXES], c[AXES];
} product_key;

_Static_assert(sizeof(product_key) <= WEFT_PLAN_KEY, "the key must fit");

bool weft_cpu_has_bfloat16(void) { return weft_uses_avx512_bfloat16(); }

static void build(const void *memory, weft_plan *plan) {
  const product_key *key = memory;
  dnnl_data_type_t type = key->dtype == WEFT_BFLOAT16 ? dnnl_bf16 : dnnl_f32;
  dnnl_data_type_t result_type = key->result_dtype == WEFT_BFLOAT16 ? dnnl_bf16 : dnnl_f32;
  int rank = (int)key->rank, skip = AXES - rank;
  int64_t a_size[AXES], b_size[AXES], c_size[AXES], bias_size[AXES], bias_strides[AXES];
  for (int axis = skip; axis < MOST_BATCH; axis++) {
    c_size[axis] = key->batch[axis];
    a_size[axis] = key->a[axis] ? c_size[axis] : 1;
    b_size[axis] = key->b[axis] ? c_size[axis] : 1;
  }
  a_size[AXES - 2] = c_size[AXES - 2] = key->m;
  a_size[AXES - 1] = b_size[AXES - 2] = key->k;
  b_size[AXES - 1] = c_size[AXES - 1] = key->n;
  int64_t a_strides[AXES], b_strides[AXES];
  for (int axis = 0; axis < AXES; axis++) {
    a_strides[axis] = key->a[axis] ? key->a[axis] : key->m * key->k;
    b_strides[axis] = key->b[axis] ? key->b[axis] : key->k * key->n;
    bias_size[axis] = axis == AXES - 1 ? key->n : 1;
    bias_strides[axis] = axis == AXES - 1 ? 1 : key->n;
  }
  weft_desc a = {0}, b = {0}, c = {0}, bias = {0};
  dnnl_primitive_attr_t attributes = weft_attributes(key->accumulate);
  bool ok = attributes && weft_desc_make(&a, rank, a_size + skip, type, a_strides + skip) &&
            weft_desc_make(&b, rank, b_size + skip, type, b_strides + skip) &&
            weft_desc_make(&c, rank, c_size + skip, result_type, key->c + skip) &&
            (!key->bias || weft_desc_make(&bias, rank, bias_size + skip, result_type, bias_strides + skip));
  dnnl_primitive_desc_t request = ok ? weft_request_matmul(&a, &b, key->bias ? &bias : NULL, &c, attributes) : NULL;
  if (request && !strstr(weft_implementation(request), "ref")) {
    ok = weft_plan_add(plan, request, DNNL_ARG_SRC, dnnl_query_src_md, false, &a) &&
         weft_plan_add(plan, request, DNNL_ARG_WEIGHTS, dnnl_query_weights_md, false, &b) &&
         weft_plan_add(plan, request, DNNL_ARG_DST, dnnl_query_dst_md, true, &c);
    if (ok && key->bias) ok = weft_plan_add_plain(plan, DNNL_ARG_BIAS, &bias);
    if (ok) weft_plan_finish(plan, request);
  }
  if (request) dnnl_primitive_desc_destroy(request);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  weft_desc_free(&a);
  weft_desc_free(&b);
  weft_desc_free(&c);
  weft_desc_free(&bias);
}

// One of the two axes is adjacent, the other at least as far apart as that is long. Sizes of 1 leave the stride open.
static bool plain(int64_t rows, int64_t columns, int64_t *row, int64_t *column) {
  if (columns == 1 && *row != 1) *column = 1;
  if (rows == 1 && *column != 1) *row = 1;
  if (rows == 1 && *column == 1) *row = columns;
  if (columns == 1 && *row == 1) *column = rows;
  return (*column == 1 && *row >= columns) || (*row == 1 && *column >= rows);
}

static bool fill(product_key *key, const weft_gemm *p, const weft_gemm_batch *batch) {
  memset(key, 0, sizeof *key);
  key->kind = 1;
  key->threads = weft_team_width();
  key->dtype = p->dtype;
  key->result_dtype = p->result_dtype;
  key->accumulate = p->accumulate;
  key->bias = p->bias != NULL;
  key->m = p->m;
  key->n = p->n;
  key->k = p->k;
  key->rank = 2 + batch->rank;
  for (int32_t axis = 0; axis < batch->rank; axis++) {
    int32_t to = MOST_BATCH - batch->rank + axis;
    key->batch[to] = batch->size[axis];
    key->a[to] = batch->a[axis];
    key->b[to] = batch->b[axis];
    key->c[to] = batch->c[axis];
    if (batch->a[axis] < 0 || batch->b[axis] < 0 || batch->c[axis] <= 0) return false;
  }
  int64_t *a = key->a + MOST_BATCH, *b = key->b + MOST_BATCH, *c = key->c + MOST_BATCH;
  a[0] = p->a_m, a[1] = p->a_k;
  b[0] = p->b_k, b[1] = p->b_n;
  c[0] = p->c_m, c[1] = p->c_n;
  return plain(p->m, p->k, &a[0], &a[1]) && plain(p->k, p->n, &b[0], &b[1]) && plain(p->m, p->n, &c[0], &c[1]) &&
         c[1] == 1;
}

enum { LEAST_WORK = 1 << 13 };

// What oneDNN's call costs is worth it from about this many multiply-adds in all.
static bool worth_it(const weft_gemm *p, const weft_gemm_batch *batch) {
  double work = (double)p->m * (double)p->n * (double)p->k;
  for (int32_t axis = 0; axis < batch->rank; axis++) work *= (double)batch->size[axis];
  return work >= LEAST_WORK;
}

static int32_t run(const product_key *key, const weft_gemm *p) {
  void *data[] = {(void *)p->a, (void *)p->b, p->c, (void *)p->bias};
  return weft_plan_run(key, sizeof *key, build, data);
}

bool weft_matmul_dnnl(const weft_gemm *product, const weft_gemm_batch *described, int32_t *status) {
  weft_gemm p = *product;
  weft_gemm_batch batch = *described;
  if (p.dtype != WEFT_FLOAT32 && !(p.dtype == WEFT_BFLOAT16 && weft_cpu_has_bfloat16())) return false;
  if (batch.rank > MOST_BATCH || p.k == 0 || !worth_it(&p, &batch)) return false;
  // oneDNN wants c's rows adjacent.
  if (p.c_n != 1 && p.n != 1) weft_gemm_transpose(&p, &batch);
  if (p.bias && p.bias_n != 1) return false;
  product_key key;
  if (!fill(&key, &p, &batch)) return false;
  if (weft_is_deterministic()) {
    *status = weft_matmul_pieces(&p, &batch);
    return true;
  }
  *status = run(&key, &p);
  return *status != WEFT_NO_PRIMITIVE;
}

int32_t weft_matmul_piece_run(const weft_gemm *p, const weft_gemm_batch *batch) {
  product_key key;
  if (!fill(&key, p, batch)) return weft_gemm_run(p, batch);
  int32_t status = run(&key, p);
  return status == WEFT_NO_PRIMITIVE ? weft_gemm_run(p, batch) : status;
}
