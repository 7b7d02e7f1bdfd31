// The indices that a maximum pool found: what `MaxPoolGather` and `MaxPoolScatter`, each the other's gradient, ask of
// them.

extension PoolGeometry {
  /// The input index of a place in the flattened spatial axes.
  func input(at place: Double, of output: [Int]) -> [Int] {
    var rest = Int(place)
    var index = Array(output.prefix(2)) + inSize
    for axis in inSize.indices.reversed() {
      index[axis + 2] = rest % inSize[axis]
      rest /= inSize[axis]
    }
    return index
  }

  func checkIndices(_ inputs: [TensorSpec], values: Shape, operation: String) throws(TensorError) {
    guard inputs[0].shape == values, inputs[1] == TensorSpec(outputShape, .int32), inputs[0].dtype.isFloatingPoint
    else {
      throw TensorError(
        .shape, operation: operation, operands: Array(zip(["values", "indices"], inputs)),
        expected: "values of shape \(values) and indices int32 \(outputShape)", got: "\(inputs[0]) and \(inputs[1])")
    }
  }

  /// The flattened place of an input index.
  func place(of input: [Int]) -> Int { zip(input.dropFirst(2), inSize).reduce(0) { $0 * $1.1 + $1.0 } }

  /// A place for each window, in it.
  var somePlaces: [Double] {
    var places: [Double] = []
    forEachWindow { _, window, _ in places.append(Double(place(of: window[places.count % window.count]))) }
    return places
  }

  /// Geometries on which the gradient operations are tried.
  static let samples: [PoolGeometry] = [
    sample([2, 2, 5], .sliding(kernel: 2)),
    sample([2, 2, 4, 5], .sliding(kernel: [2, 3], stride: [2, 1], padding: 1)),
    sample([1, 2, 2, 4, 3], .sliding(kernel: 2, stride: [1, 2, 1])),
    sample([2, 2, 5, 4], .adaptive(outputSize: [2, 3])),
  ].compactMap { $0 }

  private static func sample(_ shape: Shape, _ windows: PoolWindows) -> PoolGeometry? {
    try? PoolGeometry(TensorSpec(shape, .float64), windows, operation: "sample")
  }
}
