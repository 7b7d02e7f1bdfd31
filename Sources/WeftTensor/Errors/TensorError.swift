/// Why an operation could not run: a stable code, where it happened, what it was given, what it needs, and the cure.
public struct TensorError: Error, Sendable {
  /// Stable names for programs to switch on.
  public enum Code: String, Sendable {
    case shape, dtype, axis, index, value, outOfMemory, unsupported
    case nothingRecorded, graphFreed, missingGradient, notFinite, differentiation
  }

  public var code: Code
  /// The operation's name, as in `matmul`.
  public var operation: String
  /// Where in the model, as in `encoder.layers.3.attention.query`; empty outside any module.
  public var modulePath: String
  /// The operands by name, with their whole shapes.
  public var operands: [(name: String, spec: TensorSpec)]
  public var expected: String
  public var got: String
  /// The usual slip behind this failure, and its cure.
  public var hint: String

  public init(
    _ code: Code, operation: String, operands: [(name: String, spec: TensorSpec)] = [], expected: String,
    got: String, hint: String = ""
  ) {
    self.code = code
    self.operation = operation
    self.modulePath = Modes.current.modulePath
    self.operands = operands
    self.expected = expected
    self.got = got
    self.hint = hint
  }
}

extension TensorError: CustomStringConvertible {
  public var description: String {
    var text = "[\(operation)]"
    if !modulePath.isEmpty { text += " in \(modulePath)" }
    text += ": expected \(expected), got \(got)"
    for operand in operands { text += "\n  \(operand.name): \(operand.spec)" }
    if !hint.isEmpty { text += "\n  hint: \(hint)" }
    return text
  }
}

extension TensorError {
  static func axis(_ axis: Int, rank: Int, operation: String) -> TensorError {
    let expected = rank == 0 ? "no axis, as the tensor is a scalar" : "an axis in \(-rank) ..< \(rank)"
    return TensorError(.axis, operation: operation, expected: expected, got: "axis \(axis)")
  }

  static func outOfMemory(byteCount: Int, operation: String) -> TensorError {
    let stats = Memory.stats
    return TensorError(
      .outOfMemory, operation: operation,
      expected: "room for \(byteCount) bytes",
      got: "\(stats.live) bytes live in \(stats.liveStorages) tensors, \(stats.cached) cached, limit \(Memory.limit)",
      hint: "smaller batches, `checkpoint { }`, or dropping losses that still hold the graphs of earlier steps")
  }
}
