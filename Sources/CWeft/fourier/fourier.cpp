// The transform: Eigen's kissfft (Mozilla Public License 2.0) for lengths whose prime factors are small; Bluestein's
// algorithm (1970) on top of it for those with a large one, for which kissfft would take quadratic time.
#include "../requirements.h"

#include <eigen3/unsupported/Eigen/FFT>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <complex>
#include <new>
#include <vector>

extern "C" {
#include "weft_fourier.h"
#include "weft_parallel.h"
}

namespace {

constexpr double pi = 3.14159265358979323846;

int64_t largest_prime_factor(int64_t number) {
  int64_t largest = 1;
  for (int64_t factor = 2; factor * factor <= number; factor++)
    while (number % factor == 0) {
      largest = factor;
      number /= factor;
    }
  return number > largest ? number : largest;
}

/// exp(iπ·number/length), with the angle reduced while it is an integer, so that it loses no digits.
template <typename Real>
std::complex<Real> half_root(int64_t number, int64_t length) {
  double angle = pi * (double)(number % (2 * length)) / (double)length;
  return {(Real)std::cos(angle), (Real)std::sin(angle)};
}

/// A discrete transform as a convolution with a chirp: jk = (j² + k² - (k - j)²) / 2.
template <typename Real>
class Bluestein {
 public:
  explicit Bluestein(int64_t length) : length(length), size(1) {
    while (size < 2 * length - 1) size *= 2;
    for (int64_t j = 0; j < length; j++) chirp.push_back(half_root<Real>((j * j) % (2 * length), length));
    std::vector<std::complex<Real>> filter((size_t)size);
    for (int64_t j = 0; j < length; j++) filter[j] = filter[j == 0 ? 0 : size - j] = chirp[j];
    transformed.resize((size_t)size);
    work.resize((size_t)size);
    product.resize((size_t)size);
    fourier.SetFlag(Eigen::FFT<Real>::Unscaled);
    fourier.fwd(transformed.data(), filter.data(), size);
  }

  void forward(std::complex<Real> *output, const std::complex<Real> *input) {
    std::fill(work.begin(), work.end(), std::complex<Real>());
    for (int64_t j = 0; j < length; j++) work[j] = multiply(input[j], std::conj(chirp[j]));
    fourier.fwd(product.data(), work.data(), size);
    for (int64_t j = 0; j < size; j++) product[j] = multiply(product[j], transformed[j]);
    fourier.inv(work.data(), product.data(), size);
    for (int64_t k = 0; k < length; k++) output[k] = multiply(work[k], std::conj(chirp[k])) / (Real)size;
  }

 private:
  static std::complex<Real> multiply(std::complex<Real> a, std::complex<Real> b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
  }

  int64_t length, size;
  std::vector<std::complex<Real>> chirp, transformed, work, product;
  Eigen::FFT<Real> fourier;
};

struct Job {
  int64_t length;
  bool inverse;
  double scale;
  const void *input;
  void *output;
  std::atomic<bool> failed;
};

constexpr int64_t largest_direct_factor = 64;

/// The inverse is the forward transform with the results in reverse order.
template <typename Real>
void finish(const Job &job, std::complex<Real> *row) {
  if (job.inverse && job.length > 1) std::reverse(row + 1, row + job.length);
  if (job.scale != 1)
    for (int64_t k = 0; k < job.length; k++) row[k] *= (Real)job.scale;
}

template <typename Real>
void rows(void *context, int64_t begin, int64_t end) {
  Job &job = *(Job *)context;
  try {
    const std::complex<Real> *input = (const std::complex<Real> *)job.input;
    std::complex<Real> *output = (std::complex<Real> *)job.output;
    bool direct = largest_prime_factor(job.length) <= largest_direct_factor;
    Eigen::FFT<Real> fourier;
    fourier.SetFlag(Eigen::FFT<Real>::Unscaled);
    std::vector<Bluestein<Real>> bluestein;
    if (!direct) bluestein.emplace_back(job.length);
    for (int64_t row = begin; row < end; row++) {
      std::complex<Real> *to = output + row * job.length;
      if (job.length == 1) *to = input[row];
      else if (direct) fourier.fwd(to, input + row * job.length, job.length);
      else bluestein[0].forward(to, input + row * job.length);
      finish<Real>(job, to);
    }
  } catch (const std::bad_alloc &) {
    job.failed = true;
  }
}

/// The same for rows of real numbers, of which half of the results are kept.
template <typename Real>
void real_rows(void *context, int64_t begin, int64_t end) {
  Job &job = *(Job *)context;
  try {
    int64_t half = job.length / 2 + 1;
    bool direct = largest_prime_factor(job.length) <= largest_direct_factor;
    Eigen::FFT<Real> fourier;
    fourier.SetFlag(Eigen::FFT<Real>::Unscaled);
    fourier.SetFlag(Eigen::FFT<Real>::HalfSpectrum);
    std::vector<Bluestein<Real>> bluestein;
    std::vector<std::complex<Real>> whole(direct ? 0 : (size_t)job.length);
    if (!direct) bluestein.emplace_back(job.length);
    for (int64_t row = begin; row < end; row++) {
      const Real *from = (const Real *)job.input + row * job.length;
      std::complex<Real> *to = (std::complex<Real> *)job.output + row * half;
      if (job.length == 1) *to = *from;
      else if (direct) fourier.fwd(to, from, job.length);
      else {
        for (int64_t j = 0; j < job.length; j++) whole[j] = from[j];
        bluestein[0].forward(whole.data(), whole.data());
        std::copy(whole.begin(), whole.begin() + half, to);
      }
      if (job.scale != 1)
        for (int64_t k = 0; k < half; k++) to[k] *= (Real)job.scale;
    }
  } catch (const std::bad_alloc &) {
    job.failed = true;
  }
}

bool run(int64_t count, Job &job, void (*body)(void *, int64_t, int64_t)) {
  if (count == 0 || job.length == 0) return true;
  if (job.length > INT32_MAX / 8) return false;
  weft_parallel_for(count, job.length >= 8192 ? 1 : 8192 / job.length, body, &job);
  return !job.failed;
}

}  // namespace

extern "C" bool weft_fourier(int64_t count, int64_t length, bool inverse, double scale, int32_t dtype,
                             const void *input, void *output) {
  Job job{length, inverse, scale, input, output, {false}};
  return run(count, job, dtype == WEFT_FLOAT64 ? rows<double> : rows<float>);
}

extern "C" bool weft_fourier_real(int64_t count, int64_t length, double scale, int32_t dtype, const void *input,
                                  void *output) {
  Job job{length, false, scale, input, output, {false}};
  return run(count, job, dtype == WEFT_FLOAT64 ? real_rows<double> : real_rows<float>);
}
