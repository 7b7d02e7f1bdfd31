import WeftTensor

/// The input mirrored at its edges, which are not repeated, around sequences; see `PadLayer`.
///
/// Shape: [N, C, L] to [N, C, L'].
public final class ReflectionPad1d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis) { self.init(before: size, after: size) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis, less than the axis has.
  ///   - after: And after it.
  public init(before: PerAxis, after: PerAxis) {
    super.init(axes: 1, .reflect, before: before, after: after)
  }
}

/// The input mirrored at its edges, which are not repeated, around images; see `PadLayer`.
///
/// Shape: [N, C, H, W] to [N, C, H', W'].
public final class ReflectionPad2d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis) { self.init(before: size, after: size) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis, less than the axis has.
  ///   - after: And after it.
  public init(before: PerAxis, after: PerAxis) {
    super.init(axes: 2, .reflect, before: before, after: after)
  }
}

/// The input mirrored at its edges, which are not repeated, around volumes; see `PadLayer`.
///
/// Shape: [N, C, D, H, W] to [N, C, D', H', W'].
public final class ReflectionPad3d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis) { self.init(before: size, after: size) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis, less than the axis has.
  ///   - after: And after it.
  public init(before: PerAxis, after: PerAxis) {
    super.init(axes: 3, .reflect, before: before, after: after)
  }
}
