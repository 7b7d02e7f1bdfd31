/// The order of rows that exchanges lead to: of row i with row pivots[i], one after the other. Row k then is the one that
/// was number order[k].
struct RowOrder: TensorOperation {
  static let name = "rowOrder"
  static let operands: Operands = [.indices("pivots")]
  static let equation = "orderₖ = the row that comes to place k"
  static let whyNotDifferentiable: String? = "numbers of rows are integers"
  /// The number of rows; there may be fewer exchanges.
  let rows: Int

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard inputs[0].dtype.isInteger, inputs[0].shape.rank >= 1, inputs[0].shape[-1] <= rows else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("pivots", inputs[0])],
        expected: "integers [..., k], k at most \(rows)", got: "\(inputs[0])")
    }
    return [TensorSpec(Shape(inputs[0].shape.sizes.dropLast() + [rows]), .int64)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard inputs[0].checkedIndices(below: rows, operation: Self.name, operands: [("pivots", inputs[0].spec)]) != nil
    else { return [.invalid] }
    let orders = orders(inputs[0].scalars(as: Int.self), steps: inputs[0].shape[-1], outputs[0].shape)
    return [Tensor(orders, shape: outputs[0].shape, dtype: .int64)]
  }

  private func orders(_ pivots: [Int], steps: Int, _ shape: Shape) -> [Int] {
    let matrices = Shape(shape.sizes.dropLast()).elementCount
    return (0..<matrices).flatMap { matrix in
      var order = Array(0..<rows)
      for step in 0..<steps { order.swapAt(step, pivots[matrix * steps + step]) }
      return order
    }
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  /// By exchanges from the last to the first: where row k of the result came from.
  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let pivots = inputs[0]
    let steps = pivots.shape[pivots.shape.count - 1]
    return [
      ReferenceArray(shape: pivots.shape.dropLast() + [rows]) { index in
        var place = index[index.count - 1]
        for step in (0..<steps).reversed() {
          let other = Int(pivots[index.dropLast() + [step]])
          if place == step { place = other } else if place == other { place = step }
        }
        return Double(place)
      }
    ]
  }

  static let samples = [
    Sample(RowOrder(rows: 4), .exactly([2, 3, 2, 3], [4], dtype: .int32)),
    Sample(RowOrder(rows: 4), .exactly([3, 1, 1, 2, 2, 2], [2, 3], dtype: .int32)),
    Sample(RowOrder(rows: 2), .exactly([], [0, 2], dtype: .int64)),
    Sample(RowOrder(rows: 3), .exactly([], [2, 0], dtype: .int32)),
  ]

  static let refusals = [
    Refusal(RowOrder(rows: 2), .real([2]), because: "integers [..., k]"),
    Refusal(RowOrder(rows: 1), .exactly([0, 0], [2], dtype: .int32), because: "k at most 1"),
    Refusal(RowOrder(rows: 2), .exactly([0, 2], [2], dtype: .int32), because: "2"),
  ]
}

extension RowOrder {
  /// P·x.
  static func exchange(by order: Tensor, on x: Tensor) -> Tensor {
    let rank = Swift.max(order.rank + 1, x.rank)
    let places = order.unsqueezed(-1).withLeadingAxes(rank)
    return x.withLeadingAxes(rank).takenAlong(places, axis: -2)
  }
  /// Pᵀ·x.
  static func undo(_ order: Tensor, on x: Tensor) -> Tensor { exchange(by: order.argsort(axis: -1), on: x) }
}

extension Tensor {
  /// With axes of size 1 in front, up to `count` in all.
  fileprivate func withLeadingAxes(_ count: Int) -> Tensor {
    reshaped(to: Shape(Array(repeating: 1, count: Swift.max(count - rank, 0)) + shape.sizes))
  }
}
