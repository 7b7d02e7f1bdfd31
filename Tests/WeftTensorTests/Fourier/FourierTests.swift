import Testing
import WeftTensor

@Suite("Fourier transforms")
struct FourierTests {
  private func numbers(_ shape: Shape, _ dtype: DType = .float64) -> ComplexTensor {
    ComplexTensor(pairs: SampleInput.real(shape + [2]).draw(seed: 3).converted(to: dtype))
  }

  /// Lengths of every kind: small, powers, products, primes below and above the limit of the direct algorithm.
  static let lengths = [1, 2, 3, 5, 8, 61, 64, 67, 97, 100, 134, 243, 997, 1024, 1080, 2003]

  /// One frequency, whose transform is one number.
  @Test(arguments: lengths)
  func aSingleFrequency(_ count: Int) {
    let frequency = count / 3
    let angles = (0..<count).map { 2 * Double.pi * Double($0 * frequency % count) / Double(count) }
    let wave = ComplexTensor(
      magnitude: Tensor(ones: [count], dtype: .float64), angle: Tensor(angles, dtype: .float64))
    let wanted = (0..<count).map { $0 == frequency ? Double(count) : 0 }
    let result = wave.fft()
    let scale = 1e-13 * Double(count)
    #expect(result.real.isClose(to: Tensor(wanted, dtype: .float64), relative: 1e-13, absolute: scale))
    #expect(result.imaginary.isClose(to: Tensor(zeros: [count], dtype: .float64), absolute: scale))
  }

  @Test(arguments: lengths, FourierNormalization.allCases)
  func thereAndBack(_ count: Int, _ mode: FourierNormalization) {
    let x = numbers([3, count])
    #expect(x.fft(normalization: mode).ifft(normalization: mode).isClose(to: x, relative: 1e-13, absolute: 1e-13))
    let single = numbers([3, count], .float32)
    let back = single.fft(normalization: mode).ifft(normalization: mode)
    #expect(back.dtype == .float32 && back.isClose(to: single, relative: 1e-5, absolute: 1e-5))
    let real = x.real.rfft(normalization: mode).irfft(count: count, normalization: mode)
    #expect(real.isClose(to: x.real, relative: 1e-13, absolute: 1e-13))
    let half = x.real.ihfft(normalization: mode).hfft(count: count, normalization: mode)
    #expect(half.isClose(to: x.real, relative: 1e-13, absolute: 1e-13))
  }

  /// Swift's numbers beside complex ones stand for real ones, whichever type they are of.
  @Test func realNumbersBesideComplexOnes() {
    let (c, n, f) = (numbers([3, 4], .float32), 3, Float(0.5))
    let (three, half) = (Tensor(3.0, dtype: .float32), Tensor(0.5, dtype: .float32))
    let pairs = [
      (c + n, c + three), (n + c, three + c), (c - f, c - half), (f - c, half - c), (c * n, c * three),
      (f * c, half * c), (c / n, c / three), (n / c, three / c), (c * .pi, c * Tensor(Float.pi)),
    ]
    for (result, right) in pairs {
      #expect(result.dtype == .float32 && result.isClose(to: right, relative: 1e-6, absolute: 1e-7))
    }
  }

  /// Parseval: an isometry.
  @Test func orthoKeepsLengths() {
    let x = numbers([67])
    let (before, after) = (x.squaredMagnitude().sum(), x.fft(normalization: .ortho).squaredMagnitude().sum())
    #expect(after.isClose(to: before, relative: 1e-13))
  }

  /// The transform of a convolution around the circle is the product of the transforms.
  @Test func convolution() {
    let (a, b) = (numbers([12]).real, numbers([2, 12]).real[1])
    let product = (a.rfft() * b.rfft()).irfft(count: 12)
    let direct = (0..<12).map { shift in (a * b.flipped().rolled(by: shift + 1, axis: 0)).sum() }
    #expect(product.isClose(to: stacked(direct), relative: 1e-12, absolute: 1e-12))
  }

  @Test func gradients() throws {
    let x = SampleInput.real([2, 5]).draw(seed: 8)
    try gradcheck({ [$0[0].rfft().pairs, $0[0].fft2().pairs, $0[0].ihfft(count: 3).pairs] }, at: [x])
    let pairs = SampleInput.real([2, 4, 2]).draw(seed: 9)
    let functions: ([Tensor]) throws -> [Tensor] = { inputs in
      let z = ComplexTensor(pairs: inputs[0])
      return [z.irfft(count: 7), z.hfft(), z.irfft2(), z.abs(), (z / (z + 3.0 * z.conjugate())).pairs, z.sqrt().pairs]
    }
    try gradcheck(functions, at: [pairs])
    try gradgradcheck(functions, at: [pairs])
  }

