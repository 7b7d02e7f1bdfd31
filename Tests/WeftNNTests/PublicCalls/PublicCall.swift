import Weft

/// A public function of the library, called with whatever is drawn for its arguments.
struct PublicCall: Sendable {
  let name: String
  let run: @Sendable (ArgumentDraw) throws -> Void

  /// Every one, in the groups that processes run.
  static let groups: [[PublicCall]] = parts.map { part in
    var calls: [PublicCall] = []
    part(&calls)
    return calls
  }

  /// The calls of one seed: what is wrong with their outcomes, if something is. What ends the process ends it.
  func problem(seed: UInt64) -> String? {
    let draw = ArgumentDraw(seed: seed)
    do {
      try withTensorErrors {
        guard draw.isMapped else { return try run(draw) }
        _ = try vmap { example in
          draw.example = example
          try run(draw)
          return example
        }(Tensor(ones: [2]))
      }
    } catch let error as TensorError {
      return error.expected.isEmpty || error.got.isEmpty ? "an error that says nothing: \(error)" : nil
    } catch {
      return "an error of another type: \(error)"
    }
    return draw.problem
  }
}

extension [PublicCall] {
  mutating func add(_ name: String, _ run: @escaping @Sendable (ArgumentDraw) throws -> Void) {
    append(PublicCall(name: name, run: run))
  }
}

extension ArgumentDraw {
  /// Reads what a call gave, in full: results, their gradients, a layer's outputs, an optimizer's step.
  func use(_ value: Any) throws {
    switch value {
    case let tensor as Tensor: try use(tensor)
    case let value as ComplexTensor: try [value.real, value.imaginary].forEach(use)
    case let module as Module: try use(module(make(Tensor.self)))
    case let optimizer as Optimizer: try use(optimizer)
    case let schedule as Schedule: for step in [0, 1, -1, 7, Int.max, Int.min] { _ = schedule(step) }
    default: for member in Mirror(reflecting: value).children where !(member.value is String) { try use(member.value) }
    }
  }

  private func use(_ tensor: Tensor) throws {
    try checkTensorErrors()
    if tensor.shape.sizes.contains(where: { $0 < 0 }) { problem = "a shape of \(tensor.shape)" }
    guard example == nil, tensor.elementCount < 100_000 else { return }
    if tensor.requiresGrad { tensor.backward(gradient: tensor.onesLike()) }
    _ = tensor.scalars(as: Double.self)
  }

  private func use(_ optimizer: Optimizer) throws {
    for parameter in optimizer.parameters { parameter.grad = Tensor(ones: parameter.tensor.shape) }
    try checkTensorErrors()
    for _ in 0..<2 { optimizer.step() }
  }
}
