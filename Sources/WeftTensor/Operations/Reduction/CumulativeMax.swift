/// yᵢ = the largest of x₀ … xᵢ along an axis, and where it stands: the last place of equals; NaN wins and stays.
/// Gradient: g added to zeros at those places.
public struct CumulativeMax: Operation {
  public static let name = "cumulativeMax"
  public static let equation = "yᵢ = max(x₀, …, xᵢ)"
  /// Counted from the end where negative.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard shape.axis(axis) != nil else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    return [TensorSpec(shape, inputs[0].dtype), TensorSpec(shape, .int64)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = inputs[0].shape.axis(axis) ?? 0
    let running = Device.cpu.backend.scan(inputs[0], axis: axis, by: .maximum)
    return [running, inputs[0].runningPlaces(of: running, axis: axis)]
  }

  public func saves(needs: [Bool]) -> Saves { .output(1) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let adjoint = Ungather(axis: axis, shape: saved.inputSpecs[0].shape)
    return [gradients[0].map { apply(adjoint, [$0, saved.output(1)])[0] }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0]?.gathered(outputs[1], axis: axis), nil]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(CumulativeMax(axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    inputs[0].runningExtremes(along: axis) { $0 >= $1 }
  }

  public static let samples = [
    Sample(CumulativeMax(axis: -1), .distinct([2, 5])),
    Sample(CumulativeMax(axis: 1), .distinct([2, 3, 4])),
    Sample(CumulativeMax(axis: 0), .integers([6, 2], in: -2..<2, dtype: .int32)),
    Sample(CumulativeMax(axis: 1), .real([2, 0])),
  ]
  public static let refusals = [Refusal(CumulativeMax(axis: 2), .real([2, 3]), because: "an axis in")]
}

extension Tensor {
  /// The largest of the elements up to each along `axis`, and its place (int64), the last of equals. NaN wins and
  /// stays.
  public func cumulativeMax(axis: Int) -> (values: Tensor, indices: Tensor) {
    let results = apply(CumulativeMax(axis: axis), [self])
    return (results[0], results[1])
  }
}
