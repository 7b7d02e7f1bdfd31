import WeftTensor

/// Resamples the spatial axes, to a size or by a scale.
///
/// Shape: [N, C, spatial...] with 1 to 3 spatial axes to [N, C, spatial'...], spatial' = ⌊spatial · scale⌋.
public final class Upsample: Module {
  public let size: PerAxis?
  public let scales: [Double]
  public let mode: InterpolationMode
  public let alignCorners: Bool

  /// - Parameters:
  ///   - size: One number for all spatial axes, or one for each.
  ///   - mode: `linear` is `bilinear` of images and `trilinear` of volumes.
  ///   - alignCorners: Whether the centers of the corner elements stay where they are, rather than the outer edges.
  public init(size: PerAxis, mode: InterpolationMode = .nearest, alignCorners: Bool = false) {
    (self.size, scales, self.mode, self.alignCorners) = (size, [], mode, alignCorners)
  }

  /// - Parameter scales: One number per spatial axis.
  public init(scales: [Double], mode: InterpolationMode = .nearest, alignCorners: Bool = false) {
    (size, self.scales, self.mode, self.alignCorners) = (nil, scales, mode, alignCorners)
  }

  /// - Parameter scale: One number for all spatial axes.
  public convenience init(scale: Double, mode: InterpolationMode = .nearest, alignCorners: Bool = false) {
    self.init(scales: [scale], mode: mode, alignCorners: alignCorners)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    guard let size else { return input.interpolated(scales: scales, mode: mode, alignCorners: alignCorners) }
    return input.interpolated(size: size, mode: mode, alignCorners: alignCorners)
  }
}
