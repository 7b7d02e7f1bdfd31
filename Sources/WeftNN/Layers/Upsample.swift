import WeftTensor

/// Resamples the spatial axes, to a size or by a scale.
///
/// Shape: [N, C, spatial...] with 1 to 3 spatial axes to [N, C, spatial'...], spatial' = ⌊spatial · scale⌋.
public final class Upsample: Module {
  /// The spatial sizes of the result; nil where scales are given.
  public let size: PerAxis?
  /// What the spatial sizes are multiplied by, one number for all or one for each; empty where sizes are given.
  public let scales: [Double]
  /// How values between the input's elements are found.
  public let mode: InterpolationMode
  /// Whether the centers of the corner elements stay where they are, rather than the outer edges.
  public let alignCorners: Bool
  /// Whether the scale that positions follow from is that of the whole sizes, size' / size, rather than the given one.
  public let recomputesScale: Bool

  /// - Parameters:
  ///   - size: One number for all spatial axes, or one for each.
  ///   - mode: `linear` is `bilinear` of images and `trilinear` of volumes.
  ///   - alignCorners: Whether the centers of the corner elements stay where they are, rather than the outer edges.
  public init(size: PerAxis, mode: InterpolationMode = .nearest, alignCorners: Bool = false) {
    (self.size, scales, self.mode, self.alignCorners) = (size, [], mode, alignCorners)
    recomputesScale = false
  }

  /// - Parameters:
  ///   - scales: One number per spatial axis.
  ///   - recomputesScale: Whether positions follow from the whole sizes, size' / size, rather than from `scales`: the two
  ///     differ where size · scale is no whole number. PyTorch's `recompute_scale_factor`.
  public init(
    scales: [Double], mode: InterpolationMode = .nearest, alignCorners: Bool = false, recomputesScale: Bool = false
  ) {
    (size, self.scales, self.mode, self.alignCorners) = (nil, scales, mode, alignCorners)
    self.recomputesScale = recomputesScale
  }

  /// - Parameter scale: One number for all spatial axes.
  public convenience init(
    scale: Double, mode: InterpolationMode = .nearest, alignCorners: Bool = false, recomputesScale: Bool = false
  ) {
    self.init(scales: [scale], mode: mode, alignCorners: alignCorners, recomputesScale: recomputesScale)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    guard let size = size ?? recomputedSize(of: input) else {
      return input.interpolated(scales: scales, mode: mode, alignCorners: alignCorners)
    }
    return input.interpolated(size: size, mode: mode, alignCorners: alignCorners)
  }

  /// The sizes that the scales lead to; nil where the scales are used themselves, or cannot be: then that says so.
  private func recomputedSize(of input: Tensor) -> PerAxis? {
    guard recomputesScale, (3...5).contains(input.rank) else { return nil }
    let all = scales.count == 1 ? Array(repeating: scales[0], count: input.rank - 2) : scales
    let sizes = zip(all, input.shape.sizes.dropFirst(2)).map { $0 * Double($1) }
    guard all.count == input.rank - 2, sizes.allSatisfy({ $0 >= 1 && $0 < 0x1p31 }) else { return nil }
    return PerAxis(sizes.map { Int($0) })
  }
}