  @Test func aSignalComesBack() {
    let signal = SampleInput.real([2, 50]).draw(seed: 4)
    for window in [SignalWindow.hann, .hamming(), .kaiser(beta: 5), .rectangular] {
      let settings = ShortTimeFourier(size: 16, hop: 4, window: Tensor(window: window, count: 16, dtype: .float64))
      let back = signal.stft(settings).istft(settings, length: 50)
      #expect(back.isClose(to: signal, relative: 1e-12, absolute: 1e-12), "\(window)")
    }
  }

  @Test func shiftsUndoEachOther() {
    for count in [1, 4, 5] {
      let x = numbers([count, 3])
      #expect(x.fftShifted().ifftShifted().elementsEqual(x))
    }
  }

  @Test func refusals() {
    let message = { (body: () -> Void) -> String in
      let error = #expect(throws: TensorError.self) { try withTensorErrors { body() } }
      return error?.description ?? ""
    }
    let x = numbers([2, 4])
    #expect(message { _ = x.fft(count: 0) }.contains("at least one number to transform"))
    #expect(message { _ = x.fft(axis: 2) }.contains("an axis in -2 ..< 2"))
    #expect(message { _ = x.irfft(axis: 5) }.contains("an axis in -2 ..< 2"))
    #expect(message { _ = numbers([1]).irfft() }.contains("at least one number as the result"))
    #expect(message { _ = x.fftN(axes: [0, 0]) }.contains("different axes"))
    for body in [
      { $0.irfftN(axes: []) }, { $0.hfftN(axes: []) }, { $0.real.rfftN(axes: []).real },
      { $0.real.ihfftN(axes: []).real },
    ] as [(ComplexTensor) -> Tensor] {
      let text = message { _ = body(x) }
      #expect(text.contains("at least one axis"))
    }
    // Nothing is computed after a refusal: a second error would stand beside the first.
    var failed = x.real
    #expect(message { failed = x.real.rfftN(axes: [0, 0]).real }.contains("different axes"))
    #expect(failed.shape == [])
    #expect(message { failed = x.irfftN(axes: [7]) }.contains("different axes"))
    #expect(failed.shape == [])
    #expect(message { _ = x.fftN(counts: [1, 2, 3]) }.contains("different axes"))
    #expect(message { _ = x.converted(to: .float16).fft() }.contains("float32 or float64"))
    #expect(message { _ = ComplexTensor(pairs: Tensor(zeros: [3])) }.contains("a last axis of size 2"))
    let settings = ShortTimeFourier(size: 8, hop: 0)
    #expect(message { _ = x.real.stft(settings) }.contains("a hop of at least 1"))
    let long = ShortTimeFourier(size: 8, isCentered: false)
    #expect(message { _ = x.real.stft(long) }.contains("at least one piece of 8"))
    #expect(message { _ = x.istft(long) }.contains("[5, pieces]"))
    let gaps = ShortTimeFourier(size: 8, hop: 4, window: Tensor(zeros: [8], dtype: .float64))
    #expect(message { _ = numbers([5, 3]).istft(gaps) }.contains("every place of the signal has a weight"))
  }

  @Test func placesOfComplexNumbers() {
    let x = numbers([2, 3, 4])
    #expect(x[1].pairs.elementsEqual(x.pairs[1]))
    #expect(x[0, 1..<3].pairs.elementsEqual(x.pairs[0, 1..<3]))
    #expect(x[0, 1, 2].pairs.elementsEqual(x.pairs[0, 1, 2]))
    #expect(x.transposed().pairs.elementsEqual(x.pairs.permuted(0, 2, 1, 3)))
    #expect(x.conjugateTransposed().imaginary.elementsEqual(-x.imaginary.transposed()))
    #expect(x.reshaped(6, 4).mean(axes: [0]).pairs.isClose(to: x.pairs.mean(axes: [0, 1]), relative: 1e-13))
    #expect((x - x).sum().elementsEqual(ComplexTensor(Tensor(0.0, dtype: .float64))))
  }

  @Test func integersAndEmptyBatches() {
    #expect(Tensor([1, 2, 3]).rfft().dtype == .float32)
    #expect(Tensor(zeros: [0, 4]).rfft().shape == [0, 3])
    #expect(Tensor(zeros: [0, 4]).fft2(axes: [1]).shape == [0, 4])
    #expect(
      ComplexTensor(Tensor([1.0, 2])).elementsEqual(ComplexTensor(real: Tensor([1.0, 2]), imaginary: Tensor([0.0]))))
  }
}
