import WeftNN
import WeftTensor

/// The further parts of a state, under their names: `parts.critic/0.weight` is the entry `0.weight` of the part `critic`.
struct NamedParts {
  static let prefix = "parts."
  private let parts: [(name: String, part: any SavedPart)]

  init(_ parts: [String: any SavedPart]) { self.parts = parts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

  /// What the entries of a part begin with; a stroke in its name could be taken for the end of it.
  static func start(_ name: String) -> String {
    name.replacing("%", with: "%25").replacing("/", with: "%2F") + "/"
  }

  /// The models among them, with what the names of their parameters begin with.
  var models: [(start: String, model: Module)] {
    parts.compactMap { name, part in (part as? Module).map { (Self.start(name), $0) } }
  }

  func state(_ names: ParameterNames) -> [(name: String, tensor: Tensor)] {
    parts.flatMap { name, part -> [(name: String, tensor: Tensor)] in
      let own = (part as? Optimizer).map { OptimizerNames(names, $0) }
      return part.savedTensors().map {
        (name: Self.prefix + Self.start(name) + (own?.byParameter($0.name) ?? $0.name), tensor: $0.tensor)
      }
    }
  }

  /// - Throws: `TensorError` where a part was not saved at all: to be asked before anything is changed.
  func checkNoneIsMissing(in saved: [(name: String, tensor: Tensor)], from source: String) throws(TensorError) {
    for (name, part) in parts where saved.part(Self.prefix + Self.start(name)).isEmpty && !part.savedTensors().isEmpty {
      throw TensorError(
        .value, operation: "TrainingState.restore", expected: "a state with the part `\(name)`",
        got: "\(source) with \(Self.listed(Self.names(in: saved)))")
    }
  }

  /// - Throws: `TensorError` where a part was not saved at all, before any is changed; what a part throws.
  func restore(_ saved: [(name: String, tensor: Tensor)], _ names: ParameterNames, from source: String) throws {
    try checkNoneIsMissing(in: saved, from: source)
    for (name, part) in parts {
      let tensors = saved.part(Self.prefix + Self.start(name))
      let own = (part as? Optimizer).map { OptimizerNames(names, $0) }
      try part.restore(tensors: tensors.map { (own?.byNumber($0.name) ?? $0.name, $0.tensor) }, from: source)
    }
  }

  /// - Throws: `TensorError` where the state has parts that are not among these: what they depend on would be lost.
  func checkNoneIsLost(of saved: [(name: String, tensor: Tensor)], from source: String) throws(TensorError) {
    let lost = Self.names(in: saved).filter { name in !parts.contains { $0.name == name } }
    guard !lost.isEmpty else { return }
    throw TensorError(
      .value, operation: "Trainer.restore", expected: "a state with \(Self.listed(parts.map(\.name)))",
      got: "\(source) with \(Self.listed(lost)) too", hint: "give them to the trainer: `trainer.parts`")
  }

  private static func names(in saved: [(name: String, tensor: Tensor)]) -> [String] {
    let starts = saved.part(prefix).compactMap { entry in entry.name.firstIndex(of: "/").map { entry.name[..<$0] } }
    return Set(starts).map { String($0).replacing("%2F", with: "/").replacing("%25", with: "%") }.sorted()
  }

  private static func listed(_ names: [String]) -> String {
    names.isEmpty ? "no parts" : "the parts " + names.map { "`\($0)`" }.joined(separator: ", ")
  }
}
