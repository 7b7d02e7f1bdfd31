import WeftTensor

/// The elements at the edges repeated around sequences; see `PadLayer`.
///
/// Shape: [N, C, L] to [N, C, L'].
public final class ReplicationPad1d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis) { self.init(before: size, after: size) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis.
  ///   - after: And after it.
  public init(before: PerAxis, after: PerAxis) {
    super.init(axes: 1, .replicate, before: before, after: after)
  }
}

/// The elements at the edges repeated around images; see `PadLayer`.
///
/// Shape: [N, C, H, W] to [N, C, H', W'].
public final class ReplicationPad2d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis) { self.init(before: size, after: size) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis.
  ///   - after: And after it.
  public init(before: PerAxis, after: PerAxis) {
    super.init(axes: 2, .replicate, before: before, after: after)
  }
}

/// The elements at the edges repeated around volumes; see `PadLayer`.
///
/// Shape: [N, C, D, H, W] to [N, C, D', H', W'].
public final class ReplicationPad3d: PadLayer {
  /// The same size before and after each axis.
  public convenience init(_ size: PerAxis) { self.init(before: size, after: size) }

  /// - Parameters:
  ///   - before: How much is added before each spatial axis.
  ///   - after: And after it.
  public init(before: PerAxis, after: PerAxis) {
    super.init(axes: 3, .replicate, before: before, after: after)
  }
}
