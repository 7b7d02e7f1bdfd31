@_spi(Locks) import WeftTensor

/// Finds parameters, buffers and modules in stored properties. A mirror costs a fraction of a microsecond a property, so
/// what can hold none is told by its type and not looked into.
enum Reflection {
  /// The stored properties of an object, those of its superclasses first.
  static func properties(of module: Module) -> [(name: String, value: Any)] {
    labeledProperties(of: module).map { (snakeCase($0.name), $0.value) }
  }

  /// The same by their names in Swift.
  static func labeledProperties(of module: Module) -> [(name: String, value: Any)] {
    var mirrors: [Mirror] = []
    var mirror: Mirror? = Mirror(reflecting: module)
    while let present = mirror, present.subjectType != Module.self {
      mirrors.append(present)
      mirror = present.superclassMirror
    }
    return mirrors.reversed().flatMap { mirror in
      mirror.children.compactMap { child in child.label.map { ($0, child.value) } }
    }
  }

  static func members(in properties: [(name: String, value: Any)]) -> [Member] {
    var found: [Member] = []
    for (name, value) in properties { find(named: name, in: value, &found) }
    return found
  }

  private static func find(named name: String, in value: Any, _ found: inout [Member]) {
    switch HolderKind.of(value) {
    case .nothing: break
    case .parameter: if let parameter = value as? Parameter { found.append(member(named: name, parameter)) }
    case .buffer:
      if let buffer = value as? Buffer { found.append(Member(name: buffer.name ?? name, kind: .buffer(buffer))) }
    case .module: if let module = value as? Module { found.append(Member(name: name, kind: .module(module))) }
    case .container: findInContainer(named: name, value, &found)
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
      return Member(name: parameter.name ?? name, kind: .parameter(parameter))
    }
    return Member(name: "parametrizations.\(parameter.name ?? name)", kind: .module(parametrization))
  }

  private static func findInContainer(named name: String, _ value: Any, _ found: inout [Member]) {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      for child in mirror.children { find(named: name, in: child.value, &found) }
    case .collection:
      for (place, child) in mirror.children.enumerated() {
        find(named: joined(name, "\(place)"), in: child.value, &found)
      }
    case .dictionary:
      let entries = mirror.children.map { entry -> (String, Any) in keyAndValue(entry.value) }
      for (key, value) in entries.sorted(by: { $0.0 < $1.0 }) { find(named: joined(name, key), in: value, &found) }
    case .tuple, .struct, .enum:
      // The elements of a tuple without labels are called ".0", ".1" and so on.
      for child in mirror.children {
        let label = child.label.map { $0.hasPrefix(".") ? String($0.dropFirst()) : snakeCase($0) }
        find(named: joined(name, label ?? ""), in: child.value, &found)
      }
    default: break
    }
  }

  private static func joined(_ name: String, _ part: String) -> String {
    name.isEmpty || part.isEmpty ? name + part : "\(name).\(part)"
  }

  private static func keyAndValue(_ entry: Any) -> (String, Any) {
    let parts = Array(Mirror(reflecting: entry).children)
    guard parts.count == 2 else { return ("", entry) }
    return ("\(parts[0].value)", parts[1].value)
  }

  /// `runningMean` as `running_mean`, the way names stand in files. A lazy property's storage prefix is dropped.
  static func snakeCase(_ label: String) -> String {
    guard label.utf8.contains(where: { (65...90).contains($0) || $0 == 36 || $0 > 127 }) else { return label }
    if let known = snakeCased.withLock({ $0[label] }) { return known }
    var result = ""
    for character in label.hasPrefix("$__lazy_storage_$_") ? Substring(label.dropFirst(18)) : Substring(label) {
      if character.isUppercase {
        if !result.isEmpty, result.last != "_" { result += "_" }
        result += character.lowercased()
      } else {
        result.append(character)
      }
    }
    snakeCased.withLock { $0[label] = result }
    return result
  }

  private static let snakeCased = Guarded<[String: String]>([:])
}
