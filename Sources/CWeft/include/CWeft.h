// Everything CWeft offers: plain C, no C++.
#ifndef CWEFT_H
#define CWEFT_H

#include "weft_attention.h"
#include "weft_distance.h"
#include "weft_dnnl.h"
#include "weft_fourier.h"
#include "weft_grid.h"
#include "weft_index.h"
#include "weft_lapack.h"
#include "weft_launch.h"
#include "weft_parallel.h"
#include "weft_peak.h"
#include "weft_pool.h"
#include "weft_quantized.h"
#include "weft_recurrent.h"
#include "weft_sanitizer.h"
#include "weft_special.h"
#include "weft_system.h"
#include "weft_tile.h"
#include "weft_tree.h"
#include "weft_types.h"

#endif
