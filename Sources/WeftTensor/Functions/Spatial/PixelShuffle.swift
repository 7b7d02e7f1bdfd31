extension Tensor {
  /// Channels laid out as pixels: each group of factor² channels becomes a factor × factor block of the image (Shi et
  /// al., 2016).
  ///
  /// Shape: [..., C·factor², H, W] to [..., C, H·factor, W·factor].
  public func pixelShuffled(by factor: Int) -> Tensor {
    let isFactor = Tensor.isShuffleFactor(factor)
    guard rank >= 3, isFactor, shape[-3] % (factor * factor) == 0 else {
      return .failed(
        TensorError(
          .shape, operation: "pixelShuffle", operands: [("input", spec)],
          expected: "[..., a multiple of \(isFactor ? factor * factor : 1) channels, height, width], a factor from 1",
          got: "\(shape), factor \(factor)"))
    }
    let (lead, channels, height, width) = (shape.sizes.dropLast(3), shape[-3], shape[-2], shape[-1])
    let outward = Array(lead.indices) + [1, 2, 0].map { lead.count + $0 }
    if !isContiguous, permuted(outward).isContiguous {
      // Channels that lie last stay there.
      let apart = permuted(outward).reshaped(
        to: Shape(lead + [height, width, channels / (factor * factor), factor, factor]))
      let order = lead.indices + [0, 3, 1, 4, 2].map { lead.count + $0 }
      let pixels = apart.permuted(order).reshaped(
        to: Shape(lead + [height * factor, width * factor, channels / (factor * factor)]))
      return pixels.permuted(lead.indices + [2, 0, 1].map { lead.count + $0 })
    }
    let apart = reshaped(to: Shape(lead + [channels / (factor * factor), factor, factor, height, width]))
    let order = lead.indices + [0, 3, 1, 4, 2].map { lead.count + $0 }
    return apart.permuted(order).reshaped(
      to: Shape(lead + [channels / (factor * factor), height * factor, width * factor]))
  }

  /// Pixels laid out as channels: the inverse of `pixelShuffled`.
  ///
  /// Shape: [..., C, H·factor, W·factor] to [..., C·factor², H, W].
  public func pixelUnshuffled(by factor: Int) -> Tensor {
    guard rank >= 3, Tensor.isShuffleFactor(factor), shape[-2] % factor == 0, shape[-1] % factor == 0 else {
      return .failed(
        TensorError(
          .shape, operation: "pixelUnshuffle", operands: [("input", spec)],
          expected: "[..., channels, height, width], both multiples of a factor from 1",
          got: "\(shape), factor \(factor)"))
    }
    let (lead, channels) = (shape.sizes.dropLast(3), shape[-3])
    let (height, width) = (shape[-2] / factor, shape[-1] / factor)
    let apart = reshaped(to: Shape(lead + [channels, height, factor, width, factor]))
    let order = lead.indices + [0, 2, 4, 1, 3].map { lead.count + $0 }
    return apart.permuted(order).reshaped(to: Shape(lead + [channels * factor * factor, height, width]))
  }

  /// Whether this many pixels may be a block's side; its square is computed.
  private static func isShuffleFactor(_ factor: Int) -> Bool { (1...Int(Int16.max)).contains(factor) }
}
