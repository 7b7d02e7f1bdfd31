/// A view that repeats axes of size 1. Gradient: g, summed back by the engine.
public struct Expand: TensorOperation {
  public static let name = "expand"
  public static let operands: Operands = ["x"]
  public static let equation = "y[i, j] = x[j], axes of size 1 repeated"
  /// The new sizes; -1 keeps the size of the axis.
  public let shape: Shape

  /// - Parameter shape: The new sizes; -1 keeps the size of the axis.
  public init(to shape: Shape) { self.shape = shape }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let old = inputs[0].shape
    var sizes = shape.sizes
    let lead = sizes.count - old.rank
    for axis in sizes.indices where sizes[axis] == -1 && axis >= lead && lead >= 0 {
      sizes[axis] = old.axes[axis - lead]
    }
    let result = Shape(sizes)
    let fits = !sizes.contains { $0 < 0 } && Shape.broadcast(old, result) == result
    guard fits || result.rank > Tensor.maximumRank else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "a shape that \(old) stretches to: axes matched from the last, only size 1 stretches",
        got: "\(shape)")
    }
    return [inputs[0].viewed(as: result)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (input, shape) = (inputs[0], outputs[0].shape)
    let strides = Layout.broadcastStrides(input.strides, from: input.shape, to: shape)
    return [input.view(shape: shape, strides: strides).countedAs(outputs[0])]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] { [gradients[0]] }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  /// New leading axes come between the batch and the example's own.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    apply(Expand(to: batch.whole(shape)), [batch.aligned(0, rank: shape.rank)])
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray(shape: shape.sizes) { inputs[0][$0] }]
  }

  public static let samples = [
    Sample(Expand(to: [2, 3]), .real([3])),
    Sample(Expand(to: [4, 2, 3]), .real([2, 1])),
    Sample(Expand(to: [0, 3]), .real([1, 3])),
  ]

  public static let refusals = [
    Refusal(Expand(to: [2, 3]), .real([2]), because: "only size 1 stretches"),
    Refusal(Expand(to: [3]), .real([2, 3]), because: "a shape that [2, 3] stretches to"),
    Refusal(Expand(to: [-1, 3]), .real([3]), because: "a shape that [3] stretches to"),
  ]
}

extension Tensor {
  /// A view in which axes of size 1 (and new leading axes) repeat, without copying; -1 keeps an axis.
  public func expanded(to shape: Shape) -> Tensor { shape == self.shape ? self : apply(Expand(to: shape), [self])[0] }
}
