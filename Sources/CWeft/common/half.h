// Conversions between float32 and the 16-bit floating types (private): the only ones there are of one number. Whole
// vectors have others in pool/kernels.h and quantized/blocks_vnni.c; in tile/kernels (convert.h, sums.h) the processor's
// own stand in for these where it has some. Without branches, so that loops over them vectorize; and in integers where a
// float32 could be denormal, so that float16's denormals survive kernels that flush those of float32.
#ifndef WEFT_HALF_H
#define WEFT_HALF_H

#include <stdint.h>
#include <string.h>

static inline uint32_t weft_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

static inline float weft_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static inline float weft_from_bfloat16(uint16_t value) { return weft_from_bits((uint32_t)value << 16); }

/// To the nearest, half to even: adding just under half a unit carries into the kept bits. NaN is made quiet.
static inline uint16_t weft_to_bfloat16(float value) {
  uint32_t bits = weft_bits(value);
  uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? (bits >> 16) | 0x40 : rounded);
}

static inline float weft_from_float16(uint16_t half) {
  uint32_t magnitude = half & 0x7fff;
  uint32_t normal = (magnitude << 13) + (112u << 23);
  uint32_t special = normal + (112u << 23);                           // infinity and NaN
  uint32_t small = weft_bits((float)(int32_t)magnitude * 0x1p-24f);  // denormal: an exact product
  uint32_t bits = magnitude >= 0x7c00 ? special : magnitude < 0x400 ? small : normal;
  return weft_from_bits(bits | (uint32_t)(half & 0x8000) << 16);
}

/// To the nearest, half to even. NaN keeps its sign alone: the rest would cost a tenth of a loop of single steps.
static inline uint16_t weft_to_float16(float value) {
  uint32_t bits = weft_bits(value), magnitude = bits & 0x7fffffff;
  // Adding 0.5 puts the bits of a float16 denormal, rounded to even, at the bottom of the sum.
  uint32_t small = weft_bits(weft_from_bits(magnitude) + 0.5f) - 0x3f000000;
  uint32_t normal = (magnitude - (112u << 23) + 0xfff + ((magnitude >> 13) & 1)) >> 13;
  uint32_t half = magnitude < 0x38800000 ? small : magnitude >= 0x47800000 ? 0x7c00 : normal;
  half = magnitude > 0x7f800000 ? 0x7e00 : half;
  return (uint16_t)(half | ((bits >> 16) & 0x8000));
}

#endif
