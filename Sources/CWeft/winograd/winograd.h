// Winograd's algorithm for 3x3 convolutions whose activations lie channels-last (private).
//
// Stride 1, F(4x4, 3x3): an output tile of 4x4 is found from an input tile of 6x6 with 36 products, not 144. Input
// tiles and weights are transformed, multiplied value by value (36 matrix products over the channels), and the results
// transformed back. The interpolation points, 0, ±5/8, ±3/2 and infinity, keep the error in float32 to about twice that
// of direct sums in the convolution and its input gradient, five times in the weight gradient; 0, ±1, ±2 would give
// four and ten.
//
// Stride 2: in each direction the even inputs of a tile make a convolution of stride 1 with the outer two weights,
// F(4, 2), and the odd ones a product with the middle weight: 9 values for 4 outputs, 81 products instead of 144. The
// points, ±1/2, ±5/4 and infinity, cost no accuracy but in the weight gradient, whose error is two to three times that
// of direct sums.
//
// Every output of a tile is a sum over all of its inputs, in which those that the output does not depend on cancel out,
// to rounding. So an input far greater than the others would cost them their digits, and one that is not finite would
// make them all NaN. The squares of the inputs are summed up as they are read: a tile is computed by direct sums where
// the inputs that one of its outputs sees have, as the root of the sum of squares, less than 1/32 of the tile's.
// range.c has the rule, direct.c the sums.
//
// Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016; for the points, Barabasz and others, Error
// Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks, 2020.
#ifndef WEFT_WINOGRAD_H
#define WEFT_WINOGRAD_H

#include "../common/prepared.h"
#include "../layout/convolution.h"

enum { WEFT_WINOGRAD_SIDE = 9, WEFT_WINOGRAD_MOST = 81, WEFT_WINOGRAD_WEIGHTS = 36, WEFT_WINOGRAD_OUTPUTS = 64 };
/// The most tiles that are few.
enum { WEFT_WINOGRAD_FEW = 4 };
/// The most squares of points (cells) that a tile is seen as, and what belongs to none of them.
enum { WEFT_WINOGRAD_CELLS = 17, WEFT_WINOGRAD_REST = 16 };

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
/// `sums` asks for one more plane, of the sums of the points. `squares` gets the sums of the squares in each cell.
typedef struct {
  float *data;
  int64_t plane, panel;
  bool sums;
  float *squares;
} weft_winograd_target;

/// Where a tile's results go: the addresses of its points, NULL where there is none.
typedef struct {
  float *const *points;
  int64_t channels;
  const float *bias;
  bool clamps;  // to low ... high; NaN stays
  float low, high;
} weft_winograd_result;

/// What is done to the results where they are: `others` are added, unless that is NULL, and sums are cut.
typedef struct {
  float *const *points;        // NULL where there is none
  const float *const *others;  // of each point, or NULL
  int64_t count, channels;
  bool clamps;  // to low ... high; NaN stays
  float low, high;
} weft_winograd_finish;

/// c[rows, 2 vectors] = or += a · b, the rows of a being `a_row` apart, of b `b_row`, of c `c_row`.
typedef struct {
  const float *a, *b;
  float *c;
  int64_t rows, depth, a_row, b_row, c_row;
  bool add;
} weft_winograd_product;

/// The products of 3 or 4 tiles of 6x6 values with taps that are transformed on the way: with so few, to store what
/// becomes of the taps would take longer than to find it once more.
typedef struct {
  const float *taps, *next;  // `depth` rows of 9 taps of 2 vectors; what is asked for meanwhile, or NULL
  const float *values;       // of each row of taps 2 vectors: 6 values of each tile, the tiles of one side by side
  int64_t depth, tiles, step;  // step: to the next 6 values
  float *c;                    // planes of rows of 2 vectors
  int64_t c_plane, c_row;
  bool add;
} weft_winograd_few;

