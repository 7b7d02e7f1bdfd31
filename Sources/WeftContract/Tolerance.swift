import WeftTensor

/// How far results may be from what they should be: one table for every comparison.
public enum Tolerance {
  /// How an operation computes.
  public enum Kind: Sendable {
    /// Each element by itself, by one formula.
    case elementwise
    /// Sums, products, factorizations: rounding errors add up.
    case other
  }

  /// The error allowed against the definition, as a share of the larger of 1 and the largest result.
  public static func allowed(_ dtype: DType, _ kind: Kind) -> Double {
    switch (dtype, kind) {
    case (.float64, .elementwise): 1e-13
    case (.float64, .other): 1e-11
    case (.float32, .elementwise): 1e-6
    case (.float32, .other): 1e-5
    case (.float16, .elementwise): 0x1p-10
    case (.float16, .other): 0x1p-8
    case (.bfloat16, .elementwise): 0x1p-7
    case (.bfloat16, .other): 0x1p-5
    default: 0
    }
  }

  /// The larger of the tolerances of two types: of what went in and of what came out.
  public static func allowed(_ a: DType, _ b: DType, _ kind: Kind) -> Double {
    guard b.isFloatingPoint else { return 0 }
    return max(allowed(a, kind), allowed(b, kind))
  }

  /// The error allowed of gradients in a type against those in float64 from the same numbers: they are made in a few steps
  /// more, each of which rounds, and may be read off the rounded result (of exp, of logSumExp).
  public static func gradient(_ dtype: DType, _ kind: Kind, largestResult: Double) -> Double {
    max(4, largestResult) * allowed(dtype, kind)
  }

  /// Against another library's results, in float64, as a share of the larger of 1 and the largest: both sides compute
  /// the same formula, in another order.
  public static let golden = 1e-9

  /// Two ways to the same float64 gradient, or the same results from inputs that lie in memory differently.
  public static let sameGradient = 1e-11

  /// A number found forward and in reverse: ⟨v, Jt⟩ and ⟨Jᵀv, t⟩, in float64.
  public static let transposed = 1e-9

  /// Slopes against central differences of float64 numbers, whose step is 1e-5.
  public static let differences = 1e-6

  /// Second derivatives against differences of first ones: these are exact to about 1e-10, the step is 1e-5.
  public static let secondDifferences = 1e-5
}

extension Tolerance {
  /// The first element of `actual` that differs from `expected` by more than `allowed` (a share of the larger of 1 and
  /// the largest expected), or shapes that differ; nil if nothing does. Infinite is right where the number is too large
  /// for the type.
  package static func difference(_ actual: Tensor, _ expected: ReferenceArray, within allowed: Double) -> String? {
    guard actual.shape.sizes == expected.shape else { return "shape \(actual.shape), expected \(expected.shape)" }
    let values = actual.scalars(as: Double.self)
    let scale = expected.values.lazy.filter(\.isFinite).map(abs).max().map { max(1, $0) } ?? 1
    let largest = largestFinite(actual.dtype)
    for (place, (got, wanted)) in zip(values, expected.values).enumerated() {
      let isSame = got == wanted || (got.isNaN && wanted.isNaN) || abs(got - wanted) <= allowed * scale
      let overflowed = got.isInfinite && abs(wanted) > largest && (got > 0) == (wanted > 0)
      if !isSame && !overflowed {
        return "element \(place) of \(actual.spec) is \(got), expected \(wanted) (within \(allowed * scale))"
      }
    }
    return nil
  }

  private static func largestFinite(_ dtype: DType) -> Double {
    switch dtype {
    case .float16: 65504
    case .float32, .bfloat16: Double(Float.greatestFiniteMagnitude)
    default: .greatestFiniteMagnitude
    }
  }
}
