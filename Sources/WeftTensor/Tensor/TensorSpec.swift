/// What is known of a tensor before it exists: its shape and element type.
public struct TensorSpec: Hashable, Sendable {
  public var shape: Shape
  public var dtype: DType
  /// A number written in the program, which yields to tensors' types (see `Note: Promotion`).
  public var isWeakScalar: Bool

  public init(_ shape: Shape, _ dtype: DType, isWeakScalar: Bool = false) {
    self.shape = shape
    self.dtype = dtype
    self.isWeakScalar = isWeakScalar
  }

  /// The size of a contiguous tensor of this kind, in bytes.
  public var byteCount: Int { shape.elementCount * dtype.byteCount }
}

extension TensorSpec: CustomStringConvertible {
  public var description: String { "\(dtype) \(shape)" }
}
