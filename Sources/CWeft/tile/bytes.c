// A formula of one byte has 256 results: they are computed once and looked up. Of two bytes there are too many; there
// sums and products of what they stand for, as quantized networks have them, are computed without memory between steps.
#include "bytes.h"

#include "../common/isa.h"
#include "weft_parallel.h"

enum { RESULTS = 256, LEAST_ELEMENTS = 4 * RESULTS, TABLE_GRAIN = 1 << 16, PAIR_GRAIN = 1 << 15 };

static bool is_byte(int32_t dtype) { return dtype == WEFT_UINT8 || dtype == WEFT_INT8; }

// MARK: - One byte

typedef struct {
  uint8_t table[RESULTS];
  const uint8_t *from;
  uint8_t *to;
} look_up;

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f,avx512bw,avx512vbmi"))) static int64_t look_up_vectors(const look_up *call,
                                                                                      int64_t begin, int64_t end) {
  __m512i part[4];
  for (int i = 0; i < 4; i++) part[i] = _mm512_loadu_si512(call->table + 64 * i);
  int64_t i = begin;
  for (; i + 64 <= end; i += 64) {
    __m512i index = _mm512_loadu_si512(call->from + i);
    __m512i low = _mm512_permutex2var_epi8(part[0], index, part[1]);
    __m512i high = _mm512_permutex2var_epi8(part[2], index, part[3]);
    _mm512_storeu_si512(call->to + i, _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high));
  }
  return i;
}

static bool has_vectors(void) { return weft_uses_avx512() && __builtin_cpu_supports("avx512vbmi"); }
#else
static int64_t look_up_vectors(const look_up *call, int64_t begin, int64_t end) {
  (void)call, (void)end;
  return begin;
}

static bool has_vectors(void) { return false; }
#endif

static void run_look_up(void *context, int64_t begin, int64_t end) {
  const look_up *call = context;
  int64_t i = has_vectors() ? look_up_vectors(call, begin, end) : begin;
  for (; i < end; i++) call->to[i] = call->table[call->from[i]];
}

static void map_one(const weft_walk *walk, const weft_scalar *parameters, int32_t input) {
  static const int64_t none = 0, one = 1, count = RESULTS;
  const weft_view *output = &walk->view[walk->input_count];
  uint8_t bytes[RESULTS];
  for (int i = 0; i < RESULTS; i++) bytes[i] = (uint8_t)i;
  look_up call = {.from = (const uint8_t *)walk->view[input].data, .to = (uint8_t *)output->data};
  weft_operand operands[WEFT_MAX_OPERANDS];
  for (int32_t k = 0; k < walk->input_count; k++) {
    operands[k] = (weft_operand){walk->view[k].data, &none, walk->view[k].dtype};
  }
  operands[input] = (weft_operand){bytes, &one, walk->view[input].dtype};
  operands[walk->input_count] = (weft_operand){call.table, &one, output->dtype};
  weft_map(walk->program, 1, &count, operands, parameters);
  weft_parallel_for(walk->size[0], TABLE_GRAIN, run_look_up, &call);
}

// MARK: - Two bytes

typedef struct {
  weft_byte_pairs pairs;
  void (*run)(const weft_byte_pairs *pairs, size_t count, const void *a, const void *b, void *to);
  const char *a, *b;
  char *to;
} pair_call;

/// What a register holds, if that is one number.
static bool number(const weft_walk *walk, const weft_scalar *parameters, int32_t index, float *found) {
  const weft_program *p = walk->program;
  const weft_program_description *d = &p->description;
  if (index < d->input_count) {
    const weft_view *view = &walk->view[index];
    if (view->stride[0] == 0) weft_kernels_current()->load[d->clamps][d->compute][view->dtype](1, found, view->data);
    return view->stride[0] == 0;
  }
  int32_t parameter = index - p->first_parameter, constant = index - p->first_constant;
  if (parameter >= 0 && parameter < d->parameter_count) {
    *found = (float)parameters[parameter].real;
    return true;
  }
  if (constant < 0 || constant >= d->constant_count) return false;
  *found = (float)d->constants[constant].real;
  return true;
}

/// Whether an instruction is this one, of the result before it and of numbers.
static bool follows(const weft_walk *walk, const weft_scalar *parameters, int32_t place, int32_t opcode, int32_t before,
                    float *second, float *third) {
  const weft_instruction *i = &walk->program->description.instructions[place];
  return i->opcode == opcode && i->a == before && (!second || number(walk, parameters, i->b, second)) &&
         (!third || number(walk, parameters, i->c, third));
}

