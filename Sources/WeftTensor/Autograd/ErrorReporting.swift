extension ErrorScope: Interpreter {
  /// After an error nothing runs.
  func interpret(_ call: Call) -> [Tensor] { hasFailed ? invalidResults : call.proceed() }
}

/// Runs `body` and throws the first misuse of an operation inside it (shapes, dtypes, axes, indices), which in plain
/// code stops the program.
///
/// After a failure the remaining operations of the scope do nothing, so the scope always reaches its end. The code in
/// it goes on with **placeholders**, and nothing that it learns from them means anything:
///
/// - a placeholder has the shape `[]`, whatever the operation would have given;
/// - `item()` of one is NaN, so that no comparison with a number holds and a loop that waits for a small loss ends
///   (`item(as: Int.self)` is 0, `item(as: Bool.self)` false; `Int(x.item())` would stop the program at a NaN);
/// - `scalars(as:)` gives no elements, and `elementsEqual` and `isClose` are false.
///
/// Code that indexes what it reads out, or writes it somewhere, stops first with `try checkTensorErrors()`:
/// ```swift
/// let best = try withTensorErrors {
///   let scores = model(image).softmax(axis: 1)
///   try checkTensorErrors()                      // throws here what went wrong above
///   return scores.scalars(as: Float.self)[label]
/// }
/// ```
/// - Throws: `TensorError`, or what `body` throws.
public func withTensorErrors<Result>(_ body: () throws -> Result) throws -> Result {
  let scope = ErrorScope()
  let outcome = Swift.Result {
    try Modes.$current.withValue(Modes.current.with { $0.errorScope = scope }, operation: body)
  }
  if let error = scope.error { throw error }
  return try outcome.get()
}

/// Throws the error of the enclosing `withTensorErrors`, if there was one: before a result is read out and used.
/// Elsewhere it does nothing, since there an error has stopped the program.
public func checkTensorErrors() throws(TensorError) {
  if let error = Modes.current.errorScope?.error { throw error }
}

/// The result of a body that itself throws nothing, or the first misuse in it, as `withTensorErrors` gives it.
package func firstErrorThrown<Result>(_ body: () -> Result) throws(TensorError) -> Result {
  let scope = ErrorScope()
  let result = Modes.$current.withValue(Modes.current.with { $0.errorScope = scope }, operation: body)
  if let error = scope.error { throw error }
  return result
}

extension TensorError {
  /// An error of the module whose forward pass runs now.
  ///
  /// - Parameter operands: The operands by name, with their whole shapes.
  public init(
    _ code: Code, operation: String, operands: [(name: String, spec: TensorSpec)] = [], expected: String,
    got: String, hint: String = ""
  ) {
    self.init(
      code: code, operation: operation, modulePath: Modes.current.modulePath, operands: operands, expected: expected,
      got: got, hint: hint)
  }
}

/// What ends the process at a misuse while a script runs; nil stops the program where it happened, as a crash. It is the
/// whole process', as a misuse may happen on any of its threads.
package let scriptEnd = Guarded<(@Sendable (TensorError) -> Never)?>(nil)

/// Ends a misuse: recorded where an error scope is open, otherwise the program stops with the whole message.
package func report(_ error: TensorError) {
  guard let scope = Modes.current.errorScope else {
    if let end = scriptEnd.withLock({ $0 }) { end(error) }
    fatalError(error.description)
  }
  scope.record(error)
}

extension Tensor {
  /// `report`, for places that must return a tensor.
  package static func failed(_ error: TensorError) -> Tensor {
    report(error)
    return .invalid
  }
}
