// Places that do not exist: what an index of data sets, containers and tables is checked by, as those of tensors are.

extension TensorError {
  /// The first of `places` that a collection of `count` things does not have; nil where it has all of them.
  package static func place(
    _ places: some Sequence<Int>, of count: Int, _ things: String, operation: String
  ) -> TensorError? {
    guard let wrong = places.first(where: { !(0..<count).contains($0) }) else { return nil }
    return TensorError(.index, operation: operation, expected: "indices of \(count) \(things)", got: "index \(wrong)")
  }
}

/// Those of `places` that a collection of `count` things has; the first that it has not is a misuse, and reported.
package func existing(_ places: [Int], of count: Int, _ things: String, operation: String) -> [Int] {
  guard let error = TensorError.place(places, of: count, things, operation: operation) else { return places }
  report(error)
  return places.filter { (0..<count).contains($0) }
}

/// Whether a collection of `count` things has one at `place`; where not, that is reported.
package func exists(_ place: Int, of count: Int, _ things: String, operation: String) -> Bool {
  !existing([place], of: count, things, operation: operation).isEmpty
}
