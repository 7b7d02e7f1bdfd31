import WeftTensor

extension GPT {
  /// Continues each sequence by `count` tokens, one at a time, each drawn from softmax(logits / temperature).
  ///
  /// Shape: tokens [N, T] with T from 1, of integers; result [N, T + count].
  /// - Parameters:
  ///   - temperature: From 0, where the likeliest token is taken, to infinity, where all are equally likely.
  ///   - topK: Draws among the likeliest `topK` tokens only.
  ///   - usesCache: Whether keys and values are kept from token to token, which saves time and changes nothing else.
  ///     Once the sequence is longer than the context, each token sees the last `contextLength` ones, and nothing can
  ///     be kept, since every position moves.
  ///   - stream: Where the random numbers come from; left out, the next stream of the process-wide generator.
  ///
  /// Runs without recording; in evaluation after `eval()` only, as in any other call.
  public func generate(
    _ tokens: Tensor, count: Int, temperature: Double = 1, topK: Int? = nil, usesCache: Bool = true,
    using stream: RandomStream? = nil
  ) -> Tensor {
    if let error = misuse(tokens, count, temperature, topK) { return .failed(error) }
    let origin = stream ?? Random.nextStream()
    var generator = RandomGenerator(seed: origin.seed).derived(Int(truncatingIfNeeded: origin.offset))
    let cache = usesCache ? KeyValueCache(numLayers: blocks.count) : nil
    return noGrad {
      (0..<count).reduce(tokens.converted(to: .int64)) { tokens, _ in
        let next = drawn(lastLogits(tokens, cache), temperature, topK, generator.nextStream())
        return concatenated([tokens, next], axis: 1)
      }
    }
  }

  /// The logits after the last token, [N, vocabulary].
  private func lastLogits(_ tokens: Tensor, _ cache: KeyValueCache?) -> Tensor {
    let length = tokens.shape[1]
    let known = cache?.positionCount ?? 0
    if let cache, length <= contextLength {
      return last(self(tokens.sliced(axis: 1, from: known), cache: cache))
    }
    return last(self(tokens.sliced(axis: 1, from: max(length - contextLength, 0))))
  }

  private func last(_ logits: Tensor) -> Tensor { logits.sliced(axis: 1, from: logits.shape[1] - 1).squeezed(1) }

  /// One token for each row, [N, 1]: the largest of logits with noise of Gumbel's distribution, which is a draw from
  /// their softmax.
  private func drawn(_ logits: Tensor, _ temperature: Double, _ topK: Int?, _ stream: RandomStream) -> Tensor {
    let logits = logits.converted(to: .float64)
    // Nothing above 0, so that a division by a small temperature ends at -∞.
    var scores = logits - logits.max(axis: 1, keepDims: true)
    if let topK, topK < scores.shape[1] {
      let least = scores.topK(topK, axis: 1).values.sliced(axis: 1, from: topK - 1)
      scores = Tensor.where(scores .< least, Tensor(-Double.infinity, dtype: .float64), scores)
    }
    if temperature > 0 {
      let uniform = Tensor(uniform: scores.shape, dtype: .float64, using: stream)
      let noise = -(-uniform.clamped(low: 0x1p-60).log()).log()
      let excluded = -Double.infinity
      scores = Tensor.where(scores .== excluded, Tensor(excluded, dtype: .float64), scores / temperature) + noise
    }
    return scores.argMax(axis: 1, keepDims: true)
  }

  private func misuse(_ tokens: Tensor, _ count: Int, _ temperature: Double, _ topK: Int?) -> TensorError? {
    func error(_ code: TensorError.Code, _ expected: String, _ got: String) -> TensorError {
      TensorError(
        code, operation: "GPT.generate", operands: [("tokens", tokens.spec)], expected: expected, got: got,
        hint: tokens.rank == 1 ? "one text? `tokens.unsqueezed(0)`" : "")
    }
    if tokens.rank != 2 || tokens.shape[1] < 1 {
      return error(.shape, "tokens [batch, positions], at least one of them", "\(tokens.shape)")
    }
    if tokens.dtype == .bool || tokens.dtype.isFloatingPoint {
      return error(.dtype, "tokens of an integer type", "\(tokens.dtype)")
    }
    if count < 0 { return error(.value, "a count from 0", "\(count)") }
    if !(temperature >= 0) { return error(.value, "a temperature from 0", "\(temperature)") }
    if let topK, topK < 1 { return error(.value, "topK from 1", "\(topK)") }
    return nil
  }
}
