@_spi(Locks) import WeftTensor

/// The stored properties of objects, and what is inside containers, by the names that stand in files.
enum Reflection {
  /// The stored properties of an object, those of its superclasses first, by their names in Swift; without those of
  /// `base`.
  static func labeledProperties(of object: AnyObject, below base: AnyClass) -> [(name: String, value: Any)] {
    var mirrors: [Mirror] = []
    var mirror: Mirror? = Mirror(reflecting: object)
    while let present = mirror, present.subjectType != base {
      mirrors.append(present)
      mirror = present.superclassMirror
    }
    return mirrors.reversed().flatMap { mirror in
      mirror.children.compactMap { child in child.label.map { ($0, child.value) } }
    }
  }

  /// Calls `visit` with the name and the value of each part of a container: an optional, array, dictionary, tuple,
  /// structure or enumeration.
  static func forEachPart(of value: Any, named name: String, _ visit: (String, Any) -> Void) {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      for child in mirror.children { visit(name, child.value) }
    case .collection:
      for (place, child) in mirror.children.enumerated() {
        visit(joined(name, "\(place)"), child.value)
      }
    case .dictionary:
      let entries = mirror.children.map { entry -> (String, Any) in keyAndValue(entry.value) }
      for (key, value) in entries.sorted(by: { $0.0 < $1.0 }) { visit(joined(name, key), value) }
    case .tuple, .struct, .enum:
      // The elements of a tuple without labels are called ".0", ".1" and so on.
      for child in mirror.children {
        let label = child.label.map { $0.hasPrefix(".") ? String($0.dropFirst()) : snakeCase($0) }
        visit(joined(name, label ?? ""), child.value)
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
