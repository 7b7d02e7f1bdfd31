/// yᵢⱼ = (Σ|aᵢₖ - bⱼₖ|ᵖ)^(1/p): the distances of all rows of two matrices (PyTorch's `cdist`); for p = 0 the number of
/// elements that differ, for ∞ the largest difference. Gradient for a: Σⱼ gᵢⱼ·sign(d)·(|d|/yᵢⱼ)ᵖ⁻¹, d = aᵢₖ - bⱼₖ; 0 where
/// d = 0. As in PyTorch, several largest differences get the whole gradient of p = ∞ each.
public struct DistanceMatrix: TensorOperation {
  public static let name = "cdist"
  public static let operands: Operands = ["a", "b"]
  public static let equation = "yᵢⱼ = (Σ|aᵢₖ - bⱼₖ|ᵖ)^(1/p)"
  public static var autocastRule: AutocastRule { .float32 }
  /// p, from 0 through ∞.
  public let order: Double
  /// For p = 2, by |a|² + |b|² - 2·a·b: much faster for many rows, and inexact where a and b are close to each other.
  public let usesProducts: Bool

  public init(order: Double = 2, usesProducts: Bool = false) {
    (self.order, self.usesProducts) = (order, usesProducts)
  }

  public static let defaults: Attributes = ["order": 2.0, "usesProducts": false]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (a, b) = (inputs[0].shape, inputs[1].shape)
    let operands = [(name: "a", spec: inputs[0]), (name: "b", spec: inputs[1])]
    guard order >= 0 else {
      throw TensorError(.value, operation: Self.name, operands: operands, expected: "an order from 0", got: "\(order)")
    }
    guard a.rank >= 2, b.rank >= 2, a[-1] == b[-1], let lead = Shape.broadcast(a.leading, b.leading),
      lead.rank + 3 <= Tensor.maximumRank
    else {
      throw TensorError(
        .shape, operation: Self.name, operands: operands,
        expected: "[..., rows, n] and [..., rows, n], with one n and leading axes that broadcast", got: "\(a) and \(b)")
    }
    guard inputs[0].dtype.isFloatingPoint, inputs[1].dtype.isFloatingPoint else {
      throw TensorError(
        .dtype, operation: Self.name, operands: operands, expected: "floating-point types",
        got: "\(inputs[0].dtype) and \(inputs[1].dtype)")
    }
    return [TensorSpec(lead + [a[-2], b[-2]], DType.promoted(inputs))]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let wide = outputs[0].dtype.statistics
    if usesProducts, order == 2,
      let found = Self.byProducts(inputs.map { $0.converted(to: wide) }, outputs[0])
    {
      return [found]
    }
    let kind = DistanceFormulas(order)
    let rows = sums(inputs, as: TensorSpec(outputs[0].shape, wide))
    let distances = inputs.backend.map(kind.whole, [order], [rows], as: outputs)
    let width = inputs[0].shape[-1]
    if kind.sumsPowers, let look = SecondLook(at: rows, from: Double(width) * wide.smallestExactSquare) {
      let pair = Self.spread(inputs).map { $0.expanded(to: outputs[0].shape + [width]) }
      PowerRoots.ofDifferences.mend(distances[0], look, order, of: pair, over: [outputs[0].shape.rank])
    }
    return distances
  }

  /// What the distances are the roots of, for each pair of rows.
  private func sums(_ inputs: [Tensor], as output: TensorSpec) -> Tensor {
    if let found = inputs.backend.distanceSums(order: order, inputs[0], inputs[1], as: output) { return found }
    let sums = TensorSpec(output.shape + [1], output.dtype)
    return inputs.backend.reduce(
      DistanceFormulas(order).parts, [order], by: [order == .infinity ? .maximum : .sum],
      axes: [sums.shape.rank - 1], Self.spread(inputs), as: [sums])[0].reshaped(to: output.shape)
  }

  /// a as [..., rows, 1, n] and b as [..., 1, rows, n].
  static func spread(_ pair: [Tensor]) -> [Tensor] { [pair[0].unsqueezed(-2), pair[1].unsqueezed(-3)] }

  /// nil where squares leave the type's range: all of one side vanish, or one overflows.
  private static func byProducts(_ pair: [Tensor], _ output: TensorSpec) -> Tensor? {
    let lengths = pair.map { $0.squared().sum(axis: -1, keepDims: true) }
    for length in lengths where length.elementCount > 0 {
      let largest = length.max()
      guard largest.isInRange(from: Double(pair[0].shape[-1]) * largest.dtype.smallestExactSquare) else { return nil }
    }
    let products = pair[0].matmul(pair[1].transposed())
    return pair.backend.map(fromProducts, [], [lengths[0], lengths[1].transposed(), products], as: [output])[0]
  }

  private static let fromProducts = Formula(inputs: 3) { x, _ in [sqrt(maximum(x[0] + x[1] - 2 * x[2], 0))] }

  public func saves(needs: [Bool]) -> Saves { [.inputs, .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil, nil] }
    if order == 0 { return [saved.input(0).zerosLike(), saved.input(1).zerosLike()] }
    if usesProducts, order == 2 { return gradientsByProducts(g, saved, needs) }
    var (pair, y) = ([saved.input(0), saved.input(1)], saved.output(0))
    if order == .infinity, y.dtype != y.dtype.statistics {
      // A distance that was rounded is none of the differences, and would choose none.
      pair = pair.map { $0.converted(to: y.dtype.statistics) }
      y = apply(self, pair)[0]
    }
    return [false, true].map { ofOthers in
      guard needs[ofOthers ? 1 : 0] else { return nil }
      let slope = apply(DistanceGradient(order: order, ofOthers: ofOthers), [g.converted(to: y.dtype)] + pair + [y])[0]
      return slope.converted(to: saved.input(ofOthers ? 1 : 0).dtype)
    }
  }

  /// Σⱼ wᵢⱼ(aᵢ - bⱼ) as aᵢ·Σⱼ wᵢⱼ - Σⱼ wᵢⱼbⱼ, w = g/y or 0 where y is 0; for b with the sides exchanged.
  private func gradientsByProducts(_ g: Tensor, _ saved: Saved, _ needs: [Bool]) -> [Tensor?] {
    let weights = apply(
      FormulaMap(formula: Self.weights, parameters: [], axis: nil, dtype: g.dtype.statistics), [g, saved.output(0)])[0]
    func gradient(_ side: Int, _ weights: Tensor) -> Tensor {
      let (own, other) = (saved.input(side), saved.input(1 - side).converted(to: weights.dtype))
      return (own * weights.sum(axis: -1, keepDims: true) - weights.matmul(other)).converted(to: g.dtype)
    }
    return [needs[0] ? gradient(0, weights) : nil, needs[1] ? gradient(1, weights.transposed()) : nil]
  }

  private static let weights = Formula(inputs: 2) { x, _ in
    [select(x[1] .== 0, 0, x[0] / select(x[1] .== 0, 1, x[1]))]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    if order == 0 { return [nil] }
    let moves = zip(tangents, inputs).map { $0 ?? $1.zerosLike() }
    let all = Self.spread(inputs) + [outputs[0].unsqueezed(-1)] + Self.spread(moves)
    let sum = FormulaSum(
      formula: DistanceFormulas(order).tangent, parameters: [order], axes: [outputs[0].rank], dtype: outputs[0].dtype)
    return [apply(sum, all)[0].squeezed(-1)]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.broadcasting(self) }

  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    2 &* outputs[0].shape.elementCount &* inputs[0].shape[-1]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (a, b) = (inputs[0], inputs[1])
    let lead = Shape.broadcast(Shape(a.shape).leading, Shape(b.shape).leading) ?? []
    let shape = lead.sizes + [a.shape[a.shape.count - 2], b.shape[b.shape.count - 2]]
    return [
      ReferenceArray(shape: shape) { index in
        let (lead, i, j) = (index.dropLast(2), index[index.count - 2], index[index.count - 1])
        let gaps = (0..<a.shape[a.shape.count - 1]).map { Swift.abs(a[lead + [i, $0]] - b[lead + [j, $0]]) }
        if order == 0 { return Double(gaps.filter { $0 != 0 }.count) }
        if order == .infinity { return gaps.max() ?? 0 }
        let sum = gaps.reduce(0) { $0 + ScalarFunctions.binary(.pow, $1, order) }
        return ScalarFunctions.binary(.pow, sum, 1 / order)
      }
    ]
  }

  public static let samples = [
    Sample(DistanceMatrix(), .real([3, 2]), .real([4, 2])),
    Sample(DistanceMatrix(usesProducts: true), .real([3, 2], in: -2 ... -1), .real([4, 2], in: 1...2)),
    Sample(DistanceMatrix(order: 1), .real([2, 1, 2, 3], in: -2 ... -0.1), .real([3, 3, 3], in: 0.1...2)),
    Sample(DistanceMatrix(order: .infinity), .exactly([0, 1, -2, 6, 3, 1], [2, 3]), .exactly([4, 2, 0.5], [1, 3])),
    Sample(DistanceMatrix(order: 3), .real([2, 2], in: -2 ... -0.1), .real([3, 2], in: 0.1...2)),
    Sample(DistanceMatrix(order: 1.5), .real([2, 2, 2], in: -2 ... -0.1), .real([2, 3, 2], in: 0.1...2)),
    Sample(DistanceMatrix(order: 0), .exactly([1, 0, 2, 3], [2, 2]), .exactly([1, 5, 2, 3], [2, 2])),
    Sample(DistanceMatrix(), .real([2, 0]), .real([3, 0])),
    Sample(DistanceMatrix(), .real([0, 2]), .real([3, 2])),
  ]

  public static let refusals = [
    Refusal(DistanceMatrix(), .real([3, 2]), .real([3, 4]), because: "with one n"),
    Refusal(DistanceMatrix(), .real([3]), .real([3]), because: "[..., rows, n]"),
    Refusal(DistanceMatrix(order: -1), .real([3, 2]), .real([3, 2]), because: "an order from 0"),
    Refusal(DistanceMatrix(), .integers([3, 2], in: 0..<4), .real([3, 2]), because: "floating-point"),
  ]
}

