/// What is known of a tensor before it exists: its shape and element type.
public struct TensorSpec: Hashable, Sendable {
  /// The sizes of the axes.
  public var shape: Shape
  /// The type of the elements.
  public var dtype: DType
  /// A number written in the program, which yields to tensors' types (see `Note: Promotion`).
  public var isWeakScalar: Bool

  /// Whether it yields as a tensor without axes does, for all its axes: those of a batch (`Note: Promotion`).
  var countsAsScalar = false

  /// A tensor's shape and type, or with `isWeakScalar` those of a number of the program.
  public init(_ shape: Shape, _ dtype: DType, isWeakScalar: Bool = false) {
    self.shape = shape
    self.dtype = dtype
    self.isWeakScalar = isWeakScalar
  }

  /// The size of a contiguous tensor of this kind, in bytes.
  public var byteCount: Int { shape.elementCount * dtype.byteCount }
}

extension TensorSpec {
  /// A view of this under another shape: a number written in the program stays one.
  func viewed(as shape: Shape) -> TensorSpec { TensorSpec(shape, dtype, isWeakScalar: isWeakScalar) }
}

extension TensorSpec: CustomStringConvertible {
  public var description: String { "\(dtype) \(shape)" }
}
