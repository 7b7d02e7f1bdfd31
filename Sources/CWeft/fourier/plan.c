// Plans: the factors of a length and its roots of unity, made once and kept for the next call.
#include "plan.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"

enum {
  KEPT_PLANS = 16,
  /// Longer ones are made anew: their roots would fill a cache.
  LONGEST_KEPT = 1 << 21,
};

// MARK: - Roots of unity

static void put(const weft_fourier_plan *plan, void *array, size_t at, double value) {
  if (plan->wide) {
    ((double *)array)[at] = value;
  } else {
    ((float *)array)[at] = (float)value;
  }
}

/// exp(-2πi·number/order) at `at`, the angle reduced while it is an integer, so that it loses no digits.
static void put_root(const weft_fourier_plan *plan, void *const parts[2], size_t at, int64_t number, int64_t order) {
  double angle = -2 * M_PI * (double)(number % order) / (double)order;
  put(plan, parts[0], at, cos(angle));
  put(plan, parts[1], at, sin(angle));
}

/// Zeroed memory for two arrays of `count` numbers and what kernels read past them.
static bool make_pair(const weft_fourier_plan *plan, size_t count, void *parts[2]) {
  size_t bytes = (count + WEFT_FOURIER_SLACK) * (plan->wide ? 8 : 4);
  parts[0] = calloc(1, bytes);
  parts[1] = calloc(1, bytes);
  return parts[0] && parts[1];
}

// MARK: - Passes

static int64_t radix_of(int64_t rest) {
  int twos = rest % 2 == 0 ? __builtin_ctzll((unsigned long long)rest) : 0;
  if (twos > 1) return twos == 3 ? 8 : 4;
  for (int64_t radix = 2; radix <= WEFT_FOURIER_LARGEST_FACTOR; radix++) {
    if (rest % radix == 0) return radix;
  }
  return 0;
}

static bool is_written_out(int64_t radix) { return radix <= 5 || radix == 8; }
static bool is_spread(const weft_fourier_pass *pass) { return pass->stride < WEFT_FOURIER_SPREAD; }

/// The passes of the length and where their roots begin; false where it has a factor that is too large.
static bool find_passes(weft_fourier_plan *plan) {
  int64_t stride = 1;
  for (int64_t rest = plan->length; rest > 1;) {
    int64_t radix = radix_of(rest);
    if (radix == 0) return false;
    rest /= radix;
    weft_fourier_pass pass = {radix, rest, stride, plan->root_count, 0};
    plan->root_count += (size_t)((radix - 1) * rest * (is_spread(&pass) ? stride : 1));
    // Vectors of roots are read past the last of them.
    plan->root_count += WEFT_FOURIER_SLACK;
    pass.circle = plan->root_count;
    plan->root_count += is_written_out(radix) ? 0 : (size_t)radix;
    plan->passes[plan->pass_count++] = pass;
    stride *= radix;
  }
  return true;
}

static bool make_roots(weft_fourier_plan *plan) {
  void *parts[2];
  bool made = make_pair(plan, plan->root_count, parts);
  plan->real = parts[0];
  plan->imaginary = parts[1];
  if (!made) return false;
  for (int32_t i = 0; i < plan->pass_count; i++) {
    const weft_fourier_pass *pass = &plan->passes[i];
    size_t at = pass->roots;
    int64_t copies = is_spread(pass) ? pass->stride : 1;
    for (int64_t k = 1; k < pass->radix; k++) {
      for (int64_t p = 0; p < pass->count; p++) {
        for (int64_t copy = 0; copy < copies; copy++) put_root(plan, parts, at++, p * k, pass->radix * pass->count);
      }
    }
    for (int64_t j = 0; !is_written_out(pass->radix) && j < pass->radix; j++) {
      put_root(plan, parts, pass->circle + (size_t)j, j, pass->radix);
    }
  }
  return true;
}

// MARK: - Bluestein's algorithm (1970)

/// The shortest length of at least `least` that takes short passes.
static int64_t padded_length(int64_t least) {
  int64_t length = 16;
  while (length < least) length *= 2;
  return length / 4 * 3 >= least ? length / 4 * 3 : length;
}

