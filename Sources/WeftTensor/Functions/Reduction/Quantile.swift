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
  /// if there is one, and where there are no elements. The place is reckoned in float64.
  public func quantile(
    _ q: Double, axis: Int? = nil, keepDims: Bool = false, interpolation: QuantileInterpolation = .linear
  ) -> Tensor {
    quantile(Tensor([q], dtype: .float64), axis: axis, keepDims: keepDims, interpolation: interpolation)
      .squeezed(0)
  }

  /// The quantiles of `q` (one axis), along a new axis in front; of one number, without that axis. Places are reckoned in
  /// q's own type (float32 for halves), as in PyTorch. The gradient of `q` is the slope between the two elements around a
  /// place, 0 at an element and wherever the interpolation is not linear.
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
    if q.rank == 0, !q.isInvalid {
      return quantiles(q.reshaped(to: [1]), axis, keepDims, interpolation, ignoringNaN: ignoringNaN).squeezed(0)
    }
    if let error = quantileError(q, axis) { return .failed(error) }
    if let axis, isLine(axis) {
      return unsqueezed(0).quantiles(q, 0, false, interpolation, ignoringNaN: ignoringNaN)
    }
    guard let axis else {
      let flat = flattened().quantiles(q, 0, false, interpolation, ignoringNaN: ignoringNaN)
      return keepDims ? flat.reshaped(to: Shape([q.elementCount] + shape.sizes.map { _ in 1 })) : flat
    }
    guard shape[axis] > 0 else { return quantilesOfNothing(q, axis, keepDims) }
    // Lines to the end, where the quantiles take their place.
    let lines = movedAxis(axis, to: -1)
    let sorted = lines.sorted(axis: -1).values
    let count = (.!sorted.isNaN()).sum(axis: -1, keepDims: true).converted(to: .float64)
    let last = ignoringNaN ? (count - 1).clamped(low: 0) : Tensor(Double(shape[axis] - 1), dtype: .float64)
    // A line with NaN, which stands at its end, gives it.
    let isNumber = count .== Tensor(Double(shape[axis]), dtype: .float64)
    let rankType = q.dtype.isFloatingPoint ? q.dtype.statistics : .float64
    let product = (q.converted(to: rankType) * last.converted(to: rankType)).converted(to: .float64)
    // Rounded, the last place may lie beyond the line.
    let ranks = Tensor.where(product.detach() .> last, last, product)
    let places = ignoringNaN ? ranks : Tensor.where(isNumber, ranks, last)
    let found = sorted.interpolated(
      at: places.expanded(to: Shape(lines.shape.sizes.dropLast() + [q.elementCount])), interpolation)
    let front = found.movedAxis(-1, to: 0)
    return keepDims ? front.unsqueezed((shape.axis(axis) ?? 0) + 1) : front
  }

  private func interpolated(at places: Tensor, _ interpolation: QuantileInterpolation) -> Tensor {
    let fixed = places.detach()
    func element(_ place: Tensor) -> Tensor { gathered(place.converted(to: .int64), axis: -1) }
    // The steps of a staircase are level: a place moves them by 0.
    func level(_ found: Tensor) -> Tensor {
      places.requiresGrad ? found + ((places - fixed) * 0).converted(to: dtype) : found
    }
    let low = fixed.floor()
    switch interpolation {
    case .nearest: return level(element(fixed.round()))
    case .lower: return level(element(low))
    case .higher: return level(element(fixed.ceil()))
    case .linear:
      return element(low).lerp(to: element(fixed.ceil()), weight: (places - low).converted(to: dtype))
    case .midpoint:
      let weight = (fixed .!= low).converted(to: dtype) * 0.5
      return level(element(low).lerp(to: element(fixed.ceil()), weight: weight))
    }
  }

  /// NaN for each quantile of lines without elements, as a mean of nothing is.
  private func quantilesOfNothing(_ q: Tensor, _ axis: Int, _ keepDims: Bool) -> Tensor {
    let nothing = mean(axis: axis, keepDims: keepDims)
    return nothing.unsqueezed(0).expanded(to: Shape([q.elementCount] + nothing.shape.sizes))
  }

  private func quantileError(_ q: Tensor, _ axis: Int?) -> TensorError? {
    if let axis, shape.axis(axis) == nil, !isLine(axis) { return .axis(axis, rank: rank, operation: "quantile") }
    let operands = [(name: "tensor", spec: spec), (name: "q", spec: q.spec)]
    guard dtype.isFloatingPoint else {
      return TensorError(
        .dtype, operation: "quantile", operands: operands, expected: "floating-point numbers", got: "\(dtype)",
        hint: "`converted(to: .float32)` makes them such")
    }
    guard q.rank == 1 else {
      return TensorError(
        .shape, operation: "quantile", operands: operands, expected: "q with one axis, a list of quantiles",
        got: "\(q.shape)")
    }
    let values = q.detach().scalars(as: Double.self)
    guard values.allSatisfy((0...1).contains) else {
      return TensorError(.value, operation: "quantile", operands: operands, expected: "q in 0 ... 1", got: "\(values)")
    }
    return nil
  }
}
