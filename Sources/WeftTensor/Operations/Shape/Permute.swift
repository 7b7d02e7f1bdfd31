/// A view with the axes in another order. Gradient: g with the order undone.
public struct Permute: LinearMap {
  public static let name = "permute"
  public static let operands: Operands = ["x"]
  public static let equation = "y = x with its axes in another order"
  /// For each axis of the result, the axis of the input it is.
  public let axes: [Int]

  public init(_ axes: [Int]) { self.axes = axes }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let order = try resolved(rank: inputs[0].shape.rank)
    return [TensorSpec(Shape(order.map { inputs[0].shape.axes[$0] }), inputs[0].dtype)]
  }

  private func resolved(rank: Int) throws(TensorError) -> [Int] {
    let order = axes.map { $0 < 0 ? $0 + rank : $0 }
    guard order.sorted() == Array(0..<rank) else {
      throw TensorError(
        .axis, operation: Self.name, expected: "each of the \(rank) axes once", got: "\(axes)")
    }
    return order
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let strides = AxisValues(axes.map { inputs[0].strides[$0 < 0 ? $0 + axes.count : $0] })
    return [inputs[0].view(shape: outputs[0].shape, strides: strides)]
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation {
    var inverse = axes
    for (place, axis) in axes.enumerated() { inverse[axis < 0 ? axis + axes.count : axis] = place }
    return Permute(inverse)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Permute([0] + axes.map { batch.shifted($0) }))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    guard let order = try? resolved(rank: inputs[0].shape.count) else { return nil }
    return [
      ReferenceArray(shape: order.map { inputs[0].shape[$0] }) { index in
        var source = index
        for (place, axis) in order.enumerated() { source[axis] = index[place] }
        return inputs[0][source]
      }
    ]
  }

  public static let samples = [
    Sample(Permute([1, 0]), .real([2, 3])),
    Sample(Permute([2, 0, -2]), .real([2, 3, 4])),
  ]

  public static let refusals = [
    Refusal(Permute([0]), .real([2, 3]), because: "each of the 2 axes once"),
    Refusal(Permute([0, -2]), .real([2, 3]), because: "each of the 2 axes once"),
    Refusal(Permute([0, 2]), .real([2, 3]), because: "each of the 2 axes once"),
  ]
}

extension Tensor {
  /// A view with the axes in the order given.
  public func permuted(_ axes: [Int]) -> Tensor { apply(Permute(axes), [self])[0] }
  /// A view with the axes in the order given.
  public func permuted(_ axes: Int...) -> Tensor { permuted(axes) }

  /// A view with two axes exchanged.
  public func transposed(_ a: Int = -2, _ b: Int = -1) -> Tensor {
    if isLine(a), isLine(b) { return self }
    guard let first = shape.axis(a), let second = shape.axis(b) else {
      return .failed(.axis(shape.axis(a) == nil ? a : b, rank: rank, operation: "transposed"))
    }
    var order = Array(0..<rank)
    order.swapAt(first, second)
    return permuted(order)
  }
}
