@_spi(Locks) import WeftTensor

/// What a stored property's value is to a tree of modules, by the value's type; remembered for each type.
enum HolderKind {
  case parameter, buffer, module
  /// It may hold such.
  case container
  case nothing

  static func of(_ value: Any) -> HolderKind {
    let key = ObjectIdentifier(type(of: value))
    if let known = known.withLock({ $0[key] }) { return known }
    let kind = byType(type(of: value)) ?? byValue(value)
    known.withLock { $0[key] = kind }
    return kind
  }

  private static let known = Guarded<[ObjectIdentifier: HolderKind]>([:])

  /// Nil if the type alone does not tell.
  private static func byType(_ type: Any.Type) -> HolderKind? {
    if type is Module.Type { return .module }
    if type is Parameter.Type { return .parameter }
    if type is Buffer.Type { return .buffer }
    // Not looked into: a class may refer to anything, its owner too. `Module` says so where one is used.
    if type is AnyClass || type is any WithoutMembers.Type { return .nothing }
    if let container = type as? any ElementContainer.Type {
      return container.elementTypes.allSatisfy { mayHold($0) == false } ? .nothing : .container
    }
    return known.withLock { $0[ObjectIdentifier(type)] }
  }

  private static func mayHold(_ type: Any.Type) -> Bool { byType(type).map { $0 != .nothing } ?? true }

  /// What one value of a type holds says nothing of the next: an enumeration's cases differ, and so does what a structure
  /// or tuple has in a field of protocol type.
  private static func byValue(_ value: Any) -> HolderKind {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .struct, .tuple, .enum, .optional, .collection, .dictionary: return .container
    default: return .nothing
    }
  }
}

/// What holds no parameters, however often it stands in an array.
private protocol WithoutMembers {}
extension Int: WithoutMembers {}
extension Int32: WithoutMembers {}
extension Int64: WithoutMembers {}
extension UInt8: WithoutMembers {}
extension UInt64: WithoutMembers {}
extension Float: WithoutMembers {}
extension Double: WithoutMembers {}
extension Bool: WithoutMembers {}
extension String: WithoutMembers {}
extension Character: WithoutMembers {}
extension Tensor: WithoutMembers {}
extension Shape: WithoutMembers {}

/// A container whose elements' types tell whether there is anything to look for.
private protocol ElementContainer { static var elementTypes: [Any.Type] { get } }
extension Array: ElementContainer { fileprivate static var elementTypes: [Any.Type] { [Element.self] } }
extension Optional: ElementContainer { fileprivate static var elementTypes: [Any.Type] { [Wrapped.self] } }
extension Dictionary: ElementContainer { fileprivate static var elementTypes: [Any.Type] { [Value.self] } }
