/// How scattered values and what is in place come together.
public enum ScatterReduction: String, Sendable, Hashable, CaseIterable, Codable {
  /// Of all that arrives at one place.
  case sum, mean, product, maximum, minimum
}

/// y = x with y[i with i[axis] replaced by index[i]] multiplied by v[i], or the larger or smaller of both; or without
/// x where a value arrives. Gradients: of extremes g shared evenly by what equals y; of products g times the product
/// of the other factors, without division, so zeros do no harm, to any order.
///
/// Sums and means are made of `ScatterAdd`.
public struct ScatterReduce: TensorOperation {
  public static let name = "scatterReduce"
  public static let operands: Operands = ["x", .indices("index"), "values"]
  public static let equation = "y[iₖ] = x[iₖ] ∘ vₖ, ∘ one of ·, max, min"
  /// The axis that indices count along, from the end where negative.
  public let axis: Int
  /// How the values come together: a product or an extreme.
  public let reduction: ScatterReduction
  /// Whether the element in place counts where a value arrives.
  public let includesSelf: Bool

  public init(axis: Int, reduction: ScatterReduction, includesSelf: Bool = true) {
    (self.axis, self.reduction, self.includesSelf) = (axis, reduction, includesSelf)
  }

  public static let defaults: Attributes = ["includesSelf": true]

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
    let (result, backend) = (inputs[0].cloned(), inputs.backend)
    if !includesSelf {
      let neutral = result.neutral(reduction).expanded(to: indices.shape)
      backend.scatter(neutral, indices, axis: axis, into: result, adding: false)
    }
    let kind: Reduction = reduction == .product ? .product : reduction == .maximum ? .maximum : .minimum
    backend.scatter(inputs[2], indices, axis: axis, into: result, by: kind)
    return [result]
  }

  public func saves(needs: [Bool]) -> Saves { [.inputs, .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return [nil, nil, nil] }
    let slopes = slopes(saved.input(0), saved.input(1), saved.input(2), saved.output(0))
    let theirs = needs[2] ? gradient.gathered(saved.input(1), axis: axis) * slopes.values : nil
    let mine = needs[0] ? gradient * slopes.x : nil
    return [mine?.converted(to: gradient.dtype), nil, theirs?.converted(to: gradient.dtype)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let slopes = slopes(inputs[0], inputs[1], inputs[2], outputs[0])
    let kept = tangents[0].map { $0 * slopes.x } ?? slopes.x.zerosLike()
    let all = tangents[2].map { kept.scatterAdded($0 * slopes.values, at: inputs[1], axis: axis) } ?? kept
    return [all.converted(to: outputs[0].dtype)]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(ScatterReduce(axis: batch.shifted(axis), reduction: reduction, includesSelf: includesSelf))
  }

  /// What the result changes by with x, and with each value: of half precision in float32.
  private func slopes(_ x: Tensor, _ indices: Tensor, _ values: Tensor, _ y: Tensor) -> (x: Tensor, values: Tensor) {
    let wide = x.dtype.statistics
    if reduction == .product {
      return slopesOfProduct(x.converted(to: wide), indices, values.converted(to: wide))
    }
    let mine = includesSelf ? (x .== y).converted(to: wide) : untouched(x, indices, wide)
    let theirs = (values .== y.gathered(indices, axis: axis)).converted(to: wide)
    let count = mine.scatterAdded(theirs, at: indices, axis: axis)
    // Beside a NaN nothing equals the result; what takes no part has the slope 0 all the same.
    return (includesSelf ? mine / count : mine, theirs / count.gathered(indices, axis: axis))
  }

  /// 1 for each element of x at which no value arrives, else 0.
  private func untouched(_ x: Tensor, _ indices: Tensor, _ dtype: DType) -> Tensor {
    x.detach().onesLike().converted(to: dtype).scattered(0, at: indices, axis: axis)
  }

  /// The product of the values that arrive, and for each value that of x and the other values with its index.
  private func slopesOfProduct(_ x: Tensor, _ indices: Tensor, _ values: Tensor) -> (x: Tensor, values: Tensor) {
    let others = values.productsOfOthers(sharing: indices, axis: axis)
    guard includesSelf else { return (untouched(x, indices, x.dtype), others) }
    let arriving = apply(self, [x.onesLike(), indices, values])[0]
    return (arriving, x.gathered(indices, axis: axis) * others)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let neutral = reduction == .product ? 1 : reduction == .maximum ? -Double.infinity : .infinity
    let start =
      includesSelf ? inputs[0] : inputs[0].scattering(inputs[2], at: inputs[1], axis: axis) { _, _ in neutral }
    return [
      start.scattering(inputs[2], at: inputs[1], axis: axis) { old, new in
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
    // Zeros in x, among the values, and in both.
    Sample(
      ScatterReduce(axis: 0, reduction: .product), .exactly([0, 2, 0, 3], [4]),
      .exactly([0, 1, 2, 1, 2, 1, 0], [7], dtype: .int64), .exactly([1.5, 0, 0, -2, 0.5, 0, 3], [7])),
    Sample(
      ScatterReduce(axis: -1, reduction: .product, includesSelf: false), .exactly([0, 2, -1], [3]),
      .exactly([1, 0, 1, 0], [4], dtype: .int64), .exactly([0, 3, 2, 0], [4])),
    Sample(
      ScatterReduce(axis: 0, reduction: .maximum), .exactly([0.5, -1, 2, 3, -2, 1], [3, 2]),
      .integers([4, 2], in: 0..<3), .exactly([1, 2.5, -3, 0.3, 4, -0.7, 1.7, 2.9], [4, 2])),
    Sample(
      ScatterReduce(axis: -1, reduction: .minimum), .exactly([0.5, -1, 2, 3], [4]), .integers([3], in: 0..<4),
      .exactly([1, -2.5, 0.1], [3])),
    Sample(
      ScatterReduce(axis: 0, reduction: .maximum), .integers([3], in: -5..<5), .integers([6], in: 0..<3),
      .integers([6], in: -5..<5)),
    Sample(
      ScatterReduce(axis: 0, reduction: .maximum, includesSelf: false), .exactly([9, -1, 2], [3]),
      .exactly([0, 1, 0, 1], [4], dtype: .int64), .exactly([1, -2.5, 0.1, 3], [4])),
    Sample(
      ScatterReduce(axis: 0, reduction: .minimum, includesSelf: false), .exactly([-9, -1, 2], [3]),
      .exactly([0, 0, 2], [3], dtype: .int64), .exactly([1, -2.5, 0.1], [3])),
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
    if isLine(axis) {
      return asLine {
        $0.scatterReduced(values.asList, at: indices.asList, axis: 0, by: reduction, includesSelf: includesSelf)
      }
    }
    switch reduction {
    case .sum:
      let base = includesSelf ? self : scattered(0, at: indices, axis: axis)
      return base.scatterAdded(values, at: indices, axis: axis)
    case .mean: return scatteredMean(of: values, at: indices, axis: axis, includesSelf: includesSelf)
    default:
      let operation = ScatterReduce(axis: axis, reduction: reduction, includesSelf: includesSelf)
      return apply(operation, [self, indices, values])[0]
    }
  }

  /// Sums in float32, those of integers in int64, divided by how many there are and rounded once.
  private func scatteredMean(of values: Tensor, at indices: Tensor, axis: Int, includesSelf: Bool) -> Tensor {
    do throws(TensorError) {
      _ = try scatterOutputs([spec, indices.spec, values.spec], axis: axis, operation: ScatterReduce.name)
    } catch {
      return .failed(error)
    }
    let wide = dtype.isFloatingPoint ? dtype.statistics : .int64
    let base = includesSelf ? self : scattered(0, at: indices, axis: axis)
    let sum = base.converted(to: wide).scatterAdded(values.converted(to: wide), at: indices, axis: axis)
    let count = Tensor(full: shape, includesSelf ? 1 : 0, dtype: .int64)
      .scatterAdded(Tensor(ones: indices.shape, dtype: .int64), at: indices, axis: axis).clamped(low: 1)
    let mean = dtype.isFloatingPoint ? sum / count.converted(to: wide) : sum.floorDivided(by: count)
    return mean.converted(to: dtype)
  }

  /// The slices of `values` brought in at a list of indices along `axis` (PyTorch's `index_reduce`).
  ///
  /// Shape: indices [n]; values have this tensor's shape, but size n along `axis`.
  public func indexReduced(
    _ values: Tensor, at indices: Tensor, axis: Int, by reduction: ScatterReduction, includesSelf: Bool = true
  ) -> Tensor {
    if isLine(axis) {
      return asLine {
        $0.indexReduced(values.asList, at: indices.asList, axis: 0, by: reduction, includesSelf: includesSelf)
      }
    }
    guard let list = indices.asIndexList(along: axis, of: self, like: values, operation: "indexReduced") else {
      return .invalid
    }
    return scatterReduced(values, at: list, axis: axis, by: reduction, includesSelf: includesSelf)
  }

  /// What changes nothing when it is brought together with values, as a scalar of this tensor's type.
  fileprivate func neutral(_ reduction: ScatterReduction) -> Tensor {
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
