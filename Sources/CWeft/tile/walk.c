// Prepares a walk: axes in memory order, merged, cut into tiles.
#include "walk.h"

static int64_t magnitude(int64_t x) { return x < 0 ? -x : x; }

static void add_view(weft_walk *walk, void *data, int32_t dtype, const int64_t *strides) {
  weft_view *view = &walk->view[walk->view_count++];
  view->data = data;
  view->dtype = dtype;
  view->bytes = dtype == WEFT_POSITION ? 1 : weft_dtype_bytes(dtype);
  for (int32_t axis = 0; axis < walk->rank; axis++) {
    view->stride[axis] = strides ? strides[axis] : axis == walk->rank - 1;
  }
}

bool weft_walk_init(weft_walk *walk, const weft_program *program, int32_t rank, const int64_t *shape,
                    const uint8_t *reduced, const weft_operand *operands) {
  walk->program = program;
  walk->rank = rank;
  walk->input_count = program->description.input_count;
  walk->output_count = program->description.output_count;
  walk->view_count = 0;
  bool any = true;
  for (int32_t axis = 0; axis < rank; axis++) {
    walk->size[axis] = shape[axis];
    walk->reduced[axis] = reduced && reduced[axis];
    if (shape[axis] <= 0 && !walk->reduced[axis]) any = false;
  }
  for (int32_t k = 0; any && k < walk->input_count + walk->output_count; k++) {
    add_view(walk, operands[k].data, operands[k].dtype, operands[k].strides);
    for (int32_t axis = 0; k >= walk->input_count && axis < rank; axis++) {
      if (walk->reduced[axis]) walk->view[k].stride[axis] = 0;
    }
  }
  if (any && program->uses_position) add_view(walk, NULL, WEFT_POSITION, NULL);
  return any;
}

static void copy_axis(weft_walk *walk, int32_t to, int32_t from) {
  walk->size[to] = walk->size[from];
  walk->reduced[to] = walk->reduced[from];
  for (int32_t k = 0; k < walk->view_count; k++) walk->view[k].stride[to] = walk->view[k].stride[from];
}

void weft_walk_swap(weft_walk *walk, int32_t a, int32_t b) {
  int64_t size = walk->size[a];
  uint8_t reduced = walk->reduced[a];
  walk->size[a] = walk->size[b], walk->size[b] = size;
  walk->reduced[a] = walk->reduced[b], walk->reduced[b] = reduced;
  for (int32_t k = 0; k < walk->view_count; k++) {
    int64_t stride = walk->view[k].stride[a];
    walk->view[k].stride[a] = walk->view[k].stride[b];
    walk->view[k].stride[b] = stride;
  }
}

static void drop_ones(weft_walk *walk, int32_t pinned) {
  int32_t kept = 0;
  for (int32_t axis = 0; axis < walk->rank; axis++) {
    if (walk->size[axis] == 1 && axis < walk->rank - pinned) continue;
    if (kept != axis) copy_axis(walk, kept, axis);
    kept++;
  }
  walk->rank = kept;
}

/// > 0 if axis a should be inside axis b, < 0 if outside, 0 if no operand minds. A stride of 0 says nothing.
static int compare_axes(const weft_walk *walk, int32_t a, int32_t b, bool inputs_first) {
  int32_t operands = walk->input_count + walk->output_count;
  int32_t shift = inputs_first ? 0 : walk->input_count;
  for (int32_t i = 0; i < operands; i++) {
    int32_t k = i + shift < operands ? i + shift : i + shift - operands;
    int64_t x = magnitude(walk->view[k].stride[a]), y = magnitude(walk->view[k].stride[b]);
    if (x != 0 && y != 0 && x != y) return x < y ? 1 : -1;
  }
  return 0;
}

/// Insertion sort: an axis moves outwards past those that should be inside it.
static void sort_axes(weft_walk *walk, int32_t count, bool inputs_first) {
  for (int32_t i = 1; i < count; i++) {
    int32_t at = i;
    for (int32_t j = i - 1; j >= 0; j--) {
      int order = compare_axes(walk, j, at, inputs_first);
      if (order < 0) break;
      if (order > 0) {
        weft_walk_swap(walk, j, at);
        at = j;
      }
    }
  }
}

static bool can_merge(const weft_walk *walk, int32_t outer, int32_t inner) {
  if (walk->reduced[outer] != walk->reduced[inner]) return false;
  for (int32_t k = 0; k < walk->view_count; k++) {
    const int64_t *stride = walk->view[k].stride;
    if (stride[outer] != stride[inner] * walk->size[inner]) return false;
  }
  return true;
}

static void merge_axes(weft_walk *walk, int32_t pinned) {
  int32_t count = walk->rank - pinned, kept = 0;
  for (int32_t axis = 1; axis < count; axis++) {
    if (can_merge(walk, kept, axis)) {
      int64_t size = walk->size[kept];
      copy_axis(walk, kept, axis);
      walk->size[kept] *= size;
    } else if (++kept != axis) {
      copy_axis(walk, kept, axis);
    }
  }
  if (count == 0) return;
  for (int32_t axis = count; axis < walk->rank; axis++) {
    if (++kept != axis) copy_axis(walk, kept, axis);
  }
  walk->rank = kept + 1;
}

