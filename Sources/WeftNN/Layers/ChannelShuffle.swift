import WeftTensor

/// Deals the channels of several groups in turn: the first of each group, then the second of each (Zhang et al.,
/// "ShuffleNet", 2018).
///
/// Shape: [N, C, spatial...] to the same.
public final class ChannelShuffle: Module {
  /// How many groups the channels are dealt from; it divides their number.
  public let groups: Int

  /// - Parameter groups: How many groups the channels are dealt from.
  public init(_ groups: Int) { self.groups = groups }
  public override func forward(_ input: Tensor) -> Tensor { input.channelShuffled(groups: groups) }
}
