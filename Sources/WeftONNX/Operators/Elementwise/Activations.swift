import WeftTensor

extension Operator {
  /// The functions between layers.
  static let activations: [Operator] = [
    .unary("Relu") { $0.relu() }, .unary("Sigmoid") { $0.sigmoid() }, .unary("Tanh") { $0.tanh() },
    .unary("Softsign") { $0.softsign() }, .unary("HardSwish") { $0.hardswish() }, .unary("Mish") { $0.mish() },
    .unary("Softplus") { $0.softplus(threshold: .infinity) },
    Operator("LeakyRelu") { try $0.tensor(0).leakyReLU(slope: $0.attributes.float("alpha", 0.01)) },
    Operator("Elu") { try $0.tensor(0).elu(alpha: $0.attributes.float("alpha", 1)) },
    Operator("Celu") { try $0.tensor(0).celu(alpha: $0.attributes.float("alpha", 1)) },
    Operator("Selu") { call in
      let x = try call.tensor(0)
      let alpha = try call.attributes.float("alpha", 1.6732632423543772)
      return x.elu(alpha: alpha) * (try call.attributes.float("gamma", 1.0507009873554805))
    },
    Operator("HardSigmoid") { call in
      let x = try call.tensor(0)
      let (alpha, beta) = (try call.attributes.float("alpha", 0.2), try call.attributes.float("beta", 0.5))
      return (x * alpha + beta).clamped(low: 0, high: 1)
    },
    Operator("ThresholdedRelu") { call in
      let (x, alpha) = (try call.tensor(0), try call.attributes.float("alpha", 1))
      return x.threshold(alpha, value: 0)
    },
    Operator("Shrink") { call in
      let x = try call.tensor(0)
      let (lambda, bias) = (try call.attributes.float("lambd", 0.5), try call.attributes.float("bias", 0))
      let shrunk = Tensor.where(x .< -lambda, x + bias, Tensor.where(x .> lambda, x - bias, x.zerosLike()))
      return shrunk.converted(to: x.dtype)
    },
    Operator("PRelu") { call in
      let (x, slope) = (try call.tensor(0), try call.tensor(1))
      // Before version 7 a list of slopes was one for each channel.
      let isList = call.version < 7 && slope.rank == 1 && slope.elementCount > 1 && x.rank > 1
      let slopes = isList ? slope.reshaped(to: Shape([-1] + Array(repeating: 1, count: x.rank - 2))) : slope
      return Tensor.where(x .> 0, x, x * slopes)
    },
    Operator("Gelu") {
      try $0.tensor(0).gelu(approximation: try $0.attributes.text("approximate") == "tanh" ? .tanh : .none)
    },
    Operator("Swish") { call in
      let x = try call.tensor(0)
      return x * (x * (try call.attributes.float("alpha", 1))).sigmoid()
    },
    Operator("SwiGLU") { call in
      let a = try call.tensor(0)
      return a * (a * (try call.attributes.float("alpha", 1))).sigmoid() * (try call.tensor(1))
    },
    Operator("Softmax") { try softmax($0) { $0.softmax(axis: $1) } },
    Operator("LogSoftmax") { try softmax($0) { $0.logSoftmax(axis: $1) } },
    Operator("Hardmax") { call in
      try softmax(call) { x, axis in
        let best = x.argMax(axis: axis, keepDims: true)
        return Tensor(zeros: x.shape, dtype: x.dtype).scattered(1, at: best, axis: axis)
      }
    },
  ]

  /// Before version 13 all axes from the named one on are one row.
  private static func softmax(_ call: NodeCall, _ body: (Tensor, Int) -> Tensor) throws -> Tensor {
    let x = try call.tensor(0)
    let axis = try call.axis(call.attributes.int("axis", call.version < 13 ? 1 : -1), rank: x.rank)
    guard call.version < 13, x.rank > 0 else { return body(x, axis) }
    let rows = x.shape.sizes[..<axis].reduce(1, *)
    let columns = x.shape.sizes[axis...].reduce(1, *)
    return body(x.reshaped(to: [rows, columns]), 1).reshaped(to: x.shape)
  }
}
