// Unfolding patches and folding them back for one element type. Define ELEMENT and NAME(x). No include guard.

// columns[(channel, kernel position), output position] of the channels begin ..< end.
static void NAME(unfold)(const geometry *g, const void *image, void *columns, int64_t begin, int64_t end) {
  for (int64_t row = begin * g->taps; row < end * g->taps; row++) {
    const ELEMENT *from = (const ELEMENT *)image + row / g->taps * g->in_points;
    ELEMENT *to = (ELEMENT *)columns + row * g->out_points;
    int64_t start[3], tap = row % g->taps;
    locate_tap(g, tap, start);
    for (int64_t z = 0; z < g->out[0]; z++) {
      int64_t at_z = start[0] + z * g->stride[0];
      for (int64_t y = 0; y < g->out[1]; y++, to += g->out[2]) {
        int64_t at_y = start[1] + y * g->stride[1];
        if (at_z < 0 || at_z >= g->in[0] || at_y < 0 || at_y >= g->in[1]) {
          memset(to, 0, (size_t)g->out[2] * sizeof(ELEMENT));
          continue;
        }
        const ELEMENT *line = from + (at_z * g->in[1] + at_y) * g->in[2];
        for (int64_t x = 0, at = start[2]; x < g->out[2]; x++, at += g->stride[2]) {
          to[x] = at >= 0 && at < g->in[2] ? line[at] : 0;
        }
      }
    }
  }
}

// image += the columns, for the channels begin ..< end.
static void NAME(fold)(const geometry *g, const void *columns, void *image, int64_t begin, int64_t end) {
  for (int64_t row = begin * g->taps; row < end * g->taps; row++) {
    ELEMENT *to = (ELEMENT *)image + row / g->taps * g->in_points;
    const ELEMENT *from = (const ELEMENT *)columns + row * g->out_points;
    int64_t start[3], tap = row % g->taps;
    locate_tap(g, tap, start);
    for (int64_t z = 0; z < g->out[0]; z++) {
      int64_t at_z = start[0] + z * g->stride[0];
      for (int64_t y = 0; y < g->out[1]; y++, from += g->out[2]) {
        int64_t at_y = start[1] + y * g->stride[1];
        if (at_z < 0 || at_z >= g->in[0] || at_y < 0 || at_y >= g->in[1]) continue;
        ELEMENT *line = to + (at_z * g->in[1] + at_y) * g->in[2];
        for (int64_t x = 0, at = start[2]; x < g->out[2]; x++, at += g->stride[2]) {
          if (at >= 0 && at < g->in[2]) line[at] += from[x];
        }
      }
    }
  }
}

// sums[channel] of an output [batch, channels, points].
static void NAME(sum)(const geometry *g, const void *output, void *sums) {
  for (int64_t channel = 0; channel < g->out_channels; channel++) {
    double total = 0;
    for (int64_t n = 0; n < g->batch; n++) {
      const ELEMENT *from = (const ELEMENT *)output + (n * g->out_channels + channel) * g->out_points;
      for (int64_t i = 0; i < g->out_points; i++) total += from[i];
    }
    ((ELEMENT *)sums)[channel] = (ELEMENT)total;
  }
}

#undef ELEMENT
#undef NAME
