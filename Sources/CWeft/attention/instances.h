// The kernels of both types for the instruction set the including file has set up: WEFT_VECTOR_BYTES and what else
// tile/kernels/vector.h asks for, FLOAT_ROWS and WEFT_ATTENTION_KERNELS.
#include <math.h>
#include <string.h>

#include "attention.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#include "../tile/kernels/vector.h"
#include "../tile/kernels/float32_exp.h"
#include "../tile/kernels/float32_erf.h"
#include "../tile/kernels/float32_log.h"

INLINE f64v attention_exp(f64v x) {
  for (size_t lane = 0; lane < sizeof x / sizeof(double); lane++) x[lane] = exp(x[lane]);
  return x;
}

INLINE f64v attention_log(f64v x) {
  for (size_t lane = 0; lane < sizeof x / sizeof(double); lane++) x[lane] = log(x[lane]);
  return x;
}

#define ELEMENT float
#define VECTOR f32v
#define INDICES i32v
#define EXP(x) f32_exp_vector(x)
#define LOG(x) f32_log_vector(x)
#define NAME(x) float_##x
#include "kernels.h"
#undef ELEMENT
#undef VECTOR
#undef INDICES
#undef EXP
#undef LOG
#undef NAME

#include "few.h"

#define ELEMENT double
#define VECTOR f64v
#define INDICES i64v
#define EXP(x) attention_exp(x)
#define LOG(x) attention_log(x)
#define NAME(x) double_##x
#include "kernels.h"

const weft_attention_kernels WEFT_ATTENTION_SET[2] = {
    {sizeof(float), float_LANES, float_multiply, float_soften, float_finish, float_differentiate, float_finite,
     float_few},
    {sizeof(double), double_LANES, double_multiply, double_soften, double_finish, double_differentiate, double_finite,
     NULL},
};

#pragma clang diagnostic pop
