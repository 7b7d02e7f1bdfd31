extension Tensor {
  /// 1 with the probability that each element of `probabilities` names, else 0.
  ///
  /// - Parameters:
  ///   - dtype: Left out, the probabilities' own.
  ///   - stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(
    bernoulli probabilities: Tensor, dtype: DType? = nil, using stream: RandomStream = Random.nextStream()
  ) {
    let outside = (probabilities .>= 0).logicalAnd(probabilities .<= 1).logicalNot().any()
    guard probabilities.dtype.isFloatingPoint, !outside.item(as: Bool.self) else {
      self = .failed(
        TensorError(
          .value, operation: "bernoulli", operands: [("probabilities", probabilities.spec)],
          expected: "floating-point probabilities in 0 ... 1", got: "others"))
      return
    }
    let uniform = Tensor(uniform: probabilities.shape, dtype: .float64, using: stream)
    self = (uniform .< probabilities.detach()).converted(to: dtype ?? probabilities.dtype)
  }
}
