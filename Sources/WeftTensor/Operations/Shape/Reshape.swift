/// The same elements, in row-major order, under another shape. Gradient: g reshaped back.
///
/// A view where strides can express it, else a copy.
public struct Reshape: LinearMap {
  public static let name = "reshape"
  public static let operands: Operands = ["x"]
  public static let equation = "y = x in row-major order under another shape"
  /// The new sizes; one of them may be -1, to be computed from the rest.
  public let shape: Shape

  /// - Parameter shape: The new sizes; one of them may be -1, to be computed from the rest.
  public init(to shape: Shape) { self.shape = shape }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [inputs[0].viewed(as: try resolved(from: inputs[0].shape))]
  }

  private func resolved(from old: Shape) throws(TensorError) -> Shape {
    var sizes = shape.sizes
    let known = sizes.reduce(1) { $1 == -1 ? $0 : $0.multipliedReportingOverflow(by: $1).partialValue }
    let unknown = sizes.indices.filter { sizes[$0] == -1 }
    if unknown.count == 1, known > 0, old.elementCount % known == 0 { sizes[unknown[0]] = old.elementCount / known }
    let result = Shape(sizes)
    guard result.checkedElementCount == old.elementCount else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", TensorSpec(old, .float32))],
        expected: "a shape of \(old.elementCount) elements (at most one size -1)", got: "\(shape)")
    }
    return result
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (input, shape) = (inputs[0], outputs[0].shape)
    if let strides = Layout.viewStrides(input.shape, input.strides, as: shape) {
      return [input.view(shape: shape, strides: strides).countedAs(outputs[0])]
    }
    let copy = input.contiguous().view(shape: shape, strides: shape.contiguousStrides, offset: 0)
    return [copy.countedAs(outputs[0])]
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation { Reshape(to: x.shape) }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Reshape(to: batch.whole(try resolved(from: batch.specs[0].shape))))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    guard let shape = try? resolved(from: Shape(inputs[0].shape)) else { return nil }
    return [ReferenceArray(shape: shape.sizes, values: inputs[0].values)]
  }

  public static let samples = [
    Sample(Reshape(to: [3, 2]), .real([2, 3])),
    Sample(Reshape(to: [-1]), .real([2, 3, 1])),
    Sample(Reshape(to: [0, 5]), .real([5, 0])),
  ]

  public static let refusals = [
    Refusal(Reshape(to: [4]), .real([2, 3]), because: "a shape of 6 elements"),
    Refusal(Reshape(to: [-1, 4]), .real([2, 3]), because: "a shape of 6 elements"),
    Refusal(Reshape(to: [-1, -1]), .real([2, 3]), because: "at most one size -1"),
    Refusal(Reshape(to: [-2, -3]), .real([2, 3]), because: "a shape of 6 elements"),
  ]
}

extension Tensor {
  /// The same elements in row-major order under another shape; one size may be -1. A view where possible.
  public func reshaped(to shape: Shape) -> Tensor { shape == self.shape ? self : apply(Reshape(to: shape), [self])[0] }
  /// The same elements in row-major order under another shape; one size may be -1. A view where possible.
  public func reshaped(_ sizes: Int...) -> Tensor { reshaped(to: Shape(sizes)) }

  /// Axes `first` through `last` joined to one.
  public func flattened(from first: Int = 0, through last: Int = -1) -> Tensor {
    if isLine(first), isLine(last) { return reshaped(to: [1]) }
    guard let from = shape.axis(first), let to = shape.axis(last), from <= to else {
      return .failed(.axis(shape.axis(first) == nil ? first : last, rank: rank, operation: "flattened"))
    }
    if from == to { return self }
    let joined = shape.sizes[from...to].reduce(1, *)
    return reshaped(to: Shape(shape.sizes[..<from] + [joined] + shape.sizes[(to + 1)...]))
  }

  /// An axis of size 1 added before `axis`; -1 adds one at the end.
  public func unsqueezed(_ axis: Int) -> Tensor {
    let place = axis < 0 ? axis + rank + 1 : axis
    guard (0...rank).contains(place) else { return .failed(.axis(axis, rank: rank + 1, operation: "unsqueezed")) }
    var sizes = shape.sizes
    sizes.insert(1, at: place)
    return reshaped(to: Shape(sizes))
  }

  /// Without the axes of size 1: all of them, or the one named (which stays if it is longer).
  public func squeezed(_ axis: Int? = nil) -> Tensor {
    guard let axis else { return reshaped(to: Shape(shape.sizes.filter { $0 != 1 })) }
    if isLine(axis) { return self }
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "squeezed")) }
    guard shape[place] == 1 else { return self }
    var sizes = shape.sizes
    sizes.remove(at: place)
    return reshaped(to: Shape(sizes))
  }

  /// Without those of `axes` that have size 1.
  public func squeezed(axes: [Int]) -> Tensor {
    do throws(TensorError) {
      let named = try shape.reducedAxes(axes, operation: "squeezed")
      return reshaped(to: shape.removing(axes: named.filter { shape[$0] == 1 }, keepDims: false))
    } catch {
      return .failed(error)
    }
  }
}
