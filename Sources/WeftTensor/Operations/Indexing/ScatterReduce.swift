/// How scattered values and what is in place come together.
public enum ScatterReduction: String, Sendable, Hashable, CaseIterable, Codable {
  case sum, mean, product, maximum, minimum
}

/// y = x with y[i with i[axis] replaced by index[i]] multiplied by v[i], or the larger or smaller of both. Gradients:
/// of extremes g shared evenly by what equals y; of products g·y/v (where v alone is 0, g times the other factors).
///
/// Sums and means are made of `ScatterAdd`.
public struct ScatterReduce: Operation {
  public static let name = "scatterReduce"
  public static let operands: Operands = ["x", .indices("index"), "values"]
  public static let equation = "y[iₖ] = x[iₖ] ∘ vₖ, ∘ one of ·, max, min"
  public let axis: Int
  public let reduction: ScatterReduction

  public init(axis: Int, reduction: ScatterReduction) {
    self.axis = axis
    self.reduction = reduction
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard reduction != .sum, reduction != .mean else {
      throw TensorError(
        .value, operation: Self.name, expected: "a product, maximum or minimum", got: reduction.rawValue,
        hint: "sums and means are made of `scatterAdd`")
    }
    return try scatterOutputs(inputs, axis: axis, operation: Self.name)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = inputs[0].shape.axis(axis) ?? 0
    let operands = zip(["tensor", "indices", "values"], inputs.map(\.spec)).map { (name: $0, spec: $1) }
    guard
      let indices = inputs[1].checkedIndices(below: inputs[0].shape[axis], operation: Self.name, operands: operands)
    else { return [.invalid] }
    let result = inputs[0].cloned()
    let kind: Reduction = reduction == .product ? .product : reduction == .maximum ? .maximum : .minimum
    Device.cpu.backend.scatter(inputs[2], indices, axis: axis, into: result, by: kind)
    return [result]
  }

  public func saves(needs: [Bool]) -> Saves { [.inputs, .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return [nil, nil, nil] }
    let (x, indices, values) = (saved.input(0), saved.input(1), saved.input(2))
    let slopes = slopes(x, indices, values, saved.output(0))
    return [
      needs[0] ? gradient * slopes.x : nil, nil,
      needs[2] ? gradient.gathered(indices, axis: axis) * slopes.values : nil,
    ]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let slopes = slopes(inputs[0], inputs[1], inputs[2], outputs[0])
    let kept = tangents[0].map { $0 * slopes.x } ?? outputs[0].zerosLike()
    return [tangents[2].map { kept.scatterAdded($0 * slopes.values, at: inputs[1], axis: axis) } ?? kept]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(ScatterReduce(axis: batch.shifted(axis), reduction: reduction))
  }

  /// What the result changes by with x, and with each value.
  private func slopes(_ x: Tensor, _ indices: Tensor, _ values: Tensor, _ y: Tensor) -> (x: Tensor, values: Tensor) {
    if reduction == .product { return slopesOfProduct(x, indices, values, y) }
    let mine = (x .== y).converted(to: x.dtype)
    let theirs = (values .== y.gathered(indices, axis: axis)).converted(to: x.dtype)
    let count = mine.scatterAdded(theirs, at: indices, axis: axis)
    return (mine / count, theirs / count.gathered(indices, axis: axis))
  }

  /// y/v; for a v that is the only 0, the product of the others.
  private func slopesOfProduct(
    _ x: Tensor, _ indices: Tensor, _ values: Tensor, _ y: Tensor
  ) -> (x: Tensor, values: Tensor) {
    let (one, zero) = (Tensor(ones: [], dtype: x.dtype), Tensor(zeros: [], dtype: x.dtype))
    let (mine, theirs) = (x .== 0, values .== 0)
    let (safeX, safeValues) = (Tensor.where(mine, one, x), Tensor.where(theirs, one, values))
    let others = apply(self, [safeX, indices, safeValues])[0]
    let zeros = mine.converted(to: x.dtype).scatterAdded(theirs.converted(to: x.dtype), at: indices, axis: axis)
    func slope(_ isZero: Tensor, _ factor: Tensor, _ others: Tensor, _ zeros: Tensor) -> Tensor {
      let isSlope = zeros .== isZero.converted(to: x.dtype)
      return .where(isSlope, others / factor, zero)
    }
    let there = [others, zeros].map { $0.gathered(indices, axis: axis) }
    return (slope(mine, safeX, others, zeros), slope(theirs, safeValues, there[0], there[1]))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [
      inputs[0].scattering(inputs[2], at: inputs[1], axis: axis) { old, new in
        switch reduction {
        case .product: old * new
        case .maximum: Swift.max(old, new)
        default: Swift.min(old, new)
        }
      }
    ]
  }

