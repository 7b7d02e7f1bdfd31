// Recurrent layers: the values beside plain loops, the gradients beside differences of those.
#include "check.h"

enum { STEPS = 4, BATCH = 5, HIDDEN = 19, MOST_GATES = 4 };
enum { STATES = BATCH * HIDDEN };

typedef struct {
  int cell, gates;
  bool reversed;
  double weight[MOST_GATES * HIDDEN * HIDDEN], bias[HIDDEN];
  double projected[STEPS * BATCH * MOST_GATES * HIDDEN];
  double state[STATES], memory[STATES];              // the first
  double states[(STEPS + 1) * STATES], last[STATES];  // what comes out
} network;

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

/// One unit of one sequence at one step.
static void step_unit(const network *n, const double *x, const double *before, double *memory, int unit,
                      double *after) {
  double h[MOST_GATES] = {0}, in[MOST_GATES];
  for (int gate = 0; gate < n->gates; gate++) {
    in[gate] = x[gate * HIDDEN + unit];
    for (int k = 0; k < HIDDEN; k++) h[gate] += n->weight[(gate * HIDDEN + unit) * HIDDEN + k] * before[k];
  }
  if (n->cell == WEFT_CELL_TANH) {
    *after = tanh(in[0] + h[0]);
  } else if (n->cell == WEFT_CELL_RELU) {
    *after = fmax(in[0] + h[0], 0);
  } else if (n->cell == WEFT_CELL_LSTM) {
    *memory = sigmoid(in[1] + h[1]) * *memory + sigmoid(in[0] + h[0]) * tanh(in[2] + h[2]);
    *after = sigmoid(in[3] + h[3]) * tanh(*memory);
  } else {
    double reset = sigmoid(in[0] + h[0]), update = sigmoid(in[1] + h[1]);
    double candidate = tanh(in[2] + reset * (h[2] + n->bias[unit]));
    *after = (1 - update) * candidate + update * before[unit];
  }
}

static void run_loops(network *n) {
  memcpy(n->states + (n->reversed ? STEPS : 0) * STATES, n->state, sizeof n->state);
  memcpy(n->last, n->memory, sizeof n->last);
  for (int i = 0; i < STEPS; i++) {
    int t = n->reversed ? STEPS - 1 - i : i;
    const double *before = n->states + (n->reversed ? t + 1 : t) * STATES;
    double *after = n->states + (n->reversed ? t : t + 1) * STATES;
    for (int row = 0; row < BATCH; row++) {
      for (int unit = 0; unit < HIDDEN; unit++) {
        step_unit(n, n->projected + (t * BATCH + row) * n->gates * HIDDEN, before + row * HIDDEN,
                  n->last + row * HIDDEN + unit, unit, after + row * HIDDEN + unit);
      }
    }
  }
}

/// The sum of the outputs of all steps, each times its factor.
static double objective(network *n, const double *factors) {
  run_loops(n);
  double sum = 0;
  for (int t = 0; t < STEPS; t++) {
    for (int i = 0; i < STATES; i++) sum += factors[t * STATES + i] * n->states[(t + !n->reversed) * STATES + i];
  }
  return sum;
}

// NaN at a kink, which a rectified sum may have between the two places.
static double slope(network *n, double *number, const double *factors) {
  double before = *number, step = 1e-5, middle = objective(n, factors);
  *number = before + step;
  double above = objective(n, factors);
  *number = before - step;
  double below = objective(n, factors);
  *number = before;
  if (fabs(above + below - 2 * middle) > 1e-3 * step) return NAN;
  return (above - below) / (2 * step);
}

// What the kernels work on, of their type.
typedef struct {
  int32_t dtype;
  void *weight, *bias, *gates, *states, *cells, *candidates;
} arrays;

static void *copy_of(int32_t dtype, const double *numbers, int64_t count) {
  void *data = make(dtype, count);
  for (int64_t i = 0; i < count; i++) set_real(dtype, data, i, numbers[i]);
  return data;
}

static arrays make_arrays(const network *n, int32_t dtype) {
  arrays a = {dtype, copy_of(dtype, n->weight, n->gates * HIDDEN * HIDDEN), copy_of(dtype, n->bias, HIDDEN),
              copy_of(dtype, n->projected, STEPS * BATCH * n->gates * HIDDEN), make(dtype, (STEPS + 1) * STATES),
              make(dtype, (STEPS + 1) * STATES), make(dtype, STEPS * STATES)};
  int64_t first = n->reversed ? STEPS * STATES : 0;
  for (int64_t i = 0; i < STATES; i++) {
    set_real(dtype, a.states, first + i, n->state[i]);
    set_real(dtype, a.cells, first + i, n->memory[i]);
  }
  return a;
}

