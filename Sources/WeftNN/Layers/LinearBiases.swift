import WeftTensor

/// Attention with linear biases (Press et al., "Train Short, Test Long", 2021): instead of positions in the input, each
/// head takes slope · distance off the scores. Give the result as the mask of an attention.
public enum LinearBiases {
  /// The slopes of the heads: 2^(-8/n), 2^(-16/n), ... for n heads; where n is no power of two, those of the next
  /// smaller power, then every second of the next larger one's, as in the paper's code.
  ///
  /// Shape: [heads].
  public static func slopes(numHeads: Int, dtype: DType = .float32) -> Tensor {
    let count = max(numHeads, 0)
    var power = 1
    while power * 2 <= count { power *= 2 }
    func exponents(_ n: Int) -> [Double] { (1...n).map { -8 * Double($0) / Double(n) } }
    let odd = exponents(2 * power).enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    let all = Array((exponents(power) + odd).prefix(count))
    return Tensor(all, dtype: .float64).exp2().converted(to: dtype)
  }

  /// -slope · |i - j| for query i and key j, to be added to the scores.
  ///
  /// Shape: [heads, queries, keys].
  /// - Parameter past: The number of keys before the first query's own position.
  public static func mask(numHeads: Int, queries: Int, keys: Int, past: Int = 0, dtype: DType = .float32) -> Tensor {
    let rows = Tensor(arange: past, past + max(queries, 0)).converted(to: dtype).unsqueezed(1)
    let distances = (rows - Tensor(arange: max(keys, 0)).converted(to: dtype)).abs()
    return -slopes(numHeads: numHeads, dtype: dtype).reshaped(-1, 1, 1) * distances
  }
}
