/// A tensor continued from its own elements at the ends of its last axes. Gradient: `ContinuedPadAdjoint` of g.
public struct ContinuedPad: LinearMap {
  public static let name = "continuedPad"
  public static let operands: Operands = ["x"]
  public static let equation = "y[i + before] = x[i], beyond the ends x mirrored, repeated or from the other end"
  /// How many elements to add before, for each of the last axes; from 0.
  public let before: [Int]
  /// As many numbers as `before`.
  public let after: [Int]
  /// What the added elements are.
  public let mode: Continuation

  public init(before: [Int], after: [Int], mode: Continuation) {
    (self.before, self.after, self.mode) = (before, after, mode)
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    let lead = shape.rank - before.count
    let fits =
      lead >= 0 && before.count == after.count
      && before.indices.allSatisfy { place in
        let most = mode.most(in: shape.axes[lead + place])
        return (0...most).contains(before[place]) && (0...most).contains(after[place])
      }
    guard fits else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "a pair of amounts from 0 for each of at most \(shape.rank) last axes that mode \(mode) can give",
        got: "before \(before), after \(after)")
    }
    var padded = shape
    for place in before.indices { padded[lead + place] += before[place] + after[place] }
    return [TensorSpec(padded, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs.backend.padded(inputs[0], before: before, value: 0, mode: mode, as: outputs[0])]
  }

  /// The two ends of a padded axis, where they are not empty, and views of what they show: in the order of the end, but for
  /// `replicate`, whose has size 1.
  func ends(of padded: Tensor, _ axis: Int, _ place: Int) -> [(end: Tensor, source: Tensor)] {
    let (before, after) = (before[place], after[place])
    let size = padded.shape[axis] - before - after
    let ends = [padded.part(axis, 0, before), padded.part(axis, before + size, after)]
    let sources =
      switch mode {
      case .reflect:
        [padded.reversedPart(axis, before + 1, before), padded.reversedPart(axis, before + size - 1 - after, after)]
      case .replicate: [padded.part(axis, before, 1), padded.part(axis, before + size - 1, 1)]
      case .circular: [padded.part(axis, size, before), padded.part(axis, before, after)]
      }
    return zip(ends, sources).filter { $0.0.elementCount > 0 }
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation { ContinuedPadAdjoint(of: self) }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  /// The place in the input that a place in the result shows.
  func source(of index: [Int], in shape: [Int]) -> [Int] {
    var index = index
    let lead = shape.count - before.count
    for place in before.indices {
      index[lead + place] = mode.place(index[lead + place] - before[place], in: shape[lead + place])
    }
    return index
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var shape = inputs[0].shape
    for place in before.indices { shape[shape.count - before.count + place] += before[place] + after[place] }
    return [ReferenceArray(shape: shape) { inputs[0][source(of: $0, in: inputs[0].shape)] }]
  }

  public static let samples = [
    Sample(ContinuedPad(before: [1, 2], after: [2, 1], mode: .reflect), .real([2, 3, 4])),
    Sample(ContinuedPad(before: [3, 0], after: [1, 2], mode: .replicate), .real([2, 3])),
    Sample(ContinuedPad(before: [2, 1], after: [1, 3], mode: .circular), .real([2, 3])),
    Sample(ContinuedPad(before: [2], after: [0], mode: .reflect), .integers([2, 3], in: 0..<9)),
    Sample(ContinuedPad(before: [1], after: [1], mode: .circular), .real([0, 2])),
    Sample(ContinuedPad(before: [300], after: [0], mode: .replicate), .real([2, 1])),
  ]

  public static let refusals = [
    Refusal(ContinuedPad(before: [1, 1], after: [1, 1], mode: .reflect), .real([3]), because: "at most 1 last axes"),
    Refusal(ContinuedPad(before: [3], after: [0], mode: .reflect), .real([3]), because: "that mode reflect can give"),
    Refusal(ContinuedPad(before: [-1], after: [0], mode: .replicate), .real([3]), because: "amounts from 0"),
    Refusal(ContinuedPad(before: [1], after: [], mode: .circular), .real([3]), because: "a pair of amounts"),
  ]
}

