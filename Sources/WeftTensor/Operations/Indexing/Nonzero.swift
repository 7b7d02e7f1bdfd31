/// The indices of the elements other than zero. No derivative: they are integers.
///
/// How many there are is known only from the data: they are counted first, and the count is part of the operation.
struct Nonzero: TensorOperation {
  static let name = "nonzero"
  static let operands: Operands = ["x"]
  static let equation = "y = the indices i with xᵢ ≠ 0"
  static let whyNotDifferentiable: String? = "its results are indices"
  let count: Int
  /// Row-major positions, [n], instead of indices, [n, rank].
  let flat: Bool

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [TensorSpec(flat ? [count] : [count, inputs[0].shape.rank], .int64)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let found = inputs.backend.nonzeroCount(inputs[0])
    guard found == count else {
      return [
        .failed(
          TensorError(
            .value, operation: Self.name, operands: [("tensor", inputs[0].spec)],
            expected: "\(count) elements other than zero", got: "\(found)"))
      ]
    }
    let positions = inputs.backend.nonzeroPositions(inputs[0], count: count)
    if flat || inputs[0].rank == 1 {
      return [positions.view(shape: outputs[0].shape, strides: outputs[0].shape.contiguousStrides)]
    }
    return [inputs.backend.coordinates(of: positions, in: inputs[0].shape)]
  }

  static let whyNotBatched: String? = "how many elements are found depends on their values"

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let found = ReferenceArray.indices(of: inputs[0].shape).enumerated().filter { inputs[0][$0.element] != 0 }
    let values = flat ? found.map { Double($0.offset) } : found.flatMap { $0.element.map(Double.init) }
    return [ReferenceArray(shape: flat ? [found.count] : [found.count, inputs[0].shape.count], values: values)]
  }

  static let samples = [
    Sample(Nonzero(count: 3, flat: false), .exactly([0, 1, 0, -2, 3, 0], [2, 3])),
    Sample(Nonzero(count: 2, flat: true), .exactly([0, 1, 1, 0], [2, 2], dtype: .bool)),
  ]

  static let refusals = [
    Refusal(Nonzero(count: 2, flat: true), .exactly([1, 0], [2]), because: "2 elements other than zero")
  ]
}

extension Tensor {
  /// The indices of the elements other than zero, in row-major order.
  ///
  /// Shape: [n, rank], int64.
  public func nonzero() -> Tensor { nonzero(flat: false) }

  /// Their row-major positions, [n].
  func nonzeroPositions() -> Tensor { nonzero(flat: true) }

  private func nonzero(flat: Bool) -> Tensor {
    if isInvalid { return self }
    if isBatched {
      return .failed(.batchedMask(Nonzero.name, self, hint: "`Tensor.where` keeps what is chosen in place"))
    }
    willBeRead(by: "nonzero")
    return apply(Nonzero(count: backend.nonzeroCount(self), flat: flat), [self])[0]
  }
}

extension TensorError {
  /// The places that a mask chooses were asked for where there is a mask for each example.
  static func batchedMask(_ operation: String, _ mask: Tensor, hint: String) -> TensorError {
    TensorError(
      .unsupported, operation: operation, operands: [("mask", mask.spec)], expected: "a mask with values of its own",
      got: "one for each example of a batch, inside `vmap`, where each may choose another number of elements",
      hint: hint)
  }
}
