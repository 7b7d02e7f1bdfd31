/// A tensor with elements added at the ends of its axes, all of one value; a negative amount takes elements away.
/// Gradient: g with the amounts negated.
public struct Pad: LinearMap {
  public static let name = "pad"
  public static let operands: Operands = ["x"]
  public static let equation = "y[i + before] = x[i], value elsewhere"
  /// How many elements to add before and after, for each of the last axes.
  public let before: [Int]
  /// As many numbers as `before`.
  public let after: [Int]
  /// What stands in the added places.
  public let value: Double

  public init(before: [Int], after: [Int], value: Double = 0) {
    self.before = before
    self.after = after
    self.value = value
  }

  public static let defaults: Attributes = ["value": 0.0]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    let lead = shape.rank - before.count
    var sizes = shape.sizes
    let areSizes = (before + after).allSatisfy { $0.magnitude < 1 << 46 }
    if lead >= 0, before.count == after.count, areSizes {
      for place in before.indices { sizes[lead + place] += before[place] + after[place] }
    }
    guard lead >= 0, before.count == after.count, areSizes, sizes.allSatisfy({ $0 >= 0 }) else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "a pair of amounts for each of at most \(shape.rank) last axes that leave no negative size",
        got: "before \(before), after \(after)")
    }
    return [TensorSpec(Shape(sizes), inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs.backend.padded(inputs[0], before: before, value: value, mode: nil, as: outputs[0])]
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation {
    Pad(before: before.map { -$0 }, after: after.map { -$0 })
  }

  /// What is added does not move.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    Pad(before: before, after: after).linearTangents(tangents, inputs)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let input = inputs[0]
    let lead = input.shape.count - before.count
    var shape = input.shape
    for place in before.indices { shape[lead + place] += before[place] + after[place] }
    return [
      ReferenceArray(shape: shape) { index in
        var index = index
        for place in before.indices { index[lead + place] -= before[place] }
        let isInside = index.indices.allSatisfy { (0..<input.shape[$0]).contains(index[$0]) }
        return isInside ? input[index] : value
      }
    ]
  }

  public static let samples = [
    Sample(Pad(before: [1, 0], after: [0, 2], value: 1.5), .real([2, 3])),
    Sample(Pad(before: [2], after: [-1]), .real([2, 3])),
    Sample(Pad(before: [-1], after: [-1]), .real([4])),
    Sample(Pad(before: [0, 0, 1], after: [0, -1, 1]), .real([2, 3, 4])),
  ]

  public static let refusals = [
    Refusal(Pad(before: [1, 1], after: [1, 1]), .real([3]), because: "at most 1 last axes"),
    Refusal(Pad(before: [-2], after: [-2]), .real([3]), because: "no negative size"),
    Refusal(Pad(before: [1], after: []), .real([3]), because: "a pair of amounts"),
  ]
}

/// What padding is made of.
public enum PaddingMode: Hashable, Sendable {
  /// The same number everywhere.
  case constant(Double)
  /// The tensor mirrored at its first and last elements, which are not repeated.
  case reflect
  /// The first and last elements repeated.
  case replicate
  /// The tensor continued from its other end.
  case circular

  /// How the tensor is continued from its own elements; nil for a constant.
  var continuation: Continuation? {
    switch self {
    case .constant: nil
    case .reflect: .reflect
    case .replicate: .replicate
    case .circular: .circular
    }
  }
}

extension Tensor {
  /// Elements added before and after along the last axes, one pair for each: `[(1, 1), (2, 2)]` pads height and width
  /// of `[N, C, H, W]`. (PyTorch lists the last axis first.) Negative amounts crop; as in PyTorch what is mirrored is the
  /// tensor before, what goes round is what is left of it.
  public func padded(_ amounts: [(before: Int, after: Int)], mode: PaddingMode = .constant(0)) -> Tensor {
    if case .constant(let value) = mode {
      return apply(Pad(before: amounts.map(\.before), after: amounts.map(\.after), value: value), [self])[0]
    }
    guard amounts.count <= rank else {
      return apply(Pad(before: amounts.map(\.before), after: amounts.map(\.after)), [self])[0]
    }
    if let kind = mode.continuation, amounts.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) {
      return continued(amounts, kind, mode)
    }
    return amounts.enumerated().reduce(self) { $0.continued(axis: rank - amounts.count + $1.offset, $1.element, mode) }
  }

  /// All axes continued at once, none of them cropped.
  private func continued(
    _ amounts: [(before: Int, after: Int)], _ kind: Continuation, _ mode: PaddingMode
  ) -> Tensor {
    if amounts.allSatisfy({ $0 == (0, 0) }) { return self }
    var padded = shape
    for (place, amount) in amounts.enumerated() {
      let axis = rank - amounts.count + place
      let most = kind == .replicate && shape[axis] > 0 ? Int.max : kind.most(in: shape[axis])
      guard amount.before <= most, amount.after <= most else {
        return .failed(
          padError("amounts of at most \(most) for axis \(axis) of size \(shape[axis]), mode \(mode)", amount))
      }
      padded[axis] += Swift.min(amount.before, 1 << 46) + Swift.min(amount.after, 1 << 46)
      if let error = TensorError.creating(TensorSpec(padded, dtype), operation: Pad.name) { return .failed(error) }
    }
    return apply(ContinuedPad(before: amounts.map(\.before), after: amounts.map(\.after), mode: kind), [self])[0]
  }

  /// One axis continued from the tensor's own elements.
  private func continued(axis: Int, _ amount: (before: Int, after: Int), _ mode: PaddingMode) -> Tensor {
    if amount == (0, 0) || isInvalid { return self }
    let size = shape[axis]
    if mode == .circular, amount.before < 0 || amount.after < 0 {
      let whole = Array(repeating: (before: 0, after: 0), count: rank - 1 - axis)
      let left = padded([(Swift.min(amount.before, 0), Swift.min(amount.after, 0))] + whole)
      if left.isInvalid { return left }
      return left.continued(axis: axis, (Swift.max(amount.before, 0), Swift.max(amount.after, 0)), mode)
    }
    let most = mode == .replicate ? (size > 0 ? Int.max : 0) : mode == .reflect ? Swift.max(size - 1, 0) : size
    let least = -(1 << 46)
    guard (least...most).contains(amount.before), (least...most).contains(amount.after) else {
      return .failed(
        padError("amounts of at most \(most) for axis \(axis) of size \(size), mode \(mode)", amount))
    }
    var padded = shape
    padded[axis] = Swift.min(amount.before, 1 << 46) + size + Swift.min(amount.after, 1 << 46)
    guard padded[axis] >= 0 else {
      return .failed(padError("amounts that leave axis \(axis) of size \(size) no negative size", amount))
    }
    // The places need memory where the result needs none, too.
    for spec in [TensorSpec(padded, dtype), TensorSpec([padded[axis]], .int64)] {
      if let error = TensorError.creating(spec, operation: Pad.name) { return .failed(error) }
    }
    let places = (-amount.before..<size + amount.after).map { place in
      switch mode {
      case .reflect: place < 0 ? -place : place < size ? place : 2 * size - 2 - place
      case .circular: place < 0 ? place + size : place < size ? place : place - size
      default: Swift.min(Swift.max(place, 0), size - 1)
      }
    }
    return indexSelected(Tensor(places), axis: axis)
  }

  private func padError(_ expected: String, _ amount: (before: Int, after: Int)) -> TensorError {
    TensorError(
      .value, operation: Pad.name, operands: [("tensor", spec)], expected: expected,
      got: "\(amount.before) before, \(amount.after) after")
  }
}
