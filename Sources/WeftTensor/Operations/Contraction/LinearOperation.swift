/// y = x·Wᵀ + b over the last axis of x. Gradients: dx = g·W, dW = Σ gᵀ·x and db = Σ g over all leading axes.
///
/// What a `Linear` layer computes; W is [out, in], as PyTorch keeps it.
public struct LinearOperation: BilinearOperation, FinishableOperation {
  public static let name = "linear"
  public static let operands: Operands = ["x", "weight", .optional("bias")]
  public static let equation = "y = x·Wᵀ + b"
  public static var autocastRule: AutocastRule { .lower }

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    guard weight.rank == 2 else {
      throw .linear(inputs, expected: "a weight of 2 axes, [out, in]", got: "\(weight.rank) axes")
    }
    guard input.rank > 0 else {
      throw .linear(inputs, expected: "an input whose last axis is \(weight[1])", got: "a scalar")
    }
    guard input[-1] == weight[1] else { throw .linearInput(inputs) }
    if inputs.count > 2, inputs[2].shape != [weight[0]] {
      throw .linear(inputs, expected: "a bias of shape [\(weight[0])], the weight's axis 0", got: "\(inputs[2].shape)")
    }
    return [TensorSpec(Shape(input.sizes.dropLast() + [weight[0]]), DType.promoted(inputs))]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    forward(inputs, as: outputs, finishedBy: nil)
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec], finishedBy pass: LastPass?) -> [Tensor] {
    let operands = inputs.map { $0.converted(to: outputs[0].dtype) }
    let (input, weight) = (operands[0], operands[1])
    let turned = weight.view(
      shape: [weight.shape[1], weight.shape[0]], strides: [weight.strides[1], weight.strides[0]])
    let bias = operands.count > 2 ? operands[2] : nil
    guard input.rank == 1 else {
      return [inputs.backend.matmul(input, turned, bias: bias, as: outputs[0], finishedBy: pass)]
    }
    let row = input.view(shape: [1, input.shape[0]], strides: [0, input.strides[0]])
    let spec = TensorSpec([1] + outputs[0].shape, outputs[0].dtype)
    let result = inputs.backend.matmul(row, turned, bias: bias, as: spec, finishedBy: nil)
    let found = result.isInvalid ? result : result.view(shape: outputs[0].shape, strides: [1])
    return [pass?.applied(to: found) ?? found]
  }

  public func saves(needs: [Bool]) -> Saves {
    if needs[1] { return [.input(0), .input(1)] }
    return needs[0] ? .input(1) : []
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return needs.map { _ in nil } }
    let wants = [needs[0], needs[1], needs.count > 2 && needs[2]]
    guard wants[1] else {
      let ofBias = wants[2] ? g.sum(axes: Array(0..<(g.rank - 1)), dtype: g.dtype.statistics) : nil
      return Array([wants[0] ? matmul(g, saved.input(1)) : nil, nil, ofBias].prefix(needs.count))
    }
    let found = apply(LinearGradient(wants: wants), [g, saved.input(0), saved.input(1)])
    var next = found.makeIterator()
    return wants.prefix(needs.count).map { $0 ? next.next() : nil }
  }

  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    2 &* outputs[0].shape.elementCount &* inputs[0].shape[-1]
  }

  /// One product of all rows where the weight is the same for every example, else a batch of products.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.isBatched[1] || batch.isBatched.dropFirst(2).contains(true) else { return apply(self, batch.inputs) }
    let (specs, dtype) = (batch.specs, DType.promoted(batch.specs))
    let rows = specs[0].shape.axes.dropLast().reduce(1, *)
    let x = batch.whole(0).reshaped(batch.size, rows, specs[0].shape[-1]).converted(to: dtype)
    let weight = batch.inputs[1].converted(to: dtype)
    var y = batch.isBatched[1] ? x.matmul(weight.transposed()) : linear(x, weight: weight)
    if specs.count > 2 { y = y + batch.aligned(2, rank: 2).converted(to: dtype) }
    return [y.reshaped(to: batch.whole(Shape(specs[0].shape.sizes.dropLast() + [specs[1].shape[0]])))]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (x, weight) = (inputs[0], inputs[1])
    return [
      ReferenceArray(shape: x.shape.dropLast() + [weight.shape[0]]) { index in
        let (row, out) = (index.dropLast(), index[index.count - 1])
        let start = inputs.count > 2 ? inputs[2][[out]] : 0
        return (0..<weight.shape[1]).reduce(start) { $0 + x[row + [$1]] * weight[[out, $1]] }
      }
    ]
  }

  public static let samples = [
    Sample(LinearOperation(), .real([2, 3]), .real([4, 3]), .real([4])),
    Sample(LinearOperation(), .real([2, 3]), .real([4, 3])),
    Sample(LinearOperation(), .real([3]), .real([2, 3]), .real([2])),
    Sample(LinearOperation(), .real([2, 2, 3]), .real([4, 3]), .real([4])),
    Sample(LinearOperation(), .real([0, 3]), .real([4, 3]), .real([4])),
  ]

  public static let refusals = [
    Refusal(LinearOperation(), .real([2, 3]), .real([3]), because: "a weight of 2 axes"),
    Refusal(LinearOperation(), .real([]), .real([4, 3]), because: "an input whose last axis is 3"),
    Refusal(LinearOperation(), .real([2, 4]), .real([4, 3]), because: "is the weight transposed?"),
    Refusal(LinearOperation(), .real([2, 3]), .real([4, 3]), .real([3]), because: "a bias of shape [4]"),
  ]
}

