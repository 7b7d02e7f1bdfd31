// The frequencies that transforms give, and their order.

extension Tensor {
  /// The frequencies of the elements of an `fft` of `count` numbers that are `spacing` apart, in cycles per unit: 0, the
  /// positive ones, then the negative ones (PyTorch's `fftfreq`).
  public init(fftFrequencies count: Int, spacing: Double = 1, dtype: DType = .float32) {
    let unit = 1 / (Double(Swift.max(count, 1)) * spacing)
    let places = Tensor(arange: Swift.max(count, 0), dtype: .float64)
    let isNegative = places .>= Double(count / 2 + count % 2)
    self = (Tensor.where(isNegative, places - Double(count), places) * unit).converted(to: dtype)
  }

  /// The frequencies of the elements of an `rfft` of `count` numbers (PyTorch's `rfftfreq`).
  public init(rfftFrequencies count: Int, spacing: Double = 1, dtype: DType = .float32) {
    let unit = 1 / (Double(Swift.max(count, 1)) * spacing)
    self = (Tensor(arange: count < 1 ? 0 : count / 2 + 1, dtype: .float64) * unit).converted(to: dtype)
  }

  /// The halves along the axes given (all, where left out) exchanged, so that frequency 0 comes into the middle.
  public func fftShifted(axes: [Int]? = nil) -> Tensor {
    if let wrong = axes?.first(where: { shape.axis($0) == nil }) {
      return .failed(.axis(wrong, rank: rank, operation: "fftShifted"))
    }
    return (axes ?? Array(0..<rank)).reduce(self) { $0.rolled(by: $0.shape[$1] / 2, axis: $1) }
  }
  /// The halves along one axis exchanged.
  public func fftShifted(axis: Int) -> Tensor { fftShifted(axes: [axis]) }

  /// The inverse of `fftShifted`.
  public func ifftShifted(axes: [Int]? = nil) -> Tensor {
    if let wrong = axes?.first(where: { shape.axis($0) == nil }) {
      return .failed(.axis(wrong, rank: rank, operation: "ifftShifted"))
    }
    return (axes ?? Array(0..<rank)).reduce(self) { $0.rolled(by: -($0.shape[$1] / 2), axis: $1) }
  }
  /// The inverse of `fftShifted` along one axis.
  public func ifftShifted(axis: Int) -> Tensor { ifftShifted(axes: [axis]) }
}

extension ComplexTensor {
  /// The halves along the axes given (all, where left out) exchanged, so that frequency 0 comes into the middle.
  public func fftShifted(axes: [Int]? = nil) -> ComplexTensor { mapping { $0.fftShifted(axes: axes) } }
  /// The halves along one axis exchanged.
  public func fftShifted(axis: Int) -> ComplexTensor { fftShifted(axes: [axis]) }
  /// The inverse of `fftShifted`.
  public func ifftShifted(axes: [Int]? = nil) -> ComplexTensor { mapping { $0.ifftShifted(axes: axes) } }
  /// The inverse of `fftShifted` along one axis.
  public func ifftShifted(axis: Int) -> ComplexTensor { ifftShifted(axes: [axis]) }
}