/// Whether the program is clamp(round(((a - zero) · scale (+ or ·) (b - zero) · scale) / divisor) + offset).
static bool find_pairs(const weft_walk *walk, const weft_scalar *parameters, int32_t a, int32_t b, weft_byte_pairs *p) {
  enum { COUNT = 7 };
  const weft_program_description *d = &walk->program->description;
  const weft_instruction *i = d->instructions;
  if (d->compute != WEFT_COMPUTE_FLOAT32 || d->instruction_count != COUNT) return false;
  bool reads_both = i[0].a == a && i[1].a == b && i[0].destination != i[1].destination && i[2].a == i[0].destination &&
                    i[2].b == i[1].destination;
  p->multiplies = i[2].opcode == WEFT_OP_MULTIPLY;
  int32_t opcode = p->multiplies ? WEFT_OP_MULTIPLY : WEFT_OP_ADD;
  return reads_both && i[2].opcode == opcode && d->outputs[0] == i[COUNT - 1].destination &&
         follows(walk, parameters, 0, WEFT_OP_SUBTRACT_MULTIPLY_LEFT, a, &p->zero[0], &p->scale[0]) &&
         follows(walk, parameters, 1, WEFT_OP_SUBTRACT_MULTIPLY_LEFT, b, &p->zero[1], &p->scale[1]) &&
         follows(walk, parameters, 3, WEFT_OP_DIVIDE, i[2].destination, &p->divisor, NULL) &&
         follows(walk, parameters, 4, WEFT_OP_ROUND, i[3].destination, NULL, NULL) &&
         follows(walk, parameters, 5, WEFT_OP_ADD_MAXIMUM_LEFT, i[4].destination, &p->offset, &p->low) &&
         follows(walk, parameters, 6, WEFT_OP_MINIMUM, i[5].destination, &p->high, NULL);
}

static void run_pairs(void *context, int64_t begin, int64_t end) {
  const pair_call *call = context;
  call->run(&call->pairs, (size_t)(end - begin), call->a + begin, call->b + begin, call->to + begin);
}

/// Cuts the bounds to those of the result's type; false where that is not the same, or one of them is NaN.
static bool cut_bounds(weft_byte_pairs *p, int32_t dtype) {
  float least = dtype == WEFT_INT8 ? -128 : 0, most = dtype == WEFT_INT8 ? 127 : 255;
  if (!(p->low <= p->high && p->low <= most && p->high >= least)) return false;
  if (p->low < least) p->low = least;
  if (p->high > most) p->high = most;
  return true;
}

static bool map_two(const weft_walk *walk, const weft_scalar *parameters, int32_t a, int32_t b) {
  const weft_view *first = &walk->view[a], *second = &walk->view[b], *output = &walk->view[walk->input_count];
  pair_call call = {.run = weft_kernels_current()->byte_pairs, .a = first->data, .b = second->data, .to = output->data};
  if (first->dtype != second->dtype || !find_pairs(walk, parameters, a, b, &call.pairs) ||
      !cut_bounds(&call.pairs, output->dtype)) {
    return false;
  }
  call.pairs.is_signed = first->dtype == WEFT_INT8;
  weft_parallel_for(walk->size[0], PAIR_GRAIN, run_pairs, &call);
  return true;
}

// MARK: - The choice

bool weft_byte_map(const weft_walk *walk, const weft_scalar *parameters) {
  const weft_view *output = &walk->view[walk->input_count];
  int32_t varying[2], count = 0;
  if (walk->rank != 1 || walk->size[0] < LEAST_ELEMENTS || walk->output_count != 1 ||
      walk->view_count != walk->input_count + 1 || !is_byte(output->dtype) || output->stride[0] != 1) {
    return false;
  }
  for (int32_t k = 0; k < walk->input_count; k++) {
    if (walk->view[k].stride[0] == 0) continue;
    if (walk->view[k].stride[0] != 1 || !is_byte(walk->view[k].dtype) || count == 2) return false;
    varying[count++] = k;
  }
  if (count == 1) map_one(walk, parameters, varying[0]);
  return count == 1 || (count == 2 && map_two(walk, parameters, varying[0], varying[1]));
}
