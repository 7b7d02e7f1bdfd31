/// yᵢ = x₀ + … + xᵢ along an axis. Gradient: the same of g from the other end.
public struct CumulativeSum: TensorOperation {
  public static let name = "cumulativeSum"
  public static let operands: Operands = ["x"]
  public static let equation = "yᵢ = x₀ + … + xᵢ"
  public static var autocastRule: AutocastRule { .float32 }
  /// Counted from the end where negative.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try inputs[0].scanned(along: axis, operation: Self.name)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let input = inputs[0].converted(to: outputs[0].dtype)
    return [inputs.backend.scan(input, axis: input.shape.axis(axis) ?? 0, multiplies: false)]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { $0.sliced(axis: axis, step: -1).cumulativeSum(axis: axis).sliced(axis: axis, step: -1) }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(CumulativeSum(axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? { [inputs[0].scanned(along: axis, +)] }

  public static let samples = [
    Sample(CumulativeSum(axis: -1), .real([2, 3])),
    Sample(CumulativeSum(axis: 1), .real([2, 3, 4])),
    Sample(CumulativeSum(axis: 0), .integers([3, 2], in: -5..<5, dtype: .int32)),
    Sample(CumulativeSum(axis: 1), .real([2, 0])),
    Sample(CumulativeSum(axis: 1), .real([2, 1])),
  ]

  public static let refusals = [
    Refusal(CumulativeSum(axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(CumulativeSum(axis: 0), .real([]), because: "a scalar"),
  ]
}

extension Tensor {
  /// The running sum along `axis`. Integers and bool add up to int64.
  public func cumulativeSum(axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.cumulativeSum(axis: 0) } }
    return apply(CumulativeSum(axis: axis), [self])[0]
  }
}

extension TensorSpec {
  /// The result of a running reduction along `axis`: integers and bool give int64, as in PyTorch.
  func scanned(along axis: Int, operation: String) throws(TensorError) -> [TensorSpec] {
    guard shape.axis(axis) != nil else { throw .axis(axis, rank: shape.rank, operation: operation) }
    return [TensorSpec(shape, dtype.isFloatingPoint ? dtype : .int64)]
  }
}

extension ReferenceArray {
  /// Each element combined with the result before it along `axis`.
  func scanned(along axis: Int, _ combine: (Double, Double) -> Double) -> ReferenceArray {
    let axis = axis < 0 ? axis + shape.count : axis
    var result = self
    for index in Self.indices(of: shape) where index[axis] > 0 {
      var before = index
      before[axis] -= 1
      result[index] = combine(result[before], self[index])
    }
    return result
  }
}
