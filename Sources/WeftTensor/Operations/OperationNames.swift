extension OperationList {
  /// The operation of this name, of one that it had before, or of the type of this name; nil for a name that none has.
  public static func operation(named name: String) -> (any TensorOperation.Type)? {
    byName[name]
  }

  private static let byName: [String: any TensorOperation.Type] = {
    let named = all.flatMap { type in ([type.name] + type.formerNames + ["\(type)"]).map { ($0, type) } }
    return Dictionary(named) { first, _ in first }
  }()
}
