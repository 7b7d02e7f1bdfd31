// The pieces that a convolution through oneDNN is cut into (private).
#ifndef WEFT_CONVOLUTION_DNNL_H
#define WEFT_CONVOLUTION_DNNL_H

#include "convolution.h"

/// Some images of a convolution, or some rows of one image; all channels of the output, or some.
typedef struct {
  weft_convolution convolution;
  weft_layout input_layout, output_layout;
  int64_t whole_in, whole_out, whole_channels;  // the first spatial sizes of the whole images; the output's channels
} weft_convolution_piece;

/// Runs a piece on the calling thread.
int32_t weft_convolution_piece_run(const weft_convolution_piece *piece);

#endif
