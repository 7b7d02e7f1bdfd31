// Modules of Python that a program in PyTorch or JAX begins with, for which the compiler says what stands here instead.

/// What a module of Python stands for: it has members of any name, so that the compiler speaks of the module alone.
@dynamicMemberLookup @dynamicCallable public struct PythonModule: Sendable {
  /// Nothing: the compiler lets no module of Python through.
  public subscript(dynamicMember name: String) -> PythonModule { self }
  /// Nothing either.
  public func dynamicallyCall(withKeywordArguments arguments: KeyValuePairs<String, Any>) -> Tensor { .invalid }
}

@available(*, unavailable, message: "write names without it, as in `Tensor(zeros: [2, 3])` or `x.exp()`")
public var torch: PythonModule { .init() }
@available(*, unavailable, message: "write layers without it, as in `Linear(784, 10)`")
public var nn: PythonModule { .init() }
@available(*, unavailable, message: "write methods, as in `x.relu()`, and losses without it, as in `crossEntropy`")
public var F: PythonModule { .init() }
@available(*, unavailable, message: "write `optimizer.schedule = Schedules.step(from: 0.1, every: 10)`, or another")
public var lr_scheduler: PythonModule { .init() }
@available(*, unavailable, message: "write optimizers without it, as in `AdamW(model.parameters())`")
public var optim: PythonModule { .init() }
@available(*, unavailable, message: "write names without it, as in `Tensor(zeros: [2, 3])` or `x.exp()`")
public var jnp: PythonModule { .init() }
@available(*, unavailable, message: "write names without it, as in `Tensor(zeros: [2, 3])` or `x.exp()`")
public var np: PythonModule { .init() }
