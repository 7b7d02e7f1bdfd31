import WeftTensor

// Everything one asks of a whole tree of modules: views on one traversal.

extension Module {
  /// Calls `visit` with each member of this module and the modules inside it, and its full name; a member that can be
  /// reached in two ways (a tied weight) is visited once, under its first name.
  func traverse(_ visit: (String, Member.Kind) -> Void) {
    var visited: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    traverse(prefix: "", &visited, visit)
  }

  private func traverse(prefix: String, _ visited: inout Set<ObjectIdentifier>, _ visit: (String, Member.Kind) -> Void)
  {
    for member in members {
      let name = prefix + member.name
      guard visited.insert(member.kind.identity).inserted else { continue }
      visit(name, member.kind)
      if case .module(let module) = member.kind { module.traverse(prefix: name + ".", &visited, visit) }
    }
  }

  /// The first name of each parameter and buffer that has several, by each of the others: a tied weight's.
  package func aliases() -> [String: String] {
    var first: [ObjectIdentifier: String] = [:]
    var aliases: [String: String] = [:]
    var ancestors: Set<ObjectIdentifier> = []
    func look(in module: Module, _ prefix: String) {
      guard ancestors.insert(ObjectIdentifier(module)).inserted else { return }
      for member in module.members {
        if case .module(let inner) = member.kind {
          look(in: inner, prefix + member.name + ".")
        } else if let known = first[member.kind.identity] {
          aliases[prefix + member.name] = known
        } else {
          first[member.kind.identity] = prefix + member.name
        }
      }
      ancestors.remove(ObjectIdentifier(module))
    }
    look(in: self, "")
    return aliases
  }

  /// Every parameter by its full name, in the order of the properties.
  public func namedParameters() -> [(name: String, parameter: Parameter)] {
    var found: [(name: String, parameter: Parameter)] = []
    traverse { name, kind in if case .parameter(let parameter) = kind { found.append((name, parameter)) } }
    return found
  }

  /// Every parameter, in the order of the properties; a tied weight once.
  public func parameters() -> [Parameter] { namedParameters().map(\.parameter) }

  /// Every buffer, in the order of the properties.
  public func buffers() -> [Buffer] { namedBuffers().map(\.buffer) }

  /// The modules directly inside, by name.
  public func namedChildren() -> [(name: String, module: Module)] {
    members.compactMap { member in
      if case .module(let module) = member.kind { (member.name, module) } else { nil }
    }
  }

  /// The module called `name`, as in `encoder.layers.3`, nil where there is none; this one itself for an empty name.
  public func module(named name: String) -> Module? { namedModules().first { $0.name == name }?.module }

  /// The parameter called `name`, nil where there is none.
  public func parameter(named name: String) -> Parameter? {
    namedParameters().first { $0.name == name }?.parameter
  }

  /// Every buffer by its full name.
  public func namedBuffers() -> [(name: String, buffer: Buffer)] {
    var found: [(name: String, buffer: Buffer)] = []
    traverse { name, kind in if case .buffer(let buffer) = kind { found.append((name, buffer)) } }
    return found
  }

  /// This module (under the empty name) and every module inside it.
  public func namedModules() -> [(name: String, module: Module)] {
    var found: [(name: String, module: Module)] = [("", self)]
    traverse { name, kind in if case .module(let module) = kind { found.append((name, module)) } }
    return found
  }

  /// Switches this module and those inside to training.
  @discardableResult
  public func train(_ isTraining: Bool = true) -> Self {
    namePaths()
    for (_, module) in namedModules() { module.setTraining(isTraining) }
    return self
  }

  /// Switches this module and those inside to evaluation.
  @discardableResult
  public func eval() -> Self { train(false) }

  /// Stops the parameters whose full name satisfies `condition` from learning. Their gradients and hooks stay.
  public func freeze(where condition: (String) -> Bool = { _ in true }) {
    for (name, parameter) in namedParameters() where condition(name) { parameter.requiresGrad = false }
  }

  /// Lets the parameters whose full name satisfies `condition` learn again.
  public func unfreeze(where condition: (String) -> Bool = { _ in true }) {
    for (name, parameter) in namedParameters() where condition(name) { parameter.requiresGrad = true }
  }

  /// Turns parameters and buffers of floating-point types into `dtype`, in place. Hooks stay; gradients are forgotten, and
  /// an optimizer's state keeps its type: convert before making one.
  @discardableResult
  public func convert(to dtype: DType) -> Self {
    guard dtype.isFloatingPoint else {
      report(
        TensorError(
          .dtype, operation: "\(type(of: self)).convert", expected: "a floating-point type", got: "\(dtype)"))
      return self
    }
    for parameter in parameters() { parameter.convert(to: dtype) }
    for (_, buffer) in namedBuffers() where buffer.value.dtype.isFloatingPoint { buffer.convert(to: dtype) }
    for case (_, let parametrization as Parametrization) in namedModules() { parametrization.didConvert(to: dtype) }
    return self
  }

  /// Forgets the gradients of all parameters.
  public func zeroGrad() {
    let recorder = Modes.current.recorder
    for parameter in parameters() { parameter.forgetGradient(toldTo: recorder) }
  }

  /// The number of elements of all parameters.
  public var parameterCount: Int { parameters().reduce(0) { $0 + $1.elementCount } }
}
