import WeftTensor

extension Operator {
  /// Attention whose scores and weights a graph in the node changes.
  static let flexAttention = [
    Operator(
      "FlexAttention", domain: "ai.onnx.preview",
      body: .graphs { call, _ in
        let (q, k, v) = (try call.tensor(0), try call.tensor(1), try call.tensor(2))
        guard q.rank == 4, k.rank == 4, v.rank == 4, k.shape[1] > 0, q.shape[1] % k.shape[1] == 0 else {
          throw NodeFailure(expected: "[batch, heads, steps, size]", got: "\(q.spec), \(k.spec), \(v.spec)")
        }
        let repeats = q.shape[1] / k.shape[1]
        let (keys, values) =
          repeats > 1 ? (k.repeatInterleaved(repeats, axis: 1), v.repeatInterleaved(repeats, axis: 1)) : (k, v)
        let scale = (try call.attributes.float("scale") ?? 1 / Double(q.shape[3]).squareRoot()).squareRoot()
        let precision = try call.dtype("softmax_precision") ?? DType.promoted(.float32, q.dtype)
        let scores = (q * scale).matmul((keys * scale).transposed()).converted(to: precision)
        let weights = try changed(call, "score_mod", scores).softmax(axis: -1)
        let y = try changed(call, "prob_mod", weights).matmul(values.converted(to: precision)).converted(to: v.dtype)
        return [FlowingValue(value: .tensor(y), isKnown: false)]
      })
  ]

  private static func changed(_ call: NodeCall, _ name: String, _ x: Tensor) throws -> Tensor {
    guard let graph = call.subgraphs[name] else { return x }
    guard let result = try graph.run([FlowingValue(value: .tensor(x), isKnown: false)]).first?.value.tensor else {
      throw NodeFailure(expected: "a tensor from \(name)", got: "none")
    }
    return result.converted(to: x.dtype)
  }
}
