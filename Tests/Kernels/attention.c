// Attention: outputs and logarithms beside plain loops, gradients beside differences of those.
#include "check.h"

enum { HEADS = 2, QUERIES = 21, KEYS = 150, DEPTH = 9, WIDTH = 11 };

typedef struct {
  double query[HEADS * QUERIES * DEPTH], key[HEADS * KEYS * DEPTH], value[HEADS * KEYS * WIDTH];
  double mask[QUERIES * KEYS], scale;
  bool causal;
  double output[HEADS * QUERIES * WIDTH], logarithms[HEADS * QUERIES];
} problem;

static void attend(problem *p, int head, int query) {
  double weights[KEYS], sum = 0, *output = p->output + (head * QUERIES + query) * WIDTH;
  int count = p->causal && query + 1 < KEYS ? query + 1 : KEYS;
  for (int k = 0; k < count; k++) {
    double score = 0;
    for (int i = 0; i < DEPTH; i++) {
      score += p->query[(head * QUERIES + query) * DEPTH + i] * p->key[(head * KEYS + k) * DEPTH + i];
    }
    weights[k] = exp(score * p->scale + p->mask[query * KEYS + k]);
    sum += weights[k];
  }
  memset(output, 0, WIDTH * sizeof *output);
  for (int k = 0; k < count; k++) {
    for (int i = 0; i < WIDTH; i++) output[i] += weights[k] / sum * p->value[(head * KEYS + k) * WIDTH + i];
  }
  p->logarithms[head * QUERIES + query] = log(sum);
}

static void run_loops(problem *p) {
  for (int head = 0; head < HEADS; head++) {
    for (int query = 0; query < QUERIES; query++) attend(p, head, query);
  }
}

static double slope(problem *p, double *number, const double *factors) {
  double before = *number, step = 1e-5, sums[2];
  for (int side = 0; side < 2; side++) {
    *number = before + (side ? step : -step);
    run_loops(p);
    sums[side] = 0;
    for (int i = 0; i < HEADS * QUERIES * WIDTH; i++) sums[side] += factors[i] * p->output[i];
  }
  *number = before;
  return (sums[1] - sums[0]) / (2 * step);
}

static void *fill(int32_t dtype, double *numbers, int64_t count, double size) {
  void *data = make(dtype, count);
  for (int64_t i = 0; i < count; i++) {
    numbers[i] = rounded(dtype, number() * size);
    set_real(dtype, data, i, numbers[i]);
  }
  return data;
}

static const int64_t query_strides[] = {QUERIES * DEPTH, DEPTH, 1}, key_strides[] = {KEYS * DEPTH, DEPTH, 1};
static const int64_t value_strides[] = {KEYS * WIDTH, WIDTH, 1}, output_strides[] = {QUERIES * WIDTH, WIDTH, 1};
static const int64_t mask_strides[] = {0, KEYS, 1};

static void compare_slopes(problem *p, double *numbers, int64_t count, int32_t dtype, const void *found,
                           const double *factors, const char *what) {
  for (int64_t i = 0; i < count; i += count / 20) {
    double expected = slope(p, &numbers[i], factors);
    expect_near(real_at(dtype, found, i), expected, dtype == WEFT_FLOAT64 ? 1e-8 : 1e-5 + 4 * precision(dtype),
                "the gradient of %s of %s", what, dtype_names[dtype]);
  }
}

static void check_gradient(problem *p, const weft_attention_description *d, const void *logarithms) {
  int32_t dtype = d->query.dtype, sum = dtype == WEFT_FLOAT64 ? WEFT_FLOAT64 : WEFT_FLOAT32;
  static double factors[HEADS * QUERIES * WIDTH];
  void *gradient = fill(dtype, factors, HEADS * QUERIES * WIDTH, 1), *offsets = make(sum, HEADS * QUERIES);
  for (int i = 0; i < HEADS * QUERIES; i++) {
    double offset = 0;
    for (int j = 0; j < WIDTH; j++) offset += p->output[i * WIDTH + j] * factors[i * WIDTH + j];
    set_real(sum, offsets, i, offset);
  }
  void *dq = make(dtype, HEADS * QUERIES * DEPTH), *dk = make(dtype, HEADS * KEYS * DEPTH);
  void *dv = make(dtype, HEADS * KEYS * WIDTH);
  weft_operand output_gradient = {gradient, output_strides, dtype}, query = {dq, query_strides, dtype};
  weft_operand key = {dk, key_strides, dtype}, value = {dv, value_strides, dtype};
  expect(weft_attention_gradient(d, &output_gradient, logarithms, offsets, &query, &key, &value) == 0,
         "a gradient does not run");
  compare_slopes(p, p->query, HEADS * QUERIES * DEPTH, dtype, dq, factors, "queries");
  compare_slopes(p, p->key, HEADS * KEYS * DEPTH, dtype, dk, factors, "keys");
  compare_slopes(p, p->value, HEADS * KEYS * WIDTH, dtype, dv, factors, "values");
  free(gradient), free(offsets), free(dq), free(dk), free(dv);
}

