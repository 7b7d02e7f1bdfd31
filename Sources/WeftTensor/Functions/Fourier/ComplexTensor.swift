/// Complex numbers as two tensors of one shape and type, their real and imaginary parts: what Fourier transforms give
/// and take.
///
/// A value, and transparent to gradients: every function here is made of operations on the parts, so that a loss of them
/// has the gradients of real functions of two real variables each. (PyTorch's complex gradient has these as its real and
/// imaginary parts.) `pairs` is PyTorch's `view_as_real`.
public struct ComplexTensor: Sendable {
  /// The real parts.
  public let real: Tensor
  /// The imaginary parts, of the shape and type of the real ones.
  public let imaginary: Tensor
  /// What the parts are views of, where they are.
  private let whole: Tensor?

  /// From parts, which broadcast to each other and are brought to one floating-point type.
  public init(real: Tensor, imaginary: Tensor) {
    let dtype = DType.promoted(real.dtype.floating, imaginary.dtype.floating)
    let parts = real.shape == imaginary.shape ? [real, imaginary] : broadcast([real, imaginary])
    self.real = parts[0].converted(to: dtype)
    self.imaginary = parts.count > 1 ? parts[1].converted(to: dtype) : .invalid
    whole = nil
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
      (real, imaginary, whole) = (.invalid, .invalid, nil)
      return
    }
    let parts = pairs.unbound(axis: -1)
    (real, imaginary, whole) = (parts[0], parts[1], pairs)
  }

  /// Real and imaginary parts side by side, [..., 2].
  public var pairs: Tensor { whole ?? stacked([real, imaginary], axis: -1) }

  /// The shape of either part.
  public var shape: Shape { real.shape }
  /// The number of axes of either part.
  public var rank: Int { real.rank }
  /// The type of either part.
  public var dtype: DType { real.dtype }
  /// How many complex numbers there are.
  public var elementCount: Int { real.elementCount }

  /// Both parts under one function of places, not of values: a reshape, a slice, a sum.
  public func mapping(_ body: (Tensor) -> Tensor) -> ComplexTensor {
    ComplexTensor(real: body(real), imaginary: body(imaginary))
  }
}

// Places.
extension ComplexTensor {
  /// The same numbers in row-major order under another shape; one size may be -1.
  public func reshaped(to shape: Shape) -> ComplexTensor { mapping { $0.reshaped(to: shape) } }
  /// The same numbers in row-major order under another shape; one size may be -1.
  public func reshaped(_ sizes: Int...) -> ComplexTensor { reshaped(to: Shape(sizes)) }
  /// A view with the axes in the order given.
  public func permuted(_ axes: [Int]) -> ComplexTensor { mapping { $0.permuted(axes) } }
  /// A view with two axes exchanged; the numbers are not conjugated (`conjugate()`).
  public func transposed(_ a: Int = -2, _ b: Int = -1) -> ComplexTensor { mapping { $0.transposed(a, b) } }
  /// A view with a new axis of size 1.
  public func unsqueezed(_ axis: Int) -> ComplexTensor { mapping { $0.unsqueezed(axis) } }
  /// A view without an axis of size 1, or without all of them.
  public func squeezed(_ axis: Int? = nil) -> ComplexTensor { mapping { $0.squeezed(axis) } }
  /// A view that repeats axes of size 1.
  public func expanded(to shape: Shape) -> ComplexTensor { mapping { $0.expanded(to: shape) } }
  /// A view with one axis moved to another place.
  public func movedAxis(_ axis: Int, to place: Int) -> ComplexTensor { mapping { $0.movedAxis(axis, to: place) } }
  /// Every `step`-th element of one axis from `start` up to `end`, clamped as in Python.
  public func sliced(axis: Int, from start: Int? = nil, to end: Int? = nil, step: Int = 1) -> ComplexTensor {
    mapping { $0.sliced(axis: axis, from: start, to: end, step: step) }
  }
  /// Both parts in another floating-point type.
  public func converted(to dtype: DType) -> ComplexTensor { mapping { $0.converted(to: dtype) } }
  /// The same values without the graph they came from.
  public func detach() -> ComplexTensor { mapping { $0.detach() } }

  /// The numbers at an index, a range, a mask or indices of one axis.
  public subscript(_ index: any TensorIndexing) -> ComplexTensor { mapping { $0[index] } }
  /// The same for two axes.
  public subscript(_ first: any TensorIndexing, _ second: any TensorIndexing) -> ComplexTensor {
    mapping { $0[first, second] }
  }
  /// The same for three axes and more.
  public subscript(
    _ first: any TensorIndexing, _ second: any TensorIndexing, _ third: any TensorIndexing
  ) -> ComplexTensor {
    mapping { $0[first, second, third] }
  }
}

