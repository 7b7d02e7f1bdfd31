// Distances of rows and their gradients, beside sums in double.
#include "check.h"

typedef struct {
  weft_distances call;
  void *rows, *others, *sums, *y, *g;
} pair;

static double difference(const pair *p, int64_t matrix, int64_t i, int64_t j, int64_t k) {
  const weft_distances *c = &p->call;
  return real_at(c->dtype, p->rows, (matrix * c->rows + i) * c->width + k) -
         real_at(c->dtype, p->others, (matrix * c->others + j) * c->width + k);
}

static double sum_of(const pair *p, int64_t matrix, int64_t i, int64_t j) {
  double sum = 0;
  for (int64_t k = 0; k < p->call.width; k++) {
    double d = difference(p, matrix, i, j, k);
    switch (p->call.kind) {
      case WEFT_DISTANCE_COUNT: sum += d != 0; break;
      case WEFT_DISTANCE_SUM: sum += fabs(d); break;
      case WEFT_DISTANCE_SQUARES: sum += d * d; break;
      case WEFT_DISTANCE_LARGEST: sum = fabs(d) > sum || isnan(d) ? fabs(d) : sum; break;
    }
  }
  return sum;
}

static double sign_of(double d) { return isnan(d) ? d : (double)((d > 0) - (d < 0)); }

static double slope(weft_distance_kind kind, double d, double y) {
  switch (kind) {
    case WEFT_DISTANCE_COUNT: return 0;
    case WEFT_DISTANCE_SUM: return sign_of(d);
    case WEFT_DISTANCE_SQUARES: return y == 0 ? 0 : d / y;
    case WEFT_DISTANCE_LARGEST: return fabs(d) == y ? sign_of(d) : isnan(d) ? d : 0;
  }
}

static pair make_pair(weft_distances c) {
  pair p = {c, make_random(c.dtype, c.batch * c.rows * c.width), make_random(c.dtype, c.batch * c.others * c.width),
            make(c.dtype, c.batch * c.rows * c.others), make(c.dtype, c.batch * c.rows * c.others),
            make_random(c.dtype, c.batch * c.rows * c.others)};
  // A row of each that is equal to one of the other.
  if (c.width > 0) memcpy(p.others, p.rows, (size_t)c.width * element_bytes(c.dtype));
  return p;
}

static void free_pair(pair *p) { free(p->rows), free(p->others), free(p->sums), free(p->y), free(p->g); }

static void find(pair *p) {
  const weft_distances *c = &p->call;
  weft_distance_sums(c, p->rows, p->others, p->sums);
  for (int64_t i = 0; i < c->batch * c->rows * c->others; i++) {
    double sum = real_at(c->dtype, p->sums, i);
    set_real(c->dtype, p->y, i, c->kind == WEFT_DISTANCE_SQUARES ? sqrt(sum) : sum);
  }
}

static void check_distance_sums(const pair *p) {
  const weft_distances *c = &p->call;
  for (int64_t at = 0; at < c->batch * c->rows * c->others; at++) {
    int64_t matrix = at / c->others / c->rows;
    double expected = sum_of(p, matrix, at / c->others % c->rows, at % c->others);
    expect_near(real_at(c->dtype, p->sums, at), expected, 4 * precision(c->dtype) * fabs(expected),
                "the sum of differences, %s, kind %d, [%d, %d] of %d", dtype_names[c->dtype], c->kind, (int)c->rows,
                (int)c->others, (int)c->width);
  }
}

/// Those of the rows; with `turned` the two sides have changed places.
static void check_gradient(const pair *p, bool turned) {
  const weft_distances *c = &p->call;
  weft_distances call = *c;
  if (turned) call.rows = c->others, call.others = c->rows;
  void *found = make(c->dtype, c->batch * call.rows * c->width);
  weft_distance_gradient(&call, turned ? p->others : p->rows, turned ? p->rows : p->others, p->y, p->g, turned, found);
  for (int64_t at = 0; at < c->batch * call.rows * c->width; at++) {
    int64_t k = at % c->width, own = at / c->width % call.rows, matrix = at / c->width / call.rows;
    double sum = 0, sizes = 0;
    for (int64_t other = 0; other < call.others; other++) {
      int64_t i = turned ? other : own, j = turned ? own : other, place = (matrix * c->rows + i) * c->others + j;
      double d = difference(p, matrix, i, j, k), g = real_at(c->dtype, p->g, place);
      // The difference as its type holds it is what the largest is compared with.
      if (c->kind == WEFT_DISTANCE_LARGEST) d = rounded(c->dtype, d);
      double share = g * slope(c->kind, turned ? -d : d, real_at(c->dtype, p->y, place));
      sum += share, sizes += fabs(share);
    }
    expect_near(real_at(c->dtype, found, at), sum, 8 * precision(c->dtype) * sizes,
                "the gradient of distances, %s, kind %d, [%d, %d] of %d%s", dtype_names[c->dtype], c->kind,
                (int)c->rows, (int)c->others, (int)c->width, turned ? ", of the others" : "");
  }
  free(found);
}

static void check_pair(weft_distances c) {
  pair p = make_pair(c);
  find(&p);
  check_distance_sums(&p);
  if (c.kind != WEFT_DISTANCE_COUNT) check_gradient(&p, false), check_gradient(&p, true);
  free_pair(&p);
}

/// Quotients g/y that leave the range of float32, though what is made of them does not; and what is no number.
static void check_odd_numbers(weft_distance_kind kind) {
  weft_distances c = {.dtype = WEFT_FLOAT32, .kind = kind, .batch = 1, .rows = 9, .others = 70, .width = 5};
  pair p = make_pair(c);
  float *rows = p.rows, *g = p.g;
  memcpy(rows + 10, p.others, 5 * sizeof(float));
  rows[10] += 0x1p-20f, rows[20] = INFINITY, rows[32] = NAN;
  g[2 * 70] = 0x1p120f, g[3] = 0x1p-140f;
  find(&p);
  check_distance_sums(&p);
  check_gradient(&p, false), check_gradient(&p, true);
  free_pair(&p);
}

void check_distances(void) {
  begin("distances");
  static const int64_t sizes[][4] = {{1, 8, 8, 1},   {2, 9, 33, 3},  {1, 37, 70, 17}, {3, 5, 64, 8},
                                     {1, 131, 3, 4}, {1, 1, 1, 100}, {2, 40, 20, 0},  {1, 3, 5000, 2}};
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    for (int kind = WEFT_DISTANCE_COUNT; kind <= WEFT_DISTANCE_LARGEST; kind++) {
      for (int s = 0; s < 8; s++) {
        const int64_t *size = sizes[s];
        check_pair((weft_distances){dtype, (weft_distance_kind)kind, size[0], size[1], size[2], size[3]});
      }
    }
  }
  for (int kind = WEFT_DISTANCE_SUM; kind <= WEFT_DISTANCE_LARGEST; kind++) check_odd_numbers((weft_distance_kind)kind);
}
