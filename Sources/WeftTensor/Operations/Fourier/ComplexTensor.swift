/// Complex numbers as two tensors of one shape and type, their real and imaginary parts: what Fourier transforms give
/// and take.
///
/// A value, and transparent to gradients: every function here is made of operations on the parts, so that a loss of them
/// has the gradients of real functions of two real variables each. (PyTorch's complex gradient has these as its real and
/// imaginary parts.) `pairs` is PyTorch's `view_as_real`.
public struct ComplexTensor: Sendable {
  public let real: Tensor
  public let imaginary: Tensor

  /// From parts, which broadcast to each other and are brought to one floating-point type.
  public init(real: Tensor, imaginary: Tensor) {
    let dtype = DType.promoted(real.dtype.floating, imaginary.dtype.floating)
    let parts = real.shape == imaginary.shape ? [real, imaginary] : broadcast([real, imaginary])
    self.real = parts[0].converted(to: dtype)
    self.imaginary = parts.count > 1 ? parts[1].converted(to: dtype) : .invalid
  }

  /// Real numbers as complex ones.
  public init(_ real: Tensor) {
    self.init(real: real, imaginary: Tensor(zeros: real.shape, dtype: real.dtype.floating))
  }

  /// The numbers with these absolute values and angles (in radians).
  public init(magnitude: Tensor, angle: Tensor) {
    self.init(real: magnitude * angle.cos(), imaginary: magnitude * angle.sin())
  }

  /// From real and imaginary parts side by side, [..., 2] (PyTorch's `view_as_complex`): two views.
  public init(pairs: Tensor) {
    guard pairs.rank > 0, pairs.shape[-1] == 2 else {
      report(
        TensorError(
          .shape, operation: "complex", operands: [("pairs", pairs.spec)],
          expected: "real and imaginary parts along a last axis of size 2", got: "\(pairs.shape)"))
      (real, imaginary) = (.invalid, .invalid)
      return
    }
    let parts = pairs.unbound(axis: -1)
    (real, imaginary) = (parts[0], parts[1])
  }

  /// Real and imaginary parts side by side, [..., 2].
  public var pairs: Tensor { stacked([real, imaginary], axis: -1) }

  public var shape: Shape { real.shape }
  public var rank: Int { real.rank }
  /// The type of either part.
  public var dtype: DType { real.dtype }
  public var elementCount: Int { real.elementCount }

  /// Both parts under one function of places, not of values: a reshape, a slice, a sum.
  public func mapping(_ body: (Tensor) -> Tensor) -> ComplexTensor {
    ComplexTensor(real: body(real), imaginary: body(imaginary))
  }
}

// Places.
extension ComplexTensor {
  public func reshaped(to shape: Shape) -> ComplexTensor { mapping { $0.reshaped(to: shape) } }
  public func reshaped(_ sizes: Int...) -> ComplexTensor { reshaped(to: Shape(sizes)) }
  public func permuted(_ axes: [Int]) -> ComplexTensor { mapping { $0.permuted(axes) } }
  public func transposed(_ a: Int = -2, _ b: Int = -1) -> ComplexTensor { mapping { $0.transposed(a, b) } }
  public func unsqueezed(_ axis: Int) -> ComplexTensor { mapping { $0.unsqueezed(axis) } }
  public func squeezed(_ axis: Int? = nil) -> ComplexTensor { mapping { $0.squeezed(axis) } }
  public func expanded(to shape: Shape) -> ComplexTensor { mapping { $0.expanded(to: shape) } }
  public func movedAxis(_ axis: Int, to place: Int) -> ComplexTensor { mapping { $0.movedAxis(axis, to: place) } }
  public func sliced(axis: Int, from start: Int? = nil, to end: Int? = nil, step: Int = 1) -> ComplexTensor {
    mapping { $0.sliced(axis: axis, from: start, to: end, step: step) }
  }
  public func converted(to dtype: DType) -> ComplexTensor { mapping { $0.converted(to: dtype) } }
  public func detach() -> ComplexTensor { mapping { $0.detach() } }

  public subscript(_ index: any TensorIndexing) -> ComplexTensor { mapping { $0[index] } }
  public subscript(_ first: any TensorIndexing, _ second: any TensorIndexing) -> ComplexTensor {
    mapping { $0[first, second] }
  }
  public subscript(
    _ first: any TensorIndexing, _ second: any TensorIndexing, _ third: any TensorIndexing
  ) -> ComplexTensor {
    mapping { $0[first, second, third] }
  }
}

// Values.
extension ComplexTensor {
  public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> ComplexTensor {
    mapping { $0.sum(axes: axes, keepDims: keepDims) }
  }
  public func sum(axis: Int, keepDims: Bool = false) -> ComplexTensor { sum(axes: [axis], keepDims: keepDims) }
  public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> ComplexTensor {
    mapping { $0.mean(axes: axes, keepDims: keepDims) }
  }
  public func mean(axis: Int, keepDims: Bool = false) -> ComplexTensor { mean(axes: [axis], keepDims: keepDims) }

  /// The numbers with the opposite imaginary parts.
  public func conjugate() -> ComplexTensor { ComplexTensor(real: real, imaginary: -imaginary) }
  /// The transposed and conjugate matrices.
  public func conjugateTransposed() -> ComplexTensor { transposed().conjugate() }

