// Products of a few numbers, for one element type and instruction set. Before inclusion: ELEMENT and NAME(name).
// No include guard.

/// One product of n columns and k steps, all of the right operand in registers; n and k are constants.
TINY_INLINE void NAME(product)(const int n, const int k, const weft_gemm *p, const ELEMENT *a, const ELEMENT *b,
                               ELEMENT *c) {
  ELEMENT right[TINY][TINY], left[TINY];
#pragma clang loop unroll(full)
  for (int q = 0; q < k; q++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < n; j++) right[q][j] = b[q * p->b_k + j * p->b_n];
  }
  for (int64_t i = 0; i < p->m; i++, a += p->a_m, c += p->c_m) {
#pragma clang loop unroll(full)
    for (int q = 0; q < k; q++) left[q] = a[q * p->a_k];
#pragma clang loop unroll(full)
    for (int j = 0; j < n; j++) {
      ELEMENT sum = 0;
#pragma clang loop unroll(full)
      for (int q = 0; q < k; q++) sum += left[q] * right[q][j];
      c[j * p->c_n] = p->accumulate ? c[j * p->c_n] + sum : sum;
    }
  }
}

TINY_INLINE void NAME(products)(const int n, const int k, const weft_gemm *product, const weft_gemm_batch *batch,
                                int64_t begin, int64_t end) {
  const weft_gemm p = *product;
  for (int64_t item = begin; item < end; item++) {
    int64_t a = 0, b = 0, c = 0, rest = item;
    for (int32_t axis = batch->rank - 1; axis > 0; axis--) {
      int64_t i = rest % batch->size[axis];
      rest /= batch->size[axis];
      a += i * batch->a[axis], b += i * batch->b[axis], c += i * batch->c[axis];
    }
    a += rest * batch->a[0], b += rest * batch->b[0], c += rest * batch->c[0];
    NAME(product)(n, k, &p, (const ELEMENT *)p.a + a, (const ELEMENT *)p.b + b, (ELEMENT *)p.c + c);
  }
}

#define CASE(n, k) case TINY * (n) + (k): NAME(products)(n, k, product, batch, begin, end); break;
#define CASES(n) CASE(n, 1) CASE(n, 2) CASE(n, 3) CASE(n, 4)
static void NAME(run)(const weft_gemm *product, const weft_gemm_batch *batch, int64_t begin, int64_t end) {
  switch (TINY * product->n + product->k) { CASES(1) CASES(2) CASES(3) CASES(4) }
}
#undef CASE
#undef CASES
#undef ELEMENT
#undef NAME
