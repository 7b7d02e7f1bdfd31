// Making tensors from values in the program.

/// A Swift number that tensors are made of and read as.
public protocol TensorScalar: Sendable {
  /// The element type that holds exactly these values.
  static var dtype: DType { get }
  /// The element type a tensor made of an array of such values gets: `dtype`, but float32 for Double, the type of literals.
  static var defaultDType: DType { get }
}

/// A Swift number that stands beside tensors in formulas: `x * n`. It yields to the types of the tensors it meets, as a
/// literal does (`Note: Promotion`).
public protocol TensorNumber: TensorScalar, FormulaNumber {}

extension TensorScalar {
  public static var defaultDType: DType { dtype }
}
extension TensorNumber where Self: BinaryInteger {
  public var asTensor: Tensor { Tensor(weak: Int(clamping: self)) }
  public var asDouble: Double { Double(self) }
}
extension TensorNumber where Self: BinaryFloatingPoint {
  public var asTensor: Tensor { Tensor(weak: Double(self)) }
  public var asDouble: Double { Double(self) }
}
extension Double: TensorNumber {
  public static var dtype: DType { .float64 }
  public static var defaultDType: DType { .float32 }
}
extension Float: TensorNumber { public static var dtype: DType { .float32 } }
extension Float16: TensorNumber { public static var dtype: DType { .float16 } }
extension Int8: TensorNumber { public static var dtype: DType { .int8 } }
extension UInt8: TensorNumber { public static var dtype: DType { .uint8 } }
extension Int16: TensorNumber { public static var dtype: DType { .int16 } }
extension UInt16: TensorNumber { public static var dtype: DType { .uint16 } }
extension Int32: TensorNumber { public static var dtype: DType { .int32 } }
extension UInt32: TensorNumber { public static var dtype: DType { .uint32 } }
extension Int64: TensorNumber { public static var dtype: DType { .int64 } }
extension UInt64: TensorScalar { public static var dtype: DType { .uint64 } }
extension Int: TensorNumber { public static var dtype: DType { .int64 } }
extension UInt: TensorScalar { public static var dtype: DType { .uint64 } }
extension Bool: TensorScalar { public static var dtype: DType { .bool } }

extension Tensor {
  /// A tensor of these elements in row-major order.
  ///
  /// - Parameters:
  ///   - shape: Left out, one axis.
  ///   - dtype: Left out, the scalars' own, where Double (the type of literals) makes float32. Numbers that the type does
  ///     not hold become the nearest that it does.
  public init<Scalar: TensorScalar>(_ scalars: [Scalar], shape: Shape? = nil, dtype: DType? = nil) {
    self = scalars.withUnsafeBufferPointer { Tensor($0, shape: shape, dtype: dtype) }
  }

  /// The same from memory, which is copied.
  public init<Scalar: TensorScalar>(
    _ scalars: UnsafeBufferPointer<Scalar>, shape: Shape? = nil, dtype: DType? = nil
  ) {
    let shape = shape ?? [scalars.count]
    guard let count = shape.checkedElementCount else {
      self = .failed(
        TensorError(
          .shape, operation: "Tensor", expected: "sizes from 0 that fit in memory", got: "\(shape)"))
      return
    }
    guard count == scalars.count else {
      self = .failed(
        TensorError(
          .shape, operation: "Tensor", expected: "\(count) scalars for shape \(shape)", got: "\(scalars.count)"))
      return
    }
    let exact = Tensor(uninitialized: TensorSpec(shape, Scalar.dtype))
    let bytes = UnsafeRawBufferPointer(scalars)
    if let source = bytes.baseAddress { exact.storage.pointer.copyMemory(from: source, byteCount: bytes.count) }
    self = exact.numbers(as: dtype ?? Scalar.defaultDType)
  }

  /// The same from a slice of an array, a range, `Data`, or any other sequence.
  @_disfavoredOverload public init<Scalar: TensorScalar>(
    _ scalars: some Sequence<Scalar>, shape: Shape? = nil, dtype: DType? = nil
  ) {
    let inPlace = scalars.withContiguousStorageIfAvailable { Tensor($0, shape: shape, dtype: dtype) }
    self = inPlace ?? Tensor(Array(scalars), shape: shape, dtype: dtype)
  }

