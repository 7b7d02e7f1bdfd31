/// Elements of memory, whatever graph or transform they are seen in.
struct ElementPlace: Hashable {
  let storage: ObjectIdentifier
  private let offset: Int
  private let shape: Shape
  private let strides: AxisValues
  private let dtype: DType

  init(_ tensor: Tensor) {
    storage = ObjectIdentifier(tensor.storage)
    (offset, shape, strides, dtype) = (tensor.offset, tensor.shape, tensor.strides, tensor.dtype)
  }
}

/// The memory that a recorded run met, and which of its elements stand in which slot.
///
/// It is held, so that none is used for two tensors, and whoever writes in place writes elsewhere: what stands in a slot
/// stays. What nobody else holds any more cannot be met again, and is let go with all that was known of it: a run that is
/// recorded needs little more memory than one that is not.
struct MetMemory {
  private struct Entry {
    var storage: Storage
    var slots: [ElementPlace: Int] = [:]
    /// Whether it follows from the inputs, or from what outlasts the run.
    var isComputed = false
  }

  private var entries: [ObjectIdentifier: Entry] = [:]
  /// How much was met since something was let go.
  private var newCount = 0

  /// The slot in which these elements stand, if somebody knows one.
  func slot(of tensor: Tensor) -> Int? {
    entries[ObjectIdentifier(tensor.storage)]?.slots[ElementPlace(tensor)]
  }

  func isComputed(_ tensor: Tensor) -> Bool { entries[ObjectIdentifier(tensor.storage)]?.isComputed ?? false }

  mutating func put(_ tensor: Tensor, in slot: Int) {
    withEntry(of: tensor) { $0.slots[ElementPlace(tensor)] = slot }
  }

  mutating func setComputed(_ tensor: Tensor) { withEntry(of: tensor) { $0.isComputed = true } }

  private mutating func withEntry(of tensor: Tensor, _ change: (inout Entry) -> Void) {
    let count = entries.count
    change(&entries[ObjectIdentifier(tensor.storage), default: Entry(storage: tensor.storage)])
    newCount += entries.count - count
  }

  /// Lets go, now and then, of what is held here alone: to look for it takes the longer the more there is.
  ///
  /// - Parameter kept: What stays, as somebody will look for its place.
  /// - Returns: What was held.
  mutating func letGo(but kept: () -> Set<ObjectIdentifier>) -> [Storage] {
    guard newCount > entries.count / 32 else { return [] }
    newCount = 0
    var left: [ObjectIdentifier] = []
    // Not over `indices`, which hold a copy of the table, and so all of its memory.
    var place = entries.startIndex
    while place != entries.endIndex {
      if isKnownUniquelyReferenced(&entries.values[place].storage) { left.append(entries[place].key) }
      entries.formIndex(after: &place)
    }
    if left.isEmpty { return [] }
    let kept = kept()
    return left.filter { !kept.contains($0) }.compactMap { entries.removeValue(forKey: $0)?.storage }
  }
}
