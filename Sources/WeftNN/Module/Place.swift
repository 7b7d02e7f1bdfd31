import Synchronization
@_spi(Locks) import WeftTensor

/// Where a module or a parameter stands in its model: written when the tree is named, read by every call, from any number
/// of threads at once. A read is one load.
final class Place: Sendable {
  private final class Path: Sendable {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// The present one, which `known` keeps alive.
  private let current = Atomic<Unmanaged<Path>?>(nil)
  /// All it has had: who read an older one a moment ago may still look at it. A name that returns is taken from here, so
  /// there are as many as it has different places.
  private let known = Guarded<[Path]>([])

  /// The model that a parameter was last found in.
  private let holder = Guarded(Holder())

  // Unchecked: a reference that is only handed on.
  private struct Holder: @unchecked Sendable {
    weak var model: AnyObject?
  }

  var model: AnyObject? { holder.withLock { $0 }.model }

  func hold(in model: AnyObject) {
    let new = Holder(model: model)
    holder.withLock { $0 = new }
  }

  /// Nil until the tree is named; empty for the model itself.
  var path: String? { current.load(ordering: .acquiring)?.takeUnretainedValue().text }

  func set(_ path: String) {
    if self.path == path { return }
    known.withLock { known in
      let found = known.first { $0.text == path } ?? Path(path)
      if !known.contains(where: { $0 === found }) { known.append(found) }
      current.store(Unmanaged.passUnretained(found), ordering: .releasing)
    }
  }
}
