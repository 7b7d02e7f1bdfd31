import WeftTensor

extension Operator {
  /// Tensors that no tensor goes into.
  static let creation: [Operator] = [
    Operator("Constant", body: .values { [try constant($0.attributes)] }),
    Operator("ConstantOfShape", fixed: [0]) { call in
      let shape = Shape(try call.integers(0) ?? [])
      guard let value = try call.attributes.tensor("value") else { return Tensor(zeros: shape) }
      guard value.elementCount == 1 else { throw NodeFailure(expected: "one value", got: "\(value.spec)") }
      guard value.dtype.isInteger else { return Tensor(full: shape, value.item(as: Double.self), dtype: value.dtype) }
      // Integers beyond what a Double holds stay what they are.
      return Tensor(zeros: shape, dtype: value.dtype) + value.reshaped(to: [])
    },
    Operator("Range", fixed: [0, 1, 2]) { try range($0) },
    Operator("EyeLike") { call in
      let x = try call.tensor(0)
      guard x.rank == 2 else { throw NodeFailure(expected: "a matrix", got: "\(x.spec)") }
      let offset = max(-(1 << 40), min(1 << 40, try call.attributes.int("k", 0)))
      let dtype = try call.dtype("dtype") ?? x.dtype
      let (rows, columns) = (Tensor(arange: x.shape[0]).unsqueezed(1), Tensor(arange: x.shape[1]))
      return ((rows + offset) .== columns).converted(to: dtype)
    },
    random("RandomNormal") { normal($0, try shape($0), try $0.dtype("dtype") ?? .float32, $1) },
    random("RandomUniform") { uniform($0, try shape($0), try $0.dtype("dtype") ?? .float32, $1) },
    random("RandomNormalLike") { call, stream in
      let x = try call.tensor(0)
      return normal(call, x.shape, try call.dtype("dtype") ?? x.dtype, stream)
    },
    random("RandomUniformLike") { call, stream in
      let x = try call.tensor(0)
      return uniform(call, x.shape, try call.dtype("dtype") ?? x.dtype, stream)
    },
    random("Bernoulli") { call, stream in
      let p = try call.tensor(0)
      let drawn = Tensor(uniform: p.shape, using: stream)
      return (drawn .< p.converted(to: .float32)).converted(to: try call.dtype("dtype") ?? p.dtype)
    },
    random("Multinomial") { call, stream in
      let count = try call.attributes.int("sample_size", 1)
      let drawn = try call.tensor(0).softmax(axis: -1).multinomial(count, withReplacement: true, using: stream)
      return drawn.converted(to: try call.dtype("dtype") ?? .int32)
    },
    .several("Dropout", fixed: [1, 2]) { try dropout($0) },
  ]

  private static func constant(_ attributes: Attributes) throws -> ONNXValue {
    if let value = try attributes.value("value") ?? attributes.value("sparse_value") { return value }
    if let value = try attributes.float("value_float") { return .tensor(Tensor(value, dtype: .float32)) }
    if let value = try attributes.int("value_int") { return .tensor(Tensor(value)) }
    if let values = try attributes.floats("value_floats") { return .tensor(Tensor(values, dtype: .float32)) }
    if let values = try attributes.ints("value_ints") { return .tensor(Tensor(values)) }
    if let text = try attributes.text("value_string") { return .texts(try .made([text], [])) }
    if let texts = try attributes.texts("value_strings") { return .texts(TextTensor(texts)) }
    throw NodeFailure(expected: "a value", got: "none")
  }

  private static func range(_ call: NodeCall) throws -> Tensor {
    let start = try call.tensor(0)
    if start.dtype.isInteger {
      let step = try call.integer(2) ?? 1
      return Tensor(arange: try call.integer(0) ?? 0, try call.integer(1) ?? 0, step: step, dtype: start.dtype)
    }
    let (first, end, step) = (try call.number(0) ?? 0, try call.number(1) ?? 0, try call.number(2) ?? 1)
    return Tensor(arange: first, end, step: step, dtype: start.dtype)
  }

  private static func random(
    _ name: String, _ body: @escaping @Sendable (NodeCall, RandomStream) throws -> Tensor
  ) -> Operator {
    Operator(name, isRandom: true) { try body($0, try stream($0)) }
  }

  /// The stream of the node's seed, or the next one.
  private static func stream(_ call: NodeCall) throws -> RandomStream {
    guard let seed = try call.attributes.float("seed") else { return Random.nextStream() }
    return RandomStream(seed: UInt64(seed.bitPattern))
  }

  private static func shape(_ call: NodeCall) throws -> Shape { Shape(try call.attributes.ints("shape") ?? []) }

  private static func normal(_ call: NodeCall, _ shape: Shape, _ dtype: DType, _ stream: RandomStream) -> Tensor {
    let (mean, scale) = ((try? call.attributes.float("mean", 0)) ?? 0, (try? call.attributes.float("scale", 1)) ?? 1)
    return (Tensor(normal: shape, using: stream) * scale + mean).converted(to: dtype)
  }

  private static func uniform(_ call: NodeCall, _ shape: Shape, _ dtype: DType, _ stream: RandomStream) -> Tensor {
    let (low, high) = ((try? call.attributes.float("low", 0)) ?? 0, (try? call.attributes.float("high", 1)) ?? 1)
    return (Tensor(uniform: shape, using: stream) * (high - low) + low).converted(to: dtype)
  }

  /// Drops in training, and where the node itself says that it trains.
  private static func dropout(_ call: NodeCall) throws -> [Tensor] {
    let x = try call.tensor(0)
    let ratio = try call.attributes.float("ratio") ?? call.number(1) ?? 0.5
    let isStated = try call.integer(2).map { $0 != 0 } ?? false
    guard call.isTraining || isStated, ratio > 0 else { return [x, Tensor(ones: x.shape, dtype: .bool)] }
    let seed = try call.attributes.int("seed").map { RandomStream(seed: UInt64(bitPattern: Int64($0))) }
    let stream = call.isTraining ? Random.nextStream() : seed ?? Random.nextStream()
    guard call.wants(1) else { return [x.dropout(probability: ratio, using: stream)] }
    let ones = x.onesLike().dropout(probability: ratio, using: stream)
    return [x * ones, ones .!= 0]
  }
}
