// Matrix products through oneDNN: float32, and bfloat16 where the processor has it.
#include "matmul_dnnl.h"

#include <string.h>

#include "../team.h"
#include "matmul_plan.h"
#include "plan.h"
#include "status.h"

typedef struct {
  int64_t kind;  // keeps the keys of products and convolutions apart
  int64_t threads, dtype, activation, accumulate, bias;
  int64_t batch, m, n, k;
  int64_t a[3], b[3], c[3];
} product_key;

bool weft_cpu_has_bfloat16(void) {
#if defined(__x86_64__)
  return weft_gemm_isa() == 2 && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

static void build(const void *memory, weft_plan *plan) {
  const product_key *key = memory;
  dnnl_data_type_t type = key->dtype == WEFT_BFLOAT16 ? dnnl_bf16 : dnnl_f32;
  int skip = key->batch == 1, rank = 3 - skip;
  int64_t a_size[] = {key->a[0] ? key->batch : 1, key->m, key->k};
  int64_t b_size[] = {key->b[0] ? key->batch : 1, key->k, key->n};
  int64_t c_size[] = {key->batch, key->m, key->n}, bias_size[] = {1, 1, key->n}, bias_strides[] = {key->n, key->n, 1};
  int64_t a_strides[] = {key->a[0] ? key->a[0] : key->m * key->k, key->a[1], key->a[2]};
  int64_t b_strides[] = {key->b[0] ? key->b[0] : key->k * key->n, key->b[1], key->b[2]};
  weft_desc a = {0}, b = {0}, c = {0}, bias = {0};
  dnnl_primitive_attr_t attributes = weft_attributes((int32_t)key->activation, key->accumulate);
  bool ok = attributes && weft_desc_make(&a, rank, a_size + skip, type, a_strides + skip) &&
            weft_desc_make(&b, rank, b_size + skip, type, b_strides + skip) &&
            weft_desc_make(&c, rank, c_size + skip, type, key->c + skip) &&
            (!key->bias || weft_desc_make(&bias, rank, bias_size + skip, type, bias_strides + skip));
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
  key->threads = weft_team_inside() ? 1 : weft_thread_count();
  key->dtype = p->dtype;
  key->activation = p->activation;
  key->accumulate = p->accumulate;
  key->bias = p->bias != NULL;
  key->m = p->m;
  key->n = p->n;
  key->k = p->k;
  key->batch = batch->rank ? batch->size[0] : 1;
  if (batch->rank) {
    key->a[0] = batch->a[0];
    key->b[0] = batch->b[0];
    key->c[0] = batch->c[0];
  } else {
    key->a[0] = p->m * p->k;
    key->b[0] = p->k * p->n;
    key->c[0] = p->m * p->n;
  }
  key->a[1] = p->a_m;
  key->a[2] = p->a_k;
  key->b[1] = p->b_k;
  key->b[2] = p->b_n;
  key->c[1] = p->c_m;
  key->c[2] = p->c_n;
  if (key->a[0] < 0 || key->b[0] < 0 || key->c[0] < 0) return false;
  return plain(p->m, p->k, &key->a[1], &key->a[2]) && plain(p->k, p->n, &key->b[1], &key->b[2]) &&
         plain(p->m, p->n, &key->c[1], &key->c[2]) && key->c[2] == 1;
}

enum { LEAST_WORK = 1 << 15 };

bool weft_matmul_dnnl(const weft_gemm *product, const weft_gemm_batch *batch, int32_t *status) {
  weft_gemm p = *product;
  if (p.dtype != WEFT_FLOAT32 && !(p.dtype == WEFT_BFLOAT16 && weft_cpu_has_bfloat16())) return false;
  if (batch->rank > 0 || p.k == 0 || (p.activation && p.accumulate)) return false;
  if ((double)p.m * (double)p.n * (double)p.k < LEAST_WORK) return false;
  // oneDNN wants c's rows adjacent.
  if (p.c_n != 1 && p.n != 1) weft_gemm_transpose(&p, NULL);
  if (p.bias && p.bias_n != 1) return false;
  product_key key;
  if (!fill(&key, &p, batch)) return false;
  void *data[] = {(void *)p.a, (void *)p.b, p.c, (void *)p.bias};
  *status = weft_plan_run(&key, sizeof key, build, data);
  return *status != WEFT_NO_PRIMITIVE;
}
