// A tensor's elements as bytes, for files: row-major, in the machine's byte order (little-endian everywhere Weft runs).

extension Tensor {
  /// The elements' bytes in row-major order.
  package var rawBytes: [UInt8] {
    let plain = with(source: nil).contiguous()
    let byteCount = elementCount * dtype.byteCount
    return withExtendedLifetime(plain.storage) {
      [UInt8](UnsafeRawBufferPointer(start: plain.baseAddress, count: byteCount))
    }
  }

  /// A tensor of these bytes; nil where their number does not fit the shape and type.
  package init?(rawBytes bytes: ArraySlice<UInt8>, _ spec: TensorSpec) {
    guard spec.shape.checkedElementCount != nil, spec.shape.rank <= Self.maximumRank, bytes.count == spec.byteCount
    else {
      return nil
    }
    self.init(uninitialized: spec)
    bytes.withUnsafeBytes { source in
      if let first = source.baseAddress { storage.pointer.copyMemory(from: first, byteCount: source.count) }
    }
  }
}
