/// y = softmax(x·scale + bias) along the last axis, over the positions j ≤ limit where `keep` is true; 0 elsewhere, and
/// 0 in a row without any. Gradients: dx = scale·d and dbias = d with d = y·(g - Σ g·y).
///
/// Inputs: x [..., L, S]; bias, keep and limit broadcast against it (a causal mask is limit [L, 1]).
public struct AttentionWeights: RowOperation {
  public static let name = "attentionWeights"
  public static let formerNames = ["attention_weights"]
  public static let operands: Operands = ["x", "bias", .mask("keep"), .indices("limit")]
  public static let equation = "y = softmax(x·scale + bias) where kept, else 0"
  /// What the scores are multiplied by before the bias is added.
  public let scale: Double

  public init(scale: Double = 1) { self.scale = scale }

  public static let defaults: Attributes = ["scale": 1.0]

  public var parameters: [Double] { [scale] }
  public var axis: Int { -1 }

  public static let formula = Formula(
    inputs: 4, parameters: 1,
    derivative: { g, _, y, p in
      // What is hidden has the weight 0, and takes no part even where the others, or its gradient, are NaN.
      let isHidden = y[0] .== 0
      let mean = sum(select(isHidden, 0, g[0] * y[0]))
      let d = select(isHidden, 0, y[0] * (g[0] - mean))
      return [d * p[0], d, nil, nil]
    },
    { x, p in
      // A bias of -∞ hides a key even where the score is NaN.
      let isKept = (x[2] .!= 0) .& (Expression.position .<= x[3]) .& (x[1] .!= Expression(-.infinity))
      let score = select(isKept, x[0] * p[0] + x[1], Expression(-.infinity))
      let largest = max(score)
      let e = exp(score - select(largest .== Expression(-.infinity), 0, largest))
      let total = sum(e)
      return [select(isKept, e / select(total .== 0, 1, total), 0)]
    })

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.broadcasting(self) }

  public static let samples = [
    Sample(
      AttentionWeights(scale: 0.5), .real([2, 3, 4]), .real([3, 4]),
      .exactly([1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0], [3, 4], dtype: .bool), .exactly([9], [], dtype: .int64)),
    Sample(
      AttentionWeights(), .exactly([1, .nan, 2, -1, .infinity, 0.5], [2, 3]), .real([]),
      .exactly([1, 0, 1], [3], dtype: .bool), .exactly([9], [], dtype: .int64)),
    Sample(
      AttentionWeights(), .real([3, 4]), .real([]), .exactly([1], [], dtype: .bool),
      .exactly([0, 1, 2], [3, 1], dtype: .int64)),
  ]

  public static let refusals = [
    Refusal(AttentionWeights(), .real([3, 4]), .real([]), because: "4 operands"),
    Refusal(AttentionWeights(), .real([3, 4]), .real([3]), .bools([]), .real([]), because: "broadcast"),
  ]
}