/// What `ContinuedPad` added brought back to where it came from, and added there: its adjoint. Linear. Gradient: the
/// padding itself.
public struct ContinuedPadAdjoint: LinearMap {
  public static let name = "continuedPadAdjoint"
  public static let operands: Operands = ["x"]
  public static let equation = "y[source of i] += x[i]"
  /// The padding whose adjoint it is.
  public let pad: ContinuedPad

  public init(of pad: ContinuedPad) { self.pad = pad }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    var shape = inputs[0].shape
    let lead = shape.rank - pad.before.count
    let amounts = 0...Int.max / 4
    if lead >= 0, pad.before.count == pad.after.count, (pad.before + pad.after).allSatisfy(amounts.contains) {
      for place in pad.before.indices { shape[lead + place] -= pad.before[place] + pad.after[place] }
    }
    guard lead >= 0, (pad.before + pad.after).allSatisfy(amounts.contains), inputs[0].dtype.isFloatingPoint,
      shape.sizes.allSatisfy({ $0 >= 0 })
    else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("gradient", inputs[0])],
        expected: "floating-point numbers with room for what was padded: before \(pad.before), after \(pad.after)",
        got: "\(inputs[0])")
    }
    let spec = TensorSpec(shape, inputs[0].dtype)
    _ = try pad.outputs(for: [spec])
    return [spec]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let wide = outputs[0].dtype.statistics
    guard outputs[0].shape.elementCount > 0 else { return [Tensor(uninitialized: outputs[0])] }
    var inner = Tensor(uninitialized: TensorSpec(inputs[0].shape, wide))
    guard !inner.isInvalid else { return [inner] }
    inputs.backend.map(Formulas.identity, [], inputs, into: [inner])
    let lead = inner.rank - pad.before.count
    for place in pad.before.indices.reversed() {
      for (end, source) in pad.ends(of: inner, lead + place, place) {
        let part = pad.mode == .replicate ? end.sum(axis: lead + place, keepDims: true) : end
        inputs.backend.map(Self.add, [], [source, part], into: [source])
      }
      inner = inner.part(lead + place, pad.before[place], outputs[0].shape[lead + place])
    }
    return [inner.converted(to: outputs[0].dtype)]
  }

  private static let add = Formula(inputs: 2) { x, _ in [x[0] + x[1]] }

  public func adjoint(of x: TensorSpec) -> any TensorOperation { pad }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var shape = inputs[0].shape
    for place in pad.before.indices {
      shape[shape.count - pad.before.count + place] -= pad.before[place] + pad.after[place]
    }
    var result = ReferenceArray(shape: shape) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) {
      result[pad.source(of: index, in: shape)] += inputs[0][index]
    }
    return [result]
  }

  public static let samples = [
    Sample(ContinuedPadAdjoint(of: ContinuedPad(before: [1, 2], after: [2, 1], mode: .reflect)), .real([2, 6, 7])),
    Sample(ContinuedPadAdjoint(of: ContinuedPad(before: [3, 0], after: [1, 2], mode: .replicate)), .real([6, 5])),
    Sample(ContinuedPadAdjoint(of: ContinuedPad(before: [2, 1], after: [1, 3], mode: .circular)), .real([5, 7])),
    Sample(ContinuedPadAdjoint(of: ContinuedPad(before: [20], after: [0], mode: .replicate)), .manyOnes([22])),
  ]

  public static let refusals = [
    Refusal(
      ContinuedPadAdjoint(of: ContinuedPad(before: [2], after: [2], mode: .reflect)), .real([3]),
      because: "with room for what was padded"),
    Refusal(
      ContinuedPadAdjoint(of: ContinuedPad(before: [2], after: [0], mode: .reflect)), .real([4]),
      because: "that mode reflect can give"),
  ]
}

extension Tensor {
  /// A view of `count` elements from `start` along an axis in the other order.
  fileprivate func reversedPart(_ axis: Int, _ start: Int, _ count: Int) -> Tensor {
    var (shape, strides) = (shape, strides)
    let last = offset + (start + Swift.max(count, 1) - 1) * strides[axis]
    shape[axis] = count
    strides[axis] = -strides[axis]
    return view(shape: shape, strides: strides, offset: count == 0 ? offset : last)
  }
}