/// The transforms of one kind of convolution, from `in` x `in` points to `side` x `side` values to `out` x `out`
/// points; a tile's first points are `in_step` and `out_step` from the last tile's.
typedef struct {
  int32_t in, side, out, in_step, out_step;
  void (*input)(const weft_winograd_source *source, int64_t channels, const weft_winograd_target *target);
  void (*output)(const float *values, int64_t plane, const weft_winograd_result *result);
  /// For the weight gradient.
  void (*output_gradient)(const weft_winograd_source *source, int64_t channels, const weft_winograd_target *target);
  /// One row of 9 taps of 2 vectors each, to 36 planes. The result is the sum of the weights' squares.
  float (*weight)(const float *from, float *to, int64_t plane);
  void (*weight_gradient)(const weft_winograd_weight *w, const float *from, int64_t plane, int64_t columns, float *to);
} weft_winograd_scheme;

/// The kernels of one instruction set. Transformed arrays have planes of rows of channels, filled up to whole vectors.
typedef struct {
  int32_t lanes, tile_rows;
  void (*multiply)(const weft_winograd_product *product);
  /// With a[depth, rows].
  void (*multiply_transposed)(const weft_winograd_product *product);
  void (*finish)(const weft_winograd_finish *finish);
  /// NULL where there are too few registers. The result is the sum of the taps' squares.
  float (*multiply_few)(const weft_winograd_few *product);
  weft_winograd_scheme plain, strided, strided_back;
} weft_winograd_kernels;

const weft_winograd_kernels *weft_winograd_kernels_current(void);

/// The plane of weights that a value is multiplied with: with stride 2, many values share one.
static inline int64_t weft_winograd_weight_plane(const weft_winograd_scheme *scheme, int64_t value) {
  int64_t y = value / scheme->side, x = value % scheme->side;
  return 6 * (y < 5 ? y : 5) + (x < 5 ? x : 5);
}

/// A convolution's (or its input gradient's) images cut into tiles, how far the input is shifted against them, and how
/// far apart (by dilation) a tile's points lie.
typedef struct {
  const weft_winograd_scheme *scheme;
  int64_t in[2], out[2], before[2], spread[2], across[2];  // y, x
  int64_t in_channels, out_channels, tiles;
} weft_winograd_tiles;

weft_winograd_tiles weft_winograd_cut(const weft_convolution_description *shape, bool backward);
/// The addresses of a tile's inputs; `zeros` stands for what lies in the padding.
void weft_winograd_input_points(const weft_winograd_tiles *t, int64_t tile, const float *input, const float *zeros,
                                const float **points);
/// The addresses of a tile's outputs; `missing` stands for what lies beyond the border.
void weft_winograd_output_points(const weft_winograd_tiles *t, int64_t tile, const float *output,
                                 const float *missing, const float **points);

/// Whether there is a kernel for so few tiles.
bool weft_winograd_takes_few(const weft_winograd_tiles *tiles);

/// How many of a tile's outputs there are along each axis; fewer at the border.
void weft_winograd_extent(const weft_winograd_tiles *t, int64_t tile, int32_t extent[2]);

// MARK: - Range (range.c)

/// How an output is found: by the algorithm; as a constant, since it sees only zeros or a NaN; by direct sums; or not
/// at all, beyond the border.
enum {
  WEFT_WINOGRAD_BY_TILE, WEFT_WINOGRAD_ZERO, WEFT_WINOGRAD_NAN, WEFT_WINOGRAD_DIRECT, WEFT_WINOGRAD_MISSING
};

/// Sums of squares from here on are as good as overflowing, those of weights and of a tile's inputs.
#define WEFT_WINOGRAD_LARGE 1e30f

/// The cell that a point of `side` belongs to along an axis, and the number of cells (of the kernels and range.c).
static inline int weft_winograd_cell(int side, int i) {
  switch (side) {
    case 4: return i / 2;
    case 5: return i;  // the last is none
    case 6: return i < 2 ? 0 : i < 4 ? i - 1 : 3;
    default: return i < 8 ? i / 2 : 3;
  }
}
static inline int weft_winograd_cells(int side) { return side == 4 ? 2 : 4; }

/// Whether all outputs of a tile see inputs of its magnitude, as far as its cells tell: true is sure.
bool weft_winograd_even(const weft_winograd_scheme *scheme, const int32_t extent[2], const float *squares);
/// How each output of a tile is found; false where all are by the tile.
bool weft_winograd_inspect(const weft_winograd_tiles *t, const int32_t extent[2], const float *const *points,
                           uint8_t *kinds);
