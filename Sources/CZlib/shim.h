// zlib, with its macros as functions: Swift imports no macro that casts or takes arguments.
#ifndef WEFT_ZLIB_SHIM_H
#define WEFT_ZLIB_SHIM_H

#include <zlib.h>

/// Window bits that ask zlib for the gzip container (RFC 1952) rather than its own.
enum { weft_gzip_window_bits = 15 + 16 };

static inline int weft_gzip_inflate_start(z_stream *stream) { return inflateInit2(stream, weft_gzip_window_bits); }

static inline int weft_gzip_deflate_start(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, weft_gzip_window_bits, 8, Z_DEFAULT_STRATEGY);
}

#endif
