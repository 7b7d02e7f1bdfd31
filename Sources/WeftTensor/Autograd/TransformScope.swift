extension TransformScope {
  /// The next transform inside the one that runs now.
  convenience init(_ kind: Kind) { self.init(kind, inside: Modes.current.transform) }

  /// Runs `body` as the function that is transformed.
  func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Modes.with({ $0.transform = self }, body)
  }

  /// Runs an operation on tensors of which one at least is of this level. Rules run outside the transform: what they
  /// make is of the levels below.
  func apply(_ operation: any TensorOperation, _ inputs: [Tensor]) -> [Tensor] {
    Modes.with({ $0.transform = outer }) {
      switch kind {
      case .forwardMode: applyWithTangents(operation, inputs)
      case .vmap(let size): applyToBatch(operation, inputs, size: size)
      }
    }
  }

  /// Whether this transform's function runs now, in `modes`.
  func isRunning(in modes: Modes) -> Bool {
    var scope = modes.transform
    while let running = scope, running !== self { scope = running.outer }
    return scope != nil
  }

  /// `tensor` as one of this level that stands for nothing more yet.
  func lift(_ tensor: Tensor) -> Tensor {
    if tensor.level >= level { return tensor }
    switch kind {
    case .forwardMode: return tensor.transformed(self, .dual(tangent: nil))
    case .vmap: return tensor.transformed(self, .batch(isBatched: false))
    }
  }
}

extension TensorError {
  /// A tensor of a transform that has ended.
  static func outlived(_ operation: any TensorOperation) -> TensorError {
    TensorError(
      .unsupported, operation: type(of: operation).name, expected: "tensors of transforms that are running",
      got: "one that was kept from inside a `vmap` or `jvp` that has ended",
      hint: "return it from the function that is transformed")
  }

  /// A value was asked for where there is one for each example of a batch.
  package static func batched(_ operation: String, _ tensor: Tensor) -> TensorError {
    TensorError(
      .unsupported, operation: operation, operands: [("tensor", tensor.spec)],
      expected: "a tensor with values of its own",
      got: "one that stands for each example of a batch, inside `vmap`",
      hint: "return it from the function and read the result; choose by `Tensor.where` instead of `if`")
  }
}
