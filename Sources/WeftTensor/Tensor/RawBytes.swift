// A tensor's elements as bytes, for files: row-major, in the machine's byte order (little-endian everywhere Weft runs).

extension Tensor {
  /// A tensor of elements that stand in these bytes, row-major and little-endian: `Data`, an array, a slice of one.
  ///
  /// ```swift
  /// let image = Tensor(bytes: data, shape: [28, 28], dtype: .uint8)
  /// ```
  public init(bytes: some Sequence<UInt8>, shape: Shape, dtype: DType) {
    let spec = TensorSpec(shape, dtype)
    self =
      bytes.withContiguousStorageIfAvailable { Self.made(of: UnsafeRawBufferPointer($0), spec) }
      ?? Array(bytes).withUnsafeBytes { Self.made(of: $0, spec) }
  }

  private static func made(of bytes: UnsafeRawBufferPointer, _ spec: TensorSpec) -> Tensor {
    if let made = Tensor(rawBytes: bytes, spec) { return made }
    if bytes.count == spec.shape.checkedElementCount, let wrong = bytes.firstIndex(where: { $0 > 1 }) {
      return .failed(
        TensorError(
          .value, operation: "Tensor", expected: "bytes of 0 or 1 for a tensor \(spec)",
          got: "\(bytes[wrong]) as byte \(wrong)"))
    }
    return .failed(
      TensorError(
        .shape, operation: "Tensor", expected: "the bytes of a tensor \(spec)", got: "\(bytes.count) bytes"))
  }

  /// The elements' bytes in row-major order.
  package var rawBytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// A tensor of these bytes; nil where their number does not fit the shape and type.
  package init?(rawBytes bytes: ArraySlice<UInt8>, _ spec: TensorSpec) {
    guard let made = bytes.withUnsafeBytes({ Tensor(rawBytes: $0, spec) }) else { return nil }
    self = made
  }

  private init?(rawBytes bytes: UnsafeRawBufferPointer, _ spec: TensorSpec) {
    guard let count = spec.shape.checkedElementCount, spec.shape.rank <= Self.maximumRank,
      bytes.count == count * spec.dtype.byteCount
    else { return nil }
    // A bool is 0 or 1: kernels count on it.
    if spec.dtype == .bool, bytes.contains(where: { $0 > 1 }) { return nil }
    self.init(uninitialized: spec)
    if let first = bytes.baseAddress { storage.pointer.copyMemory(from: first, byteCount: bytes.count) }
  }
}
