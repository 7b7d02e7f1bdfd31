// libpng's simplified interface in three calls that keep no state: its `png_image` must not move while it is open, and
// its formats and sizes are macros.
#ifndef WEFT_PNG_SHIM_H
#define WEFT_PNG_SHIM_H

#if !__has_include(<png.h>)
#error "libpng is not installed: run scripts/setup in Weft's folder (or, on Debian, apt-get install libpng-dev)"
#endif

#include <png.h>
#include <stdint.h>
#include <string.h>

/// Room for libpng's message, with its final zero.
enum { weft_png_message_size = 64 };

static inline png_image weft_png_image(void) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  return image;
}

/// 1: gray, 2: gray and alpha, 3: RGB, 4: RGB and alpha.
static inline png_uint_32 weft_png_format(int channels) {
  return (channels > 2 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY) | (channels % 2 == 0 ? PNG_FORMAT_FLAG_ALPHA : 0);
}

/// Decodes to `channels` (1 to 4) bytes a pixel, which must be what the file has: nothing is mixed or made gray.
/// Returns 1, or 0 with a message. Nothing is written unless the decoded image is exactly `size` bytes.
static inline int weft_png_decode(const uint8_t *bytes, size_t count, int channels, uint8_t *out, size_t size,
                                  char message[weft_png_message_size]) {
  png_image image = weft_png_image();
  int done = png_image_begin_read_from_memory(&image, bytes, count);
  if (done) {
    const png_uint_32 lost = image.format & ~weft_png_format(channels) & (PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_COLOR);
    image.format = weft_png_format(channels);
    image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16-bit samples are scaled to 8, not taken for linear light
    done = !lost && PNG_IMAGE_SIZE(image) == size && png_image_finish_read(&image, NULL, out, 0, NULL);
  }
  memcpy(message, image.message, weft_png_message_size);
  png_image_free(&image);
  return done;
}

/// Encodes 8-bit pixels (1 or 3 channels). With `out` NULL, writes nothing and stores in `*size` the bytes it takes.
/// Returns 1, or 0 with a message.
static inline int weft_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, uint8_t *out,
                                  size_t *size, char message[weft_png_message_size]) {
  png_image image = weft_png_image();
  image.width = width;
  image.height = height;
  image.format = weft_png_format(channels);
  png_alloc_size_t bytes = *size;
  int done = png_image_write_to_memory(&image, out, &bytes, 0, pixels, 0, NULL);
  *size = bytes;
  memcpy(message, image.message, weft_png_message_size);
  png_image_free(&image);
  return done;
}

#endif
