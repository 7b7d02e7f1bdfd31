/// What a program spent its time and memory on.
///
/// Every nanosecond is counted once: the times of all `entries`, with `outside`, add up to `duration`, plus
/// `elsewhere` if other threads worked too. An operation that runs others is charged with them; they are listed in its
/// `inner`. A gradient rule is charged to the operation and the module that were run forward.
public struct Profile: Sendable {
  /// When an operation ran.
  public enum Phase: String, Sendable, Hashable {
    /// An operation's kernel, or its gradient rule.
    case forward, backward
    /// Not an operation: what `profileRange` names, as `optimizer.step`.
    case range
  }

  /// All runs of an operation in one module and phase.
  public struct Entry: Sendable {
    /// The operation's or the range's name.
    public var name: String
    /// The path of the module in whose forward pass it was run; empty outside any.
    public var modulePath: String
    /// When it ran.
    public var phase: Phase
    /// What all its runs took.
    public var usage: Usage
    /// What ran inside; its usage is part of this one's.
    public var inner: [Entry] = []
  }

  /// What a module's own operations took; a module inside it has an entry of its own.
  public struct ModuleEntry: Sendable {
    /// The module's path; empty for what ran outside any.
    public var path: String
    /// What its operations' kernels took.
    public var forward: Usage
    /// What their gradient rules took.
    public var backward: Usage
  }

  /// How long the program ran under the profiler.
  public let duration: Duration
  /// The part of `duration` in no operation and no range: the program's own work, checks, the recording of operations.
  public let outside: Duration
  /// What other threads than the recording ones spent in operations and ranges.
  public let elsewhere: Duration
  /// By operation, module and phase; the longest first.
  public let entries: [Entry]

  let tree: ProfileTree
  let events: [ProfileEvent]
  let eventsLeftOut: Int

  /// What was measured, with the entries that it is charged to.
  init(
    _ tree: ProfileTree, charges: [Entry], duration: Int64, outside: Int64, elsewhere: Int64, events: [ProfileEvent],
    eventsLeftOut: Int
  ) {
    self.duration = .nanoseconds(duration)
    self.outside = .nanoseconds(outside)
    self.elsewhere = .nanoseconds(elsewhere)
    self.tree = tree
    self.events = events
    self.eventsLeftOut = eventsLeftOut
    entries = Self.merged(charges) { [$0.name, $0.modulePath, $0.phase.rawValue] }
  }

  /// By operation and phase, over all modules; the longest first.
  public var operations: [Entry] {
    Self.merged(entries) { [$0.name, $0.phase.rawValue] }.map { entry in
      var entry = entry
      entry.modulePath = ""
      return entry
    }
  }

  /// By module; the longest first.
  public var modules: [ModuleEntry] {
    var modules: [String: ModuleEntry] = [:]
    for entry in entries where entry.phase != .range {
      let empty = ModuleEntry(path: entry.modulePath, forward: Usage(), backward: Usage())
      let place = entry.phase == .forward ? \ModuleEntry.forward : \ModuleEntry.backward
      modules[entry.modulePath, default: empty][keyPath: place].add(entry.usage)
    }
    return modules.values.sorted {
      let (first, second) = ($0.nanoseconds, $1.nanoseconds)
      return first == second ? $0.path < $1.path : first > second
    }
  }

  /// Entries of one key joined, also inside, the longest first.
  static func merged(_ entries: [Entry], by key: (Entry) -> [String]) -> [Entry] {
    var places: [[String]: Int] = [:]
    var result: [Entry] = []
    for entry in entries {
      if let place = places[key(entry)] {
        result[place].usage.add(entry.usage)
        result[place].inner += entry.inner
      } else {
        places[key(entry)] = result.count
        result.append(entry)
      }
    }
    for place in result.indices {
      result[place].inner = merged(result[place].inner) { [$0.name, $0.phase.rawValue] }
    }
    return result.enumerated().sorted {
      let (first, second) = ($0.element.usage.nanoseconds, $1.element.usage.nanoseconds)
      return first == second ? $0.offset < $1.offset : first > second
    }.map(\.element)
  }
}

extension Profile.ModuleEntry {
  var nanoseconds: Int64 { forward.nanoseconds + backward.nanoseconds }
}

