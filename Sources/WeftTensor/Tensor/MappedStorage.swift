// Tensors over memory that is not the pool's: a file that is mapped, a part of an archive.
//
// All tensors of one file share one storage, so that none counts as its only holder while the file is open, and writing
// copies first. The mapping is private: even the last holder, who writes in place, changes no file.

extension Tensor {
  /// A tensor over a part of `storage`; nil where its elements would not lie whole within it, or not at multiples of
  /// their size.
  ///
  /// - Parameters:
  ///   - strides: In elements, none negative; nil for row-major order.
  ///   - offset: Of the first element, in bytes.
  package init?(sharing storage: Storage, _ spec: TensorSpec, strides: [Int]? = nil, byteOffset offset: Int) {
    let (shape, size) = (spec.shape, spec.dtype.byteCount)
    let address = UInt(bitPattern: storage.pointer) &+ UInt(bitPattern: offset)
    guard let count = shape.checkedElementCount, shape.rank <= Self.maximumRank, offset >= 0,
      offset % size == 0, address % UInt(size) == 0
    else { return nil }
    let steps = strides.map { AxisValues($0) } ?? shape.contiguousStrides
    guard steps.count == shape.rank else { return nil }
    var last = 0
    for axis in 0..<shape.rank where count > 0 {
      let (reach, overflow) = steps[axis].multipliedReportingOverflow(by: shape[axis] - 1)
      let (sum, carried) = last.addingReportingOverflow(reach)
      guard steps[axis] >= 0, !overflow, !carried else { return nil }
      last = sum
    }
    guard last < 1 << 58, offset <= storage.byteCount,
      count == 0 || (last + 1) * size <= storage.byteCount - offset
    else { return nil }
    self.init(storage: storage, shape: shape, strides: steps, offset: offset / size, dtype: spec.dtype)
  }

  /// Writes the elements' bytes, row-major, over this tensor's own memory. The caller has made it unique.
  ///
  /// - Returns: False, and nothing done, where the number of bytes or the order of this tensor's memory is another.
  package func overwrite(with bytes: UnsafeRawBufferPointer) -> Bool {
    guard isContiguous, bytes.count == spec.byteCount, !isInvalid else { return false }
    Modes.current.recorder?.cannotRepeat(
      "a tensor's memory got other bytes", hint: "a replay would not read them again")
    storage.contentChanges()
    if let first = bytes.baseAddress {
      (storage.pointer + offset * dtype.byteCount).copyMemory(from: first, byteCount: bytes.count)
    }
    return true
  }

  /// The memory of the elements where they lie row-major, else nil; good while this tensor is held.
  package var ownBytes: UnsafeMutableRawBufferPointer? {
    guard isContiguous, !isInvalid else { return nil }
    return UnsafeMutableRawBufferPointer(start: storage.pointer + offset * dtype.byteCount, count: spec.byteCount)
  }
}
