import WeftTensor

/// A part of a model: parameters, buffers and other modules in its stored properties, and a forward pass.
///
/// ```swift
/// final class Classifier: Module {
///   var hidden = Linear(784, 128)
///   var head = Linear(128, 10)
///
///   override func forward(_ x: Tensor) -> Tensor { head(hidden(x).relu()) }
/// }
/// ```
/// What a module holds is found in its stored properties, also inside arrays, dictionaries, optionals, tuples, structures
/// and enumerations, each time it is asked for: a part that was replaced is seen at once. What a closure or a class that
/// is no module holds is not found; if it learns, its first use says so. Names in files are the properties' in snake
/// case, joined by dots: `hidden.weight`.
///
/// Any number of threads may call a model at once, the first call included, as long as nobody changes it meanwhile.
open class Module {
  /// Whether layers that behave differently in training (dropout, batch normalization) do so; see `train()`.
  @exclusivity(unchecked) public private(set) var isTraining = true
  /// Where this module stands in the one it was last found in, as in `encoder.layers.3`.
  public var path: String { place.path ?? "" }
  private let place = Place()
  /// What was registered to run around the forward pass, and what is added to its result.
  @exclusivity(unchecked) var hooks: ForwardHooks?

  /// A module in training mode.
  public init() {}

  /// The forward pass of modules from one tensor to one tensor. Others declare a method of their own and call it through
  /// `inPath`.
  open func forward(_ input: Tensor) -> Tensor {
    .failed(
      TensorError(
        .unsupported, operation: "\(type(of: self))", expected: "a module that maps one tensor to one tensor",
        got: "one with a forward pass of its own"))
  }

  /// Runs the forward pass; messages name this module.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard let hooks else { return placed { forward(input) } }
    return hooks.run(self, input) { input in placed { hooks.added(to: forward(input), of: input, in: self) } }
  }

  /// Runs `body` as this module's forward pass, so that messages of its operations name the module.
  public func inPath<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let hooks else { return try placed(body) }
    return try hooks.run(self) { try placed(body) }
  }

  private func placed<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let path = place.path else { return try firstCall(body) }
    let result = path.isEmpty ? try asModel(body) : try Modes.with({ $0.modulePath = path }, body)
    ForwardObserver.current?.observe(self, Self.tensors(in: result))
    return result
  }

  /// The call of a whole model that learns: what learns in it, and is not held by it, says so when it is first used.
  private func asModel<Result>(_ body: () throws -> Result) rethrows -> Result {
    let modes = Modes.current
    guard modes.isRecording, modes.calledModel == nil else { return try body() }
    return try Modes.with({ $0.calledModel = self }, body)
  }

  /// The stored properties in which members are looked for, with their names. A container may give others.
  open var properties: [(name: String, value: Any)] {
    labeledProperties.map { (Reflection.snakeCase($0.name), $0.value) }
  }

  /// What `print` shows: the type with the shapes of its parameters and its settings, and the modules inside.
  open var description: String { treeText }

  /// Tells the parts that were put into this module since its first call where they stand, so that messages name them, as
  /// `train()` and `eval()` do too.
  ///
  /// An optimizer keeps the parameters it was made with: make it after such a change.
  public func membersChanged() { namePaths() }

  func setTraining(_ isTraining: Bool) {
    // Several threads may ask for the mode that holds.
    if self.isTraining != isTraining { self.isTraining = isTraining }
  }
}

extension Module: CustomStringConvertible {}

extension Module: ParameterHolder {}

extension Module {
  /// Tells the modules and parameters inside where they stand; what is held in two places is named by the first. Threads
  /// that do so at once write the same.
  func namePaths() {
    let path = path
    let prefix = path.isEmpty ? "" : path + "."
    var found: [(place: Place, path: String)] = [(place, path)]
    traverse { name, kind in
      switch kind {
      case .module(let module): found.append((module.place, prefix + name))
      case .parameter(let parameter):
        parameter.place.hold(in: self)
        found.append((parameter.place, prefix + name))
      case .buffer: break
      }
    }
    // A module that has its name holds none that have not.
    for (place, path) in found.reversed() { place.set(path) }
  }