  public static let samples = [
    Sample(
      ScatterReduce(axis: 1, reduction: .product), .real([3, 4], in: 0.5...2), .integers([3, 6], in: 0..<4),
      .real([3, 6], in: -2 ... -0.5)),
    Sample(
      ScatterReduce(axis: 0, reduction: .maximum), .exactly([0.5, -1, 2, 3, -2, 1], [3, 2]),
      .integers([4, 2], in: 0..<3), .exactly([1, 2.5, -3, 0.3, 4, -0.7, 1.7, 2.9], [4, 2])),
    Sample(
      ScatterReduce(axis: -1, reduction: .minimum), .exactly([0.5, -1, 2, 3], [4]), .integers([3], in: 0..<4),
      .exactly([1, -2.5, 0.1], [3])),
    Sample(
      ScatterReduce(axis: 0, reduction: .maximum), .integers([3], in: -5..<5), .integers([6], in: 0..<3),
      .integers([6], in: -5..<5)),
  ]
  public static let refusals = [
    Refusal(
      ScatterReduce(axis: 2, reduction: .product), .real([3, 4]), .integers([3, 4], in: 0..<3), .real([3, 4]),
      because: "an axis in"),
    Refusal(
      ScatterReduce(axis: 0, reduction: .sum), .real([3]), .integers([3], in: 0..<3), .real([3]),
      because: "a product, maximum or minimum"),
    Refusal(
      ScatterReduce(axis: 0, reduction: .product), .real([3]), .integers([2], in: 0..<3), .real([3]),
      because: "values of the indices' shape"),
  ]
}

extension Tensor {
  /// This tensor with `values` brought in at `indices` along `axis`: added, multiplied, averaged, or the larger or
  /// smaller taken (PyTorch's `scatter_reduce`). Equal extremes share the gradient.
  ///
  /// Shape: indices and values have one shape: this tensor's axes, none but `axis` longer than its.
  /// - Parameter includesSelf: Left off, the elements in place are not counted where a value arrives.
  public func scatterReduced(
    _ values: Tensor, at indices: Tensor, axis: Int, by reduction: ScatterReduction, includesSelf: Bool = true
  ) -> Tensor {
    let base = includesSelf ? self : scattered(neutral(reduction).expanded(to: indices.shape), at: indices, axis: axis)
    switch reduction {
    case .sum: return base.scatterAdded(values, at: indices, axis: axis)
    case .mean:
      let start = Tensor(full: shape, includesSelf ? 1 : 0, dtype: .int64)
      let ones = Tensor(ones: indices.shape, dtype: .int64)
      let count = start.scatterAdded(ones, at: indices, axis: axis).clamped(low: 1)
      let sum = base.scatterAdded(values, at: indices, axis: axis)
      return dtype.isFloatingPoint ? sum / count.converted(to: dtype) : sum.floorDivided(by: count).converted(to: dtype)
    default: return apply(ScatterReduce(axis: axis, reduction: reduction), [base, indices, values])[0]
    }
  }

  /// The slices of `values` brought in at a list of indices along `axis` (PyTorch's `index_reduce`).
  ///
  /// Shape: indices [n]; values have this tensor's shape, but size n along `axis`.
  public func indexReduced(
    _ values: Tensor, at indices: Tensor, axis: Int, by reduction: ScatterReduction, includesSelf: Bool = true
  ) -> Tensor {
    guard let list = indices.asIndexList(along: axis, of: self, like: values, operation: "indexReduced") else {
      return .invalid
    }
    return scatterReduced(values, at: list, axis: axis, by: reduction, includesSelf: includesSelf)
  }

  /// What changes nothing when it is brought together with values, as a scalar of this tensor's type.
  private func neutral(_ reduction: ScatterReduction) -> Tensor {
    switch reduction {
    case .sum, .mean: return Tensor(zeros: [], dtype: dtype)
    case .product: return Tensor(ones: [], dtype: dtype)
    case .maximum, .minimum:
      let isLow = reduction == .maximum
      guard let range = dtype.integerRange else {
        return dtype == .bool ? Tensor(!isLow) : Tensor(full: [], isLow ? -.infinity : .infinity, dtype: dtype)
      }
      return Tensor(isLow ? range.lowerBound : range.upperBound, dtype: dtype)
    }
  }
}
