// Grid sampling and its gradients, beside sums over all pixels.
#include "check.h"

enum { IMAGES = 2, POINTS = 71 };

typedef struct {
  weft_grid grid;
  double *image, *positions;
} sampling;

/// Where a position lies on an axis, in pixels, brought inside as the padding says.
static double pixel_of(const weft_grid *g, int axis, double position) {
  double size = (double)g->size[axis], low = g->align_corners ? 0 : -0.5, high = size - 1 - low;
  double pixel = g->align_corners ? (position + 1) / 2 * (size - 1) : ((position + 1) * size - 1) / 2;
  if (g->padding == WEFT_GRID_ZEROS) return pixel;
  if (isnan(pixel)) return 0;
  if (g->padding == WEFT_GRID_REFLECTION) {
    if (high <= low) return 0;
    while (pixel < low || pixel > high) pixel = pixel < low ? 2 * low - pixel : 2 * high - pixel;
  }
  return fmin(fmax(pixel, 0), size - 1);
}

/// The share of a pixel in a point.
static double share_of(const sampling *s, const double *position, int64_t pixel) {
  const weft_grid *g = &s->grid;
  double share = 1;
  for (int axis = 2; axis >= 0; axis--) {
    int64_t at = pixel % g->size[axis];
    pixel /= g->size[axis];
    if (axis < 3 - g->axes) continue;
    double place = pixel_of(g, axis, position[2 - axis]);
    share *= g->linear ? fmax(0, 1 - fabs(place - (double)at)) : nearbyint(place) == (double)at;
  }
  return share;
}

static int64_t pixels_of(const weft_grid *g) { return g->size[0] * g->size[1] * g->size[2]; }

static double sample(const sampling *s, int64_t plane, int64_t point) {
  const double *position = s->positions + (plane / s->grid.channels * POINTS + point) * s->grid.axes, *image = s->image;
  double sum = 0;
  for (int64_t pixel = 0; pixel < pixels_of(&s->grid); pixel++) {
    double share = share_of(s, position, pixel);
    if (share != 0) sum += share * image[plane * pixels_of(&s->grid) + pixel];
  }
  return sum;
}

static void *narrowed(int32_t dtype, const double *values, int64_t count) {
  void *result = make(dtype, count);
  for (int64_t i = 0; i < count; i++) set_real(dtype, result, i, values[i]);
  return result;
}

/// Of two samplings that differ in one position: the change of Σ gradient · result by it.
static double change(const sampling *s, const double *gradient, int64_t image, double *position, double step) {
  double sums[2] = {0, 0}, before = *position;
  for (int side = 0; side < 2; side++) {
    *position = before + (side ? step : -step);
    int64_t point = ((position - s->positions) / s->grid.axes) % POINTS;
    for (int64_t c = 0; c < s->grid.channels; c++) {
      int64_t plane = image * s->grid.channels + c;
      sums[side] += gradient[plane * POINTS + point] * sample(s, plane, point);
    }
  }
  *position = before;
  return (sums[1] - sums[0]) / (2 * step);
}

/// How far a position's pixel is from where the slope changes.
static bool is_smooth(const sampling *s, const double *position) {
  for (int axis = 3 - s->grid.axes; axis < 3; axis++) {
    double size = (double)s->grid.size[axis], at = position[2 - axis];
    double pixel = s->grid.align_corners ? (at + 1) / 2 * (size - 1) : ((at + 1) * size - 1) / 2;
    double twice = 2 * pixel;
    if (fabs(twice - nearbyint(twice)) < 1e-3) return false;
  }
  return true;
}

/// An image with the channels of each pixel side by side gives the same.
static void check_channels_last(weft_grid g, const void *image, const void *positions, const void *output,
                                const char *name) {
  const int64_t pixels = pixels_of(&g), planes = IMAGES * g.channels, count = IMAGES * POINTS * g.axes;
  void *turned = make(g.dtype, planes * pixels), *found = make(g.dtype, planes * POINTS);
  void *gradient = make_random(g.dtype, planes * POINTS), *slopes[2] = {make(g.dtype, count), make(g.dtype, count)};
  for (int64_t i = 0; i < planes * pixels; i++) {
    const int64_t channel = i % g.channels, pixel = i / g.channels % pixels, at = i / g.channels / pixels;
    set_real(g.dtype, turned, i, real_at(g.dtype, image, (at * g.channels + channel) * pixels + pixel));
  }
  if (g.linear) weft_grid_positions_gradient(&g, image, positions, gradient, slopes[0]);
  g.channels_last = true;
  weft_grid_sample(&g, turned, positions, found);
  for (int64_t i = 0; i < planes * POINTS; i++) {
    expect_near(real_at(g.dtype, found, i), real_at(g.dtype, output, i), 10 * precision(g.dtype),
                "a sample, channels last, %s", name);
  }
  if (g.linear) weft_grid_positions_gradient(&g, turned, positions, gradient, slopes[1]);
  for (int64_t i = 0; g.linear && i < count; i++) {
    double expected = real_at(g.dtype, slopes[0], i);
    expect_near(real_at(g.dtype, slopes[1], i), expected, 200 * precision(g.dtype) * (1 + fabs(expected)),
                "the gradient of positions, channels last, %s", name);
  }
  free(turned), free(found), free(gradient), free(slopes[0]), free(slopes[1]);
}

