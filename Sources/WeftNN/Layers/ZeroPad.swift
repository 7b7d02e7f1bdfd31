import WeftTensor

/// Zeros around sequences; see `PadLayer`. Negative sizes crop.
///
/// Shape: [N, C, L] to [N, C, L'].
public final class ZeroPad1d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis) { self.init(before: size, after: size) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis; where negative, cut off.
  ///   - after: And after it.
  public init(before: PerAxis, after: PerAxis) {
    super.init(axes: 1, .constant(0), before: before, after: after)
  }
}

/// Zeros around images; see `PadLayer`. Negative sizes crop.
///
/// Shape: [N, C, H, W] to [N, C, H', W'].
public final class ZeroPad2d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis) { self.init(before: size, after: size) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis; where negative, cut off.
  ///   - after: And after it.
  public init(before: PerAxis, after: PerAxis) {
    super.init(axes: 2, .constant(0), before: before, after: after)
  }
}

/// Zeros around volumes; see `PadLayer`. Negative sizes crop.
///
/// Shape: [N, C, D, H, W] to [N, C, D', H', W'].
public final class ZeroPad3d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis) { self.init(before: size, after: size) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis; where negative, cut off.
  ///   - after: And after it.
  public init(before: PerAxis, after: PerAxis) {
    super.init(axes: 3, .constant(0), before: before, after: after)
  }
}
