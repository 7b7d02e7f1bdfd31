extension Tensor {
  /// Numbers of normal distributions with these means and deviations, broadcast. Gradients flow to both (PyTorch's
  /// `normal` has none; its `Normal.rsample` has these).
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(normal mean: Tensor, deviation: Tensor, using stream: RandomStream = Random.nextStream()) {
    do throws(TensorError) {
      let shape = try broadcastShape(of: [mean.spec, deviation.spec], operation: "normal")
      let dtype = DType.promoted([mean.spec, deviation.spec]).floating
      // Of integers too, which no other draw takes.
      let sizes = deviation.dtype.isFloatingPoint ? deviation : deviation.converted(to: .float64)
      if let error = sizes.refusal(by: "normal", "deviation", in: "0 ...", sizes .>= 0) { throw error }
      self = mean + deviation * Tensor(normal: shape, dtype: dtype, using: stream)
    } catch {
      self = .failed(error)
    }
  }
}
