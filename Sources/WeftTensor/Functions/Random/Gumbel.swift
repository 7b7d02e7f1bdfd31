extension Tensor {
  /// Numbers of the standard Gumbel distribution, -log(-log u) of uniform u.
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(gumbel shape: Shape, dtype: DType = .float32, using stream: RandomStream = Random.nextStream()) {
    // From the exponential distribution, whose smallest number 0 is kept from infinity.
    let wide = Tensor(exponential: shape, dtype: dtype == .float32 ? .float32 : .float64, using: stream)
    self = (-wide.clamped(low: dtype == .float32 ? 0x1p-126 : 0x1p-1022).log()).converted(to: dtype)
  }

  /// A random one-hot vector along `axis` with the probabilities whose logarithms these are, up to a constant, softened
  /// by `temperature` (Jang, Gu, Poole 2017).
  ///
  /// - Parameters:
  ///   - isHard: The result is one-hot, with the gradient of the soft one (straight-through).
  ///   - stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public func gumbelSoftmax(
    temperature: Double = 1, isHard: Bool = false, axis: Int = -1, using stream: RandomStream = Random.nextStream()
  ) -> Tensor {
    guard temperature > 0 else {
      return .failed(
        TensorError(
          .value, operation: "gumbelSoftmax", expected: "a temperature above 0", got: "\(temperature)",
          hint: "`isHard: true` gives a one-hot vector"))
    }
    let noise = Tensor(gumbel: shape, dtype: dtype.floating, using: stream)
    let soft = ((self + noise) / temperature).softmax(axis: axis)
    if isHard, isLine(axis) { return soft.onesLike() - soft.detach() + soft }
    guard isHard, let place = shape.axis(axis) else { return soft }
    let hard = soft.zerosLike().scattered(1.0, at: soft.argMax(axis: place, keepDims: true), axis: place)
    return hard - soft.detach() + soft
  }
}
