/// Why an operation could not run: a stable code, where it happened, what it was given, what it needs, and the cure.
///
/// It knows shapes and texts alone; `Autograd/ErrorReporting.swift` makes one for the module that runs now, and reports it.
public struct TensorError: Error, Sendable {
  /// Stable names for programs to switch on.
  public enum Code: String, Sendable {
    /// Operands that do not fit, by what does not, and what the machine or the library cannot do.
    case shape, dtype, axis, index, value, outOfMemory, unsupported
    /// What went wrong with gradients.
    case nothingRecorded, graphFreed, missingGradient, notFinite, differentiation
  }

  /// What kind of failure it is.
  public var code: Code
  /// The operation's name, as in `matmul`.
  public var operation: String
  /// Where in the model, as in `encoder.layers.3.attention.query`; empty outside any module.
  public var modulePath: String
  /// The call in the program that failed, where it is known (`backward()`, a tape's request, a transform). Operations
  /// do not carry their place: where one ends the program, the run time prints the calls that led to it.
  public var location: CallSite?
  /// The operands by name, with their whole shapes.
  public var operands: [(name: String, spec: TensorSpec)]
  /// What would have been right, with its numbers.
  public var expected: String
  /// What was found instead.
  public var got: String
  /// The usual slip behind this failure, and its cure.
  public var hint: String
}

extension TensorError {
  /// This error at the call that failed, unless a more exact place is known.
  func at(_ location: CallSite) -> TensorError {
    var error = self
    error.location = self.location ?? location
    return error
  }

  func inModule(_ path: String) -> TensorError {
    var error = self
    error.modulePath = path
    return error
  }
}

extension TensorError: CustomStringConvertible {
  public var description: String {
    var text = "[\(operation)]"
    if !modulePath.isEmpty { text += " in \(modulePath)" }
    if let location { text += " at \(location)" }
    text += ": expected \(expected), got \(got)"
    for operand in operands { text += "\n  \(operand.name): \(operand.spec)" }
    if !hint.isEmpty { text += "\n  hint: \(hint)" }
    return text
  }
}
