import WeftTensor

/// Lays channels out as pixels: each factor² channels become blocks of factor x factor (Shi et al., 2016).
///
/// Shape: [..., C·factor², H, W] to [..., C, H·factor, W·factor].
public final class PixelShuffle: Module {
  /// The height and width of a block.
  public let factor: Int

  /// - Parameter factor: By which height and width grow; its square divides the channels.
  public init(_ factor: Int) { self.factor = factor }
  public override func forward(_ input: Tensor) -> Tensor { input.pixelShuffled(by: factor) }
}

/// Lays pixels out as channels: the inverse of `PixelShuffle`.
///
/// Shape: [..., C, H·factor, W·factor] to [..., C·factor², H, W].
public final class PixelUnshuffle: Module {
  /// The height and width of a block.
  public let factor: Int

  /// - Parameter factor: By which height and width shrink; it divides both.
  public init(_ factor: Int) { self.factor = factor }
  public override func forward(_ input: Tensor) -> Tensor { input.pixelUnshuffled(by: factor) }
}
