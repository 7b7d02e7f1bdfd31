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
    for input in [inputs[0], inputs[3]] {
      let isOfPairs = input.shape.sizes.suffix(2) == distances.sizes.suffix(2)
      if isOfPairs, Shape.broadcast(input.shape, distances) == distances { continue }
      throw TensorError(
        .shape, operation: Self.name, operands: zip(["gradient", "a", "b", "y"], inputs).map { ($0, $1) },
        expected: "a gradient and distances of shape \(distances)", got: "\(input.shape)")
    }
    let own = inputs[1 + side].shape
    return [TensorSpec(distances.leading + [own[-2], own[-1]], inputs[0].dtype)]
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
    let rank = Swift.max(inputs[0].rank, inputs[1].rank, inputs[2].rank) + 1
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
