// Winograd's algorithm F(4x4, 3x3) for convolutions whose activations lie channels-last (private).
//
// An output tile of 4x4 is found from an input tile of 6x6 with 36 products instead of 144: input tiles and weights are
// transformed, multiplied position by position (36 matrix products over the channels), and the results transformed back.
// The interpolation points, 0, ±5/8, ±3/2 and infinity, keep the error in float32 to about twice that of direct sums
// in the convolution and its input gradient, five times in the weight gradient; 0, ±1, ±2 would give four and ten.
// Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016; for the points, Barabasz and others, Error
// Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks, 2020.
#ifndef WEFT_WINOGRAD_H
#define WEFT_WINOGRAD_H

#include "../dnnl/convolution.h"

/// How weights lie, seen as a matrix: rows are the channels that are summed over, columns the others; y and x the taps.
typedef struct {
  const float *data;
  int64_t row, column, y, x;
} weft_winograd_weight;

/// c[rows, 2 vectors] = or += a · b, the rows of a being `a_row` apart, of b `b_row`, of c `c_row`.
typedef struct {
  const float *a, *b;
  float *c;
  int64_t rows, depth, a_row, b_row, c_row;
  bool add;
} weft_winograd_product;

/// Where a tile's transformed values go: 36 planes, `plane` apart, the channels in panels of 2 vectors, `panel` apart.
typedef struct {
  float *data;
  int64_t plane, panel;
} weft_winograd_target;

/// The kernels of one instruction set. Transformed arrays have 36 planes of rows of channels, filled up to whole vectors.
typedef struct {
  int32_t lanes, tile_rows;
  /// From the addresses of a tile's 36 points, and those of the next tile, to be fetched meanwhile.
  void (*input)(const float *const *points, const float *const *next, int64_t channels,
                const weft_winograd_target *target);
  /// To the addresses of a tile's 16 points (NULL where there is none).
  void (*output)(const float *from, int64_t plane, int64_t channels, const float *bias, bool relu,
                 float *const *points);
  /// From the addresses of a tile's 16 points, for the weight gradient; `sums` asks for a 37th plane, of their sums.
  void (*output_gradient)(const float *const *points, const float *const *next, int64_t channels,
                          const weft_winograd_target *target, bool sums);
  /// One row of `columns` (at most 2 vectors).
  void (*weight)(const weft_winograd_weight *w, const float *from, int64_t columns, float *to, int64_t plane);
  void (*weight_gradient)(const weft_winograd_weight *w, const float *from, int64_t plane, int64_t columns, float *to);
  void (*multiply)(const weft_winograd_product *product);
  /// With a[depth, rows].
  void (*multiply_transposed)(const weft_winograd_product *product);
} weft_winograd_kernels;

const weft_winograd_kernels *weft_winograd_kernels_current(void);

/// An image of channels-last tensors cut into tiles of 4x4 outputs, and how far the input is shifted against them.
typedef struct {
  int64_t in[2], out[2], before[2], across[2];  // y, x
  int64_t in_channels, out_channels, tiles;
} weft_winograd_tiles;

weft_winograd_tiles weft_winograd_cut(const weft_convolution_description *shape, bool backward);
/// The addresses of a tile's 6x6 inputs; `zeros` stands for what lies in the padding.
void weft_winograd_input_points(const weft_winograd_tiles *t, int64_t tile, const float *input, const float *zeros,
                                const float **points);
/// The addresses of a tile's 4x4 outputs; `missing` stands for what lies beyond the border.
void weft_winograd_output_points(const weft_winograd_tiles *t, int64_t tile, const float *output,
                                 const float *missing, const float **points);

/// Whether the algorithm can compute this convolution and is expected to be faster than direct code.
bool weft_winograd_suits(const weft_convolution_description *shape);
/// Runs a convolution that suits, in any direction; activations channels-last.
int32_t weft_winograd_run(const weft_convolution *convolution);
int32_t weft_winograd_forward(const weft_convolution *convolution);  // and the input gradient
int32_t weft_winograd_weight_gradient(const weft_convolution *convolution);

#endif