/// The distances of all rows of `a` from all rows of `b`, by the norm of `order`.
///
/// Shape: [..., m, k] and [..., n, k] give [..., m, n]; leading axes broadcast.
/// - Parameter usesProducts: For `order` 2, by |a|² + |b|² - 2·a·b, which is much faster, and inexact for points that lie
///   close together. Left out, for more than 25 rows on both sides, as in PyTorch.
public func cdist(_ a: Tensor, _ b: Tensor, order: Double = 2, usesProducts: Bool? = nil) -> Tensor {
  let isLarge = a.rank >= 2 && b.rank >= 2 && a.shape[-2] > 25 && b.shape[-2] > 25
  return apply(DistanceMatrix(order: order, usesProducts: order == 2 && (usesProducts ?? isLarge)), [a, b])[0]
}

/// The gradient of the rows a, or of the rows b, from that of their distances y: Σ g·∂y/∂d over the other rows, for the
/// differences d = aᵢₖ - bⱼₖ.
struct DistanceGradient: FusedOperation {
  static let name = "distanceGradient"
  static let operands: Operands = ["gradient", "a", "b", "y"]
  static let equation = "daᵢₖ = Σⱼ gᵢⱼ·∂yᵢⱼ/∂aᵢₖ"
  /// That of the distances.
  let order: Double
  /// Whether it is the gradient of b.
  let ofOthers: Bool

