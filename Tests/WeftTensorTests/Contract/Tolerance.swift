import Testing
import WeftTensor

/// How far results may be from the definition: one table for the whole contract.
struct Tolerance {
  enum Kind { case elementwise, other }

  /// The error allowed, as a share of the larger of 1 and the largest result.
  static func allowed(_ dtype: DType, _ kind: Kind) -> Double {
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
  static func allowed(_ a: DType, _ b: DType, _ kind: Kind) -> Double {
    guard b.isFloatingPoint else { return 0 }
    return max(allowed(a, kind), allowed(b, kind))
  }

  static func largestFinite(_ dtype: DType) -> Double {
    switch dtype {
    case .float16: 65504
    case .float32, .bfloat16: Double(Float.greatestFiniteMagnitude)
    default: .greatestFiniteMagnitude
    }
  }
}

/// Compares arrays element by element and reports the first element that differs.
/// - Returns: the number of elements compared.
@discardableResult
func expectClose(
  _ actual: Tensor, _ expected: ReferenceArray, within allowed: Double, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) -> Int {
  guard actual.shape.sizes == expected.shape else {
    Issue.record("\(label): shape \(actual.shape), expected \(expected.shape)", sourceLocation: sourceLocation)
    return 0
  }
  let values = actual.scalars(as: Double.self)
  let scale = expected.values.lazy.filter(\.isFinite).map(abs).max().map { max(1, $0) } ?? 1
  let largest = Tolerance.largestFinite(actual.dtype)
  for (place, (got, wanted)) in zip(values, expected.values).enumerated() {
    let isSame = got == wanted || (got.isNaN && wanted.isNaN) || abs(got - wanted) <= allowed * scale
    let overflowed = got.isInfinite && abs(wanted) > largest && (got > 0) == (wanted > 0)
    if !isSame && !overflowed {
      Issue.record(
        "\(label): element \(place) of \(actual.spec) is \(got), expected \(wanted) (within \(allowed * scale))",
        sourceLocation: sourceLocation)
      break
    }
  }
  return values.count
}

@discardableResult
func expectClose(
  _ actual: [Tensor], _ expected: [Tensor], within allowed: Double, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) -> Int {
  guard actual.count == expected.count else {
    Issue.record("\(label): \(actual.count) results, expected \(expected.count)", sourceLocation: sourceLocation)
    return 0
  }
  return zip(actual, expected).reduce(0) { count, pair in
    let tolerance = pair.0.dtype.isFloatingPoint ? allowed : 0
    return count
      + expectClose(pair.0, ReferenceArray(pair.1), within: tolerance, label, sourceLocation: sourceLocation)
  }
}
