// All kernels, for the instruction set the including file has set up.
#include "vector.h"
#include "float32.h"
#include "float64.h"
#include "int64.h"
#include "convert.h"
#include "table.h"