  private var side: Int { ofOthers ? 1 : 0 }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let distances = try DistanceMatrix(order: order).outputs(for: [inputs[1], inputs[2]])[0].shape
    var lead = distances.leading
    for input in [inputs[0], inputs[3]] {
      guard input.shape.sizes.suffix(2) == distances.sizes.suffix(2),
        let joined = Shape.broadcast(lead, input.shape.leading)
      else {
        throw TensorError(
          .shape, operation: Self.name, operands: zip(["gradient", "a", "b", "y"], inputs).map { ($0, $1) },
          expected: "a gradient and distances of shape \(distances)", got: "\(input.shape)")
      }
      lead = joined
    }
    let own = inputs[1 + side].shape
    return [TensorSpec(lead + [own[-2], own[-1]], inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (own, other) = ofOthers ? (inputs[2], inputs[1]) : (inputs[1], inputs[2])
    let found = inputs.backend.distanceGradient(
      order: order, inputs[0], rows: own, others: other, y: inputs[3], isTurned: ofOthers, as: outputs[0])
    return found.map { [$0] } ?? composite(inputs)
  }

  func composite(_ inputs: [Tensor]) -> [Tensor] {
    let (g, y) = (inputs[0].unsqueezed(-1), inputs[3].unsqueezed(-1))
    let all = DistanceMatrix.spread([inputs[1], inputs[2]]) + [y, g]
    let rank = inputs.map(\.rank).reduce(0, Swift.max) + 1
    let sum = FormulaSum(
      formula: DistanceFormulas(order).gradients[side], parameters: [order], axes: [rank - 2 - side], dtype: g.dtype)
    return [apply(sum, all)[0].squeezed(-2 - side)]
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.broadcasting(self) }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (a, b, y) = (inputs[1], inputs[2], inputs[3])
    let (own, other) = ofOthers ? (b, a) : (a, b)
    let lead = Array(y.shape.dropLast(2))
    return [
      ReferenceArray(shape: lead + own.shape.suffix(2)) { index in
        let (lead, row, k) = (Array(index.dropLast(2)), index[index.count - 2], index[index.count - 1])
        return (0..<other.shape[other.shape.count - 2]).reduce(0) { sum, place in
          let pair = lead + (ofOthers ? [place, row] : [row, place])
          return sum + inputs[0][pair] * slope(own[lead + [row, k]] - other[lead + [place, k]], y[pair])
        }
      }
    ]
  }

  private func slope(_ d: Double, _ y: Double) -> Double {
    let sign = d > 0 ? 1.0 : d < 0 ? -1 : 0
    if order == .infinity { return Swift.abs(d) == y ? sign : 0 }
    return d == 0 || y == 0 || order == 0 ? 0 : sign * ScalarFunctions.binary(.pow, Swift.abs(d) / y, order - 1)
  }

  static let samples =
    [1.0, 2, 1.5].flatMap { order in
      [false, true].map { ofOthers in
        Sample(
          DistanceGradient(order: order, ofOthers: ofOthers), .real([5, 4]), .real([5, 3], in: -2 ... -0.1),
          .real([4, 3], in: 0.1...2), .real([5, 4], in: 1...2))
      }
    } + [
      Sample(
        DistanceGradient(order: 2, ofOthers: false), .real([2, 1, 4]), .real([1, 3], in: -2 ... -0.1),
        .real([2, 4, 3], in: 0.1...2), .real([2, 1, 4], in: 1...2))
    ]

  static let refusals = [
    Refusal(
      DistanceGradient(order: 1, ofOthers: false), .real([5, 3]), .real([5, 3]), .real([4, 3]), .real([5, 4]),
      because: "shape [5, 4]")
  ]
}
