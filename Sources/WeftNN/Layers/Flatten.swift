import WeftTensor

/// The axes from `first` through `last` as one.
///
/// Shape: [N, a, b, ...] to [N, a·b·...].
public final class Flatten: Module {
  /// The first of the axes that become one.
  public let first: Int
  /// The last of them, counted from the end where negative.
  public let last: Int

  /// By default all axes but the batch's.
  public init(from first: Int = 1, through last: Int = -1) { (self.first, self.last) = (first, last) }

  public override func forward(_ input: Tensor) -> Tensor { input.flattened(from: first, through: last) }
}

/// One axis as several, in row-major order; one of the sizes may be -1.
///
/// Shape: [..., a·b·..., ...] to [..., a, b, ..., ...].
public final class Unflatten: Module {
  /// The axis that becomes several.
  public let axis: Int
  /// The sizes of the new axes, of which one may be -1.
  public let sizes: Shape

  /// - Parameter sizes: Their product is the axis's size; one may be -1, and is then what is left for it.
  public init(axis: Int, into sizes: Shape) { (self.axis, self.sizes) = (axis, sizes) }

  public override func forward(_ input: Tensor) -> Tensor {
    guard let place = input.shape.axis(axis) else {
      return .failed(
        TensorError(
          .axis, operation: "Unflatten", operands: [("input", input.spec)], expected: "an input that has axis \(axis)",
          got: "\(input.rank) axes"))
    }
    return input.reshaped(to: Shape(input.shape.sizes[..<place] + sizes.sizes + input.shape.sizes[(place + 1)...]))
  }
}

/// The input itself.
public final class Identity: Module {
  public override init() {}
  public override func forward(_ input: Tensor) -> Tensor { input }
}
