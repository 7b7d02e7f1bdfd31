/// Looks at what operations give, as they give it, and keeps nothing of it: for those who want to know of more than the
/// modules' results. What kernels call for themselves is a part of their operation.
///
/// It stands where a `Tracer` does (`Note: The door`).
package final class Onlooker: Interpreter {
  /// The operation's name, the modules whose forward pass called it, joined by dots, and the first result.
  package typealias Look = @Sendable (_ operation: String, _ modulePath: String, _ result: Tensor) -> Void

  private let look: Look

  package init(_ look: @escaping Look) { self.look = look }

  /// Runs `body` and looks on.
  package func watch<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Modes.with({ $0.tracer = self }, body)
  }

  /// Inside transforms, and where a checkpoint runs again, tensors are others than the program's own.
  func interpret(_ call: Call) -> [Tensor] {
    Modes.with({ $0.tracer = nil }) {
      let outputs = call.proceed()
      if !call.modes.isTransformed, let first = outputs.first {
        look(type(of: call.operation).name, call.modes.modulePath, first)
      }
      return outputs
    }
  }
}
