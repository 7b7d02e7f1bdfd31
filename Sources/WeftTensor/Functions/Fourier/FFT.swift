// The transforms of complex numbers along one axis and along several.

extension ComplexTensor {
  /// The discrete Fourier transform along an axis: yₖ = Σ xⱼ·exp(-2πi·jk/n).
  ///
  /// Shape: as it is, but for `count` elements along the axis, if given: the input is cut or continued with zeros to
  /// it.
  public func fft(
    count: Int? = nil, axis: Int = -1, normalization: FourierNormalization = .backward
  ) -> ComplexTensor {
    transformed("fft", count, axis, FourierTransform(normalization: normalization))
  }

  /// The inverse transform along an axis: xⱼ = 1/n·Σ yₖ·exp(2πi·jk/n).
  public func ifft(
    count: Int? = nil, axis: Int = -1, normalization: FourierNormalization = .backward
  ) -> ComplexTensor {
    transformed("ifft", count, axis, FourierTransform(inverse: true, normalization: normalization))
  }

  /// `fft` along several axes: all, or the last ones if only `counts` are given.
  public func fftN(
    counts: [Int]? = nil, axes: [Int]? = nil, normalization: FourierNormalization = .backward
  ) -> ComplexTensor {
    guard let plan = FourierAxes("fftN", shape, counts, axes) else { return .invalid }
    return plan.all.reduce(self) { $0.fft(count: $1.count, axis: $1.axis, normalization: normalization) }
  }

  /// `ifft` along several axes.
  public func ifftN(
    counts: [Int]? = nil, axes: [Int]? = nil, normalization: FourierNormalization = .backward
  ) -> ComplexTensor {
    guard let plan = FourierAxes("ifftN", shape, counts, axes) else { return .invalid }
    return plan.all.reduce(self) { $0.ifft(count: $1.count, axis: $1.axis, normalization: normalization) }
  }

  /// `fft` along two axes.
  public func fft2(
    counts: [Int]? = nil, axes: [Int] = [-2, -1], normalization: FourierNormalization = .backward
  ) -> ComplexTensor { fftN(counts: counts, axes: axes, normalization: normalization) }

  /// `ifft` along two axes.
  public func ifft2(
    counts: [Int]? = nil, axes: [Int] = [-2, -1], normalization: FourierNormalization = .backward
  ) -> ComplexTensor { ifftN(counts: counts, axes: axes, normalization: normalization) }

  static var invalid: ComplexTensor { ComplexTensor(real: .invalid, imaginary: .invalid) }

  /// One transform along an axis, after cutting or continuing it.
  func transformed(_ name: String, _ count: Int?, _ axis: Int, _ transform: FourierTransform) -> ComplexTensor {
    guard let place = shape.axis(axis) else {
      report(.axis(axis, rank: rank, operation: name))
      return .invalid
    }
    guard let fitted = fitted(name, to: count ?? shape[place], axis: place) else { return .invalid }
    // The axis comes last, but for the pair.
    let result = apply(transform, [fitted.pairs.movedAxis(place, to: -2)])[0]
    return ComplexTensor(pairs: result.movedAxis(-2, to: place))
  }

  /// Cut or continued with zeros to `count` elements along an axis; nil, after a report, for a count below 1.
  func fitted(_ name: String, to count: Int, axis: Int) -> ComplexTensor? {
    if count == shape[axis], count >= 1 { return self }
    guard let real = real.fitted(name, to: count, axis: axis) else { return nil }
    return imaginary.fitted(name, to: count, axis: axis).map { ComplexTensor(real: real, imaginary: $0) }
  }
}

extension Tensor {
  /// The discrete Fourier transform of real numbers; half of it, which determines the rest, is `rfft`.
  public func fft(
    count: Int? = nil, axis: Int = -1, normalization: FourierNormalization = .backward
  ) -> ComplexTensor { complex.fft(count: count, axis: axis, normalization: normalization) }

  /// The inverse discrete Fourier transform of real numbers.
  public func ifft(
    count: Int? = nil, axis: Int = -1, normalization: FourierNormalization = .backward
  ) -> ComplexTensor { complex.ifft(count: count, axis: axis, normalization: normalization) }

  /// `fft` along several axes.
  public func fftN(
    counts: [Int]? = nil, axes: [Int]? = nil, normalization: FourierNormalization = .backward
  ) -> ComplexTensor { complex.fftN(counts: counts, axes: axes, normalization: normalization) }

  /// `ifft` along several axes.
  public func ifftN(
    counts: [Int]? = nil, axes: [Int]? = nil, normalization: FourierNormalization = .backward
  ) -> ComplexTensor { complex.ifftN(counts: counts, axes: axes, normalization: normalization) }

  /// `fft` along two axes.
  public func fft2(
    counts: [Int]? = nil, axes: [Int] = [-2, -1], normalization: FourierNormalization = .backward
  ) -> ComplexTensor { fftN(counts: counts, axes: axes, normalization: normalization) }

  /// `ifft` along two axes.
  public func ifft2(
    counts: [Int]? = nil, axes: [Int] = [-2, -1], normalization: FourierNormalization = .backward
  ) -> ComplexTensor { ifftN(counts: counts, axes: axes, normalization: normalization) }

  /// Cut or continued with zeros to `count` elements along an axis; nil, after a report, for a count below 1.
  func fitted(_ name: String, to count: Int, axis: Int) -> Tensor? {
    guard count >= 1 else {
      report(
        TensorError(
          .shape, operation: name, operands: [("tensor", spec)], expected: "at least one number to transform",
          got: "\(count) along axis \(axis)"))
      return nil
    }
    if count < shape[axis] { return sliced(axis: axis, to: count) }
    if count == shape[axis] { return self }
    let more = (0..<(rank - axis)).map { (before: 0, after: $0 == 0 ? count - shape[axis] : 0) }
    return padded(more)
  }
}

/// The axes of a transform along several, and the count along each, if given.
struct FourierAxes {
  let all: [(axis: Int, count: Int?)]

  /// Nil, after a report, where they do not fit.
  init?(_ name: String, _ shape: Shape, _ counts: [Int]?, _ axes: [Int]?) {
    let chosen = axes ?? counts.map { Array(-$0.count..<0) } ?? Array(0..<shape.rank)
    let resolved = chosen.compactMap(shape.axis)
    guard resolved.count == chosen.count, Set(resolved).count == resolved.count,
      counts.map({ $0.count == resolved.count }) ?? true
    else {
      report(
        TensorError(
          .axis, operation: name, expected: "different axes of a shape of \(shape.rank), and a count for each if any",
          got: "axes \(chosen)" + (counts.map { ", counts \($0)" } ?? "")))
      return nil
    }
    all = resolved.enumerated().map { ($1, counts?[$0]) }
  }

  /// The last axis, which transforms of or to real numbers treat by itself; nil, after a report, where there is none.
  func last(_ name: String) -> (axis: Int, count: Int?)? {
    if all.isEmpty {
      report(TensorError(.axis, operation: name, expected: "at least one axis to transform along", got: "none"))
    }
    return all.last
  }
}
