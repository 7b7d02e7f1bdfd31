// The pieces that a convolution through oneDNN is cut into where it is to have the same bits on any number of threads
// (private).
#ifndef WEFT_CONVOLUTION_DNNL_H
#define WEFT_CONVOLUTION_DNNL_H

#include "../layout/convolution.h"

/// Some images of a convolution, or some rows of one image; all channels of the output, or some.
typedef struct {
  weft_convolution convolution;
  weft_layout input_layout, output_layout;
  int64_t whole_in, whole_out, whole_channels;  // the first spatial sizes of the whole images; the output's channels
} weft_convolution_piece;

/// Runs a piece, or the whole, by one call of oneDNN.
int32_t weft_convolution_piece_run(const weft_convolution_piece *piece);

#endif
