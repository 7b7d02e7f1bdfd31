extension Tensor {
  /// Numbers of normal distributions with these means and deviations, broadcast. Gradients flow to both (PyTorch's
  /// `normal` has none; its `Normal.rsample` has these).
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(normal mean: Tensor, deviation: Tensor, using stream: RandomStream = Random.nextStream()) {
    do throws(TensorError) {
      let shape = try broadcastShape(of: [mean.spec, deviation.spec], operation: "normal")
      let dtype = DType.promoted([mean.spec, deviation.spec]).floating
      guard !(deviation .< 0).any().item(as: Bool.self) else {
        throw TensorError(
          .value, operation: "normal", operands: [("mean", mean.spec), ("deviation", deviation.spec)],
          expected: "deviations from 0", got: "negative ones")
      }
      self = mean + deviation * Tensor(normal: shape, dtype: dtype, using: stream)
    } catch {
      self = .failed(error)
    }
  }
}