  /// The call of a module that has no place yet: of a model for the first time, or of a part that the model which is
  /// called did not hold when its parts were named.
  private func firstCall<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let model = Modes.current.calledModel as? Module else {
      namePaths()
      return try Modes.with({ $0.calledModel = self }) { try placed(body) }
    }
    let parameters = parameters()
    // It may have been made in this call, and be held now.
    if !parameters.isEmpty { model.namePaths() }
    if place.path == nil {
      let isLearned = Modes.current.isRecording && parameters.contains(where: \.requiresGrad)
      if isLearned { report(.stray("a \(type(of: self))", calledBy: model)) }
      namePaths()
    }
    return try placed(body)
  }
}

extension TensorError {
  /// Something that learns was used by a model that does not hold it.
  static func stray(_ part: String, calledBy model: AnyObject) -> TensorError {
    TensorError(
      .unsupported, operation: "\(type(of: model))",
      expected: "layers and parameters held by its stored properties, also in arrays, dictionaries, optionals, tuples, "
        + "structures and enumerations",
      got: "\(part) held by a closure, a class that is no module, or nobody",
      hint: "it would be neither trained nor saved; make the class a `Module`, or freeze what is not to learn")
  }
}

extension Module {
  /// The tensors in a result: itself, or the parts of a tuple, structure, array or optional.
  static func tensors(in result: Any) -> [Tensor] {
    if let tensor = result as? Tensor { return [tensor] }
    if result is Module { return [] }
    return Mirror(reflecting: result).children.flatMap { tensors(in: $0.value) }
  }
}

/// A module's call, as a forward hook sees it.
public struct ForwardCall {
  /// The module that was called.
  public let module: Module
  /// What it was called with; nil for modules that are called in a way of their own, as `MultiheadAttention` and `LSTM`.
  public let input: Tensor?
  /// The tensors in its result, in order.
  public let outputs: [Tensor]
  /// The first of them.
  public var output: Tensor {
    outputs.first
      ?? .failed(TensorError(.value, operation: "\(type(of: module))", expected: "a tensor in the result", got: "none"))
  }
}

/// What is added to the result of a module that is called with one tensor, and learns beside it, as an adapter. It is
/// found among the module's members, and a recorded step repeats it.
protocol LayerAddition: Module {
  /// The result with what is added to it.
  func added(to result: Tensor, of input: Tensor, in module: Module) -> Tensor
}

/// The hooks of one module, each with the number of its registration, and what is added to its result.
final class ForwardHooks {
  var before: [(number: Int, hook: (Module, Tensor) -> Tensor?)] = []
  var after: [(number: Int, hook: (ForwardCall) -> Tensor?)] = []
  var additions: [(name: String, addition: any LayerAddition)] = []
  var count = 0

  var isEmpty: Bool { hasNoFunctions && additions.isEmpty }
  private var hasNoFunctions: Bool { before.isEmpty && after.isEmpty }

  /// The result of `module` with the additions.
  func added(to result: Tensor, of input: Tensor, in module: Module) -> Tensor {
    additions.reduce(result) { $1.addition.added(to: $0, of: input, in: module) }
  }

  func run(_ module: Module, _ input: Tensor, _ forward: (Tensor) -> Tensor) -> Tensor {
    if hasNoFunctions { return forward(input) }
    Modes.current.recorder?.willCall("a hook of \(type(of: module))")
    let input = before.reduce(input) { input, entry in entry.hook(module, input) ?? input }
    return after.reduce(forward(input)) { output, entry in
      entry.hook(ForwardCall(module: module, input: input, outputs: [output])) ?? output
    }
  }

  /// Of a module that is called in a way of its own.
  func run<Result>(_ module: Module, _ forward: () throws -> Result) rethrows -> Result {
    if hasNoFunctions { return try forward() }
    Modes.current.recorder?.willCall("a hook of \(type(of: module))")
    if !before.isEmpty { report(.hook(of: module, "a hook after the call", got: "one before it, of its single input")) }
    var result = try forward()
    for (_, hook) in after {
      let call = ForwardCall(module: module, input: nil, outputs: Module.tensors(in: result))
      guard let replaced = hook(call) else { continue }
      if let other = replaced as? Result {
        result = other
      } else {
        report(.hook(of: module, "a hook that returns nil", got: "one that replaces the result, a \(Result.self)"))
      }
    }
    return result
  }
}

extension TensorError {
  fileprivate static func hook(of module: Module, _ expected: String, got: String) -> TensorError {
    TensorError(
      .unsupported, operation: "\(type(of: module))", expected: "\(expected), as it is called in a way of its own",
      got: got)
  }
}
