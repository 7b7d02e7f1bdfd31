/// The elements moved `shift` places forward along an axis; those pushed out at the end come in at the start. Gradient: g
/// moved back.
public struct Roll: LinearMap {
  public static let name = "roll"
  public static let operands: Operands = ["x"]
  public static let equation = "y[(i + shift) mod n] = xᵢ along an axis of n"
  /// How far, backward where negative.
  public let shift: Int
  /// Counted from the end where negative.
  public let axis: Int

  public init(by shift: Int, axis: Int) { (self.shift, self.axis) = (shift, axis) }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard inputs[0].shape.axis(axis) != nil else { throw .axis(axis, rank: inputs[0].shape.rank, operation: Self.name) }
    return [TensorSpec(inputs[0].shape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let result = Tensor(uninitialized: outputs[0])
    guard !result.isInvalid, result.elementCount > 0 else { return [result] }
    let axis = outputs[0].shape.axis(axis) ?? 0
    let size = outputs[0].shape[axis]
    let cut = (size - shift % size) % size
    for (from, to, count) in [(cut, 0, size - cut), (0, size - cut, cut)] where count > 0 {
      inputs.backend.map(
        Formulas.identity, [], [inputs[0].part(axis, from, count)], into: [result.part(axis, to, count)])
    }
    return [result]
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation {
    Roll(by: -(shift % Swift.max(x.shape[axis], 1)), axis: axis)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Roll(by: shift, axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[0].shape.count : axis
    let size = inputs[0].shape[axis]
    return [
      ReferenceArray(shape: inputs[0].shape) { index in
        var index = index
        index[axis] = (index[axis] + size - shift % size) % size
        return inputs[0][index]
      }
    ]
  }

  public static let samples = [
    Sample(Roll(by: 1, axis: 0), .real([3, 2])),
    Sample(Roll(by: -7, axis: -1), .real([2, 5])),
    Sample(Roll(by: 3, axis: 1), .integers([2, 3, 2], in: 0..<9)),
    Sample(Roll(by: 2, axis: 0), .real([0, 2])),
  ]

  public static let refusals = [Refusal(Roll(by: 1, axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2")]
}

extension Tensor {
  /// A view of `count` elements from `start` along an axis, none of whose numbers is checked.
  func part(_ axis: Int, _ start: Int, _ count: Int) -> Tensor {
    var shape = shape
    shape[axis] = count
    return view(shape: shape, strides: strides, offset: offset + start * strides[axis])
  }
}

extension Tensor {
  /// The elements moved `shift` places forward along `axis`; those pushed out at the end come in at the start.
  public func rolled(by shift: Int, axis: Int) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "roll")) }
    let size = shape[place]
    if size == 0 || shift % size == 0 { return self }
    return apply(Roll(by: shift % size, axis: axis), [self])[0]
  }
}
