/// The largest or smallest element so far along an axis, and where it stands: the last place of equals; NaN wins and stays.
/// Gradient: g added to zeros at those places. A conforming type says which extreme it is.
public protocol RunningExtreme: TensorOperation {
  /// Counted from the end where negative.
  var axis: Int { get }
  /// The operation along an axis.
  init(axis: Int)
  /// Whether the extreme is the largest element.
  static var isMaximum: Bool { get }
}

extension RunningExtreme {
  public static var operands: Operands { .single }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard shape.axis(axis) != nil else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    return [TensorSpec(shape, inputs[0].dtype), TensorSpec(shape, .int64)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = inputs[0].shape.axis(axis) ?? 0
    let found = inputs.backend.runningExtreme(inputs[0], axis: axis, largest: Self.isMaximum)
    return [found.values, found.places]
  }

  public func saves(needs: [Bool]) -> Saves { .output(1) }

  /// g added to zeros where the extremes stand.
  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let adjoint = Ungather(axis: axis, shape: saved.inputSpecs[0].shape)
    return [gradients[0].map { apply(adjoint, [$0, saved.output(1)])[0] }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0]?.gathered(outputs[1], axis: axis), nil]
  }

  /// Along an axis one further back.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Self(axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    Self.isMaximum
      ? inputs[0].runningExtremes(along: axis) { $0 >= $1 } : inputs[0].runningExtremes(along: axis) { $0 <= $1 }
  }

  public static var samples: [Sample] {
    [
      Sample(Self(axis: -1), .distinct([2, 5])),
      Sample(Self(axis: 1), .distinct([2, 3, 4])),
      Sample(Self(axis: 0), .integers([6, 2], in: -2..<2, dtype: .int32)),
      Sample(Self(axis: 1), .real([2, 0])),
    ]
  }

  public static var refusals: [Refusal] { [Refusal(Self(axis: 2), .real([2, 3]), because: "an axis in")] }
}
