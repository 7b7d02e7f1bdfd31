// Box-Muller: a radius sqrt(-2 log u) from one word, an angle from the other.
//
// The logarithm and the circular functions are written out, in single operations that every instruction set rounds
// alike (and, for float32, that vectorize): the mathematical library's last bit depends on the processor.
#include "normal.h"

#include "../common/isa.h"
#include "element.h"
#include "philox.h"

#pragma STDC FP_CONTRACT OFF

/// log(u) for u in [2^-33, 1]; after Cephes' logf.
static inline float weft_log_float32(float u) {
  uint32_t bits = weft_bits(u);
  // u = 2^exponent * m with m in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) leaves the exponent on top.
  int32_t exponent = (int32_t)(bits - 0x3f3504f3u) >> 23;
  float f = weft_from_bits(bits - ((uint32_t)exponent << 23)) - 1, e = (float)exponent, square = f * f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  float tail = f * square * p + e * -2.12194440e-4f - 0.5f * square;
  return f + tail + e * 0.693359375f;
}

static inline __attribute__((always_inline)) void weft_normal_loop(const uint32_t *restrict words, int64_t pairs,
                                                                   float *restrict values) {
  for (int64_t p = 0; p < pairs; p++) {
    uint32_t turn = words[2 * p + 1];
    // In (0, 1]: never 0, whose logarithm is infinite. The halves are exact, so their sum is rounded once.
    float wide = (float)(int32_t)(words[2 * p] >> 16) * 0x1p-16f;
    float u = wide + ((float)(int32_t)(words[2 * p] & 0xffffu) * 0x1p-32f + 0x1p-33f);
    float radius = __builtin_elementwise_sqrt(-2 * weft_log_float32(u));
    // The word is a turn: the nearest quarter, and the angle from it in [-pi/4, pi/4).
    uint32_t quarter = (turn + 0x20000000u) >> 30;
    float angle = (float)(int32_t)(turn - (quarter << 30)) * 1.46291807926715968e-9f;
    float z = angle * angle;
    float sine = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * angle + angle;
    float cosine = (2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f;
    cosine = cosine * z * z - 0.5f * z + 1;
    // Each quarter turn takes (cos, sin) to (-sin, cos).
    uint32_t c = weft_bits(quarter & 1u ? sine : cosine) ^ ((quarter + 1) & 2u) << 30;
    uint32_t s = weft_bits(quarter & 1u ? cosine : sine) ^ (quarter & 2u) << 30;
    values[2 * p] = radius * weft_from_bits(c);
    values[2 * p + 1] = radius * weft_from_bits(s);
  }
}

static void weft_normal_baseline(const uint32_t *words, int64_t pairs, float *values) {
  weft_normal_loop(words, pairs, values);
}

WEFT_FOR_AVX2 static void weft_normal_avx2(const uint32_t *words, int64_t pairs, float *values) {
  weft_normal_loop(words, pairs, values);
}

void weft_normal_float32(const uint32_t *words, int64_t pairs, float *values) {
  static void (*const sets[])(const uint32_t *, int64_t, float *) = {
      WEFT_ISA_SETS(weft_normal_baseline, weft_normal_avx2, weft_normal_avx2)};
  sets[weft_isa_current()](words, pairs, values);
}

/// log(u) for u in [2^-53, 1]; after fdlibm's.
static inline double weft_log_float64(double u) {
  uint64_t bits;
  memcpy(&bits, &u, sizeof bits);
  int64_t exponent = (int64_t)(bits - 0x3fe6a09e667f3bcdu) >> 52;
  bits -= (uint64_t)exponent << 52;
  double m, e = (double)exponent;
  memcpy(&m, &bits, sizeof m);
  double f = m - 1, s = f / (2 + f), z = s * s, w = z * z, half = 0.5 * f * f;
  double even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  double odd = z * (6.666666666666735130e-01 +
                    w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  double rest = half - (s * (half + even + odd) + e * 1.90821492927058770002e-10);
  return e * 6.93147180369123816490e-01 - (rest - f);
}

void weft_normal_float64(const uint32_t *words, int64_t pairs, double *values) {
  for (int64_t p = 0; p < pairs; p++) {
    uint64_t first = weft_philox_long(words, 2 * p), turn = weft_philox_long(words, 2 * p + 1);
    double u = (double)(int64_t)((first >> 11) + 1) * 0x1p-53;
    double radius = __builtin_elementwise_sqrt(-2 * weft_log_float64(u));
    uint64_t quarter = (turn + 0x2000000000000000u) >> 62;
    double angle = (double)(int64_t)(turn - (quarter << 62)) * 3.40612158008655458e-19;
    double z = angle * angle;
    double sine = 2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10);
    sine = 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * sine);
    sine = angle + angle * z * (-1.66666666666666324348e-01 + z * sine);
    double cosine = -2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11);
    cosine = -1.38888888888741095749e-03 + z * (2.48015872894767294178e-05 + z * cosine);
    cosine = 1 - (0.5 * z - z * z * (4.16666666666666019037e-02 + z * cosine));
    double c = quarter & 1 ? sine : cosine, s = quarter & 1 ? cosine : sine;
    values[2 * p] = radius * ((quarter + 1) & 2 ? -c : c);
    values[2 * p + 1] = radius * (quarter & 2 ? -s : s);
  }
}
