import WeftTensor

/// An operator of ONNX: its name, the versions of the operator set that have it, and what it does.
struct Operator: Sendable {
  enum Body: Sendable {
    case values(@Sendable (NodeCall) throws -> [ONNXValue])
    /// Runs graphs in its node: these know what follows from constants alone.
    case graphs(@Sendable (NodeCall, [FlowingValue?]) throws -> [FlowingValue])
  }

  let name: String
  /// Empty for ONNX's own.
  let domain: String
  /// The versions of the operator set in which it is there.
  let versions: ClosedRange<Int>
  /// The inputs through which no gradient flows, or that are part of the formula: initializers that stand nowhere else
  /// are no parameters.
  let fixed: Set<Int>
  /// The inputs that training changes by itself: buffers.
  let buffers: Set<Int>
  /// Whether it draws random numbers.
  let isRandom: Bool
  /// What of a node it does not do, found before anything runs.
  let refuses: @Sendable (Attributes) -> String?
  let body: Body

  init(
    _ name: String, domain: String = "", versions: ClosedRange<Int> = 1...Int.max, fixed: Set<Int> = [],
    buffers: Set<Int> = [], isRandom: Bool = false,
    refuses: @escaping @Sendable (Attributes) -> String? = { _ in nil }, body: Body
  ) {
    (self.name, self.domain, self.versions, self.fixed) = (name, domain, versions, fixed)
    (self.buffers, self.isRandom, self.refuses, self.body) = (buffers, isRandom, refuses, body)
  }
}

// The usual forms.
extension Operator {
  /// Of one tensor as its result.
  init(
    _ name: String, domain: String = "", versions: ClosedRange<Int> = 1...Int.max, fixed: Set<Int> = [],
    isRandom: Bool = false, refuses: @escaping @Sendable (Attributes) -> String? = { _ in nil },
    _ body: @escaping @Sendable (NodeCall) throws -> Tensor
  ) {
    self.init(
      name, domain: domain, versions: versions, fixed: fixed, isRandom: isRandom, refuses: refuses,
      body: .values { [.tensor(try body($0))] })
  }

  /// Of several tensors.
  static func several(
    _ name: String, domain: String = "", versions: ClosedRange<Int> = 1...Int.max, fixed: Set<Int> = [],
    buffers: Set<Int> = [], refuses: @escaping @Sendable (Attributes) -> String? = { _ in nil },
    _ body: @escaping @Sendable (NodeCall) throws -> [Tensor]
  ) -> Operator {
    Operator(
      name, domain: domain, versions: versions, fixed: fixed, buffers: buffers, refuses: refuses,
      body: .values { try body($0).map(ONNXValue.tensor) })
  }

  /// Of one tensor to one of the same type.
  static func unary(_ name: String, _ body: @escaping @Sendable (Tensor) -> Tensor) -> Operator {
    Operator(name) { call in
      let x = try call.tensor(0)
      let y = body(x)
      return y.dtype == x.dtype ? y : y.converted(to: x.dtype)
    }
  }

  /// Of one tensor to truths.
  static func test(_ name: String, _ body: @escaping @Sendable (Tensor) -> Tensor) -> Operator {
    Operator(name) { body(try $0.tensor(0)) }
  }

  /// Of two tensors that broadcast.
  static func binary(_ name: String, _ body: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Operator {
    Operator(name) { call in
      let (a, b) = try call.operands()
      return body(a, b)
    }
  }
}

extension NodeCall {
  /// The two operands of an elementwise operator. Before version 7 the second one stood at an axis of the first that
  /// the node names, -1 for the last ones.
  func operands() throws -> (Tensor, Tensor) {
    let (a, b) = (try tensor(0), try tensor(1))
    guard version < 7, b.rank < a.rank, let axis = try attributes.int("axis"), axis != -1 else { return (a, b) }
    guard (0...a.rank - b.rank).contains(axis) else {
      throw NodeFailure(expected: "an axis within \(a.spec)", got: "\(axis)")
    }
    return (a, b.reshaped(to: Shape(b.shape.sizes + Array(repeating: 1, count: a.rank - axis - b.rank))))
  }
}
