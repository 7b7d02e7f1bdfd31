/// How a Fourier transform and its inverse share the factor 1/n between them.
public enum FourierNormalization: String, Sendable, Hashable, Codable, CaseIterable {
  /// The inverse has all of it.
  case backward
  /// Both have its root: both are isometries.
  case ortho
  /// The forward transform has all of it.
  case forward

  /// What the other direction uses to have the factor that this direction has here.
  var swapped: FourierNormalization {
    switch self {
    case .backward: .forward
    case .ortho: .ortho
    case .forward: .backward
    }
  }

  /// The factor of a transform of n numbers.
  func scale(_ count: Int, inverse: Bool) -> Double {
    switch self {
    case .ortho: 1 / Double(count).squareRoot()
    case .backward: inverse ? 1 / Double(count) : 1
    case .forward: inverse ? 1 : 1 / Double(count)
    }
  }
}

/// yₖ = c·Σ xⱼ·exp(∓2πi·jk/n), minus for the forward transform, over complex numbers as pairs [..., n, 2]. Gradient: the
/// opposite transform of g with the same factor c.
public struct FourierTransform: LinearMap {
  public static let name = "fourierTransform"
  public static let operands: Operands = ["x"]
  public static let equation = "yₖ = c·Σ xⱼ·exp(∓2πi·jk/n)"
  public static var autocastRule: AutocastRule { .float32 }
  public static let defaults: Attributes = ["inverse": false, "normalization": FourierNormalization.backward]
  /// Whether the exponent's sign is that of the inverse transform.
  public let inverse: Bool
  /// Which direction is divided by the number of elements.
  public let normalization: FourierNormalization

  public init(inverse: Bool = false, normalization: FourierNormalization = .backward) {
    self.inverse = inverse
    self.normalization = normalization
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (shape, dtype) = (inputs[0].shape, inputs[0].dtype)
    try Self.requireReal(inputs[0], operation: Self.name)
    guard shape.rank >= 2, shape[-1] == 2, shape[-2] > 0 else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "pairs of real and imaginary parts [..., n, 2], n at least 1", got: "\(shape)")
    }
    return [TensorSpec(shape, dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let scale = normalization.scale(outputs[0].shape[-2], inverse: inverse)
    guard let result = inputs.backend.fourier(inputs[0], inverse: inverse, scale: scale) else {
      return [Self.tooLarge(inputs[0], operation: Self.name)]
    }
    return [result]
  }

  static func requireReal(_ input: TensorSpec, operation: String) throws(TensorError) {
    guard input.dtype == .float32 || input.dtype == .float64 else {
      throw TensorError(
        .dtype, operation: operation, operands: [("tensor", input)], expected: "float32 or float64",
        got: "\(input.dtype)", hint: "`.converted(to: .float32)`")
    }
  }

  static func tooLarge(_ input: Tensor, operation: String) -> Tensor {
    .failed(
      TensorError(
        .outOfMemory, operation: operation, operands: [("tensor", input.spec)],
        expected: "memory for the transform, and at most 2²⁸ numbers in a row", got: "not enough, or more"))
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation {
    FourierTransform(inverse: !inverse, normalization: normalization.swapped)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let count = inputs[0].shape[inputs[0].shape.count - 2]
    let scale = normalization.scale(count, inverse: inverse)
    return [
      ReferenceArray(shape: inputs[0].shape) { index in
        let (row, k, part) = (index.dropLast(2), index[index.count - 2], index[index.count - 1])
        return scale
          * (0..<count).reduce(0) { sum, j in
            let angle = 2 * Double.pi * Double(j * k % count) / Double(count) * (inverse ? 1 : -1)
            let (c, s) = (ScalarFunctions.unary(.cos, angle), ScalarFunctions.unary(.sin, angle))
            let (re, im) = (inputs[0][row + [j, 0]], inputs[0][row + [j, 1]])
            return sum + (part == 0 ? re * c - im * s : re * s + im * c)
          }
      }
    ]
  }

  public static let samples = [
    Sample(FourierTransform(), .real([4, 2])),
    Sample(FourierTransform(inverse: true), .real([2, 3, 2])),
    Sample(FourierTransform(normalization: .ortho), .real([2, 6, 2])),
    Sample(FourierTransform(inverse: true, normalization: .ortho), .real([7, 2])),
    Sample(FourierTransform(normalization: .forward), .real([5, 2])),
    Sample(FourierTransform(inverse: true, normalization: .forward), .real([1, 2])),
    Sample(FourierTransform(), .real([67, 2])),
    Sample(FourierTransform(), .real([0, 3, 2])),
  ]

  public static let refusals = [
    Refusal(FourierTransform(), .real([4]), because: "pairs of real and imaginary parts"),
    Refusal(FourierTransform(), .real([4, 3]), because: "pairs of real and imaginary parts"),
    Refusal(FourierTransform(), .real([0, 2]), because: "n at least 1"),
    Refusal(FourierTransform(), .integers([4, 2], in: 0..<5), because: "float32 or float64"),
  ]
}
