import WeftTensor

/// What a check found.
package struct Findings {
  /// How many numbers were compared.
  package private(set) var comparisons = 0
  /// What is wrong.
  package private(set) var failures: [String] = []
  /// What the operation does not state, so that it could not be checked.
  package private(set) var missing: [String] = []

  /// One comparison, and a failure unless it holds.
  mutating func expect(_ holds: Bool, _ failure: @autoclosure () -> String) {
    comparisons += 1
    if !holds { failures.append(failure()) }
  }

  /// `count` numbers that somebody else compared.
  mutating func counted(_ count: Int) { comparisons += count }

  mutating func lacks(_ statement: String) { missing.append(statement) }

  mutating func fail(_ failure: String) { failures.append(failure) }

  mutating func compare(_ actual: Tensor, _ expected: ReferenceArray, within allowed: Double, _ label: String) {
    comparisons += actual.elementCount
    if let difference = Tolerance.difference(actual, expected, within: allowed) {
      failures.append("\(label): \(difference)")
    }
  }

  mutating func compare(_ actual: [Tensor], _ expected: [Tensor], within allowed: Double, _ label: String) {
    guard actual.count == expected.count else {
      return fail("\(label): \(actual.count) results, expected \(expected.count)")
    }
    for (result, wanted) in zip(actual, expected) {
      let tolerance = result.dtype.isFloatingPoint ? allowed : 0
      compare(result, ReferenceArray(wanted), within: tolerance, label)
    }
  }
}
