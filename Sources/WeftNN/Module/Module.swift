import WeftTensor

/// A part of a model: parameters, buffers and other modules in its stored properties, and a forward pass.
///
/// ```swift
/// final class Classifier: Module {
///   let hidden = Linear(784, 128)
///   let head = Linear(128, 10)
///
///   override func forward(_ x: Tensor) -> Tensor { head(hidden(x).relu()) }
/// }
/// ```
/// What a module holds is found in its stored properties (also inside arrays, dictionaries and optionals) on first use
/// and remembered. Names in files are the properties' in snake case, joined by dots: `hidden.weight`.
open class Module {
  /// Whether layers that behave differently in training (dropout, batch normalization) do so; see `train()`.
  public private(set) var isTraining = true
  /// Where this module stands in the one it was last found in, as in `encoder.layers.3`.
  @exclusivity(unchecked) public private(set) var path = ""
  private var knownMembers: [Member]?
  @exclusivity(unchecked) private var isNamed = false

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
  public func callAsFunction(_ input: Tensor) -> Tensor { inPath { forward(input) } }

  /// Runs `body` as this module's forward pass, so that messages of its operations name the module.
  public func inPath<Result>(_ body: () throws -> Result) rethrows -> Result {
    nameOnce()
    let result = path.isEmpty ? try body() : try Modes.with({ $0.modulePath = path }, body)
    ForwardObserver.current?.observe(self, result)
    return result
  }

  /// The stored properties in which members are looked for, with their names. A container may give others.
  open var properties: [(name: String, value: Any)] { Reflection.properties(of: self) }

  /// The parameters, buffers and modules directly inside, by name.
  var members: [Member] {
    if let knownMembers { return knownMembers }
    let found = Reflection.members(in: properties)
    knownMembers = found
    return found
  }

  /// Looks at the stored properties again, after one of them was given another parameter or module.
  ///
  /// An optimizer keeps the parameters it was made with: make it after such a change.
  public func membersChanged() {
    knownMembers = nil
    namePaths(under: path)
  }

  /// Makes the first call's changes to the tree, so that calls after it make none: then several tasks may call at once.
  func nameOnce() {
    if !isNamed { namePaths(under: path) }
  }

  /// Tells the modules and parameters inside where they stand; what is held in two places is named by the first.
  private func namePaths(under path: String) {
    let prefix = path.isEmpty ? "" : path + "."
    (self.path, isNamed) = (path, true)
    traverse { name, kind in
      switch kind {
      case .module(let module): (module.path, module.isNamed) = (prefix + name, true)
      case .parameter(let parameter): (parameter.path, parameter.model) = (prefix + name, self)
      case .buffer: break
      }
    }
  }

  func setTraining(_ isTraining: Bool) { self.isTraining = isTraining }
}

/// Something a module holds.
struct Member {
  enum Kind {
    case parameter(Parameter)
    case buffer(Buffer)
    case module(Module)
  }
  let name: String
  let kind: Kind
}