  /// A matrix from its rows.
  public init<Scalar: TensorScalar>(_ rows: [[Scalar]], dtype: DType? = nil) {
    let columns = rows.first?.count ?? 0
    guard rows.allSatisfy({ $0.count == columns }) else {
      self = .failed(
        TensorError(
          .shape, operation: "Tensor", expected: "rows of one length", got: "lengths \(rows.map(\.count))"))
      return
    }
    self.init(rows.flatMap { $0 }, shape: [rows.count, columns], dtype: dtype)
  }

  /// A three-axis tensor from nested arrays.
  public init<Scalar: TensorScalar>(_ blocks: [[[Scalar]]], dtype: DType? = nil) {
    let (rows, columns) = (blocks.first?.count ?? 0, blocks.first?.first?.count ?? 0)
    guard blocks.allSatisfy({ $0.count == rows && $0.allSatisfy { $0.count == columns } }) else {
      self = .failed(
        TensorError(.shape, operation: "Tensor", expected: "nested arrays of one shape", got: "ragged ones"))
      return
    }
    self.init(blocks.flatMap { $0.flatMap { $0 } }, shape: [blocks.count, rows, columns], dtype: dtype)
  }

  /// A scalar, a tensor without axes.
  ///
  /// A Double, as a literal, is a number written in the program: it keeps its precision and yields to the types it meets.
  /// Name a type to fix it: `Tensor(0.5, dtype: .float32)`.
  public init<Scalar: TensorScalar>(_ scalar: Scalar, dtype: DType? = nil) {
    if dtype == nil, let number = scalar as? Double {
      self.init(weak: number)
    } else {
      self.init([scalar], shape: [], dtype: dtype)
    }
  }

  /// Every element `value`, as a conversion gives it: the nearest that an integer type holds (0 for NaN), and true in bool
  /// for anything but 0.
  public init(full shape: Shape, _ value: Double, dtype: DType = .float32) {
    guard shape.checkedElementCount != nil else {
      self = .failed(
        TensorError(.shape, operation: "Tensor", expected: "sizes from 0 that fit in memory", got: "\(shape)"))
      return
    }
    let spec = TensorSpec(shape, dtype)
    if spec.byteCount > 1 << 20, !MemoryPool.shared.hasRoom(for: spec.byteCount) {
      self = .failed(.outOfMemory(spec, operation: "Tensor"))
      return
    }
    self.init(uninitialized: spec)
    backend.map(Formulas.fill, [value], [], into: [self])
  }

  /// A tensor of zeros.
  public init(zeros shape: Shape, dtype: DType = .float32) { self.init(full: shape, 0, dtype: dtype) }
  /// A tensor of ones.
  public init(ones shape: Shape, dtype: DType = .float32) { self.init(full: shape, 1, dtype: dtype) }

  /// Zeros of the same shape and type.
  public func zerosLike() -> Tensor { Tensor(zeros: shape, dtype: dtype) }
  /// Ones of the same shape and type.
  public func onesLike() -> Tensor { Tensor(ones: shape, dtype: dtype) }

  /// A number written in the program: it yields to the types of tensors it meets (`Note: Promotion`).
  init(weak value: Double) {
    self.init(uninitialized: TensorSpec([], .float64))
    storage.pointer.storeBytes(of: value, as: Double.self)
    view = view.counted(asWeakScalar: true)
  }

  init(weak value: Int) {
    self.init(uninitialized: TensorSpec([], .int64))
    storage.pointer.storeBytes(of: Int64(value), as: Int64.self)
    view = view.counted(asWeakScalar: true)
  }
}

extension Tensor: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(weak: value) }
  public init(integerLiteral value: Int) { self.init(weak: value) }
}

/// Formulas that no operation owns.
enum Formulas {
  static let fill = Formula(inputs: 0, parameters: 1) { _, p in [p[0]] }
  static let identity = Formula { x in x }
  /// x, as a choice: integers that the result's type does not hold become the nearest that it does, where those of
  /// `identity` wrap.
  static let nearest = Formula { x in minimum(x, x) }
}