  /// The absolute values; their gradient at 0 is 0, as in PyTorch.
  public func abs() -> Tensor { hypot(real, imaginary) }
  /// The squares of the absolute values.
  public func squaredMagnitude() -> Tensor { real.squared() + imaginary.squared() }
  /// The larger part's size, 1 where it is 0 or infinite: a number divided by it has a square that is in range. (A
  /// quotient does not depend on it, so that no gradient flows there.)
  private var size: Tensor {
    let larger = maximum(real.detach().abs(), imaginary.detach().abs())
    return Tensor.where((larger .> 0.0).logicalAnd(larger.isFinite()), larger, larger.onesLike())
  }
  /// The angles from the positive real axis, -π to π.
  public func angle() -> Tensor { atan2(imaginary, real) }

  public func exp() -> ComplexTensor { ComplexTensor(magnitude: real.exp(), angle: imaginary) }
  /// The principal logarithms: log|z| + i·angle.
  public func log() -> ComplexTensor { ComplexTensor(real: abs().log(), imaginary: angle()) }
  /// The roots with a real part that is not negative.
  public func sqrt() -> ComplexTensor { ComplexTensor(magnitude: abs().sqrt(), angle: angle() * 0.5) }
  public func reciprocal() -> ComplexTensor {
    let size = size
    let scaled = self / size
    let square = scaled.squaredMagnitude()
    return ComplexTensor(real: scaled.real / square / size, imaginary: -scaled.imaginary / square / size)
  }

  /// The product of complex matrices, by PyTorch's rule for vectors, matrices and batches.
  public func matmul(_ other: ComplexTensor) -> ComplexTensor {
    ComplexTensor(
      real: real.matmul(other.real) - imaginary.matmul(other.imaginary),
      imaginary: real.matmul(other.imaginary) + imaginary.matmul(other.real))
  }

  /// Whether shapes agree and all numbers are equal.
  public func elementsEqual(_ other: ComplexTensor) -> Bool {
    real.elementsEqual(other.real) && imaginary.elementsEqual(other.imaginary)
  }

  /// Whether shapes agree and both parts are close; see `Tensor.isClose`.
  public func isClose(to other: ComplexTensor, relative: Double = 1e-5, absolute: Double = 1e-8) -> Bool {
    real.isClose(to: other.real, relative: relative, absolute: absolute)
      && imaginary.isClose(to: other.imaginary, relative: relative, absolute: absolute)
  }
}

// Arithmetic, element by element, with broadcasting.
extension ComplexTensor {
  public static prefix func - (a: ComplexTensor) -> ComplexTensor { a.mapping { -$0 } }

  public static func + (a: ComplexTensor, b: ComplexTensor) -> ComplexTensor {
    ComplexTensor(real: a.real + b.real, imaginary: a.imaginary + b.imaginary)
  }
  public static func - (a: ComplexTensor, b: ComplexTensor) -> ComplexTensor {
    ComplexTensor(real: a.real - b.real, imaginary: a.imaginary - b.imaginary)
  }
  public static func * (a: ComplexTensor, b: ComplexTensor) -> ComplexTensor {
    ComplexTensor(
      real: a.real * b.real - a.imaginary * b.imaginary, imaginary: a.real * b.imaginary + a.imaginary * b.real)
  }
  public static func / (a: ComplexTensor, b: ComplexTensor) -> ComplexTensor {
    let size = b.size
    let scaled = b / size
    return a * scaled.conjugate() / scaled.squaredMagnitude() / size
  }

  public static func + (a: ComplexTensor, b: Tensor) -> ComplexTensor {
    ComplexTensor(real: a.real + b, imaginary: a.imaginary)
  }
  public static func + (a: Tensor, b: ComplexTensor) -> ComplexTensor { b + a }
  public static func - (a: ComplexTensor, b: Tensor) -> ComplexTensor {
    ComplexTensor(real: a.real - b, imaginary: a.imaginary)
  }
  public static func - (a: Tensor, b: ComplexTensor) -> ComplexTensor { -b + a }
  public static func * (a: ComplexTensor, b: Tensor) -> ComplexTensor { a.mapping { $0 * b } }
  public static func * (a: Tensor, b: ComplexTensor) -> ComplexTensor { b * a }
  public static func / (a: ComplexTensor, b: Tensor) -> ComplexTensor { a.mapping { $0 / b } }
  public static func / (a: Tensor, b: ComplexTensor) -> ComplexTensor { a * b.reciprocal() }

  @_disfavoredOverload public static func * (a: ComplexTensor, b: Double) -> ComplexTensor { a.mapping { $0 * b } }
  @_disfavoredOverload public static func * (a: Double, b: ComplexTensor) -> ComplexTensor { b * a }
  @_disfavoredOverload public static func / (a: ComplexTensor, b: Double) -> ComplexTensor { a.mapping { $0 / b } }
}

extension ComplexTensor: CustomStringConvertible {
  public var description: String { "ComplexTensor(real: \(real), imaginary: \(imaginary))" }
}

extension Tensor {
  /// These numbers as the real parts of complex ones.
  public var complex: ComplexTensor { ComplexTensor(self) }
}
