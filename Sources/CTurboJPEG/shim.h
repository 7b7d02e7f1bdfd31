// TurboJPEG in two calls that keep no state: handles are opened and closed within, and messages are copied out.
#ifndef WEFT_TURBOJPEG_SHIM_H
#define WEFT_TURBOJPEG_SHIM_H

#if !__has_include(<turbojpeg.h>)
#error "libturbojpeg is not installed: run scripts/setup in Weft's folder (Debian: apt-get install libturbojpeg0-dev)"
#endif

#include <stdint.h>
#include <string.h>
#include <turbojpeg.h>

/// Room for the library's message, with its final zero.
enum { weft_jpeg_message_size = 200 };

/// What decoding came to.
enum { weft_jpeg_failed = 0, weft_jpeg_done = 1, weft_jpeg_doubtful = 2 };

static inline void weft_jpeg_message(tjhandle handle, char message[weft_jpeg_message_size]) {
  strncpy(message, tjGetErrorStr2(handle), weft_jpeg_message_size - 1);
  message[weft_jpeg_message_size - 1] = 0;
}

/// Decodes to `channels` (1: gray, 3: RGB, 4: CMYK as stored) bytes a pixel, stopping at the first thing that is wrong
/// unless `lenient`. Nothing is written unless the image has this width and height. Doubtful: an image was made of
/// data that has a fault, which the message names.
static inline int weft_jpeg_decode(const uint8_t *bytes, size_t count, int channels, int lenient, uint8_t *out,
                                   int width, int height, char message[weft_jpeg_message_size]) {
  int result = weft_jpeg_failed, foundWidth = 0, foundHeight = 0, subsampling = 0, colors = 0;
  int format = channels == 1 ? TJPF_GRAY : channels == 3 ? TJPF_RGB : TJPF_CMYK;
  tjhandle handle = tjInitDecompress();
  message[0] = 0;
  if (!handle) return weft_jpeg_failed;
  int header = tjDecompressHeader3(handle, bytes, count, &foundWidth, &foundHeight, &subsampling, &colors);
  // A mere warning fails the call too, but the size is there then.
  if (header != 0 && (foundWidth < 1 || foundHeight < 1)) {
    weft_jpeg_message(handle, message);
  } else if (foundWidth == width && foundHeight == height) {
    // A progressive image of thousands of scans would take minutes for a few kilobytes.
    int flags = TJFLAG_LIMITSCANS | (lenient ? 0 : TJFLAG_STOPONWARNING);
    if (tjDecompress2(handle, bytes, count, out, width, 0, height, format, flags) == 0) {
      result = weft_jpeg_done;
    } else {
      weft_jpeg_message(handle, message);
      if (tjGetErrorCode(handle) == TJERR_WARNING) result = weft_jpeg_doubtful;
    }
  }
  tjDestroy(handle);
  return result;
}

/// The bytes that an image's file can take at most, with color at any resolution; 0 where the sizes are none.
static inline size_t weft_jpeg_bound(int width, int height, int channels) {
  unsigned long bound = tjBufSize(width, height, channels == 1 ? TJSAMP_GRAY : TJSAMP_444);
  // Of a few pixels, halved color takes more: its blocks are larger.
  unsigned long halved = channels == 1 ? bound : tjBufSize(width, height, TJSAMP_420);
  if (bound == (unsigned long)-1 || halved == (unsigned long)-1) return 0;
  return bound > halved ? bound : halved;
}

/// Encodes 8-bit pixels (1 or 3 channels); `*size` comes as the room in `out` and goes as the file's bytes. `halved`
/// keeps color at half the resolution. Returns 1, or 0 with a message.
static inline int weft_jpeg_encode(const uint8_t *pixels, int width, int height, int channels, int quality, int halved,
                                   uint8_t *out, size_t *size, char message[weft_jpeg_message_size]) {
  tjhandle handle = tjInitCompress();
  message[0] = 0;
  if (!handle) return 0;
  unsigned long bytes = *size;
  unsigned char *target = out;
  int subsampling = channels == 1 ? TJSAMP_GRAY : halved ? TJSAMP_420 : TJSAMP_444;
  int done = tjCompress2(handle, pixels, width, 0, height, channels == 1 ? TJPF_GRAY : TJPF_RGB, &target, &bytes,
                         subsampling, quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) == 0;
  if (!done) weft_jpeg_message(handle, message);
  *size = bytes;
  tjDestroy(handle);
  return done;
}

#endif
