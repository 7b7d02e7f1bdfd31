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
  /// The newest recording that ran while this was made outside of it; 0 where none did (`RunningRecordings`).
  let strangeTo: UInt64
  private let contentNumber = Atomic<UInt64>(0)
  private static let contentNumbers = Atomic<UInt64>(0)

  init(byteCount: Int) {
    let block = MemoryPool.shared.allocate(byteCount)
    pointer = block.pointer
    capacity = block.capacity
    owner = nil
    strangeTo = RunningRecordings.numberForStranger
    self.byteCount = byteCount
  }

  /// Bytes that `owner` keeps: they stay as long as it does, and writing them harms nobody.
  package init(of owner: any AnyObject & Sendable, at pointer: UnsafeMutableRawPointer, byteCount: Int) {
    self.pointer = pointer
    capacity = byteCount
    self.owner = owner
    strangeTo = RunningRecordings.numberForStranger
    self.byteCount = byteCount
  }

  deinit {
    contentChanges()
    if owner != nil { return }
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

/// Elements of a storage under a shape: what a tensor is, gradients aside. It never changes, so tensors share it.
package final class StorageView: @unchecked Sendable {
  // Unchecked: `storage` is a variable only so that its references can be counted.
  @exclusivity(unchecked) private(set) var storage: Storage
  let shape: Shape
  let strides: AxisValues
  let offset: Int
  let dtype: DType
  let isWeakScalar: Bool
  /// As `TensorSpec.countsAsScalar`.
  let countsAsScalar: Bool
  /// What stands behind the tensor inside a transform (`Note: Transformed tensors`).
  let transformed: Transformed?

  init(
    storage: Storage, shape: Shape, strides: AxisValues, offset: Int = 0, dtype: DType, isWeakScalar: Bool = false,
    countsAsScalar: Bool = false, transformed: Transformed? = nil
  ) {
    self.storage = storage
    self.shape = shape
    self.strides = strides
    self.offset = offset
    self.dtype = dtype
    self.isWeakScalar = isWeakScalar
    self.countsAsScalar = countsAsScalar
    self.transformed = transformed
  }

  /// The same elements as a number written in the program, or as a tensor.
  func counted(asWeakScalar: Bool) -> StorageView {
    StorageView(
      storage: storage, shape: shape, strides: strides, offset: offset, dtype: dtype, isWeakScalar: asWeakScalar,
      transformed: transformed)
  }

  /// The same elements with the rank in promotion of a tensor without axes, or of one with those it has.
  func counted(asScalar: Bool) -> StorageView {
    StorageView(
      storage: storage, shape: shape, strides: strides, offset: offset, dtype: dtype, isWeakScalar: isWeakScalar,
      countsAsScalar: asScalar, transformed: transformed)
  }

  /// The same elements as what the function inside a transform sees.
  func standing(for transformed: Transformed) -> StorageView {
    StorageView(
      storage: storage, shape: shape, strides: strides, offset: offset, dtype: dtype, isWeakScalar: isWeakScalar,
      countsAsScalar: countsAsScalar, transformed: transformed)
  }

  /// The first of the elements along an axis, as what the function inside a transform sees.
  func dropping(axis: Int, transformed: Transformed) -> StorageView {
    var (sizes, strides) = (shape.sizes, strides)
    sizes.remove(at: axis)
    strides.remove(at: axis)
    return StorageView(
      storage: storage, shape: Shape(sizes), strides: strides, offset: offset, dtype: dtype, transformed: transformed)
  }

  /// The address of the first element.
  var baseAddress: UnsafeMutableRawPointer { storage.pointer + offset * dtype.byteCount }

  /// Whether no other view is on this view's storage.
  var holdsStorageAlone: Bool { isKnownUniquelyReferenced(&storage) }
}
