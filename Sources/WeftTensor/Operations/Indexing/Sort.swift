/// The elements of each line along an axis in order, or the first few of them, and where they stood. Stable: equal
/// elements keep their order; NaN counts as larger than any number. Gradient: g put back at those places.
public struct Sort: TensorOperation {
  public static let name = "sort"
  public static let operands: Operands = ["x"]
  public static let equation = "y = x in order along an axis"
  /// The axis that lines lie along, counted from the end where negative.
  public let axis: Int
  /// Whether the largest come first.
  public let descending: Bool
  /// How many to give of each line; nil for all.
  public let count: Int?

  public init(axis: Int = -1, descending: Bool = false, count: Int? = nil) {
    self.axis = axis
    self.descending = descending
    self.count = count
  }

  public static let defaults: Attributes = ["axis": -1, "descending": false]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    var shape = inputs[0].shape
    guard let axis = shape.axis(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    let count = count ?? shape[axis]
    guard (0...shape[axis]).contains(count) else {
      throw TensorError(
        .value, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "a count in 0 ... \(shape[axis]), the size of axis \(axis)", got: "\(count)")
    }
    shape[axis] = count
    return [TensorSpec(shape, inputs[0].dtype), TensorSpec(shape, .int64)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = inputs[0].shape.axis(axis) ?? 0
    let (values, positions) = inputs.backend.sort(
      inputs[0], axis: axis, descending: descending, count: outputs[0].shape[axis])
    return [values, positions]
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
    batch.applying(Sort(axis: batch.shifted(axis), descending: descending, count: count))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var shape = inputs[0].shape
    let axis = axis < 0 ? axis + shape.count : axis
    let length = shape[axis]
    shape[axis] = count ?? length
    let positions = ReferenceArray(shape: shape) { index in
      let line = (0..<length).map { place in
        var index = index
        index[axis] = place
        return (place: place, value: inputs[0][index])
      }
      let sorted = line.sorted { a, b in
        a.value == b.value ? a.place < b.place : (a.value < b.value) != descending
      }
      return Double(sorted[index[axis]].place)
    }
    return [Gather(axis: axis).reference([inputs[0], positions])?[0] ?? positions, positions]
  }

  public static let samples = [
    Sample(Sort(), .distinct([3, 5])),
    Sample(Sort(axis: 0, descending: true), .distinct([4, 2])),
    Sample(Sort(axis: -1, descending: true, count: 2), .distinct([2, 5])),
    Sample(Sort(), .integers([20], in: 0..<4)),
    Sample(Sort(axis: 1), .real([2, 0])),
  ]

  public static let refusals = [
    Refusal(Sort(axis: 1), .real([2]), because: "an axis in -1 ..< 1"),
    Refusal(Sort(count: 3), .real([2]), because: "a count in 0 ... 2"),
    Refusal(Sort(count: -1), .real([2]), because: "a count in 0 ... 2"),
  ]
}

extension Tensor {
  /// The elements of each line along `axis` in order, and the indices they had. Equal elements keep their order; NaN
  /// counts as larger than any number.
  public func sorted(axis: Int = -1, descending: Bool = false) -> (values: Tensor, indices: Tensor) {
    if isLine(axis) { return asLine { $0.sorted(axis: 0, descending: descending) } }
    let outputs = apply(Sort(axis: axis, descending: descending), [self])
    return (outputs[0], outputs[1])
  }

  /// The places of each line's elements along `axis`, in the order of the elements.
  public func argsort(axis: Int = -1, descending: Bool = false) -> Tensor {
    sorted(axis: axis, descending: descending).indices
  }

  /// The `count` largest elements of each line along `axis` (or the smallest), in order, and their indices.
  public func topK(_ count: Int, axis: Int = -1, largest: Bool = true) -> (values: Tensor, indices: Tensor) {
    if isLine(axis) { return asLine { $0.topK(count, axis: 0, largest: largest) } }
    if let error = problemOfTopK(count, axis) { return (.failed(error), .invalid) }
    let outputs = apply(Sort(axis: axis, descending: largest, count: count), [self])
    return (outputs[0], outputs[1])
  }
  private func problemOfTopK(_ count: Int, _ axis: Int) -> TensorError? {
    guard let place = shape.axis(axis) else { return .axis(axis, rank: rank, operation: "topK") }
    guard !(0...shape[place]).contains(count) else { return nil }
    return TensorError(
      .value, operation: "topK", operands: [("tensor", spec)],
      expected: "a count in 0 ... \(shape[place]), the size of axis \(place)", got: "\(count)")
  }
}
