import WeftTensor

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

extension Member.Kind {
  var identity: ObjectIdentifier {
    switch self {
    case .parameter(let parameter): ObjectIdentifier(parameter)
    case .buffer(let buffer): ObjectIdentifier(buffer)
    case .module(let module): ObjectIdentifier(module)
    }
  }
}

extension Module {
  /// Its stored properties by their names in Swift, those of its superclasses first.
  var labeledProperties: [(name: String, value: Any)] {
    Reflection.labeledProperties(of: self, below: Module.self)
  }

  /// The parameters, buffers and modules directly inside, by name.
  var members: [Member] {
    var own: [Member] = []
    for (name, value) in properties { Member.find(named: name, in: value, &own) }
    guard let additions = hooks?.additions else { return own }
    return own + additions.map { Member(name: $0.name, kind: .module($0.addition)) }
  }
}

// A mirror costs a fraction of a microsecond a property, so what can hold no members is told by its type and not looked
// into.
extension Member {
  fileprivate static func find(named name: String, in value: Any, _ found: inout [Member]) {
    switch HolderKind.of(value) {
    case .nothing: break
    case .parameter: if let parameter = value as? Parameter { found.append(member(named: name, parameter)) }
    case .buffer:
      if let buffer = value as? Buffer { found.append(Member(name: buffer.name ?? name, kind: .buffer(buffer))) }
    case .module: if let module = value as? Module { found.append(Member(name: name, kind: .module(module))) }
    case .container: Reflection.forEachPart(of: value, named: name) { find(named: $0, in: $1, &found) }
    }
  }

  /// A parameter; where it is parametrized, what it is made of, under PyTorch's name.
  private static func member(named name: String, _ parameter: Parameter) -> Member {
    guard let maker = parameter.parametrization, let parametrization = maker as? Parametrization else {
      return Member(name: parameter.name ?? name, kind: .parameter(parameter))
    }
    return Member(name: "parametrizations.\(parameter.name ?? name)", kind: .module(parametrization))
  }
}
