extension Tensor {
  /// 1 with the probability that each element of `probabilities` names, else 0.
  ///
  /// - Parameters:
  ///   - dtype: Left out, the probabilities' own.
  ///   - stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(
    bernoulli probabilities: Tensor, dtype: DType? = nil, using stream: RandomStream = Random.nextStream()
  ) {
    let isFit = (probabilities .>= 0).logicalAnd(probabilities .<= 1)
    if let error = probabilities.refusal(
      by: "bernoulli", "probabilities", in: "0 ... 1", isFit, kinds: [("above 1", probabilities .> 1)])
    {
      self = .failed(error)
      return
    }
    let uniform = Tensor(uniform: probabilities.shape, dtype: .float64, using: stream)
    self = (uniform .< probabilities.detach()).converted(to: dtype ?? probabilities.dtype)
  }
}
