import WeftTensor

/// Deals the channels of several groups in turn: the first of each group, then the second of each (Zhang et al.,
/// "ShuffleNet", 2018).
///
/// Shape: [N, C, spatial...] to the same.
public final class ChannelShuffle: Module {
  public let groups: Int

  public init(_ groups: Int) { self.groups = groups }
  public override func forward(_ input: Tensor) -> Tensor { input.channelShuffled(groups: groups) }
}
