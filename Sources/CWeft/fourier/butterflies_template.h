// Transforms of a few numbers, each of them a vector. Included once for each type, with REAL, LANES, NAME and ZIP.

typedef REAL NAME(vector) __attribute__((ext_vector_type(LANES)));
typedef NAME(vector) NAME(unaligned) __attribute__((aligned(1), may_alias));
#define V NAME(vector)

INLINE V NAME(read)(const REAL *p) { return *(const NAME(unaligned) *)p; }
INLINE void NAME(write)(REAL *p, V v) { *(NAME(unaligned) *)p = v; }

INLINE void NAME(two)(V *re, V *im) {
  V a = re[0], b = im[0];
  re[0] = a + re[1], im[0] = b + im[1];
  re[1] = a - re[1], im[1] = b - im[1];
}

INLINE void NAME(three)(V *re, V *im) {
  const REAL half = 0.5, sine = 0.866025403784438646763723170752936183;
  V a = re[1] + re[2], b = im[1] + im[2], c = (re[1] - re[2]) * sine, d = (im[1] - im[2]) * sine;
  V e = re[0] - a * half, f = im[0] - b * half;
  re[0] += a, im[0] += b;
  re[1] = e + d, im[1] = f - c;
  re[2] = e - d, im[2] = f + c;
}

INLINE void NAME(four)(V *re, V *im) {
  V a = re[0] + re[2], b = im[0] + im[2], c = re[0] - re[2], d = im[0] - im[2];
  V e = re[1] + re[3], f = im[1] + im[3], g = re[1] - re[3], h = im[1] - im[3];
  re[0] = a + e, im[0] = b + f;
  re[1] = c + h, im[1] = d - g;
  re[2] = a - e, im[2] = b - f;
  re[3] = c - h, im[3] = d + g;
}

INLINE void NAME(five)(V *re, V *im) {
  const REAL c1 = 0.309016994374947424102293417182819059, c2 = -0.809016994374947424102293417182819059;
  const REAL s1 = 0.951056516295153572116439333379382143, s2 = 0.587785252292473129168705954639072769;
  V a = re[1] + re[4], b = im[1] + im[4], c = re[1] - re[4], d = im[1] - im[4];
  V e = re[2] + re[3], f = im[2] + im[3], g = re[2] - re[3], h = im[2] - im[3];
  V one = re[0] + a * c1 + e * c2, two = re[0] + a * c2 + e * c1;
  V one_i = im[0] + b * c1 + f * c2, two_i = im[0] + b * c2 + f * c1;
  V u = c * s1 + g * s2, v = d * s1 + h * s2, w = c * s2 - g * s1, x = d * s2 - h * s1;
  re[0] += a + e, im[0] += b + f;
  re[1] = one + v, im[1] = one_i - u;
  re[2] = two + x, im[2] = two_i - w;
  re[3] = two - x, im[3] = two_i + w;
  re[4] = one - v, im[4] = one_i + u;
}

INLINE void NAME(eight)(V *re, V *im) {
  const REAL root = 0.707106781186547524400844362104849039;
  V even[4] = {re[0], re[2], re[4], re[6]}, even_i[4] = {im[0], im[2], im[4], im[6]};
  V odd[4] = {re[1], re[3], re[5], re[7]}, odd_i[4] = {im[1], im[3], im[5], im[7]};
  NAME(four)(even, even_i);
  NAME(four)(odd, odd_i);
  // The odd ones times exp(-2πi·k/8).
  V a = (odd[1] + odd_i[1]) * root, a_i = (odd_i[1] - odd[1]) * root;
  V b = (odd_i[3] - odd[3]) * root, b_i = (odd_i[3] + odd[3]) * -root;
  V turned[4] = {odd[0], a, odd_i[2], b}, turned_i[4] = {odd_i[0], a_i, -odd[2], b_i};
  for (int k = 0; k < 4; k++) {
    re[k] = even[k] + turned[k], im[k] = even_i[k] + turned_i[k];
    re[k + 4] = even[k] - turned[k], im[k + 4] = even_i[k] - turned_i[k];
  }
}

/// Of an odd number of them, by the definition, in which those that lie opposite share their products.
INLINE void NAME(odd)(size_t radix, const REAL *cosines, const REAL *sines, V *re, V *im) {
  V sums[WEFT_FOURIER_LARGEST_FACTOR][2], differences[WEFT_FOURIER_LARGEST_FACTOR][2], first = re[0], first_i = im[0];
  size_t middle = (radix + 1) / 2;
  for (size_t j = 1; j < middle; j++) {
    sums[j][0] = re[j] + re[radix - j], sums[j][1] = im[j] + im[radix - j];
    differences[j][0] = re[j] - re[radix - j], differences[j][1] = im[j] - im[radix - j];
    re[0] += sums[j][0], im[0] += sums[j][1];
  }
  for (size_t k = 1; k < middle; k++) {
    V even = first, even_i = first_i, turned = (V)0, turned_i = (V)0;
    for (size_t j = 1, at = k; j < middle; j++, at = (at + k) % radix) {
      even += sums[j][0] * cosines[at], even_i += sums[j][1] * cosines[at];
      turned -= differences[j][1] * sines[at], turned_i += differences[j][0] * sines[at];
    }
    re[k] = even + turned, im[k] = even_i + turned_i;
    re[radix - k] = even - turned, im[radix - k] = even_i - turned_i;
  }
}
#undef V