// Values.
extension ComplexTensor {
  /// The sum of all numbers, or over `axes`.
  public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> ComplexTensor {
    mapping { $0.sum(axes: axes, keepDims: keepDims) }
  }
  /// The sum along one axis.
  public func sum(axis: Int, keepDims: Bool = false) -> ComplexTensor { sum(axes: [axis], keepDims: keepDims) }
  /// The mean of all numbers, or over `axes`.
  public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> ComplexTensor {
    mapping { $0.mean(axes: axes, keepDims: keepDims) }
  }
  /// The mean along one axis.
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

  /// e^z: e^real, at the angle of the imaginary part in radians.
  public func exp() -> ComplexTensor { ComplexTensor(magnitude: real.exp(), angle: imaginary) }
  /// The principal logarithms: log|z| + i·angle.
  public func log() -> ComplexTensor { ComplexTensor(real: abs().log(), imaginary: angle()) }
  /// The roots with a real part that is not negative.
  public func sqrt() -> ComplexTensor { ComplexTensor(magnitude: abs().sqrt(), angle: angle() * 0.5) }
  /// 1/z, by parts that are scaled so that no square leaves the type's range.
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
  /// The numbers with both signs changed.
  public static prefix func - (a: ComplexTensor) -> ComplexTensor { a.mapping { -$0 } }

  /// The sum.
  public static func + (a: ComplexTensor, b: ComplexTensor) -> ComplexTensor {
    ComplexTensor(real: a.real + b.real, imaginary: a.imaginary + b.imaginary)
  }
  /// The difference.
  public static func - (a: ComplexTensor, b: ComplexTensor) -> ComplexTensor {
    ComplexTensor(real: a.real - b.real, imaginary: a.imaginary - b.imaginary)
  }
  /// The product.
  public static func * (a: ComplexTensor, b: ComplexTensor) -> ComplexTensor {
    ComplexTensor(
      real: a.real * b.real - a.imaginary * b.imaginary, imaginary: a.real * b.imaginary + a.imaginary * b.real)
  }
  /// The quotient, by parts that are scaled so that no square leaves the type's range.
  public static func / (a: ComplexTensor, b: ComplexTensor) -> ComplexTensor {
    let size = b.size
    let scaled = b / size
    return a * scaled.conjugate() / scaled.squaredMagnitude() / size
  }

  /// The sum of complex numbers and real ones.
  public static func + (a: ComplexTensor, b: Tensor) -> ComplexTensor {
    ComplexTensor(real: a.real + b, imaginary: a.imaginary)
  }
  /// The sum of complex numbers and real ones.
  public static func + (a: Tensor, b: ComplexTensor) -> ComplexTensor { b + a }
  /// The difference of complex numbers and real ones.
  public static func - (a: ComplexTensor, b: Tensor) -> ComplexTensor {
    ComplexTensor(real: a.real - b, imaginary: a.imaginary)
  }
  /// The difference of complex numbers and real ones.
  public static func - (a: Tensor, b: ComplexTensor) -> ComplexTensor { -b + a }
  /// The product of complex numbers and real ones.
  public static func * (a: ComplexTensor, b: Tensor) -> ComplexTensor { a.mapping { $0 * b } }
  /// The product of complex numbers and real ones.
  public static func * (a: Tensor, b: ComplexTensor) -> ComplexTensor { b * a }
  /// The quotient of complex numbers and real ones.
  public static func / (a: ComplexTensor, b: Tensor) -> ComplexTensor { a.mapping { $0 / b } }
  /// The quotient of complex numbers and real ones.
  public static func / (a: Tensor, b: ComplexTensor) -> ComplexTensor { a * b.reciprocal() }

  // For the constants of Double: `c * .pi`.
  /// The product of complex numbers and one real number.
  @_disfavoredOverload public static func * (a: ComplexTensor, b: Double) -> ComplexTensor { a.mapping { $0 * b } }
  /// The product of complex numbers and one real number.
  @_disfavoredOverload public static func * (a: Double, b: ComplexTensor) -> ComplexTensor { b * a }
  /// The quotient of complex numbers and one real number.
  @_disfavoredOverload public static func / (a: ComplexTensor, b: Double) -> ComplexTensor { a.mapping { $0 / b } }
}

extension ComplexTensor: FormulaTerm {
  public func combined(_ operation: FormulaOperator, with number: some FormulaNumber) -> ComplexTensor {
    switch operation {
    case .plus: self + number.asTensor
    case .minus: self - number.asTensor
    case .times: self * number.asTensor
    case .over: self / number.asTensor
    }
  }
  public func combined(number: some FormulaNumber, _ operation: FormulaOperator) -> ComplexTensor {
    switch operation {
    case .plus: self + number.asTensor
    case .minus: number.asTensor - self
    case .times: self * number.asTensor
    case .over: number.asTensor / self
    }
  }
}

extension ComplexTensor: CustomStringConvertible {
  public var description: String { "ComplexTensor(real: \(real), imaginary: \(imaginary))" }
}

extension Tensor {
  /// These numbers as the real parts of complex ones.
  public var complex: ComplexTensor { ComplexTensor(self) }
}
