// Small matrices, where a call of LAPACK takes longer than the arithmetic.
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "lapack.h"

#define INLINE static inline __attribute__((always_inline))

#define REAL float
#define ROOT sqrtf
#define NAME(name) weft_small_float_##name
#include "small_template.h"

#define REAL double
#define ROOT sqrt
#define NAME(name) weft_small_double_##name
#include "small_template.h"