/// A transform as a convolution with a chirp: jk = (j² + k² - (k - j)²) / 2. The filter is the chirp's transform.
static bool make_convolution(weft_fourier_plan *plan) {
  int64_t length = plan->length, padded = padded_length(2 * length - 1);
  plan->pass_count = 0;
  plan->convolution = weft_fourier_plan_take(padded, plan->wide, false);
  void *whole[2] = {NULL, NULL};
  bool made = plan->convolution && make_pair(plan, (size_t)length, plan->chirp) &&
              make_pair(plan, (size_t)padded, plan->filter) && make_pair(plan, 2 * (size_t)padded, whole);
  for (int64_t j = 0; made && j < length; j++) {
    put_root(plan, plan->chirp, (size_t)j, j * j % (2 * length), 2 * length);
    // The filter is its conjugate: interleaved, as a transform takes it.
    double angle = M_PI * (double)(j * j % (2 * length)) / (double)length;
    for (int64_t side = 0; side < 2; side++) {
      size_t at = (size_t)(side && j > 0 ? padded - j : j);
      put(plan, whole[0], 2 * at, cos(angle) / (double)padded);
      put(plan, whole[0], 2 * at + 1, sin(angle) / (double)padded);
    }
  }
  made = made && weft_fourier_run_line(plan->convolution, whole[0], whole[1]);
  for (int64_t j = 0; made && j < padded; j++) {
    for (int part = 0; part < 2; part++) {
      size_t from = (size_t)(2 * j + part);
      put(plan, plan->filter[part], (size_t)j,
          plan->wide ? ((double *)whole[1])[from] : (double)((float *)whole[1])[from]);
    }
  }
  free(whole[0]), free(whole[1]);
  return made;
}

// MARK: - Plans

static bool make_turn(weft_fourier_plan *plan) {
  plan->half = weft_fourier_plan_take(plan->length / 2, plan->wide, false);
  if (!plan->half || !make_pair(plan, (size_t)plan->length / 2 + 1, plan->turn)) return false;
  for (int64_t k = 0; k <= plan->length / 2; k++) put_root(plan, plan->turn, (size_t)k, k, plan->length);
  return true;
}

static void destroy(weft_fourier_plan *plan) {
  void *arrays[] = {plan->real,      plan->imaginary, plan->chirp[0], plan->chirp[1],
                    plan->filter[0], plan->filter[1], plan->turn[0],  plan->turn[1]};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
  if (plan->convolution) weft_fourier_plan_give(plan->convolution);
  if (plan->half) weft_fourier_plan_give(plan->half);
  free(plan);
}

static weft_fourier_plan *make(int64_t length, bool wide, bool real) {
  weft_fourier_plan *plan = calloc(1, sizeof *plan);
  if (!plan) return NULL;
  plan->length = length;
  plan->wide = wide;
  plan->users = 1;
  bool halves = real && length % 2 == 0;
  bool made = halves ? make_turn(plan) : find_passes(plan) ? make_roots(plan) : make_convolution(plan);
  if (made) return plan;
  destroy(plan);
  return NULL;
}

// The plans last asked for, the newest first.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static weft_fourier_plan *kept[KEPT_PLANS];

static void move_to_front(int32_t index) {
  weft_fourier_plan *plan = kept[index];
  memmove(kept + 1, kept, (size_t)index * sizeof *kept);
  kept[0] = plan;
}

static weft_fourier_plan *find(int64_t length, bool wide, bool halves) {
  for (int32_t i = 0; i < KEPT_PLANS && kept[i]; i++) {
    if (kept[i]->length != length || kept[i]->wide != wide || (kept[i]->half != NULL) != halves) continue;
    move_to_front(i);
    kept[0]->users++;
    return kept[0];
  }
  return NULL;
}

weft_fourier_plan *weft_fourier_plan_take(int64_t length, bool wide, bool real) {
  pthread_mutex_lock(&lock);
  weft_fourier_plan *plan = find(length, wide, real && length % 2 == 0);
  pthread_mutex_unlock(&lock);
  if (plan) return plan;
  plan = make(length, wide, real);
  if (!plan || length > LONGEST_KEPT) return plan;
  pthread_mutex_lock(&lock);
  weft_fourier_plan *oldest = kept[KEPT_PLANS - 1];
  kept[KEPT_PLANS - 1] = plan;
  plan->users++;
  move_to_front(KEPT_PLANS - 1);
  pthread_mutex_unlock(&lock);
  if (oldest) weft_fourier_plan_give(oldest);
  return plan;
}

void weft_fourier_plan_give(weft_fourier_plan *plan) {
  pthread_mutex_lock(&lock);
  bool is_last = --plan->users == 0;
  pthread_mutex_unlock(&lock);
  if (is_last) destroy(plan);
}
