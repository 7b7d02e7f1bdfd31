/// The exponential 1 + x + x²/2! + …, by the Padé approximant of order 13 of x halved as often as needed, and as many
/// squarings (Higham 2005). Derivative along e: the upper right block of the exponential of [[x, e], [0, x]]; gradient:
/// the same of xᵀ along g.
public struct MatrixExponential: MatrixOperation {
  public static let name = "matrixExponential"
  public static let operands: Operands = ["x"]
  public static let equation = "y = Σ xⁿ/n!"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [TensorSpec(try checked(inputs, square: true), inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let x = inputs[0]
    guard x.elementCount > 0 else { return [Tensor(uninitialized: outputs[0])] }
    guard x.requireFinite(operation: Self.name) else { return [.invalid] }
    // The approximant is exact to rounding up to this 1-norm, which is taken in parts: as a whole it may overflow.
    let largest = x.abs().max(axes: [-2, -1], keepDims: true)
    let unit = Tensor.where(largest .== 0, Tensor(1.0, dtype: x.dtype), largest)
    let norm = (x / unit).abs().sum(axis: -2, keepDims: true).max(axes: [-1], keepDims: true)
    let halvings = ((norm / 5.371920351148152).log2() + unit.log2()).ceil().clamped(low: 0)
    // In two steps, of which neither underflows.
    let half = (halvings * 0.5).floor()
    let small = x * (-half).exp2() * (half - halvings).exp2()
    var result = Self.approximant(small)
    let most = halvings.max().item(as: Int.self)
    for step in 0..<most {
      result = Tensor.where(halvings .> Tensor(Double(step), dtype: x.dtype), matmul(result, result), result)
    }
    return [result]
  }

  /// The quotient (v + u)/(v - u) of order 13 around 0.
  private static func approximant(_ x: Tensor) -> Tensor {
    let b = [
      64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600, 1_187_353_796_428_800,
      129_060_195_264_000, 10_559_470_521_600, 670_442_572_800, 33_522_128_640, 1_323_241_920, 40_840_800, 960_960,
      16_380, 182, 1.0,
    ]
    let x2 = matmul(x, x)
    let x4 = matmul(x2, x2)
    let x6 = matmul(x4, x2)
    let one = x.identityLike
    let sum = { (first: Int) in one * b[first] + x2 * b[first + 2] + x4 * b[first + 4] + x6 * b[first + 6] }
    let high = { (first: Int) in matmul(x6, x2 * b[first + 8] + x4 * b[first + 10] + x6 * b[first + 12]) }
    let (u, v) = (matmul(x, sum(1) + high(1)), sum(0) + high(0))
    return solve(v - u, v + u)
  }

  public func saves(needs: [Bool]) -> Saves { .input(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { Self.derivative(saved.input(0).transposed(), along: $0) }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { Self.derivative(inputs[0], along: $0) }]
  }

  private static func derivative(_ x: Tensor, along direction: Tensor) -> Tensor {
    let size = x.shape[-1]
    let upper = concatenated([x, direction], axis: -1)
    let lower = concatenated([x.zerosLike(), x], axis: -1)
    let whole = concatenated([upper, lower], axis: -2).matrixExponential()
    return whole.sliced(axis: -2, to: size).sliced(axis: -1, from: size)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    inputs[0].mappingMatrices { MatrixReference.exponential($0) }.map { [$0] }
  }

  public static let samples = [
    Sample(MatrixExponential(), .real([3, 3], in: -1...1)),
    Sample(MatrixExponential(), .exactly([0, 1, -1, 0, 0.5, 2, 0, -1], [2, 2, 2])),
    Sample(MatrixExponential(), .exactly([2, -3, 4, -5], [2, 2])),
    Sample(MatrixExponential(), .exactly([0, 0, 0, 0], [2, 2])),
    Sample(MatrixExponential(), .exactly([1.5], [1, 1])),
    Sample(MatrixExponential(), .real([0, 3, 3])),
    Sample(MatrixExponential(), .real([2, 0, 0])),
  ]

  public static let refusals = [
    Refusal(MatrixExponential(), .real([2, 3]), because: "square matrices"),
    Refusal(MatrixExponential(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(MatrixExponential(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
  ]
}

extension Tensor {
  /// The exponentials of square matrices (not of their elements: that is `exp()`).
  ///
  /// Shape: [..., n, n] to the same. Where it overflows it is NaN or ∞, also where the matrix's norm does (PyTorch then
  /// gives the identity).
  public func matrixExponential() -> Tensor { apply(MatrixExponential(), [self])[0] }
}
