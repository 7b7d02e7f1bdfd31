import WeftTensor

/// What the adaptive pools share: a fixed number of windows that cover the spatial axes evenly, window i being
/// ⌊i·in/out⌋ ..< ⌈(i+1)·in/out⌉.
///
/// Shape: [N, C, spatial...] to [N, C, outputSize...], or the same without N; a size of -1 keeps the axis.
public class AdaptivePoolLayer: Module {
  let axes: Int
  /// The spatial sizes of the result; -1 keeps that of the input.
  public let outputSize: PerAxis

  init(axes: Int, _ outputSize: PerAxis) { (self.axes, self.outputSize) = (axes, outputSize) }
}

/// The means of evenly laid windows.
public class AdaptiveAvgPoolLayer: AdaptivePoolLayer {
  public override func forward(_ input: Tensor) -> Tensor {
    input.adaptiveAveragePooled(to: outputSize, spatialAxes: axes)
  }
}

/// The maxima of evenly laid windows.
public class AdaptiveMaxPoolLayer: AdaptivePoolLayer {
  public override func forward(_ input: Tensor) -> Tensor {
    input.adaptiveMaxPooled(to: outputSize, spatialAxes: axes)
  }
}

/// The means of evenly laid windows.
///
/// Shape: [N, C, L] to [N, C, outputSize].
public final class AdaptiveAvgPool1d: AdaptiveAvgPoolLayer {
  /// - Parameter outputSize: How many windows lie along each spatial axis; -1 keeps the axis.
  public init(_ outputSize: PerAxis) { super.init(axes: 1, outputSize) }
}

/// The means of evenly laid windows; `AdaptiveAvgPool2d(1)` is the mean of each channel.
///
/// Shape: [N, C, H, W] to [N, C, outputSize...].
public final class AdaptiveAvgPool2d: AdaptiveAvgPoolLayer {
  /// - Parameter outputSize: How many windows lie along each spatial axis; -1 keeps the axis.
  public init(_ outputSize: PerAxis) { super.init(axes: 2, outputSize) }
}

/// The means of evenly laid windows.
///
/// Shape: [N, C, D, H, W] to [N, C, outputSize...].
public final class AdaptiveAvgPool3d: AdaptiveAvgPoolLayer {
  /// - Parameter outputSize: How many windows lie along each spatial axis; -1 keeps the axis.
  public init(_ outputSize: PerAxis) { super.init(axes: 3, outputSize) }
}

/// The maxima of evenly laid windows.
///
/// Shape: [N, C, L] to [N, C, outputSize].
public final class AdaptiveMaxPool1d: AdaptiveMaxPoolLayer {
  /// - Parameter outputSize: How many windows lie along each spatial axis; -1 keeps the axis.
  public init(_ outputSize: PerAxis) { super.init(axes: 1, outputSize) }
}

/// The maxima of evenly laid windows.
///
/// Shape: [N, C, H, W] to [N, C, outputSize...].
public final class AdaptiveMaxPool2d: AdaptiveMaxPoolLayer {
  /// - Parameter outputSize: How many windows lie along each spatial axis; -1 keeps the axis.
  public init(_ outputSize: PerAxis) { super.init(axes: 2, outputSize) }
}

/// The maxima of evenly laid windows.
///
/// Shape: [N, C, D, H, W] to [N, C, outputSize...].
public final class AdaptiveMaxPool3d: AdaptiveMaxPoolLayer {
  /// - Parameter outputSize: How many windows lie along each spatial axis; -1 keeps the axis.
  public init(_ outputSize: PerAxis) { super.init(axes: 3, outputSize) }
}