void weft_walk_simplify(weft_walk *walk, int32_t pinned, bool inputs_first) {
  drop_ones(walk, pinned);
  sort_axes(walk, walk->rank - pinned, inputs_first);
  merge_axes(walk, pinned);
}

static int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

static void count_tiles(weft_walk *walk) {
  for (int32_t axis = 0; axis < walk->rank; axis++) {
    walk->tiles[axis] = walk->extent[axis] == walk->size[axis] ? walk->size[axis] > 0
                                                               : divide_up(walk->size[axis], walk->extent[axis]);
  }
}

/// Up to `room` elements of an axis, such that the pieces are about equally long.
static int64_t share_of(int64_t size, int64_t room, bool innermost) {
  int64_t share = divide_up(size, divide_up(size, room));
  int64_t whole_lines = (share + 15) & ~(int64_t)15;
  return innermost && whole_lines <= room ? whole_lines : share;
}

void weft_walk_cut(weft_walk *walk, int32_t tile_elements) {
  int64_t room = tile_elements;
  for (int32_t axis = walk->rank - 1; axis >= 0; axis--) {
    int64_t size = walk->size[axis];
    bool fits = size <= room;
    walk->extent[axis] = fits ? size : share_of(size, room, axis == walk->rank - 1);
    room = fits ? room / (size > 0 ? size : 1) : 1;
  }
  count_tiles(walk);
}

/// The axis along which an operand that jumps from line to line on the innermost axis is dense, or -1.
static int32_t transposed_axis(const weft_walk *walk) {
  int32_t last = walk->rank - 1;
  for (int32_t k = 0; k < walk->view_count; k++) {
    const weft_view *view = &walk->view[k];
    if (magnitude(view->stride[last]) * view->bytes < 64) continue;
    for (int32_t axis = 0; axis < last; axis++) {
      bool dense = view->stride[axis] != 0 && magnitude(view->stride[axis]) * view->bytes <= 8;
      if (dense && walk->size[axis] >= 4) return axis;
    }
  }
  return -1;
}

void weft_walk_cut_square(weft_walk *walk, int32_t tile_elements) {
  int32_t last = walk->rank - 1, other = last > 0 && walk->size[last] >= 4 ? transposed_axis(walk) : -1;
  if (other < 0) {
    weft_walk_cut(walk, tile_elements);
    return;
  }
  int64_t room = tile_elements / (walk->size[last] < 64 ? walk->size[last] : 64);
  for (int32_t axis = 0; axis < walk->rank; axis++) walk->extent[axis] = 1;
  walk->extent[other] = walk->size[other] < room ? walk->size[other] : room;
  room = tile_elements / walk->extent[other];
  walk->extent[last] = walk->size[last] < room ? walk->size[last] : room;
  count_tiles(walk);
}

static weft_view_kind classify(const weft_walk *walk, const weft_view *view) {
  bool uniform = true, dense = view->dtype != WEFT_POSITION, inner_is_whole = true;
  int64_t expected = 1;
  for (int32_t axis = walk->rank - 1; axis >= 0; axis--) {
    if (walk->extent[axis] == 1) continue;
    if (view->stride[axis] != 0) uniform = false;
    if (view->stride[axis] != expected || !inner_is_whole) dense = false;
    expected *= walk->extent[axis];
    inner_is_whole = walk->extent[axis] == walk->size[axis];
  }
  return uniform ? WEFT_VIEW_UNIFORM : dense ? WEFT_VIEW_DENSE : WEFT_VIEW_STRIDED;
}

void weft_walk_classify(weft_walk *walk) {
  for (int32_t k = 0; k < walk->view_count; k++) walk->view[k].kind = classify(walk, &walk->view[k]);
}

int64_t weft_walk_tiles(const weft_walk *walk, bool reduced) {
  int64_t count = 1;
  for (int32_t axis = 0; axis < walk->rank; axis++) {
    if (walk->reduced[axis] == reduced) count *= walk->tiles[axis];
  }
  return count;
}

void weft_walk_locate(const weft_walk *walk, bool reduced, int64_t index, weft_tile *tile) {
  for (int32_t axis = walk->rank - 1; axis >= 0; axis--) {
    if (walk->reduced[axis] != reduced) continue;
    int64_t place = index, tiles = walk->tiles[axis];
    if (axis > 0) place = tiles > 1 ? index % tiles : 0, index = tiles > 1 ? index / tiles : index;
    int64_t start = place * walk->extent[axis], left = walk->size[axis] - start;
    tile->start[axis] = start;
    tile->extent[axis] = left < walk->extent[axis] ? left : walk->extent[axis];
  }
}

char *weft_view_address(const weft_walk *walk, const weft_view *view, const weft_tile *tile) {
  int64_t offset = 0;
  for (int32_t axis = 0; axis < walk->rank; axis++) offset += tile->start[axis] * view->stride[axis];
  // The position's "address" is a number, which pointer arithmetic on NULL must not make.
  return (char *)((uintptr_t)view->data + (uintptr_t)(offset * view->bytes));
}
