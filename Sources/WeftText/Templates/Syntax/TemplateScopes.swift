/// Note: Scopes. Which variable a name means follows from the text alone, by jinja2's rules (its `idtracking.py`): a block
/// with a scope of its own (a loop's turn, a macro) has copies of the outer variables that it assigns to, made when it
/// is entered; what it only reads is the outer variable itself. A name that no block assigns to is looked up in what the
/// caller gave, once, when the outermost block that reads it is entered. So a name read in a loop that stands before an
/// assignment further down is undefined, though the caller gave one: surprising, and what templates were tested with.

/// Where a variable is: in which of the surrounding calls, and at which place there.
struct NamePlace: Sendable {
  var hops: Int
  var slot: Int
}

/// What happens when a scope is entered.
struct ScopeEntry: Sendable {
  /// Variables that come from what the caller gave.
  var resolved: [(slot: Int, name: String)] = []
  /// Variables that begin as copies of outer ones.
  var copied: [(slot: Int, source: NamePlace)] = []
  /// Variables that begin without a value.
  var emptied: [Int] = []
  /// How many variables a call has, where the scope begins one.
  var slotCount = 0
  /// The places of `loop`, `caller`, `kwargs` and `varargs`.
  var special: [String: Int] = [:]
}

/// The variables of one call: the template's, a macro's, a recursive loop's.
final class FunctionScope {
  let depth: Int
  private(set) var slots: [String: Int] = [:]

  init(depth: Int) { self.depth = depth }

  func slot(of identifier: String) -> Int {
    let slot = slots[identifier] ?? slots.count
    slots[identifier] = slot
    return slot
  }
}

/// The variables that one scope knows: jinja2's `Symbols`.
final class ScopeSymbols {
  struct Reference {
    let function: FunctionScope
    let slot: Int
  }

  enum Load {
    case parameter
    case resolve(String)
    case copy(Reference)
    case empty
  }

  let parent: ScopeSymbols?
  let function: FunctionScope
  let level: Int
  private var references: [String: Reference] = [:]
  private var order: [String] = []
  private var loads: [String: Load] = [:]
  private var stores: Set<String> = []

  init(parent: ScopeSymbols?, function: FunctionScope, level: Int? = nil) {
    self.parent = parent
    self.function = function
    self.level = level ?? parent.map { $0.level + 1 } ?? 0
  }

  func copy() -> ScopeSymbols {
    let copy = ScopeSymbols(parent: parent, function: function, level: level)
    (copy.references, copy.order, copy.loads, copy.stores) = (references, order, loads, stores)
    return copy
  }

  func find(_ name: String) -> Reference? { references[name] ?? parent?.find(name) }

  private func define(_ name: String, _ load: Load) {
    if references[name] == nil { order.append(name) }
    references[name] = Reference(function: function, slot: function.slot(of: "\(level) \(name)"))
    loads[name] = load
  }

  func store(_ name: String) {
    stores.insert(name)
    guard references[name] == nil else { return }
    define(name, parent?.find(name).map { .copy($0) } ?? .empty)
  }

  func load(_ name: String) {
    if find(name) == nil { define(name, .resolve(name)) }
  }

  @discardableResult func declare(parameter name: String) -> Int {
    stores.insert(name)
    define(name, .parameter)
    return function.slot(of: "\(level) \(name)")
  }

  /// Takes over what branches did, of which one will run.
  func update(from branches: [ScopeSymbols]) {
    let stored = branches.reduce(into: Set<String>()) { $0.formUnion($1.stores) }.subtracting(stores)
    for branch in branches {
      for name in branch.order {
        if references[name] == nil { order.append(name) }
        references[name] = branch.references[name]
        loads[name] = branch.loads[name]
      }
      stores.formUnion(branch.stores)
    }
    for name in stored { loads[name] = parent?.find(name).map { .copy($0) } ?? .resolve(name) }
  }

  func place(of reference: Reference) -> NamePlace {
    NamePlace(hops: function.depth - reference.function.depth, slot: reference.slot)
  }

  func entry() -> ScopeEntry {
    var entry = ScopeEntry()
    for name in order {
      guard let reference = references[name], let load = loads[name] else { continue }
      switch load {
      case .parameter: break
      case .resolve(let name): entry.resolved.append((reference.slot, name))
      case .copy(let source): entry.copied.append((reference.slot, place(of: source)))
      case .empty: entry.emptied.append(reference.slot)
      }
    }
    return entry
  }
}
