// Transforms of real numbers, whose results repeat themselves, conjugate, in the second half; and those of such halves,
// which are real.

extension Tensor {
  /// The first half of the discrete Fourier transform of real numbers: elements 0 through n/2.
  ///
  /// Shape: [..., n, ...] to [..., n/2 + 1, ...] along the axis; the input is cut or continued with zeros to `count`.
  public func rfft(
    count: Int? = nil, axis: Int = -1, normalization: FourierNormalization = .backward
  ) -> ComplexTensor {
    guard let place = shape.axis(axis) else {
      report(.axis(axis, rank: rank, operation: "rfft"))
      return .invalid
    }
    let real = converted(to: dtype.floating)
    guard let fitted = real.fitted("rfft", to: count ?? shape[place], axis: place) else { return .invalid }
    let transform = RealFourierTransform(normalization: normalization)
    return ComplexTensor(pairs: apply(transform, [fitted.movedAxis(place, to: -1)])[0].movedAxis(-2, to: place))
  }

  /// The inverse of `hfft`: the first half of the inverse transform of real numbers.
  public func ihfft(
    count: Int? = nil, axis: Int = -1, normalization: FourierNormalization = .backward
  ) -> ComplexTensor { rfft(count: count, axis: axis, normalization: normalization.swapped).conjugate() }

  /// `rfft` along the last of several axes, `fft` along the others.
  public func rfftN(
    counts: [Int]? = nil, axes: [Int]? = nil, normalization: FourierNormalization = .backward
  ) -> ComplexTensor {
    guard let plan = FourierAxes("rfftN", shape, counts, axes), let last = plan.last("rfftN") else { return .invalid }
    let half = rfft(count: last.count, axis: last.axis, normalization: normalization)
    return plan.all.dropLast().reduce(half) { $0.fft(count: $1.count, axis: $1.axis, normalization: normalization) }
  }

  /// `rfft` along the second of two axes, `fft` along the first.
  public func rfft2(
    counts: [Int]? = nil, axes: [Int] = [-2, -1], normalization: FourierNormalization = .backward
  ) -> ComplexTensor { rfftN(counts: counts, axes: axes, normalization: normalization) }

  /// `ihfft` along the last of several axes, `ifft` along the others.
  public func ihfftN(
    counts: [Int]? = nil, axes: [Int]? = nil, normalization: FourierNormalization = .backward
  ) -> ComplexTensor {
    guard let plan = FourierAxes("ihfftN", shape, counts, axes), let last = plan.last("ihfftN") else { return .invalid }
    let half = ihfft(count: last.count, axis: last.axis, normalization: normalization)
    return plan.all.dropLast().reduce(half) { $0.ifft(count: $1.count, axis: $1.axis, normalization: normalization) }
  }

  /// `ihfft` along the second of two axes, `ifft` along the first.
  public func ihfft2(
    counts: [Int]? = nil, axes: [Int] = [-2, -1], normalization: FourierNormalization = .backward
  ) -> ComplexTensor { ihfftN(counts: counts, axes: axes, normalization: normalization) }
}

extension ComplexTensor {
  /// The inverse of `rfft`: real numbers from the first half of their transform. `count` is how many, 2·(m - 1) where
  /// left out; only the real parts of elements 0 and, for even counts, count/2 matter.
  ///
  /// Shape: [..., m, ...] to [..., count, ...] along the axis.
  public func irfft(count: Int? = nil, axis: Int = -1, normalization: FourierNormalization = .backward) -> Tensor {
    mirrored("irfft", count, axis, inverse: true, normalization)
  }

  /// One transform along an axis of numbers of which half is given.
  private func mirrored(
    _ name: String, _ count: Int?, _ axis: Int, inverse: Bool, _ normalization: FourierNormalization
  ) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: name)) }
    let count = count ?? 2 * (shape[place] - 1)
    guard count >= 1, let half = fitted(name, to: count / 2 + 1, axis: place) else {
      return .failed(
        TensorError(
          .shape, operation: name, operands: [("real", real.spec)], expected: "at least one number as the result",
          got: "\(count) along axis \(axis)"))
    }
    let transform = MirroredFourierTransform(count: count, inverse: inverse, normalization: normalization)
    return apply(transform, [half.pairs.movedAxis(place, to: -2)])[0].movedAxis(-1, to: place)
  }

  /// The transform of numbers of which only the first half is given, the second being its mirror image, conjugate:
  /// real.
  ///
  /// Shape: [..., m, ...] to [..., count, ...] along the axis, 2·(m - 1) where left out.
  public func hfft(count: Int? = nil, axis: Int = -1, normalization: FourierNormalization = .backward) -> Tensor {
    mirrored("hfft", count, axis, inverse: false, normalization)
  }

  /// The inverse of `rfftN`: `irfft` along the last of several axes, after `ifft` along the others.
  public func irfftN(
    counts: [Int]? = nil, axes: [Int]? = nil, normalization: FourierNormalization = .backward
  ) -> Tensor {
    guard let plan = FourierAxes("irfftN", shape, counts, axes), let last = plan.last("irfftN") else { return .invalid }
    let others = plan.all.dropLast().reduce(self) {
      $0.ifft(count: $1.count, axis: $1.axis, normalization: normalization)
    }
    return others.irfft(count: last.count, axis: last.axis, normalization: normalization)
  }

  /// The inverse of `rfft2`.
  public func irfft2(
    counts: [Int]? = nil, axes: [Int] = [-2, -1], normalization: FourierNormalization = .backward
  ) -> Tensor { irfftN(counts: counts, axes: axes, normalization: normalization) }

  /// `hfft` along the last of several axes, after `fft` along the others.
  public func hfftN(
    counts: [Int]? = nil, axes: [Int]? = nil, normalization: FourierNormalization = .backward
  ) -> Tensor {
    guard let plan = FourierAxes("hfftN", shape, counts, axes), let last = plan.last("hfftN") else { return .invalid }
    let others = plan.all.dropLast().reduce(self) {
      $0.fft(count: $1.count, axis: $1.axis, normalization: normalization)
    }
    return others.hfft(count: last.count, axis: last.axis, normalization: normalization)
  }

  /// `hfft` along the second of two axes, after `fft` along the first.
  public func hfft2(
    counts: [Int]? = nil, axes: [Int] = [-2, -1], normalization: FourierNormalization = .backward
  ) -> Tensor { hfftN(counts: counts, axes: axes, normalization: normalization) }
}
