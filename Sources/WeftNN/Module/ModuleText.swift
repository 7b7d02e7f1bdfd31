import WeftTensor

// What `print` shows of a module: type, shapes of parameters and buffers, settings, and the modules inside, a line each.
//
//     Sequential(
//       (0): Linear(weight: [3, 2], bias: [3])
//       (1): ReLU()
//     ), 9 parameters
extension Module {
  var treeText: String {
    var ancestors: Set<ObjectIdentifier> = []
    let count = parameterCount
    let total = count == 0 ? "" : ", \(count.grouped) parameter\(count == 1 ? "" : "s")"
    return treeText(&ancestors) + total
  }

  private func treeText(_ ancestors: inout Set<ObjectIdentifier>) -> String {
    let key = ObjectIdentifier(self)
    guard ancestors.insert(key).inserted else { return "\(type(of: self))(...)" }
    defer { ancestors.remove(key) }
    let own = (tensorTexts + settingTexts).joined(separator: ", ")
    let children = namedChildren().map { name, child in "(\(name)): " + child.treeText(&ancestors) }
    if children.isEmpty { return "\(type(of: self))(\(own))" }
    let lines = (own.isEmpty ? [] : [own]) + children
    return "\(type(of: self))(\n" + lines.map(Self.indented).joined(separator: "\n") + "\n)"
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
  }

  private var tensorTexts: [String] {
    members.compactMap { member in
      switch member.kind {
      case .parameter(let parameter): "\(member.name): \(parameter.shape)"
      case .buffer(let buffer): "\(member.name): \(buffer.value.shape)"
      case .module: nil
      }
    }
  }

  /// The numbers, switches and choices in stored properties.
  private var settingTexts: [String] {
    labeledProperties.compactMap { name, value in
      Self.setting(value).map { "\(name): \($0)" }
    }
  }

  private static func setting(_ value: Any) -> String? {
    let mirror = Mirror(reflecting: value)
    // Before the casts, which look through an optional.
    if mirror.displayStyle == .optional { return mirror.children.first.flatMap { setting($0.value) } }
    switch value {
    case is Int, is Double, is Bool, is Shape, is [Int], is [Double]: return "\(value)"
    case let sizes as PerAxis: return sizes.values.count == 1 ? "\(sizes.values[0])" : "\(sizes.values)"
    case let text as String: return "\"\(text)\""
    default: break
    }
    // An enumeration's case without values.
    return mirror.displayStyle == .enum && mirror.children.isEmpty ? "\(value)" : nil
  }
}

extension Int {
  /// 1234567 as 1,234,567.
  var grouped: String {
    let digits = Array(String(self))
    let parts = digits.indices.map { ($0 > 0 && (digits.count - $0).isMultiple(of: 3) ? "," : "") + String(digits[$0]) }
    return parts.joined()
  }
}
