/// x with x[...] = v, as a new tensor; v broadcasts. Gradients: g with zeros there, and the subscript of g.
struct SubscriptAssign: TensorOperation {
  static let name = "subscriptAssignment"
  static let formerNames = ["subscript assignment"]
  static let operands: Operands = ["x", "values"]
  static let equation = "y = x but for y[...] = v"
  let window: Window

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try window.requireInside(inputs[0], operation: Self.name)
    guard Shape.broadcast(window.shape, inputs[1].shape) == window.shape else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0]), ("value", inputs[1])],
        expected: "a value that broadcasts to \(window.shape)", got: "\(inputs[1].shape)")
    }
    return [TensorSpec(inputs[0].shape, inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let result = inputs[0].cloned()
    write(inputs[1], into: result)
    return [result]
  }

  /// The assignment into a tensor's own memory, which the caller has made unique.
  func write(_ value: Tensor, into tensor: Tensor) {
    let target = window.view(of: tensor)
    guard target.elementCount > 0 else { return }
    value.backend.map(Formulas.identity, [], [value], into: [target])
  }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return [nil, nil] }
    let zero = Tensor(zeros: [], dtype: gradient.dtype)
    return [
      needs[0] ? apply(self, [gradient, zero])[0] : nil,
      needs[1] ? apply(Subscript(window: window), [gradient])[0] : nil,
    ]
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let value = batch.aligned(1, rank: window.layout.count)
    return apply(SubscriptAssign(window: window.whole(batch.size)), [batch.whole(0), value])
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var result = inputs[0]
    for index in ReferenceArray.indices(of: window.shape.sizes) { result[window.place(of: index)] = inputs[1][index] }
    return [result]
  }

  static let samples =
    Window.samples.map { Sample(SubscriptAssign(window: $0), .real([3, 4]), .real($0.shape)) }
    + Window.samples.map { Sample(SubscriptAssign(window: $0), .real([3, 4]), .real([])) }

  static let refusals = [
    Refusal(
      SubscriptAssign(window: Window.samples[0]), .real([1, 4]), .real([]), because: "that has the elements named"),
    Refusal(SubscriptAssign(window: Window.samples[0]), .real([3, 4]), .real([3]), because: "broadcasts to [2]"),
  ]
}
