/// The memory behind tensors: a block of bytes on a device, given back to the pool when the last tensor lets go.
package final class Storage: @unchecked Sendable {
  // Unchecked: the bytes change only through a tensor that holds the sole reference.
  package let pointer: UnsafeMutableRawPointer
  package let byteCount: Int
  let capacity: Int

  init(byteCount: Int) {
    let block = MemoryPool.shared.allocate(byteCount)
    pointer = block.pointer
    capacity = block.capacity
    self.byteCount = byteCount
  }

  deinit { MemoryPool.shared.release(pointer, capacity: capacity) }

  /// What a failed operation inside `withTensorErrors` returns points here.
  static let invalid = Storage(byteCount: 0)
}
