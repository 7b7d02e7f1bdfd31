// Making tensors from data of run-time size: what a request or a file sends, which may have any length.

extension Tensor {
  /// A tensor of these elements in row-major order, or an error where they are too many or too few.
  ///
  /// ```swift
  /// let image = try Tensor(checking: request.pixels, shape: [1, 1, 8, 8])
  /// ```
  /// - Parameters:
  ///   - shape: Left out, one axis.
  ///   - dtype: Left out, the scalars' own, where Double (the type of literals) makes float32.
  /// - Throws: `TensorError` with the code `shape`, where `init(_:shape:dtype:)` stops the program.
  public init<Scalar: TensorScalar>(
    checking scalars: [Scalar], shape: Shape? = nil, dtype: DType? = nil
  ) throws(TensorError) {
    self = try firstErrorThrown { Tensor(scalars, shape: shape, dtype: dtype) }
  }

  /// The same from a slice of an array, a buffer, `Data` (a scalar for each byte), or any other sequence.
  /// - Throws: `TensorError` with the code `shape`.
  @_disfavoredOverload public init<Scalar: TensorScalar>(
    checking scalars: some Sequence<Scalar>, shape: Shape? = nil, dtype: DType? = nil
  ) throws(TensorError) {
    self = try firstErrorThrown { Tensor(scalars, shape: shape, dtype: dtype) }
  }

  /// A tensor of elements that stand in these bytes, row-major and little-endian, or an error where they are too many or
  /// too few.
  ///
  /// ```swift
  /// let image = try Tensor(checkingBytes: request.body, shape: [28, 28], dtype: .uint8)
  /// ```
  /// - Throws: `TensorError`, where `init(bytes:shape:dtype:)` stops the program; for bool also where a byte is neither
  ///   0 nor 1.
  public init(checkingBytes bytes: some Sequence<UInt8>, shape: Shape, dtype: DType) throws(TensorError) {
    self = try firstErrorThrown { Tensor(bytes: bytes, shape: shape, dtype: dtype) }
  }

  /// A matrix from its rows, or an error where they differ in length.
  /// - Throws: `TensorError` with the code `shape`.
  public init<Scalar: TensorScalar>(checking rows: [[Scalar]], dtype: DType? = nil) throws(TensorError) {
    self = try firstErrorThrown { Tensor(rows, dtype: dtype) }
  }

  /// A three-axis tensor from nested arrays, or an error where they are ragged.
  /// - Throws: `TensorError` with the code `shape`.
  public init<Scalar: TensorScalar>(checking blocks: [[[Scalar]]], dtype: DType? = nil) throws(TensorError) {
    self = try firstErrorThrown { Tensor(blocks, dtype: dtype) }
  }

  /// Every element `value`, or an error where the shape has a negative size, or memory could not hold it.
  ///
  /// ```swift
  /// let mask = try Tensor(checkingFull: Shape(request.sizes), 1)
  /// ```
  /// - Throws: `TensorError` with the code `shape` or `outOfMemory`.
  public init(checkingFull shape: Shape, _ value: Double, dtype: DType = .float32) throws(TensorError) {
    self = try firstErrorThrown { Tensor(full: shape, value, dtype: dtype) }
  }
}
