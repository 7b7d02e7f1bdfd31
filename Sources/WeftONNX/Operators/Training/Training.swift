import WeftTensor

extension Operator {
  /// The steps of optimizers that a model itself takes.
  static let training: [Operator] = [
    optimizer("Adagrad", states: 1) { call, rate, step, x, g, states in
      let attributes = call.attributes
      let decayed = rate / (1 + step * (try attributes.float("decay_factor", 0)))
      let gradient = x * (try attributes.float("norm_coefficient", 0)) + g
      let sum = states[0] + gradient * gradient
      return [x - gradient / (sum.sqrt() + (try attributes.float("epsilon", 0))) * decayed, sum]
    },
    optimizer("Adam", states: 2) { call, rate, step, x, g, states in
      let attributes = call.attributes
      let (alpha, beta) = (try attributes.float("alpha", 0.9), try attributes.float("beta", 0.999))
      let gradient = x * (try attributes.float("norm_coefficient", 0)) + g
      let first = states[0] * alpha + gradient * (1 - alpha)
      let second = states[1] * beta + gradient * gradient * (1 - beta)
      let adjusted = step > 0 ? rate * (1 - power(beta, step)).squareRoot() / (1 - power(alpha, step)) : rate
      let moved = x - first / (second.sqrt() + (try attributes.float("epsilon", 0))) * adjusted
      return [moved * (1 - (try attributes.float("norm_coefficient_post", 0))), first, second]
    },
    optimizer("Momentum", states: 1) { call, rate, step, x, g, states in
      let attributes = call.attributes
      let (alpha, beta) = (try attributes.float("alpha", 0), try attributes.float("beta", 0))
      let gradient = x * (try attributes.float("norm_coefficient", 0)) + g
      let moment = states[0] * alpha + gradient * (step > 0 ? beta : 1)
      let isNesterov = try attributes.text("mode") == "nesterov"
      return [x - (isNesterov ? gradient + moment * alpha : moment) * rate, moment]
    },
    Operator(gradientName, domain: trainingDomain, body: .graphs { try gradient($0, $1) }),
  ]

  static let gradientName = "Gradient"
  static let trainingDomain = "ai.onnx.preview.training"

  /// The derivatives of a value by others. The part of the graph that leads from these to it is the node's graph, which
  /// runs once more: its inputs are the values to derive by, then those that stay as they are.
  private static func gradient(_ call: NodeCall, _ inputs: [FlowingValue?]) throws -> [FlowingValue] {
    guard let graph = call.subgraphs["y"], let sources = try call.attributes.texts("xs") else {
      throw NodeFailure(expected: "names of values to derive by", got: "none")
    }
    let tape = GradientTape()
    // The derivatives are to have derivatives where a gradient around this one, or a loss, may ask for them.
    let isRecorded = Modes.current.isRecording
    let all = try inputs.indices.map { try call.tensor($0) }
    let watched = all.prefix(sources.count).map { tape.watch(follower(of: $0)) }
    let results = try tape.record {
      try graph.run((watched + all.dropFirst(sources.count)).map { FlowingValue(value: .tensor($0), isKnown: false) })
    }
    guard let target = results.first?.value.tensor else {
      throw NodeFailure(expected: "a tensor to derive", got: "none")
    }
    let found = try tape.gradients(
      of: [target], with: watched, seeds: [target.onesLike()], unconnected: .zero, createGraph: isRecorded)
    return zip(found, watched).map { FlowingValue(value: .tensor($0 ?? $1.zerosLike()), isKnown: false) }
  }

  /// The same values further on in the graph: none of the values to derive by is part of another's history.
  private static func follower(of x: Tensor) -> Tensor {
    x.requiresGrad ? enableGrad { apply(Reshape(to: x.shape), [x])[0] } : x
  }

  private static func power(_ base: Double, _ exponent: Double) -> Double {
    Tensor(base, dtype: .float64).pow(exponent).item()
  }

  /// One that takes a rate, the number of steps, and for each tensor its value, gradient and states, all values first.
  private static func optimizer(
    _ name: String, states: Int,
    _ body: @escaping @Sendable (NodeCall, Double, Double, Tensor, Tensor, [Tensor]) throws -> [Tensor]
  ) -> Operator {
    .several(name, domain: trainingDomain) { call in
      let (rate, step) = (try call.number(0) ?? 0, try call.number(1) ?? 0)
      let count = (call.inputs.count - 2) / (2 + states)
      guard count > 0, call.inputs.count == 2 + count * (2 + states) else {
        throw NodeFailure(
          expected: "a value, a gradient and \(states) states of each", got: "\(call.inputs.count) inputs")
      }
      var results: [[Tensor]] = Array(repeating: [], count: 1 + states)
      for place in 0..<count {
        let parts = try (0..<2 + states).map { try call.tensor(2 + place + $0 * count) }
        let made = try body(call, rate, step, parts[0], parts[1], Array(parts[2...]))
        for (kind, tensor) in made.enumerated() { results[kind].append(tensor) }
      }
      return results.flatMap { $0 }
    }
  }
}