static void check_problem(int32_t dtype, bool causal, bool masked) {
  static problem p;
  int32_t sum = dtype == WEFT_FLOAT64 ? WEFT_FLOAT64 : WEFT_FLOAT32;
  p.causal = causal;
  p.scale = 0.5;
  void *query = fill(dtype, p.query, HEADS * QUERIES * DEPTH, 1), *key = fill(dtype, p.key, HEADS * KEYS * DEPTH, 1);
  void *value = fill(dtype, p.value, HEADS * KEYS * WIDTH, 1), *mask = fill(sum, p.mask, QUERIES * KEYS, masked);
  void *output = make(dtype, HEADS * QUERIES * WIDTH), *logarithms = make(sum, HEADS * QUERIES);
  weft_attention_description d = {.rank = 3, .lead = {HEADS}, .queries = QUERIES, .keys = KEYS, .depth = DEPTH,
                                  .width = WIDTH, .scale = p.scale, .causal = causal,
                                  .query = {query, query_strides, dtype}, .key = {key, key_strides, dtype},
                                  .value = {value, value_strides, dtype},
                                  .mask = {masked ? mask : NULL, mask_strides, sum}};
  weft_operand result = {output, output_strides, dtype};
  expect(weft_attention(&d, &result, logarithms) == 0, "attention does not run");
  run_loops(&p);
  for (int i = 0; i < HEADS * QUERIES * WIDTH; i++) {
    expect_near(real_at(dtype, output, i), p.output[i], 8 * precision(sum) + precision(dtype), "an output of %s",
                dtype_names[dtype]);
  }
  for (int i = 0; i < HEADS * QUERIES; i++) {
    expect_near(real_at(sum, logarithms, i), p.logarithms[i], 16 * precision(sum), "a logarithm of %s",
                dtype_names[dtype]);
  }
  check_gradient(&p, &d, logarithms);
  free(query), free(key), free(value), free(mask), free(output), free(logarithms);
}

enum { FEW_HEADS = 3, MOST_FEW = 8, FEW_KEYS = 130, FEATURES = 64, KEY_STEP = 80 };

// A few queries of a text's end, which see all keys; rows of keys stand apart, as in a cache with room.
static void check_few(int64_t queries, int64_t keys, int64_t width, float odd) {
  static const int64_t query[] = {MOST_FEW * FEATURES, FEATURES, 1}, key[] = {FEW_KEYS * KEY_STEP, KEY_STEP, 1};
  float *q = make_random(WEFT_FLOAT32, FEW_HEADS * MOST_FEW * FEATURES), logarithms[FEW_HEADS * MOST_FEW];
  float *k = make_random(WEFT_FLOAT32, FEW_HEADS * FEW_KEYS * KEY_STEP);
  float *v = make_random(WEFT_FLOAT32, FEW_HEADS * FEW_KEYS * KEY_STEP);
  float *output = make(WEFT_FLOAT32, FEW_HEADS * MOST_FEW * FEATURES);
  v[FEW_KEYS * KEY_STEP] = odd;
  weft_attention_description d = {.rank = 3, .lead = {FEW_HEADS}, .queries = queries, .keys = keys, .depth = FEATURES,
                                  .width = width, .scale = 0.3, .query = {q, query, WEFT_FLOAT32},
                                  .key = {k, key, WEFT_FLOAT32}, .value = {v, key, WEFT_FLOAT32}};
  weft_operand result = {output, query, WEFT_FLOAT32};
  expect(weft_attention(&d, &result, logarithms) == 0, "attention of few queries does not run");
  for (int64_t row = 0; row < FEW_HEADS * queries; row++) {
    int64_t head = row / queries, place = row % queries;
    double sum = 0, sums[FEATURES] = {0};
    for (int64_t i = 0; i < keys; i++) {
      double score = 0;
      for (int64_t f = 0; f < FEATURES; f++) {
        score += (double)q[(head * MOST_FEW + place) * FEATURES + f] * k[(head * FEW_KEYS + i) * KEY_STEP + f];
      }
      sum += exp(score * 0.3);
      for (int64_t f = 0; f < width; f++) sums[f] += exp(score * 0.3) * v[(head * FEW_KEYS + i) * KEY_STEP + f];
    }
    for (int64_t f = 0; f < width; f++) {
      double expected = sums[f] / sum;
      float got = output[(head * MOST_FEW + place) * FEATURES + f];
      if (isfinite(expected)) expect_near(got, expected, 4e-6, "%lld queries of %lld keys", (long long)queries,
                                          (long long)keys);
      else expect(!isfinite(got), "a value that is not finite is lost");
    }
    expect_near(logarithms[row], log(sum), 4e-6 * fmax(1, fabs(log(sum))), "a logarithm of few queries");
  }
  free(q), free(k), free(v), free(output);
}

static void check_fews(void) {
  const int64_t keys[] = {1, 2, 15, 16, 17, 64, 130}, widths[] = {16, 48, 64};
  for (int64_t queries = 1; queries <= MOST_FEW; queries++) {
    for (int i = 0; i < 7; i++) {
      for (int w = 0; w < 3; w++) check_few(queries, keys[i], widths[w], 1);
    }
  }
  check_few(3, 20, 64, INFINITY);
  check_few(1, 20, 64, NAN);
}

void check_attention(void) {
  begin("attention");
  check_fews();
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_BFLOAT16; dtype++) {
    check_problem(dtype, false, false);
    check_problem(dtype, true, false);
    check_problem(dtype, false, true);
  }
}
