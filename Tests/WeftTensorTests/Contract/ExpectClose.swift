import Testing
import WeftContract
import WeftTensor

/// Compares an array with the expected one and reports the first element that differs.
func expectClose(
  _ actual: Tensor, _ expected: ReferenceArray, within allowed: Double, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if let difference = Tolerance.difference(actual, expected, within: allowed) {
    Issue.record("\(label): \(difference)", sourceLocation: sourceLocation)
  }
}