static void check_gradients(const sampling *s, const void *image, const void *positions, const char *name) {
  const weft_grid *g = &s->grid;
  int32_t dtype = g->dtype;
  int64_t pixels = pixels_of(g), planes = IMAGES * g->channels;
  void *gradient = make_random(dtype, planes * POINTS), *of_image = make(dtype, planes * pixels);
  void *of_positions = make(dtype, IMAGES * POINTS * g->axes);
  double *wide = make(WEFT_FLOAT64, planes * POINTS);
  for (int64_t i = 0; i < planes * POINTS; i++) wide[i] = real_at(dtype, gradient, i);
  weft_grid_image_gradient(g, positions, gradient, of_image);
  double unit = 200 * precision(dtype);
  for (int64_t i = 0; i < planes * pixels; i++) {
    double sum = 0;
    for (int64_t point = 0; point < POINTS; point++) {
      const double *position = s->positions + (i / pixels / g->channels * POINTS + point) * g->axes;
      sum += wide[i / pixels * POINTS + point] * share_of(s, position, i % pixels);
    }
    expect_near(real_at(dtype, of_image, i), sum, unit, "the gradient of an image, %s", name);
  }
  if (g->linear) {
    weft_grid_positions_gradient(g, image, positions, gradient, of_positions);
    for (int64_t i = 0; i < IMAGES * POINTS * g->axes; i++) {
      if (!is_smooth(s, s->positions + i / g->axes * g->axes)) continue;
      double expected = change(s, wide, i / (POINTS * g->axes), s->positions + i, 1e-6);
      expect_near(real_at(dtype, of_positions, i), expected, 1e-4 + 50 * unit, "the gradient of positions, %s", name);
    }
  }
  free(gradient), free(of_image), free(of_positions), free(wide);
}

static void check_grid(weft_grid g) {
  char name[100];
  snprintf(name, sizeof name, "%s, %d axes, %d channels, padding %d, %s%s", dtype_names[g.dtype], g.axes,
           (int)g.channels, g.padding, g.linear ? "linear" : "nearest", g.align_corners ? ", corners" : "");
  g.batch = IMAGES, g.points = POINTS;
  int64_t pixels = pixels_of(&g), planes = IMAGES * g.channels, count = IMAGES * POINTS * g.axes;
  sampling s = {g, make(WEFT_FLOAT64, planes * pixels), make(WEFT_FLOAT64, count)};
  for (int64_t i = 0; i < planes * pixels; i++) s.image[i] = rounded(g.dtype, number());
  for (int64_t i = 0; i < count; i++) s.positions[i] = rounded(g.dtype, number() * 1.7);
  void *image = narrowed(g.dtype, s.image, planes * pixels), *positions = narrowed(g.dtype, s.positions, count);
  void *output = make(g.dtype, planes * POINTS);
  weft_grid_sample(&g, image, positions, output);
  for (int64_t i = 0; i < planes * POINTS; i++) {
    expect_near(real_at(g.dtype, output, i), sample(&s, i / POINTS, i % POINTS), 200 * precision(g.dtype),
                "a sample, %s", name);
  }
  check_gradients(&s, image, positions, name);
  check_channels_last(g, image, positions, output, name);
  free(s.image), free(s.positions), free(image), free(positions), free(output);
}

/// A pixel that is not finite shows where it has weight, and nowhere else; so does a position that is no number.
static void check_odd_numbers(int64_t channels) {
  weft_grid g = {.dtype = WEFT_FLOAT32, .axes = 2, .batch = 1, .channels = channels, .points = 4, .size = {1, 2, 3},
                 .linear = true, .align_corners = true};
  float image[8 * 6], output[8 * 4], gradient[8 * 4], of_positions[8];
  const float positions[] = {0, -1, 1, -1, NAN, 0, 5, 5};
  for (int64_t i = 0; i < channels * 6; i++) image[i] = i % 6 == 2 ? INFINITY : 1;
  for (int64_t i = 0; i < channels * 4; i++) gradient[i] = 1;
  weft_grid_sample(&g, image, positions, output);
  weft_grid_positions_gradient(&g, image, positions, gradient, of_positions);
  for (int64_t c = 0; c < channels; c++) {
    expect_near(output[c * 4], 1, 0, "a sample beside a pixel that is infinite");
    expect_near(output[c * 4 + 1], INFINITY, 0, "a sample at a pixel that is infinite");
    expect_near(output[c * 4 + 2], NAN, 0, "a sample at no number");
    expect_near(output[c * 4 + 3], 0, 0, "a sample outside");
  }
  expect_near(of_positions[6], 0, 0, "the gradient of a position outside");
  g.linear = false;
  weft_grid_sample(&g, image, positions, output);
  expect_near(output[2], 0, 0, "the nearest to no number");
}

void check_grids(void) {
  begin("grids");
  static const int64_t sizes[][3] = {{1, 5, 7}, {1, 1, 9}, {3, 4, 5}}, channels[] = {1, 3, 4, 21};
  for (int32_t dtype = WEFT_FLOAT32; dtype <= WEFT_FLOAT64; dtype++) {
    for (int kind = 0; kind < 12; kind++) {
      for (int s = 0; s < 3; s++) {
        for (int c = 0; c < 4; c++) {
          weft_grid g = {.dtype = dtype, .axes = s < 2 ? 2 : 3, .channels = channels[c], .linear = kind & 1,
                         .padding = (weft_grid_padding)(kind / 4), .align_corners = kind & 2};
          memcpy(g.size, sizes[s], sizeof g.size);
          check_grid(g);
        }
      }
    }
  }
  check_odd_numbers(2), check_odd_numbers(8);
}