extension Profile {
  /// Sums over the runs of something.
  public struct Usage: Sendable {
    /// How often it ran.
    public var calls = 0
    /// How long it ran, other operations inside it included.
    public var time: Duration { .nanoseconds(nanoseconds) }
    /// Read and written at least: inputs and outputs, each once; views none.
    public var bytes = 0
    /// Of products and convolutions, a multiplication and an addition being two; nil where nobody counts them.
    public var floatingPointOperations: Int?
    /// What its tensors did to memory.
    public var memory = MemoryUsage()
    var nanoseconds: Int64 = 0

    package init(calls: Int = 0, nanoseconds: Int64 = 0, bytes: Int = 0, floatingPointOperations: Int? = nil) {
      self.calls = calls
      self.nanoseconds = nanoseconds
      self.bytes = bytes
      self.floatingPointOperations = floatingPointOperations
    }

    mutating func add(_ other: Usage) {
      calls += other.calls
      nanoseconds += other.nanoseconds
      bytes += other.bytes
      if let more = other.floatingPointOperations { floatingPointOperations = (floatingPointOperations ?? 0) + more }
      memory.add(other.memory)
    }
  }

  /// What tensors did to memory while something ran. The pool is the whole process's: what another thread allocates
  /// meanwhile is in it too.
  public struct MemoryUsage: Sendable {
    /// Blocks that new tensors took.
    public var allocations = 0
    /// How often the system was asked for a block, and for how many bytes.
    public var systemAllocations = 0
    /// How many bytes those blocks had.
    public var systemBytes = 0
    /// The most bytes that were live at once.
    public var peak = 0
    /// How far that was above the bytes that were live when it began.
    public var growth = 0

    init() {}

    init(from before: Memory.Statistics, to after: Memory.Statistics) {
      allocations = after.allocations - before.allocations
      systemAllocations = after.systemAllocations - before.systemAllocations
      systemBytes = after.systemBytes - before.systemBytes
      peak = after.peak
      growth = after.peak - before.live
    }

    mutating func add(_ other: MemoryUsage) {
      allocations += other.allocations
      systemAllocations += other.systemAllocations
      systemBytes += other.systemBytes
      peak = max(peak, other.peak)
      growth = max(growth, other.growth)
    }
  }
}

/// What a span of time was spent on.
package struct ProfileWork: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// An operation's kernel.
    case operation
    /// An operation's gradient rule.
    case rule
    /// A walk over the graph.
    case walk
    /// What `profileRange` names.
    case range
  }

  let kind: Kind
  let name: String
  let modulePath: String

  package init(_ kind: Kind, _ name: String, _ modulePath: String = "") {
    self.kind = kind
    self.name = name
    self.modulePath = modulePath
  }

  static let walk = ProfileWork(.walk, "backward")
}

/// What was run inside what: one node for each kind of work under the same parent, with the sums over its spans.
package struct ProfileTree: Sendable {
  struct Node: Sendable {
    let work: ProfileWork
    var usage = Profile.Usage()
    /// In the order of their first spans.
    var children: [Int] = []
    fileprivate var places: [ProfileWork: Int] = [:]
  }

  package init() {}

  /// The first is the root: what was recorded.
  private(set) var nodes = [Node(work: ProfileWork(.range, "profile"))]

  package mutating func node(_ work: ProfileWork, in parent: Int) -> Int {
    if let place = nodes[parent].places[work] { return place }
    nodes[parent].places[work] = nodes.count
    nodes[parent].children.append(nodes.count)
    nodes.append(Node(work: work))
    return nodes.count - 1
  }

  package mutating func add(_ usage: Profile.Usage, to node: Int) { nodes[node].usage.add(usage) }
}

/// One span, for the trace.
package struct ProfileEvent: Sendable {
  let node: Int
  let thread: Int
  let start: Int64
  let nanoseconds: Int64
  let bytes: Int
  let floatingPointOperations: Int?
  /// Bytes that tensors held at its end.
  let live: Int

  init(node: Int, thread: Int, start: Int64, _ usage: Profile.Usage, live: Int) {
    self.node = node
    self.thread = thread
    self.start = start
    self.live = live
    nanoseconds = usage.nanoseconds
    bytes = usage.bytes
    floatingPointOperations = usage.floatingPointOperations
  }
}
