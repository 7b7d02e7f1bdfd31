import WeftTensor

/// The objects that some values refer to, with what each stores: through optionals, structures, enumerations, tuples,
/// collections and other objects, however deep, and each once.
///
/// Looked for when a step is recorded, which is seldom; a replay only compares what they store. Not seen is what lies
/// behind closures, pointers, `Unmanaged`, locks around more than plain numbers, and objects of Foundation.
struct ReachedObjects {
  private(set) var found: [(name: String, bytes: StoredBytes)] = []
  /// Whether there was too much to look at, so that something may be missing.
  private(set) var isCut = false
  private var seen: Set<ObjectIdentifier> = []
  private var waiting: [(owner: String, path: String, value: Any)] = []
  private var visits = 0

  /// How many objects are compared before each replay, and how many values are looked into to find them.
  static let limits = (objects: 10_000, values: 200_000)

  /// - Parameter modules: Those that are added by themselves, whoever else refers to them.
  init(besides modules: [Module]) { seen = Set(modules.map { ObjectIdentifier($0) }) }

  /// Takes down what an object stores, and what everything stores that it refers to.
  ///
  /// - Parameters:
  ///   - name: What it stores, in messages.
  ///   - owner: What it is.
  mutating func add(_ object: AnyObject, named name: String, owner: String) {
    seen.insert(ObjectIdentifier(object))
    takeDown(object, named: name, owner: owner, path: "")
    var place = 0
    while place < waiting.count, !isCut {
      let (owner, path, value) = waiting[place]
      place += 1
      visit(value, owner: owner, path: path)
    }
    waiting = []
  }

  private mutating func takeDown(_ object: AnyObject, named name: String, owner: String, path: String) {
    let properties = Self.properties(of: object)
    found.append((name, StoredBytes(of: object, holding: properties.map(\.value))))
    if Self.isOfFoundation(object) { return }
    for (name, value) in properties { wait(value, owner, path.isEmpty ? name : "\(path).\(name)") }
  }

  private mutating func wait(_ value: Any, _ owner: String, _ path: String) {
    if !Self.hasNoObjects(type(of: value)) { waiting.append((owner, path, value)) }
  }

  private mutating func visit(_ value: Any, owner: String, path: String) {
    visits += 1
    isCut = visits > Self.limits.values || found.count > Self.limits.objects
    if type(of: value) is AnyClass {
      let object = value as AnyObject
      if object is any Cell || object is any WatchedOtherwise { return }
      guard seen.insert(ObjectIdentifier(object)).inserted else { return }
      return takeDown(object, named: "what `\(path)` of \(owner) stores", owner: owner, path: path)
    }
    let mirror = Mirror(reflecting: value)
    for (place, child) in mirror.children.enumerated() {
      switch mirror.displayStyle {
      case .optional, .dictionary, .set: wait(child.value, owner, path)
      case .collection: wait(child.value, owner, "\(path)[\(place)]")
      // The elements of a tuple without labels are called ".0", ".1" and so on.
      default: wait(child.value, owner, path + (child.label.map { $0.hasPrefix(".") ? $0 : "." + $0 } ?? ""))
      }
    }
  }

  private static func properties(of object: AnyObject) -> [(name: String, value: Any)] {
    if let module = object as? Module { return module.labeledProperties }
    var found: [(name: String, value: Any)] = []
    var mirror: Mirror? = Mirror(reflecting: object)
    while let present = mirror {
      found += present.children.map { ($0.label ?? "", $0.value) }
      mirror = present.superclassMirror
    }
    return found
  }

  /// What such an object stores are handles, and what its mirror shows need not be there any more.
  private static func isOfFoundation(_ object: AnyObject) -> Bool {
    let name = String(reflecting: type(of: object))
    return name.hasPrefix("Foundation") || name.hasPrefix("Dispatch.") || name.hasPrefix("__C.")
  }

  private static func hasNoObjects(_ type: Any.Type) -> Bool {
    if type is AnyClass { return false }
    if type is any Numeric.Type || type is any WithoutObjects.Type { return true }
    guard let container = type as? any Container.Type else { return false }
    return container.contained.allSatisfy(hasNoObjects)
  }
}

/// A class of the library of which a step is told changes in another way, or is meant to make them.
protocol WatchedOtherwise: AnyObject {}
extension Optimizer: WatchedOtherwise {}
extension ParameterGroup: WatchedOtherwise {}
extension WeightAverage: WatchedOtherwise {}

/// What refers to no object of which the stored numbers could change.
private protocol WithoutObjects {}
extension Bool: WithoutObjects {}
extension String: WithoutObjects {}
extension Character: WithoutObjects {}
extension Shape: WithoutObjects {}
extension DType: WithoutObjects {}
extension Tensor: WithoutObjects {}
extension Unmanaged: WithoutObjects {}

/// What the types of its elements tell about.
private protocol Container { static var contained: [Any.Type] { get } }
extension Optional: Container { fileprivate static var contained: [Any.Type] { [Wrapped.self] } }
extension Array: Container { fileprivate static var contained: [Any.Type] { [Element.self] } }
extension Set: Container { fileprivate static var contained: [Any.Type] { [Element.self] } }
extension Dictionary: Container { fileprivate static var contained: [Any.Type] { [Key.self, Value.self] } }
extension Range: Container { fileprivate static var contained: [Any.Type] { [Bound.self] } }
extension ClosedRange: Container { fileprivate static var contained: [Any.Type] { [Bound.self] } }
