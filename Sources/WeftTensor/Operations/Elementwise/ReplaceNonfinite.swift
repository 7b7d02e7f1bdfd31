/// x with given numbers in place of NaN, ∞ and -∞. Gradient: g where x is finite.
public struct ReplaceNonfinite: ElementwiseOperation {
  public static let name = "replaceNonfinite"
  /// What stands in place of NaN.
  public let nan: Double
  /// What stands in place of ∞.
  public let positiveInfinity: Double
  /// What stands in place of -∞.
  public let negativeInfinity: Double
  public var parameters: [Double] { [nan, positiveInfinity, negativeInfinity] }

  public init(nan: Double, positiveInfinity: Double, negativeInfinity: Double) {
    self.nan = nan
    self.positiveInfinity = positiveInfinity
    self.negativeInfinity = negativeInfinity
  }

  // Stated, as a comparison of properties named `nan` reads to the compiler like one of NaN with itself.
  public static func == (a: Self, b: Self) -> Bool { a.parameters == b.parameters }

  public static let formula = Formula(inputs: 1, parameters: 3) { x, p in
    [replaceNonfinite(x[0], p[0], p[1], p[2])]
  }
  public static let samples = [
    Sample(ReplaceNonfinite(nan: 0, positiveInfinity: 9, negativeInfinity: -9), .real([2, 3])),
    Sample(
      ReplaceNonfinite(nan: 0.5, positiveInfinity: 2, negativeInfinity: -3),
      .exactly([1, .nan, -.infinity, .infinity], [4], dtype: .float32)),
    Sample(
      ReplaceNonfinite(nan: 0, positiveInfinity: 9, negativeInfinity: -9), .integers([3], in: -5..<5, dtype: .int32)),
  ]
}

extension Tensor {
  /// This tensor with `nan` in place of NaN, and other numbers in place of ∞ and -∞ (PyTorch's `nan_to_num`).
  /// - Parameters:
  ///   - positiveInfinity: Left out, the largest number of the element type.
  ///   - negativeInfinity: Left out, the smallest.
  public func replacingNonfinite(
    nan: Double = 0, positiveInfinity: Double? = nil, negativeInfinity: Double? = nil
  ) -> Tensor {
    let largest = dtype.largestFinite
    let operation = ReplaceNonfinite(
      nan: nan, positiveInfinity: positiveInfinity ?? largest, negativeInfinity: negativeInfinity ?? -largest)
    return apply(operation, [self])[0]
  }
}

extension DType {
  /// The largest finite number of a floating-point type.
  var largestFinite: Double {
    switch self {
    case .float16: 65504
    case .bfloat16: 0x1.FEp127
    case .float64: .greatestFiniteMagnitude
    default: Double(Float.greatestFiniteMagnitude)
    }
  }
}
