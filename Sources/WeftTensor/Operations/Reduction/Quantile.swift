/// What a quantile is where it falls between two elements.
public enum QuantileInterpolation: String, Sendable, Hashable, CaseIterable, Codable {
  /// Between them in proportion.
  case linear
  /// The lower element.
  case lower
  /// The higher element.
  case higher
  /// Halfway.
  case midpoint
  /// The nearer element; of two equally near ones the one at the even place.
  case nearest
}

extension Tensor {
  /// The quantile `q` in 0 ... 1, of all elements or along `axis`: a q-th of the way through the elements in order. NaN
  /// if there is one. The place is reckoned in float64.
  public func quantile(
    _ q: Double, axis: Int? = nil, keepDims: Bool = false, interpolation: QuantileInterpolation = .linear
  ) -> Tensor {
    quantile(Tensor([q], dtype: .float64), axis: axis, keepDims: keepDims, interpolation: interpolation)
      .squeezed(0)
  }

  /// The quantiles of `q` (one axis), along a new axis in front. Places are reckoned in q's own type (float32 for
  /// halves), as in PyTorch.
  @_disfavoredOverload public func quantile(
    _ q: Tensor, axis: Int? = nil, keepDims: Bool = false, interpolation: QuantileInterpolation = .linear
  ) -> Tensor {
    quantiles(q, axis, keepDims, interpolation, ignoringNaN: false)
  }

  /// The quantile `q` of the elements other than NaN; NaN where there are none.
  public func nanQuantile(
    _ q: Double, axis: Int? = nil, keepDims: Bool = false, interpolation: QuantileInterpolation = .linear
  ) -> Tensor {
    nanQuantile(Tensor([q], dtype: .float64), axis: axis, keepDims: keepDims, interpolation: interpolation)
      .squeezed(0)
  }

  /// The quantiles of `q` (one axis) of the elements other than NaN, along a new axis in front.
  @_disfavoredOverload public func nanQuantile(
    _ q: Tensor, axis: Int? = nil, keepDims: Bool = false, interpolation: QuantileInterpolation = .linear
  ) -> Tensor {
    quantiles(q, axis, keepDims, interpolation, ignoringNaN: true)
  }

  private func quantiles(
    _ q: Tensor, _ axis: Int?, _ keepDims: Bool, _ interpolation: QuantileInterpolation, ignoringNaN: Bool
  ) -> Tensor {
    if let error = quantileError(q, axis) { return .failed(error) }
    guard let axis else {
      let flat = flattened().quantiles(q, 0, false, interpolation, ignoringNaN: ignoringNaN)
      return keepDims ? flat.reshaped(to: Shape([q.elementCount] + shape.sizes.map { _ in 1 })) : flat
    }
    // Lines to the end, where the quantiles take their place.
    let lines = movedAxis(axis, to: -1)
    let sorted = lines.sorted(axis: -1).values
    let count = (.!sorted.isNaN()).sum(axis: -1, keepDims: true).converted(to: .float64)
    let last = ignoringNaN ? (count - 1).clamped(low: 0) : Tensor(Double(shape[axis] - 1), dtype: .float64)
    // A line with NaN, which stands at its end, gives it.
    let isNumber = count .== Tensor(Double(shape[axis]), dtype: .float64)
    let rankType = q.dtype.isFloatingPoint ? q.dtype.statistics : .float64
    let product = q.detach().converted(to: rankType) * last.converted(to: rankType)
    // Rounded, the last place may lie beyond the line.
    let ranks = minimum(product.converted(to: .float64), last)
    let places = ignoringNaN ? ranks : Tensor.where(isNumber, ranks, last)
    let found = sorted.interpolated(
      at: places.expanded(to: Shape(lines.shape.sizes.dropLast() + [q.elementCount])), interpolation)
    let front = found.movedAxis(-1, to: 0)
    return keepDims ? front.unsqueezed((shape.axis(axis) ?? 0) + 1) : front
  }

  private func interpolated(at places: Tensor, _ interpolation: QuantileInterpolation) -> Tensor {
    func element(_ place: Tensor) -> Tensor { gathered(place.converted(to: .int64), axis: -1) }
    switch interpolation {
    case .nearest: return element(places.round())
    case .lower: return element(places.floor())
    case .higher: return element(places.ceil())
    case .linear, .midpoint:
      let low = places.floor()
      let weight = interpolation == .linear ? places - low : (places .!= low).converted(to: .float64) * 0.5
      return element(low).lerp(to: element(places.ceil()), weight: weight.converted(to: dtype))
    }
  }

  private func quantileError(_ q: Tensor, _ axis: Int?) -> TensorError? {
    if let axis, shape.axis(axis) == nil { return .axis(axis, rank: rank, operation: "quantile") }
    let operands = [(name: "tensor", spec: spec), (name: "q", spec: q.spec)]
    guard dtype.isFloatingPoint, q.rank == 1 else {
      return TensorError(
        .shape, operation: "quantile", operands: operands, expected: "floating-point numbers, and q with one axis",
        got: "\(dtype), and \(q.shape)")
    }
    guard axis.map({ shape[$0] > 0 }) ?? (elementCount > 0) else {
      return TensorError(
        .shape, operation: "quantile", operands: operands, expected: "at least one element", got: "none")
    }
    let values = q.scalars(as: Double.self)
    guard values.allSatisfy((0...1).contains) else {
      return TensorError(
        .value, operation: "quantile", operands: operands, expected: "q in 0 ... 1", got: "\(values)")
    }
    return nil
  }
}
