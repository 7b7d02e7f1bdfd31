// All kernels, for the instruction set the including file has set up.

// Vectors wider than a register only pass between functions that are inlined; and the text that all element types
// share tests for NaN in integers too.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang diagnostic ignored "-Wtautological-compare"

#include "vector.h"
#include "float32.h"
#include "float64.h"
#include "int64.h"
#include "uint64.h"
#include "convert.h"
#include "sums.h"
#include "table.h"

#pragma clang diagnostic pop
