extension Tensor {
  /// The channels of `groups` groups dealt in turn: the first of each group, then the second of each (Zhang et al.,
  /// "ShuffleNet", 2018).
  ///
  /// Shape: [N, C, ...] to the same.
  public func channelShuffled(groups: Int) -> Tensor {
    guard rank >= 3, groups >= 1, shape[1] % groups == 0 else {
      return .failed(
        TensorError(
          .shape, operation: "channelShuffle", operands: [("input", spec)],
          expected: "[batch, channels, spatial...], with a multiple of the \(groups) groups as channels",
          got: "\(shape)"))
    }
    let rest = shape.sizes.dropFirst(2)
    let apart = reshaped(to: Shape([shape[0], groups, shape[1] / groups] + rest))
    return apart.transposed(1, 2).reshaped(to: shape)
  }
}
