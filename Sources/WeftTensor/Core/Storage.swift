import CWeft
import Synchronization

/// The memory behind tensors: a block of bytes on a device, given back to the pool when the last tensor lets go.
package final class Storage: @unchecked Sendable {
  // Unchecked: the bytes change only through a tensor that holds the sole reference.
  package let pointer: UnsafeMutableRawPointer
  package let byteCount: Int
  let capacity: Int
  /// What owns the bytes where they are not the pool's (`Tensor/MappedStorage.swift`).
  private let owner: (any AnyObject & Sendable)?
  /// Which recording made this, and since which one it is there.
  let origin: RunningRecordings.Origin
  private let contentNumber = Atomic<UInt64>(0)
  private static let contentNumbers = Atomic<UInt64>(0)

  init(byteCount: Int) {
    let block = MemoryPool.shared.allocate(byteCount)
    pointer = block.pointer
    capacity = block.capacity
    owner = nil
    origin = RunningRecordings.origin
    self.byteCount = byteCount
  }

  /// Bytes that `owner` keeps: they stay as long as it does, and writing them harms nobody.
  package init(of owner: any AnyObject & Sendable, at pointer: UnsafeMutableRawPointer, byteCount: Int) {
    self.pointer = pointer
    capacity = byteCount
    self.owner = owner
    origin = RunningRecordings.origin
    self.byteCount = byteCount
  }

  deinit {
    contentChanges()
    if owner != nil || LaunchList.keeps(pointer, capacity: capacity) { return }
    MemoryPool.shared.release(pointer, capacity: capacity)
  }

  /// A number that stands for the bytes as they are now: another one after they were written, and never that of other
  /// bytes. Kernels keep what they make of weights under it.
  var content: UInt64 {
    let known = contentNumber.load(ordering: .relaxed)
    if known != 0 { return known }
    let new = Self.contentNumbers.add(1, ordering: .relaxed).newValue
    let (exchanged, original) = contentNumber.compareExchange(expected: 0, desired: new, ordering: .relaxed)
    return exchanged ? new : original
  }

  /// To be called by the only holder before it writes.
  func contentChanges() {
    let known = contentNumber.load(ordering: .relaxed)
    guard known != 0 else { return }
    weft_prepared_forget(known)
    contentNumber.store(0, ordering: .relaxed)
  }

  /// What a failed operation inside `withTensorErrors` returns points here.
  static let invalid = Storage(byteCount: 0)
}
