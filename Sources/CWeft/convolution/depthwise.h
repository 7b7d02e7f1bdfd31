// Kernels of convolutions of each channel by itself (private).
#ifndef WEFT_DEPTHWISE_H
#define WEFT_DEPTHWISE_H

#include <stdbool.h>
#include <stdint.h>

enum { WEFT_DEPTHWISE_MOST = 8 };

/// A few results beside each other, all of whose windows meet the same taps: `rows` x `columns` of them, from the first
/// of `input` and `weight` on.
typedef struct {
  int64_t channels, rows, columns;
  int64_t row, column, step;  // of the input: from tap to tap, and from result to result
  int64_t ahead;              // to the next row of results; 0 where nothing of that is to be asked for
  int64_t fresh_rows;         // rows of the input that it reads and this one does not
  int64_t weight_row;         // from tap to tap; along a row they are `channels` apart
  const float *input, *weight, *bias;  // bias may be NULL
  float *output;
  bool clamps;  // results are cut to low ... high
  float low, high;
} weft_depthwise_row;

/// Channels [begin, end) of `count` results, at most WEFT_DEPTHWISE_MOST.
void weft_depthwise_row_run(const weft_depthwise_row *row, int64_t count, int64_t begin, int64_t end);

#endif
