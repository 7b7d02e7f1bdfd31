import WeftTensor

/// A number around sequences; see `PadLayer`. Negative sizes crop.
///
/// Shape: [N, C, L] to [N, C, L'].
public final class ConstantPad1d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis, value: Double) { self.init(before: size, after: size, value: value) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis.
  ///   - after: And after it.
  ///   - value: The number that stands there.
  public init(before: PerAxis, after: PerAxis, value: Double) {
    super.init(axes: 1, .constant(value), before: before, after: after)
  }
}

/// A number around images; see `PadLayer`. Negative sizes crop.
///
/// Shape: [N, C, H, W] to [N, C, H', W'].
public final class ConstantPad2d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis, value: Double) { self.init(before: size, after: size, value: value) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis.
  ///   - after: And after it.
  ///   - value: The number that stands there.
  public init(before: PerAxis, after: PerAxis, value: Double) {
    super.init(axes: 2, .constant(value), before: before, after: after)
  }
}

/// A number around volumes; see `PadLayer`. Negative sizes crop.
///
/// Shape: [N, C, D, H, W] to [N, C, D', H', W'].
public final class ConstantPad3d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis, value: Double) { self.init(before: size, after: size, value: value) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis.
  ///   - after: And after it.
  ///   - value: The number that stands there.
  public init(before: PerAxis, after: PerAxis, value: Double) {
    super.init(axes: 3, .constant(value), before: before, after: after)
  }
}
