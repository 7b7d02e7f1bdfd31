// The axes that a reduction goes over: resolved, given to the kernel, put back.

extension Shape {
  /// The axes meant by `axes` (nil for all), ascending. A scalar is one element along axis 0 or -1, as in PyTorch: none.
  func reducedAxes(_ axes: [Int]?, operation: String) throws(TensorError) -> [Int] {
    guard let axes else { return Array(0..<rank) }
    var resolved: Set<Int> = []
    for axis in axes {
      guard let place = self.axis(axis) ?? (isLine(axis) ? 0 : nil) else {
        throw .axis(axis, rank: rank, operation: operation)
      }
      guard resolved.insert(place).inserted else {
        throw TensorError(.axis, operation: operation, expected: "each axis at most once", got: "\(axes)")
      }
    }
    return rank == 0 ? [] : resolved.sorted()
  }

  /// How many elements each result of a reduction over `axes` (already checked) is made of.
  func count(along axes: [Int]?) -> Int {
    axes == nil ? elementCount : places(of: axes).reduce(1) { $0 * sizes[$1] }
  }

  /// `reducedAxes` for a reduction of nothing would have no result.
  func nonemptyAxes(_ axes: [Int]?, operation: String, _ operand: TensorSpec) throws(TensorError) -> [Int] {
    let reduced = try reducedAxes(axes, operation: operation)
    if let empty = reduced.first(where: { sizes[$0] == 0 }), removing(axes: reduced, keepDims: false).elementCount > 0 {
      throw TensorError(
        .shape, operation: operation, operands: [("tensor", operand)],
        expected: "at least one element along each reduced axis", got: "axis \(empty) of size 0")
    }
    return reduced
  }
}

extension DType {
  /// The type sums and statistics of such values are kept in: at least float32.
  package var statistics: DType { self == .float64 ? .float64 : .float32 }
}

extension Tensor {
  /// Runs the reduction kernel over checked axes; `output` may have them removed or kept.
  static func reduce(
    _ formula: Formula, _ parameters: [Double] = [], by reduction: Reduction, _ axes: [Int]?, _ inputs: [Tensor],
    as output: TensorSpec
  ) -> Tensor {
    let shape = CPUBackend.commonShape(inputs, [])
    let reduced = shape.places(of: axes)
    let kept = TensorSpec(shape.removing(axes: reduced, keepDims: true), output.dtype)
    let result = inputs.backend.reduce(formula, parameters, by: [reduction], axes: reduced, inputs, as: [kept])[0]
    return result.view(shape: output.shape, strides: output.shape.contiguousStrides)
  }

  /// This result of a reduction of a tensor of `shape` with the reduced axes back at size 1.
  func restoringAxes(_ axes: [Int]?, of shape: Shape) -> Tensor {
    let reduced = shape.places(of: axes)
    return reshaped(to: shape.removing(axes: reduced, keepDims: true))
  }
}

extension ReferenceArray {
  /// Each group of elements along `axes` replaced by `combine` of them.
  static func reduce(
    _ input: ReferenceArray, _ axes: [Int]?, _ keepDims: Bool, _ combine: ([Double]) -> Double
  ) -> ReferenceArray {
    let reduced = Shape(input.shape).places(of: axes)
    let kept = Shape(input.shape).removing(axes: reduced, keepDims: true).sizes
    var groups: [[Int]: [Double]] = [:]
    for index in indices(of: input.shape) {
      var key = index
      for axis in reduced { key[axis] = 0 }
      groups[key, default: []].append(input[index])
    }
    let values = indices(of: kept).map { combine(groups[$0] ?? []) }
    let shape = Shape(input.shape).removing(axes: reduced, keepDims: keepDims).sizes
    return ReferenceArray(shape: shape, values: values)
  }
}