/// The same for the weight gradient: whether all weights see products of the tile's magnitude.
bool weft_winograd_gradient_even(const weft_winograd_scheme *scheme, const int32_t extent[2], const float *input,
                                 const float *output);
bool weft_winograd_gradient_inspect(const weft_winograd_tiles *t, const float *const *input,
                                    const float *const *output);
/// Whether some results are sums of terms that all have one sign, which direct sums keep to the last digit: it takes
/// such weights of an output channel and such inputs, or such inputs and output gradients.
bool weft_winograd_weights_have_one_sign(const weft_convolution *convolution);
bool weft_winograd_inputs_have_one_sign(const weft_convolution *convolution);
bool weft_winograd_gradients_have_one_sign(const weft_convolution *convolution);

// MARK: - Direct sums (direct.c)

/// Outputs that are computed directly, of one panel of channels at a time.
typedef struct {
  const weft_winograd_kernels *kernels;
  const weft_winograd_tiles *tiles;
  const weft_winograd_weight *weight;
  const float *zeros;
  int64_t panel;          // whose weights are held, or -1
  float *weights, *rows;  // weights by tap and channel; inputs of the outputs that wait
  float *waiting[16];
  int32_t count;
} weft_winograd_direct;

/// Stores the outputs of a tile that are not found by the algorithm, or has them wait. False without memory.
bool weft_winograd_direct_tile(weft_winograd_direct *direct, int64_t panel, const uint8_t *kinds,
                               const float *const *points, const weft_winograd_result *result);
/// Stores the outputs that wait.
void weft_winograd_direct_flush(weft_winograd_direct *direct, const weft_winograd_result *result);

/// Adds the products of the tiles marked `uneven` to a block of the weight gradient: `width` channels from `row` and
/// `column` on. False without memory.
bool weft_winograd_direct_gradient(const weft_convolution *c, const weft_winograd_tiles *t, const float *zeros,
                                   const uint8_t *uneven, int64_t row, int64_t column);

// MARK: - Weights (weights.c)

/// The weights of a convolution, or of its input gradient, by panels of `width` output channels.
typedef struct {
  weft_winograd_weight given;
  int64_t rows, columns, width;  // channels that are summed over, the others, and those of a panel
  weft_prepared *kept;           // what `packed` is in, or NULL
  const float *packed;           // the taps of all panels, or NULL
  bool fills;                    // whether they were written just now
  bool has_one_sign;             // whether those of an output channel have
} weft_winograd_weights;

/// To be handed back with `weft_winograd_weights_release`.
void weft_winograd_weights_find(const weft_convolution *convolution, int64_t width, weft_winograd_weights *weights);
void weft_winograd_weights_release(const weft_winograd_weights *weights);
/// The taps of rows [begin, end) of a panel: those that are kept, or `turned`, which has room for them.
const float *weft_winograd_weights_taps(const weft_winograd_weights *weights, int64_t panel, int64_t begin,
                                        int64_t end, float *turned);
/// Rows [begin, end) of a panel to planes that are `plane` apart. `turned` has room for their taps. False where weights
/// are not finite, or nearly so: they belong to other kernels, for every output would have them.
bool weft_winograd_weights_transform(const weft_winograd_weights *weights, const weft_winograd_scheme *scheme,
                                     int64_t panel, int64_t begin, int64_t end, float *turned, float *to,
                                     int64_t plane);
/// Where the taps of a row of a panel are kept, or NULL.
const float *weft_winograd_weights_ahead(const weft_winograd_weights *weights, int64_t panel, int64_t row);

/// Whether the algorithm can compute this convolution and is expected to be faster than direct code.
bool weft_winograd_suits(const weft_convolution *convolution);
/// Runs a convolution that suits, in any direction; activations channels-last. `WEFT_NO_PRIMITIVE` where its numbers do
/// not suit: weights that are not finite, or results that are sums of terms of one sign.
int32_t weft_winograd_run(weft_convolution *convolution);
int32_t weft_winograd_forward(weft_convolution *convolution);  // and the input gradient
int32_t weft_winograd_weight_gradient(const weft_convolution *convolution);
weft_winograd_weight weft_winograd_weights_of(const weft_convolution *convolution);

#endif
