// Random numbers: the same bits everywhere. The expected ones are what x86-64 gives; those of the generator itself are
// the known answers of Salmon et al.'s Random123 for a key and a counter of zeros.
#include "check.h"

enum { COUNT = 5000 };

static const uint32_t known_words[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};

/// FNV-1a, of the bytes.
static uint64_t hash(const void *data, size_t bytes) {
  uint64_t value = 0xcbf29ce484222325u;
  for (size_t i = 0; i < bytes; i++) value = (value ^ ((const uint8_t *)data)[i]) * 0x100000001b3u;
  return value;
}

static void check_bits(const char *what, int32_t dtype, const void *data, uint64_t expected) {
  uint64_t found = hash(data, COUNT * element_bytes(dtype));
  expect(found == expected, "%s of %s: bits of hash 0x%016llx, expected 0x%016llx", what, dtype_names[dtype],
         (unsigned long long)found, (unsigned long long)expected);
}

static void check_words(void) {
  float uniform[4];
  weft_random_uniform(0, 0, 4, 0, 1, WEFT_FLOAT32, uniform);
  for (int i = 0; i < 4; i++) {
    expect_near(uniform[i], (known_words[i] >> 8) * 0x1p-24, 0, "word %d of the generator", i);
  }
}

typedef struct {
  int32_t dtype;
  uint64_t uniform, normal, bernoulli;
} real_bits;

static void check_reals(const real_bits *bits) {
  void *data = make(bits->dtype, COUNT);
  weft_random_uniform(7, 3, COUNT, -2, 5, bits->dtype, data);
  check_bits("uniform numbers", bits->dtype, data, bits->uniform);
  weft_random_normal(7, 3, COUNT, 1, 2, bits->dtype, data);
  check_bits("normal numbers", bits->dtype, data, bits->normal);
  double sum = 0, squares = 0;
  for (int i = 0; i < COUNT; i++) {
    double x = (real_at(bits->dtype, data, i) - 1) / 2;
    sum += x;
    squares += x * x;
  }
  // Four standard deviations of what these are off by chance.
  expect_near(sum / COUNT, 0, 4 / sqrt(COUNT), "the mean of normal numbers");
  expect_near(squares / COUNT, 1, 4 * sqrt(2.0 / COUNT), "the variance of normal numbers");
  weft_random_bernoulli(7, 3, COUNT, 0.3, bits->dtype, data);
  check_bits("yes and no", bits->dtype, data, bits->bernoulli);
  free(data);
}

static void check_integers(int32_t dtype, int64_t low, int64_t high, uint64_t expected) {
  void *data = make(dtype, COUNT);
  weft_random_integers(11, 5, COUNT, low, high, dtype, data);
  check_bits("integers", dtype, data, expected);
  free(data);
}

void check_random(void) {
  begin("random");
  check_words();
  static const real_bits reals[] = {
      {WEFT_FLOAT32, 0x8ca38b54edb61ea6, 0x84e9546ccab5be73, 0x4e55fd01ab189cb8},
      {WEFT_FLOAT64, 0x0204d9cdbb240bc9, 0x7967f22202a9f7b5, 0x170c2dd4ff45edf8},
      {WEFT_FLOAT16, 0x27faaddc8ad95a52, 0xef8076bed6a6d4d9, 0x888aa11d8a78f8b1},
      {WEFT_BFLOAT16, 0xe1a10aa4c8d5314b, 0x7d1f6f1bfc317966, 0x7451d6fed60900f0},
  };
  for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) check_reals(&reals[i]);
  check_integers(WEFT_INT32, -100, 1000, 0xc6edcfff891caf79);
  check_integers(WEFT_INT64, INT64_MIN, INT64_MAX, 0x50534777b903aeae);
  check_integers(WEFT_UINT8, 0, 256, 0xbde3c92be52f714f);
  int64_t *permutation = make(WEFT_INT64, COUNT);
  weft_random_permutation(13, 1, COUNT, permutation);
  check_bits("a permutation", WEFT_INT64, permutation, 0x05cf1b81ad49e271);
  free(permutation);
}
