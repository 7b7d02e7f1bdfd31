// Random tensors (`Note: Random streams`).

extension Tensor {
  /// Numbers spread evenly over `low ..< high`.
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(
    uniform shape: Shape, low: Double = 0, high: Double = 1, dtype: DType = .float32,
    using stream: RandomStream = Random.nextStream()
  ) {
    guard dtype.holds(low), dtype.holds(high), low <= high else {
      let expected = "bounds low <= high that a floating-point type holds"
      self = .failed(.random("uniform", expected, "\(low), \(high), \(dtype)"))
      return
    }
    self.init(TensorSpec(shape, dtype), .uniform(low: low, high: high), stream, operation: "uniform")
  }

  /// Numbers of the normal distribution.
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(
    normal shape: Shape, mean: Double = 0, deviation: Double = 1, dtype: DType = .float32,
    using stream: RandomStream = Random.nextStream()
  ) {
    guard dtype.holds(mean), dtype.holds(deviation), deviation >= 0 else {
      let expected = "a mean, and a deviation from 0, that a floating-point type holds"
      self = .failed(.random("normal", expected, "\(mean), \(deviation), \(dtype)"))
      return
    }
    self.init(TensorSpec(shape, dtype), .normal(mean: mean, deviation: deviation), stream, operation: "normal")
  }

  /// 1 (or true) with the given probability, else 0, in any element type.
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(
    bernoulli shape: Shape, probability: Double = 0.5, dtype: DType = .float32,
    using stream: RandomStream = Random.nextStream()
  ) {
    guard (0...1).contains(probability) else {
      self = .failed(.random("bernoulli", "a probability in 0 ... 1", "\(probability)"))
      return
    }
    self.init(TensorSpec(shape, dtype), .bernoulli(probability: probability), stream, operation: "bernoulli")
  }

  /// Integers of `range`, each as likely as the others.
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(
    integers shape: Shape, in range: Range<Int>, dtype: DType = .int64,
    using stream: RandomStream = Random.nextStream()
  ) {
    guard let held = dtype.integerRange, !range.isEmpty, held.contains(range.lowerBound),
      held.contains(range.upperBound - 1)
    else {
      let expected = "a range that is not empty and that the integer type holds"
      self = .failed(.random("integers", expected, "\(range), \(dtype)"))
      return
    }
    self.init(TensorSpec(shape, dtype), .integers(range), stream, operation: "integers")
  }

  /// The integers 0 ..< `count` in random order, as int64.
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(permutation count: Int, using stream: RandomStream = Random.nextStream()) {
    self.init(TensorSpec([count], .int64), .permutation, stream, operation: "permutation")
  }

  init(_ spec: TensorSpec, _ distribution: RandomDistribution, _ stream: RandomStream, operation: String) {
    if let error = TensorError.creating(spec, operation: operation) {
      self = .failed(error)
      return
    }
    self.init(uninitialized: spec)
    backend.random(distribution, stream, into: self)
    Modes.current.recorder?.didFill(self, distribution, stream)
  }
}

extension DType {
  /// Whether this is a floating-point type with a finite number beside `value`.
  func holds(_ value: Double) -> Bool {
    isFloatingPoint && Swift.abs(value) <= largestFinite
  }
}

extension TensorError {
  fileprivate static func random(_ operation: String, _ expected: String, _ got: String) -> TensorError {
    TensorError(.value, operation: operation, expected: expected, got: got)
  }

  /// Why a tensor of this kind cannot be made, if it cannot.
  static func creating(_ spec: TensorSpec, operation: String) -> TensorError? {
    guard spec.shape.checkedElementCount != nil, spec.shape.rank <= Tensor.maximumRank else {
      return TensorError(
        .shape, operation: operation,
        expected: "at most \(Tensor.maximumRank) sizes, from 0, that fit in memory", got: "\(spec.shape)")
    }
    guard spec.byteCount <= 1 << 20 || MemoryPool.shared.hasRoom(for: spec.byteCount) else {
      return .outOfMemory(spec, operation: operation)
    }
    return nil
  }
}
