import WeftTensor

extension Operator {
  /// Operators of ONNX Runtime's own domain in which its optimizer and exporters join several of ONNX's.
  static let fused: [Operator] = [
    own("Gelu") { try $0.tensor(0).gelu() },
    own("BiasGelu") { (try $0.tensor(0) + (try $0.tensor(1))).gelu() },
    own("FastGelu") { call in
      let x = try call.tensor(0)
      return (try call.tensorIfAny(1).map { x + $0 } ?? x).gelu(approximation: .tanh)
    },
    own("QuickGelu") { call in
      let x = try call.tensor(0)
      return x * (x * (try call.attributes.float("alpha", 1.702))).sigmoid()
    },
    own("Inverse") { try $0.tensor(0).inverse() },
    Operator("Trilu", domain: microsoft, fixed: [1]) { try triangle($0) },
    own("FusedMatMul") { try product($0) },
    own("TransposeMatMul") { try product($0) },
    own("FusedGemm") { try activated($0, gemm($0)) },
    own("FusedConv") { call in
      let y = try convolved(call, try call.tensor(0), try call.tensor(1), bias: try call.tensorIfAny(2))
      return try activated(call, try call.tensorIfAny(3).map { y + $0 } ?? y)
    },
    simplified(domain: ""), simplified(domain: microsoft),
    .several("SkipLayerNormalization", domain: microsoft) { call in
      let x = try joined(call, bias: 4)
      let results = try layerNormalized(
        call, x, call.axis(-1, rank: x.rank), try call.tensor(2), try call.tensorIfAny(3))
      return results + Array(repeating: results[0], count: max(0, 3 - results.count)) + [x]
    },
    .several("SkipSimplifiedLayerNormalization", domain: microsoft) { call in
      let x = try joined(call, bias: 3)
      let (y, scale) = try rootNormalized(call, x, call.axis(-1, rank: x.rank), try call.tensor(2))
      return [y, scale, scale, x]
    },
    .several("EmbedLayerNormalization", domain: microsoft) { try embedded($0) },
    // The same with its tables and weights in bytes: each has a scale six inputs behind it, and eleven its zero point.
    .several("QEmbedLayerNormalization", domain: microsoft, fixed: Set(2...17)) { call in
      func real(_ place: Int) throws -> ONNXValue? {
        guard let whole = try call.tensorIfAny(place) else { return nil }
        let centered = try Quantization.centered(whole, call.tensorIfAny(place + 11))
        return .tensor(centered.converted(to: .float32) * (try call.tensor(place + 6)).reshaped(to: []))
      }
      let given = [try call.value(0), call.has(1) ? try call.value(1) : nil] + (try (2...6).map(real))
      return try embedded(call.with(given + [call.has(7) ? try call.value(7) : nil]))
    },
  ]

  static let microsoft = "com.microsoft"

  private static func own(_ name: String, _ body: @escaping @Sendable (NodeCall) throws -> Tensor) -> Operator {
    Operator(name, domain: microsoft, body)
  }

  private static func product(_ call: NodeCall) throws -> Tensor {
    func turned(_ x: Tensor, _ batch: String, _ matrix: String) throws -> Tensor {
      var y = x
      if try call.attributes.flag(batch), y.rank > 2 { y = y.movedAxis(0, to: y.rank - 2) }
      return try call.attributes.flag(matrix) && y.rank > 1 ? y.transposed() : y
    }
    let a = try turned(call.tensor(0), "transBatchA", "transA")
    let b = try turned(call.tensor(1), "transBatchB", "transB")
    let alpha = try call.attributes.float("alpha", 1)
    return alpha == 1 ? a.matmul(b) : a.matmul(b) * alpha
  }

  private static func activated(_ call: NodeCall, _ x: Tensor) throws -> Tensor {
    let numbers =
      try call.attributes.floats("activation_params")
      ?? ["activation_alpha", "activation_beta"].compactMap { try call.attributes.float($0) }
    switch try call.attributes.text("activation", "") {
    case "": return x
    case "Relu": return x.relu()
    case "Sigmoid": return x.sigmoid()
    case "Tanh": return x.tanh()
    case "LeakyRelu": return x.leakyReLU(slope: numbers.first ?? 0.01)
    case "Clip" where numbers.count == 2: return x.clamped(low: numbers[0], high: numbers[1])
    case "HardSigmoid" where numbers.count == 2: return (x * numbers[0] + numbers[1]).clamped(low: 0, high: 1)
    case let name: throw NodeFailure(expected: "an activation of fused convolutions", got: name)
    }
  }

  private static func simplified(domain: String) -> Operator {
    .several("SimplifiedLayerNormalization", domain: domain) { call in
      let x = try call.tensor(0)
      let axis = try call.axis(call.attributes.int("axis", -1), rank: x.rank)
      let (y, scale) = try rootNormalized(call, x, axis, try call.tensor(1))
      return [y, scale]
    }
  }

  private static func rootNormalized(_ call: NodeCall, _ x: Tensor, _ axis: Int, _ weight: Tensor) throws -> (
    Tensor, Tensor
  ) {
    try checkTensorErrors()
    guard (0...x.rank).contains(axis) else { throw NodeFailure(expected: "an axis of \(x.spec)", got: "\(axis)") }
    let wide = x.converted(to: DType.promoted(.float32, x.dtype))
    let mean = (wide * wide).mean(axes: Array(axis..<x.rank), keepDims: true)
    let scale = (mean + (try call.attributes.float("epsilon", 1e-5))).rsqrt()
    return ((wide * scale).converted(to: x.dtype) * weight, scale)
  }

  private static func joined(_ call: NodeCall, bias: Int) throws -> Tensor {
    let sum = try call.tensor(0) + (try call.tensor(1))
    return try call.tensorIfAny(bias).map { sum + $0 } ?? sum
  }

  private static func embedded(_ call: NodeCall) throws -> [Tensor] {
    let tokens = try call.tensor(0)
    guard tokens.rank == 2 else { throw NodeFailure(expected: "tokens [batch, steps]", got: "\(tokens.spec)") }
    func looked(_ table: Int, _ places: Tensor) throws -> Tensor {
      let table = try call.tensor(table)
      return table.indexSelected(try fromFront(places, table.shape[0]).reshaped(-1), axis: 0)
        .reshaped(to: Shape(places.shape.sizes + [table.shape[-1]]))
    }
    let places = try call.tensorIfAny(8) ?? Tensor(arange: tokens.shape[1]).unsqueezed(0)
    var x = try looked(2, tokens) + looked(3, places)
    if call.has(1), call.has(4) { x = x + (try looked(4, try call.tensor(1))) }
    let y = try layerNormalized(call, x, 2, try call.tensor(5), try call.tensor(6))[0]
    let mask = try call.tensorIfAny(7)
    let counts = mask.map { $0.sum(axis: 1).converted(to: .int32) } ?? Tensor(zeros: [tokens.shape[0]], dtype: .int32)
    return [y, counts, x]
  }
}
