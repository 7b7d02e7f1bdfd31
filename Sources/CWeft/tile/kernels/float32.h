// Every float32 kernel.
#define ELEMENT float
#define ELEMENT_BYTES 4
#define VECTOR f32v
#define NAMED(name) f32_##name
#define TRUTH(mask) f32_truth(mask)
#include "loops.h"
#include "arithmetic.h"
#include "rounding.h"
#include "float32_exp.h"
#include "float32_erf.h"
#include "float32_log.h"
#include "float32_erfc.h"
#include "float32_trigonometry.h"
#include "float32_wide.h"
#include "float32_angles.h"
#include "float32_hyperbolic.h"
#include "float32_quotients.h"
#include "float32_gamma.h"
#include "float32_quantiles.h"
#include "float32_bessel.h"

#define SUMS f64w
#define WIDENED(x) __builtin_convertvector(x, f64w)
#include "softmax.h"

UNARY(exp)
UNARY(exp2)
UNARY(expm1)
UNARY(log)
UNARY(log2)
UNARY(log10)
UNARY(log1p)
UNARY(sin)
UNARY(cos)
UNARY(tanh)
UNARY(erf)
UNARY(erfc)
UNARY(sigmoid)
BINARY(pow)
UNARY(tan)
UNARY(asin)
UNARY(acos)
UNARY(atan)
UNARY(sinh)
UNARY(cosh)
UNARY(asinh)
UNARY(acosh)
UNARY(atanh)
BINARY(atan2)
BINARY(remainder)
BINARY(floor_divide)
BINARY(fmod)
UNARY(log_gamma)
UNARY(digamma)
UNARY(erf_inverse)
UNARY(normal_quantile)
UNARY(bessel_i0)
UNARY(bessel_i0_scaled)
UNARY(bessel_i1)
UNARY(bessel_i1_scaled)
#include "pairs.h"
#include "float32_bytes.h"

#define ACCUMULATOR double
#define WRAPPING double
#define LOWEST -__builtin_inff()
#define HIGHEST __builtin_inff()
#include "reductions.h"
#include "normalize.h"
#include "softmax_rows.h"
#include "sums_of.h"
#include "float32_rows.h"
#include "float32_columns.h"
#include "forget_type.h"
