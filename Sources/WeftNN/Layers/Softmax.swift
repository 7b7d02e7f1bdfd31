import WeftTensor

/// eˣ / Σeˣ along an axis: positive numbers that add up to 1.
///
/// Shape: any to the same. For the loss of a classifier use `crossEntropy` on the logits instead.
public final class Softmax: Module {
  /// The axis along which the numbers are shares of a whole.
  public let axis: Int

  /// - Parameter axis: The axis along which the numbers are shares of a whole, counted from the end where negative.
  public init(axis: Int) { self.axis = axis }
  public override func forward(_ input: Tensor) -> Tensor { input.softmax(axis: axis) }
}

/// The softmax of -x: the smallest gets the most.
public final class Softmin: Module {
  /// The axis along which the numbers are shares of a whole.
  public let axis: Int

  /// - Parameter axis: The axis along which the numbers are shares of a whole, counted from the end where negative.
  public init(axis: Int) { self.axis = axis }
  public override func forward(_ input: Tensor) -> Tensor { input.softmin(axis: axis) }
}

/// x - log Σeˣ along an axis.
///
/// Shape: any to the same.
public final class LogSoftmax: Module {
  /// The axis along which the numbers are shares of a whole.
  public let axis: Int

  /// - Parameter axis: The axis along which the numbers are shares of a whole, counted from the end where negative.
  public init(axis: Int) { self.axis = axis }
  public override func forward(_ input: Tensor) -> Tensor { input.logSoftmax(axis: axis) }
}