/// x·Wᵀ + b: a linear map of the last axis.
///
/// Shape: input [..., in], weight [out, in], bias [out]; result [..., out]. With a weight [in] and a bias [] the result is
/// [...]: one number for each row.
public func linear(_ input: Tensor, weight: Tensor, bias: Tensor? = nil) -> Tensor {
  if weight.rank == 1, !weight.isInvalid {
    let inputs = [input.spec, weight.spec] + (bias.map { [$0.spec] } ?? [])
    if let error = TensorError.linearRow(inputs) { return .failed(error) }
    return linear(input, weight: weight.unsqueezed(0), bias: bias?.unsqueezed(0)).squeezed(-1)
  }
  return apply(LinearOperation(), [input, weight] + (bias.map { [$0] } ?? []))[0]
}

extension TensorError {
  fileprivate static func linear(
    _ inputs: [TensorSpec], expected: String, got: String, hint: String = ""
  ) -> TensorError {
    TensorError(
      .shape, operation: LinearOperation.name, operands: Array(zip(["input", "weight", "bias"], inputs)),
      expected: expected, got: got, hint: hint)
  }

  /// What is wrong with the operands of a linear map to one number, if anything.
  fileprivate static func linearRow(_ inputs: [TensorSpec]) -> TensorError? {
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    guard input.rank > 0, input[-1] == weight[0] else {
      return linear(
        inputs, expected: "an input whose last axis has size \(weight[0]), that of the weight [in]",
        got: input.rank == 0 ? "a scalar" : "\(input[-1])")
    }
    guard inputs.count > 2, inputs[2].shape != [] else { return nil }
    return linear(
      inputs, expected: "a bias of shape [], as the weight has no axis of outputs", got: "\(inputs[2].shape)")
  }

  fileprivate static func linearInput(_ inputs: [TensorSpec]) -> TensorError {
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    var hint = "the weight is [out, in]"
    if weight[0] == input[-1] {
      hint = "is the weight transposed? It is [out, in]"
    } else if input.rank > 2, input.sizes.dropFirst().reduce(1, *) == weight[1] {
      hint = "flatten the input first: `x.flattened(from: 1)`"
    } else if input.sizes.contains(weight[1]) {
      hint = "the features must be the last axis: `x.permuted(...)`"
    }
    return linear(
      inputs, expected: "the input's last axis to have size \(weight[1]), the weight's axis 1", got: "\(input[-1])",
      hint: hint)
  }
}
