// Every float64 kernel, but for the rarer functions, which go through the C library (scalar_kernels.c).
#define ELEMENT double
#define ELEMENT_BYTES 8
#define VECTOR f64v
#define NAMED(name) f64_##name
#define TRUTH(mask) f64_truth(mask)
#include "loops.h"
#include "arithmetic.h"
#include "rounding.h"
#include "float64_exp.h"
#include "float64_erf.h"
#include "float64_log.h"
#include "float64_pow.h"
#include "float64_trigonometry.h"

#define SUMS f64v
#define WIDENED(x) (x)
#include "softmax.h"

UNARY(exp)
UNARY(expm1)
UNARY(log)
UNARY(log1p)
UNARY(sin)
UNARY(cos)
UNARY(tanh)
UNARY(erf)
UNARY(erfc)
UNARY(sigmoid)
BINARY(pow)
#include "pairs.h"

/// Keeps what each addition rounds off (Knuth's two-sum), so that long sums do not drift.
static void f64_accumulate_sum(size_t n, void *accumulator, double *restrict low, const void *source) {
  double *restrict s = accumulator;
  const double *restrict x = source;
  for (size_t i = 0; i < n; i++) {
    double sum = s[i] + x[i], added = sum - s[i];
    low[i] += (s[i] - (sum - added)) + (x[i] - added);
    s[i] = sum;
  }
}

#define KEEPS_ERRORS
#define ACCUMULATOR double
#define WRAPPING double
#define LOWEST -__builtin_inf()
#define HIGHEST __builtin_inf()
#include "reductions.h"
#include "normalize.h"
#include "softmax_rows.h"
#include "sums_of.h"
#undef KEEPS_ERRORS
#include "forget_type.h"
