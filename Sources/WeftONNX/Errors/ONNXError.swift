import WeftData

/// Why an ONNX file cannot be read or run: a stable code, the file, and every problem that was found.
public struct ONNXError: Error, Sendable {
  /// What went wrong, as a code that stays the same between versions.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The file is no ONNX model, or its bytes are cut off or contradict each other.
    case malformed = "onnx.malformed"
    /// The model is whole, but uses operators or types that Weft does not have.
    case unsupported = "onnx.unsupported"
    /// The model contradicts itself: a value that nothing computes, a function that calls itself.
    case invalid = "onnx.invalid"
    /// The model asks for more than `LoadLimits` allow.
    case limitExceeded = "onnx.limit-exceeded"
    /// External data that may not be read: outside the model's folder, or cut off.
    case externalData = "onnx.external-data"
    /// Inputs or names that the model does not have, or of another type.
    case input = "onnx.input"
    /// A node that failed while the model ran.
    case node = "onnx.node"
    /// A node that memory does not suffice for.
    case outOfMemory = "onnx.out-of-memory"
  }

  /// One thing that is wrong, and where.
  public struct Problem: Sendable, Hashable {
    /// The node's name, empty where it has none or none is concerned.
    public let node: String
    /// The operator, as in `Conv` or `com.microsoft.FusedMatMul`; empty where none is concerned.
    public let operatorName: String
    /// The version of the operator set that the model was written for; 0 where none is concerned.
    public let opset: Int
    /// What is wrong.
    public let reason: String

    package init(node: String = "", operatorName: String = "", opset: Int = 0, _ reason: String) {
      (self.node, self.operatorName, self.opset, self.reason) = (node, operatorName, opset, reason)
    }
  }

  /// What went wrong.
  public let code: Code
  /// The file, as the caller gave it.
  public let file: String
  /// Everything that was found, in the order of the file; never empty.
  public let problems: [Problem]
  /// What to do about it; may be empty.
  public let hint: String

  package init(_ code: Code, file: String, _ problems: [Problem], hint: String = "") {
    (self.code, self.file, self.problems, self.hint) = (code, file, problems, hint)
  }

  package init(_ code: Code, file: String, _ reason: String, hint: String = "") {
    self.init(code, file: file, [Problem(reason)], hint: hint)
  }
}

extension ONNXError.Problem: CustomStringConvertible {
  public var description: String {
    var place = operatorName
    if opset > 0 { place += " (opset \(opset))" }
    if !node.isEmpty { place += place.isEmpty ? "node \"\(node)\"" : ", node \"\(node)\"" }
    return place.isEmpty ? reason : "\(place): \(reason)"
  }
}

extension ONNXError: CustomStringConvertible {
  /// One line for one problem, a list for several.
  public var description: String {
    let advice = hint.isEmpty ? "" : "; \(hint)"
    if problems.count == 1 { return "\(file): \(problems[0])\(advice) [\(code.rawValue)]".onOneLine }
    let list = problems.map { "\n  " + "\($0)".onOneLine }.joined()
    return "\(file): \(problems.count) problems\(advice) [\(code.rawValue)]".onOneLine + list
  }
}

/// What is wrong with a node's inputs or attributes; the interpreter adds which node it is.
struct NodeFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }

  init(expected: String, got: String) { self.init("expected \(expected), got \(got)") }
}
