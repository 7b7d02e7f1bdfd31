/// What `ContinuedPad` added brought back to where it came from, and added there: its adjoint. Linear. Gradient: the
/// padding itself.
public struct ContinuedPadAdjoint: TensorOperation {
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

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { apply(pad, [$0])[0] }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

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