static void check_gradient(network *n, const weft_recurrent *layer, arrays *a) {
  static double factors[STEPS * STATES];
  for (int i = 0; i < STEPS * STATES; i++) factors[i] = number();
  int32_t dtype = a->dtype;
  void *output_gradient = copy_of(dtype, factors, STEPS * STATES), *carry = make(dtype, STATES);
  void *input_gates = make(dtype, STEPS * BATCH * n->gates * HIDDEN), *state_gradient = make(dtype, STATES);
  void *hidden_gates = n->cell == WEFT_CELL_GRU ? make(dtype, STEPS * BATCH * n->gates * HIDDEN) : input_gates;
  weft_recurrent_gradient gradient = {output_gradient, STATES, HIDDEN, a->gates, a->states, a->cells, a->candidates,
                                      carry, input_gates, hidden_gates, state_gradient};
  expect(weft_recurrent_backward(layer, &gradient) == 0, "a gradient does not run");
  double tolerance = dtype == WEFT_FLOAT32 ? 1e-4 : 1e-7;
  for (int i = 0; i < STEPS * BATCH * n->gates * HIDDEN; i += 13) {
    double expected = slope(n, &n->projected[i], factors);
    if (isnan(expected)) continue;
    expect_near(real_at(dtype, input_gates, i), expected, tolerance,
                "the gradient of the input, cell %d of %s", n->cell, dtype_names[dtype]);
  }
  for (int i = 0; i < STATES; i += 7) {
    double expected = slope(n, &n->state[i], factors);
    if (isnan(expected)) continue;
    expect_near(real_at(dtype, state_gradient, i), expected, tolerance,
                "the gradient of the first state, cell %d of %s", n->cell, dtype_names[dtype]);
    if (n->cell != WEFT_CELL_LSTM) continue;
    expect_near(real_at(dtype, carry, i), slope(n, &n->memory[i], factors), tolerance,
                "the gradient of the first cell of %s", dtype_names[dtype]);
  }
  if (hidden_gates != input_gates) free(hidden_gates);
  free(output_gradient), free(carry), free(input_gates), free(state_gradient);
}

static void check_cell(int cell, bool reversed, int32_t dtype) {
  static network n;
  n.cell = cell;
  n.gates = cell == WEFT_CELL_LSTM ? 4 : cell == WEFT_CELL_GRU ? 3 : 1;
  n.reversed = reversed;
  double *const numbers[] = {n.weight, n.bias, n.projected, n.state, n.memory};
  const size_t counts[] = {sizeof n.weight / 8, sizeof n.bias / 8, sizeof n.projected / 8, STATES, STATES};
  for (int k = 0; k < 5; k++) {
    for (size_t i = 0; i < counts[k]; i++) numbers[k][i] = number() * (k == 0 ? 0.4 : 1);
  }
  weft_recurrent layer = {.cell = cell, .dtype = dtype, .reversed = reversed, .steps = STEPS, .batch = BATCH,
                          .hidden = HIDDEN};
  arrays a = make_arrays(&n, dtype);
  layer.weight = a.weight;
  void *bias = cell == WEFT_CELL_GRU ? a.bias : NULL;
  int32_t status = weft_recurrent_forward(&layer, true, bias, a.gates, a.states, a.cells, a.candidates);
  expect(status == 0, "a layer does not run");
  run_loops(&n);
  for (int i = 0; i < (STEPS + 1) * STATES; i++) {
    expect_near(real_at(dtype, a.states, i), n.states[i], 64 * precision(dtype), "a state, cell %d of %s", cell,
                dtype_names[dtype]);
  }
  check_gradient(&n, &layer, &a);
  free(a.weight), free(a.bias), free(a.gates), free(a.states), free(a.cells), free(a.candidates);
}

/// The weight packed for the call, when it is kept, and when it was kept: the same bits.
static void check_keeping(int32_t cell) {
  enum { GATES = MOST_GATES };
  float *weight = make_random(WEFT_FLOAT32, GATES * HIDDEN * HIDDEN);
  float *projected = make_random(WEFT_FLOAT32, STEPS * BATCH * GATES * HIDDEN);
  float *gates = make(WEFT_FLOAT32, STEPS * BATCH * GATES * HIDDEN), *states[4], *cells[4];
  float *candidates = make(WEFT_FLOAT32, STEPS * STATES);
  weft_recurrent layer = {.cell = cell, .dtype = WEFT_FLOAT32, .steps = STEPS, .batch = BATCH, .hidden = HIDDEN,
                          .weight = weight, .weight_content = ((uint64_t)1 << 50) + (uint64_t)cell};
  for (int i = 0; i < 4; i++) {
    states[i] = make(WEFT_FLOAT32, (STEPS + 1) * STATES);
    cells[i] = make(WEFT_FLOAT32, STATES);
    memcpy(gates, projected, STEPS * BATCH * GATES * HIDDEN * sizeof(float));
    bool is_lstm = cell == WEFT_CELL_LSTM;
    int32_t status = weft_recurrent_forward(&layer, false, NULL, gates, states[i], is_lstm ? cells[i] : NULL,
                                            is_lstm ? NULL : candidates);
    expect(status == 0, "a layer with a kept weight does not run");
    expect(memcmp(states[0], states[i], (STEPS + 1) * STATES * sizeof(float)) == 0, "cell %d: call %d gives other bits",
           cell, i);
  }
  weft_prepared_forget(layer.weight_content);
  for (int i = 0; i < 4; i++) free(states[i]), free(cells[i]);
  free(weight), free(projected), free(gates), free(candidates);
}

void check_recurrent(void) {
  begin("recurrent");
  for (int32_t cell = WEFT_CELL_TANH; cell <= WEFT_CELL_GRU; cell++) check_keeping(cell);
  for (int cell = WEFT_CELL_TANH; cell <= WEFT_CELL_GRU; cell++) {
    for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
      check_cell(cell, false, dtype);
      check_cell(cell, true, dtype);
    }
  }
}
