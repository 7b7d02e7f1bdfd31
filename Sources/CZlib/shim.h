// zlib, with its macros as functions: Swift imports no macro that casts or takes arguments.
#ifndef WEFT_ZLIB_SHIM_H
#define WEFT_ZLIB_SHIM_H

#if !__has_include(<zlib.h>)
#error "zlib is not installed: run scripts/setup in Weft's folder (or, on Debian, apt-get install zlib1g-dev)"
#endif

#include <zlib.h>

/// Window bits that ask zlib for the gzip container (RFC 1952) rather than its own.
enum { weft_gzip_window_bits = 15 + 16 };

static inline int weft_gzip_inflate_start(z_stream *stream) { return inflateInit2(stream, weft_gzip_window_bits); }

static inline int weft_gzip_deflate_start(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, weft_gzip_window_bits, 8, Z_DEFAULT_STRATEGY);
}

/// Window bits that ask for deflated data without any container, as zip archives hold it (RFC 1951).
enum { weft_raw_window_bits = -15 };

static inline int weft_raw_inflate_start(z_stream *stream) { return inflateInit2(stream, weft_raw_window_bits); }

static inline int weft_raw_deflate_start(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, weft_raw_window_bits, 8, Z_DEFAULT_STRATEGY);
}

#endif
