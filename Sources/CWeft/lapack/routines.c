// The routines for float32 and float64.
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lapack.h"
#include "weft_lapack.h"

#define REAL float
#define ROUTINE(name) s##name##_
#define NAME(name) weft_lapack_float_##name
#include "routines_template.h"

#define REAL double
#define ROUTINE(name) d##name##_
#define NAME(name) weft_lapack_double_##name
#include "routines_template.h"
