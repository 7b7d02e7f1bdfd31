// The tile kernels for each element type and instruction set, and the choice among them.
#include "../common/isa.h"
#include "../common/isa_baseline.h"
#include "gemm.h"

#pragma clang fp contract(fast)

#define VECTOR_BYTES WEFT_VECTOR_BYTES
#define TILE_ROWS WEFT_BASELINE_ROWS
#define ELEMENT float
#define NAME(x) base_float_##x
#include "gemm_tile_template.h"
#define ELEMENT double
#define NAME(x) base_double_##x
#include "gemm_tile_template.h"
#define ELEMENT uint32_t
#define NAME(x) base_uint32_##x
#include "gemm_tile_template.h"
#define ELEMENT uint64_t
#define NAME(x) base_uint64_##x
#include "gemm_tile_template.h"
#undef VECTOR_BYTES
#undef TILE_ROWS

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VECTOR_BYTES 32
#define TILE_ROWS 6
#define ELEMENT float
#define NAME(x) avx2_float_##x
#include "gemm_tile_template.h"
#define ELEMENT double
#define NAME(x) avx2_double_##x
#include "gemm_tile_template.h"
#define ELEMENT uint32_t
#define NAME(x) avx2_uint32_##x
#include "gemm_tile_template.h"
#define ELEMENT uint64_t
#define NAME(x) avx2_uint64_##x
#include "gemm_tile_template.h"
#undef VECTOR_BYTES
#undef TILE_ROWS
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))), \
                             apply_to = function)
#define VECTOR_BYTES 64
#define TILE_ROWS 12
#define ELEMENT float
#define NAME(x) avx512_float_##x
#include "gemm_tile_template.h"
#define ELEMENT double
#define NAME(x) avx512_double_##x
#include "gemm_tile_template.h"
#define ELEMENT uint32_t
#define NAME(x) avx512_uint32_##x
#include "gemm_tile_template.h"
#define ELEMENT uint64_t
#define NAME(x) avx512_uint64_##x
#include "gemm_tile_template.h"
#undef VECTOR_BYTES
#undef TILE_ROWS
#pragma clang attribute pop

#endif

#define TILES(isa, rows, bytes)                                                \
  {                                                                            \
    {rows, 2 * (bytes) / 4, 4, isa##_float_tile}, {rows, 2 * (bytes) / 8, 8, isa##_double_tile}, \
    {rows, 2 * (bytes) / 4, 4, isa##_uint32_tile}, {rows, 2 * (bytes) / 8, 8, isa##_uint64_tile} \
  }

static const weft_gemm_tile tiles[][WEFT_GEMM_TYPES] = {
    WEFT_ISA_SETS(TILES(base, WEFT_BASELINE_ROWS, WEFT_VECTOR_BYTES), TILES(avx2, 6, 32), TILES(avx512, 12, 64))};

const weft_gemm_tile *weft_gemm_tile_for(int32_t type) { return &tiles[weft_isa_current()][type]; }

int32_t weft_gemm_type(int32_t dtype) {
  switch (dtype) {
    case WEFT_FLOAT32:
    case WEFT_FLOAT16:
    case WEFT_BFLOAT16: return WEFT_GEMM_FLOAT;
    case WEFT_FLOAT64: return WEFT_GEMM_DOUBLE;
    case WEFT_INT64: return WEFT_GEMM_UINT64;
    default: return WEFT_GEMM_UINT32;  // wraps to the narrower types when it is stored
  }
}

int64_t weft_gemm_element_size(int32_t dtype) {
  switch (dtype) {
    case WEFT_FLOAT32:
    case WEFT_INT32: return 4;
    case WEFT_FLOAT64:
    case WEFT_INT64: return 8;
    case WEFT_FLOAT16:
    case WEFT_BFLOAT16: return 2;
    case WEFT_INT8:
    case WEFT_UINT8:
    case WEFT_BOOL: return 1;
    default: return 0;
  }
}
