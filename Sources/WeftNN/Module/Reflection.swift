/// Finds parameters, buffers and modules in stored properties. A mirror costs microseconds a property, so `Module`
/// remembers the result.
enum Reflection {
  /// The stored properties of an object, those of its superclasses first.
  static func properties(of module: Module) -> [(name: String, value: Any)] {
    var mirrors: [Mirror] = []
    var mirror: Mirror? = Mirror(reflecting: module)
    while let present = mirror, present.subjectType != Module.self {
      mirrors.append(present)
      mirror = present.superclassMirror
    }
    return mirrors.reversed().flatMap { mirror in
      mirror.children.compactMap { child in child.label.map { (snakeCase($0), child.value) } }
    }
  }

  static func members(in properties: [(name: String, value: Any)]) -> [Member] {
    properties.flatMap { members(named: $0.name, in: $0.value) }
  }

  private static func members(named name: String, in value: Any) -> [Member] {
    switch value {
    case let parameter as Parameter: return [member(named: parameter.name ?? name, parameter)]
    case let buffer as Buffer: return [Member(name: buffer.name ?? name, kind: .buffer(buffer))]
    case let module as Module: return [Member(name: name, kind: .module(module))]
    default: return membersOfContainer(named: name, value)
    }
  }

  /// The parameters directly in properties, parametrized or not.
  static func parameters(in properties: [(name: String, value: Any)]) -> [(name: String, parameter: Parameter)] {
    properties.compactMap { name, value in
      // A cast unwraps optionals.
      (value as? Parameter).map { ($0.name ?? name, $0) }
    }
  }

  /// A parameter; where it is parametrized, what it is made of, under PyTorch's name.
  private static func member(named name: String, _ parameter: Parameter) -> Member {
    guard let parametrization = parameter.parametrization else {
      return Member(name: name, kind: .parameter(parameter))
    }
    return Member(name: "parametrizations.\(name)", kind: .module(parametrization))
  }

  private static func membersOfContainer(named name: String, _ value: Any) -> [Member] {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      return mirror.children.first.map { members(named: name, in: $0.value) } ?? []
    case .collection:
      return mirror.children.enumerated().flatMap { members(named: joined(name, "\($0)"), in: $1.value) }
    case .dictionary:
      return mirror.children.map { entry -> (String, Any) in keyAndValue(entry.value) }
        .sorted { $0.0 < $1.0 }
        .flatMap { members(named: joined(name, $0.0), in: $0.1) }
    default:
      return []
    }
  }

  private static func joined(_ name: String, _ part: String) -> String { name.isEmpty ? part : "\(name).\(part)" }

  private static func keyAndValue(_ entry: Any) -> (String, Any) {
    let parts = Array(Mirror(reflecting: entry).children)
    guard parts.count == 2 else { return ("", entry) }
    return ("\(parts[0].value)", parts[1].value)
  }

  /// `runningMean` as `running_mean`, the way names stand in files. A lazy property's storage prefix is dropped.
  static func snakeCase(_ label: String) -> String {
    var result = ""
    for character in label.hasPrefix("$__lazy_storage_$_") ? Substring(label.dropFirst(18)) : Substring(label) {
      if character.isUppercase {
        if !result.isEmpty, result.last != "_" { result += "_" }
        result += character.lowercased()
      } else {
        result.append(character)
      }
    }
    return result
  }
}
