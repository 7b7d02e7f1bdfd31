// Winograd's algorithm for 3x3 convolutions whose activations lie channels-last (private).
//
// Stride 1, F(4x4, 3x3): an output tile of 4x4 is found from an input tile of 6x6 with 36 products instead of 144. Input
// tiles and weights are transformed, multiplied value by value (36 matrix products over the channels), and the results
// transformed back. The interpolation points, 0, ±5/8, ±3/2 and infinity, keep the error in float32 to about twice that
// of direct sums in the convolution and its input gradient, five times in the weight gradient; 0, ±1, ±2 would give four
// and ten.
//
// Stride 2: in each direction the even inputs of a tile make a convolution of stride 1 with the outer two weights,
// F(4, 2), and the odd ones a product with the middle weight: 9 values for 4 outputs, 81 products instead of 144. The
// points, ±1/2, ±5/4 and infinity, cost no accuracy but in the weight gradient, whose error is two to three times that of
// direct sums.
//
// Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016; for the points, Barabasz and others, Error
// Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks, 2020.
#ifndef WEFT_WINOGRAD_H
#define WEFT_WINOGRAD_H

#include "../dnnl/convolution.h"

enum { WEFT_WINOGRAD_SIDE = 9, WEFT_WINOGRAD_MOST = 81, WEFT_WINOGRAD_WEIGHTS = 36 };

/// How weights lie, seen as a matrix: rows are the channels that are summed over, columns the others; y and x the taps.
typedef struct {
  const float *data;
  int64_t row, column, y, x;
} weft_winograd_weight;

/// A tile to be transformed: the addresses of its points, and of the next tile's, to be fetched meanwhile.
typedef struct {
  const float *const *points, *const *next;
} weft_winograd_source;

/// Where a tile's transformed values go: planes, `plane` apart, the channels in panels of 2 vectors, `panel` apart.
/// `sums` asks for one more plane, of the sums of the points.
typedef struct {
  float *data;
  int64_t plane, panel;
  bool sums;
} weft_winograd_target;

/// Where a tile's results go: the addresses of its points, NULL where there is none.
typedef struct {
  float *const *points;
  int64_t channels;
  const float *bias;
  bool relu;
} weft_winograd_result;

/// c[rows, 2 vectors] = or += a · b, the rows of a being `a_row` apart, of b `b_row`, of c `c_row`.
typedef struct {
  const float *a, *b;
  float *c;
  int64_t rows, depth, a_row, b_row, c_row;
  bool add;
} weft_winograd_product;

/// The transforms of one kind of convolution, from `in` x `in` points to `side` x `side` values to `out` x `out` points;
/// a tile's first points are `in_step` and `out_step` from the last tile's.
typedef struct {
  int32_t in, side, out, in_step, out_step;
  void (*input)(const weft_winograd_source *source, int64_t channels, const weft_winograd_target *target);
  void (*output)(const float *values, int64_t plane, const weft_winograd_result *result);
  /// For the weight gradient.
  void (*output_gradient)(const weft_winograd_source *source, int64_t channels, const weft_winograd_target *target);
  /// One row of `columns` (at most 2 vectors), to 36 planes.
  void (*weight)(const weft_winograd_weight *w, const float *from, int64_t columns, float *to, int64_t plane);
  void (*weight_gradient)(const weft_winograd_weight *w, const float *from, int64_t plane, int64_t columns, float *to);
} weft_winograd_scheme;

/// The kernels of one instruction set. Transformed arrays have planes of rows of channels, filled up to whole vectors.
typedef struct {
  int32_t lanes, tile_rows;
  void (*multiply)(const weft_winograd_product *product);
  /// With a[depth, rows].
  void (*multiply_transposed)(const weft_winograd_product *product);
  weft_winograd_scheme plain, strided, strided_back;
} weft_winograd_kernels;

const weft_winograd_kernels *weft_winograd_kernels_current(void);

/// The plane of weights that a value is multiplied with: with stride 2, many values share one.
static inline int64_t weft_winograd_weight_plane(const weft_winograd_scheme *scheme, int64_t value) {
  int64_t y = value / scheme->side, x = value % scheme->side;
  return 6 * (y < 5 ? y : 5) + (x < 5 ? x : 5);
}

/// A convolution's (or its input gradient's) images cut into tiles, and how far the input is shifted against them.
typedef struct {
  const weft_winograd_scheme *scheme;
  int64_t in[2], out[2], before[2], across[2];  // y, x
  int64_t in_channels, out_channels, tiles;
} weft_winograd_tiles;

weft_winograd_tiles weft_winograd_cut(const weft_convolution_description *shape, bool backward);
/// The addresses of a tile's inputs; `zeros` stands for what lies in the padding.
void weft_winograd_input_points(const weft_winograd_tiles *t, int64_t tile, const float *input, const float *zeros,
                                const float **points);
/// The addresses of a tile's outputs; `missing` stands for what lies beyond the border.
void weft_winograd_output_points(const weft_winograd_tiles *t, int64_t tile, const float *output,
                                 const float *missing, const float **points);

/// Whether the algorithm can compute this convolution and is expected to be faster than direct code.
bool weft_winograd_suits(const weft_convolution_description *shape);
/// Runs a convolution that suits, in any direction; activations channels-last.
int32_t weft_winograd_run(const weft_convolution *convolution);
int32_t weft_winograd_forward(const weft_convolution *convolution);  // and the input gradient
int32_t weft_winograd_weight_gradient(const weft_convolution *convolution);

#endif
